"""Log in, first run, password, language and appearance."""

import datetime as dt
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from apps.audit.queries import timeline_of
from apps.orders.actions.default_rules import default_rules
from apps.orders.models import AuditRule
from apps.org.actions import give_password
from apps.org.actions.setup import AlreadySetUp, CompanyPlan, StorePlan, WarehousePlan, set_up_company
from apps.org.actors import Actor
from apps.org.models import Company, Store, UsedPassword, User, Warehouse
from apps.parameters.models import ParameterValue

Browse = Callable[..., Client]
PASSWORD = "Tide-pool-77"
WRONG = "User name or password is wrong, or the user is closed."
ENGLISH = {"accept-language": "en"}
FIRST_RUN = {
    "company": "青禾电商", "username": "wen", "name": "文静", "password": "Harbour-lamp-9", "again": "Harbour-lamp-9",
    "warehouse-TOTAL_FORMS": "3", "warehouse-INITIAL_FORMS": "0", "warehouse-0-code": "WH1", "warehouse-0-name": "东仓",
    "store-TOTAL_FORMS": "3", "store-INITIAL_FORMS": "0", "store-0-code": "QH", "store-0-name": "青禾小铺",
    "store-0-platform": "taobao", "store-0-ships_from": "0", "store-1-ships_from": "0", "store-2-ships_from": "0",
}  # fmt: skip


@pytest.mark.parametrize("credentials", [("lin", "wrong"), ("nobody", PASSWORD), ("", "")])
def test_a_wrong_log_in_does_not_say_what_was_wrong(lin: User, credentials: tuple[str, str]) -> None:
    client = Client(headers=ENGLISH)

    answer = client.post("/desk/login/", {"username": credentials[0], "password": credentials[1]})

    assert answer.status_code == 200
    assert "_auth_user_id" not in client.session
    if all(credentials):
        assert WRONG in answer.content.decode()


def test_a_closed_user_is_told_the_same_as_an_unknown_one(lin: User) -> None:
    User.objects.filter(pk=lin.pk).update(is_active=False)

    answer = Client(headers=ENGLISH).post("/desk/login/", {"username": "lin", "password": PASSWORD})

    assert WRONG in answer.content.decode()


def test_five_wrong_passwords_lock_the_user_out_for_a_while(lin: User) -> None:
    client = Client(headers=ENGLISH)

    for _ in range(5):
        answer = client.post("/desk/login/", {"username": "lin", "password": "wrong"})
    right = client.post("/desk/login/", {"username": "lin", "password": PASSWORD})

    assert (answer.status_code, right.status_code) == (429, 429)
    assert "Too many failed log-ins." in right.content.decode()


def test_the_log_in_is_signed_by_whoever_logs_in(lin: User) -> None:
    Client().post("/desk/login/", {"username": "lin", "password": PASSWORD})

    lin.refresh_from_db()
    assert lin.last_login is not None
    assert [(change.verb, change.actor) for change in timeline_of(lin)][:1] == [("org.user.log_in", "Lin")]


def test_the_page_before_log_in_speaks_the_language_that_is_chosen_on_it(lin: User) -> None:
    client = Client(headers={"accept-language": "zh-CN"})

    client.post("/desk/language/", {"language": "en", "next": "/desk/login/"})
    answer = client.get("/desk/login/")

    assert "Log in" in answer.content.decode()
    assert answer["Content-Language"] == "en"


def test_language_and_appearance_are_kept_in_the_profile(browse: Browse, lin: User) -> None:
    client = browse(lin, language="en")

    client.post("/desk/profile/", {"language": "zh-hans", "theme": "dark"})
    page = client.get("/desk/").content.decode()

    lin.refresh_from_db()
    assert (lin.language, lin.theme) == ("zh-hans", "dark")
    assert '<html lang="zh-hans" data-theme="dark">' in page
    assert timeline_of(lin)[0].verb == "org.user.set_profile"


def test_the_menu_changes_the_appearance_alone_and_stays_on_the_page(browse: Browse, lin: User) -> None:
    User.objects.filter(pk=lin.pk).update(language="en")

    answer = browse(lin).post("/desk/profile/", {"theme": "dark", "next": "/desk/orders/?tab=held"})

    lin.refresh_from_db()
    assert (lin.language, lin.theme, answer["Location"]) == ("en", "dark", "/desk/orders/?tab=held")


def test_an_appearance_that_does_not_exist_is_refused(browse: Browse, lin: User) -> None:
    answer = browse(lin).post("/desk/profile/", {"language": "en", "theme": "neon"})

    assert answer.status_code == 422
    lin.refresh_from_db()
    assert (lin.language, lin.theme) == ("", "")


@pytest.mark.parametrize("page", ["/desk/", "/desk/orders/", "/desk/profile/", "/admin/"])
def test_who_must_choose_a_password_sees_no_other_page_before(browse: Browse, lin: User, page: str) -> None:
    User.objects.filter(pk=lin.pk).update(must_change_password=True)

    answer = browse(lin).get(page)

    assert (answer.status_code, answer["Location"]) == (302, "/desk/password/")


@pytest.mark.rule("SEC-08")
def test_a_new_password_opens_the_desk_and_keeps_the_session(browse: Browse, lin: User) -> None:
    User.objects.filter(pk=lin.pk).update(must_change_password=True)
    client = browse(lin)

    client.post(
        "/desk/password/",
        {"old_password": PASSWORD, "new_password1": "Quiet-river-8", "new_password2": "Quiet-river-8"},
    )

    lin.refresh_from_db()
    assert lin.check_password("Quiet-river-8")
    assert not lin.must_change_password
    assert lin.password_changed_at is not None
    assert client.get("/desk/").status_code == 200


@pytest.mark.rule("SEC-08")
def test_a_password_against_the_rules_is_refused_with_its_reasons(browse: Browse, lin: User) -> None:
    answer = browse(lin).post(
        "/desk/password/", {"old_password": PASSWORD, "new_password1": "1short", "new_password2": "1short"}
    )

    lin.refresh_from_db()
    assert lin.check_password(PASSWORD)
    assert "The first character must not be a digit." in answer.content.decode()


@pytest.mark.django_db
class TestFirstRun:
    """An opsdesk without any user."""

    def test_the_log_in_page_leads_to_the_first_run_page(self) -> None:
        assert Client().get("/desk/login/")["Location"] == "/desk/setup/"

    def test_one_form_makes_company_places_and_administrator_and_logs_in(self) -> None:
        client = Client(headers=ENGLISH)

        answer = client.post("/desk/setup/", FIRST_RUN)

        assert (answer.status_code, answer["Location"]) == (302, "/desk/")
        user = User.objects.get()
        assert (user.username, user.name, user.must_change_password) == ("wen", "文静", False)
        assert [group.name for group in user.groups.all()] == ["it"]
        assert user.check_password("Harbour-lamp-9")
        assert Company.objects.get().name == "青禾电商"
        assert [(store.name, store.warehouse.code) for store in Store.objects.all()] == [("青禾小铺", "WH1")]
        assert client.get("/desk/").status_code == 200

    @pytest.mark.rule("ORD-10")
    def test_the_company_begins_with_the_default_audit_rules(self) -> None:
        Client().post("/desk/setup/", FIRST_RUN)

        assert set(AuditRule.objects.values_list("code", flat=True)) == {rule["code"] for rule in default_rules()}
        assert all(timeline_of(rule)[0].verb == "orders.auditrule.install" for rule in AuditRule.objects.all())

    @pytest.mark.parametrize(
        ("changes", "sentence"),
        [
            ({"again": "something else"}, "The two passwords are not the same."),
            ({"password": "short", "again": "short"}, "Use at least 10 characters."),
            ({"company": ""}, "This field is required."),
            ({"store-0-platform": "moon"}, "Select a valid choice."),
            ({"warehouse-1-code": "WH1", "warehouse-1-name": "西仓"}, "This code is in the list already."),
            ({"store-0-ships_from": "2"}, "ships from a warehouse that you have not filled in."),
        ],
    )
    def test_a_mistake_is_named_and_nothing_is_made(self, changes: dict[str, str], sentence: str) -> None:
        answer = Client(headers=ENGLISH).post("/desk/setup/", {**FIRST_RUN, **changes})

        assert answer.status_code == 200
        assert sentence in answer.content.decode()
        assert not User.objects.exists()
        assert not Company.objects.exists()
        assert not AuditRule.objects.exists()

    def test_the_page_is_gone_once_somebody_exists(self) -> None:
        User.objects.create_user("somebody", password=PASSWORD, name="Somebody")

        answers = [Client().get("/desk/setup/"), Client().post("/desk/setup/", FIRST_RUN)]

        assert [answer.status_code for answer in answers] == [404, 404]
        assert not Company.objects.exists()


@pytest.mark.django_db
def test_the_first_run_page_stays_closed_even_if_every_user_should_be_gone() -> None:
    Company.objects.create(name="青禾电商")

    answers = [Client().get("/desk/setup/"), Client().post("/desk/setup/", FIRST_RUN), Client().get("/desk/login/")]

    assert [answer.status_code for answer in answers] == [404, 404, 200]
    assert not User.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_first_run_forms_sent_together_make_one_company() -> None:
    start, answers = threading.Barrier(2), list[str]()

    def send(username: str) -> None:
        client = Client(headers=ENGLISH)
        start.wait()
        try:
            answer = client.post("/desk/setup/", {**FIRST_RUN, "username": username})
            answers.append(answer["Location"] if answer.status_code == 302 else str(answer.status_code))
        finally:
            connection.close()

    people = [threading.Thread(target=send, args=(name,)) for name in ("wen", "bai")]
    for each in people:
        each.start()
    for each in people:
        each.join()

    # The second is led to the log-in, or finds the page gone if it came later still.
    assert len(answers) == 2
    assert answers.count("/desk/") == 1
    assert set(answers) <= {"/desk/", "/desk/login/", "404"}
    assert (User.objects.count(), Company.objects.count(), Warehouse.objects.count()) == (1, 1, 1)
    assert AuditRule.objects.count() == len(default_rules())


@pytest.mark.django_db(transaction=True)
def test_two_people_who_set_up_together_make_one_company() -> None:
    start, outcomes = threading.Barrier(2), list[str]()

    def set_up(username: str) -> None:
        plan = CompanyPlan(
            company="青禾电商", username=username, name=username, password=PASSWORD,
            warehouses=(WarehousePlan("WH1", "东仓"),), stores=(StorePlan("QH", "青禾小铺", "taobao", "WH1"),),
        )  # fmt: skip
        start.wait()
        try:
            set_up_company(plan)
            outcomes.append("made")
        except AlreadySetUp:
            outcomes.append("refused")
        finally:
            connection.close()

    people = [threading.Thread(target=set_up, args=(name,)) for name in ("wen", "bai")]
    for each in people:
        each.start()
    for each in people:
        each.join()

    assert sorted(outcomes) == ["made", "refused"]
    assert (User.objects.count(), Company.objects.count(), Warehouse.objects.count()) == (1, 1, 1)


def test_logging_out_ends_the_session(browse: Browse, lin: User) -> None:
    client = browse(lin)

    client.post("/desk/logout/")

    assert client.get("/desk/").status_code == 302


def test_the_profile_names_the_roles_in_the_readers_language(browse: Browse, lin: User) -> None:
    page: Any = browse(lin, language="en").get("/desk/profile/").content.decode()

    assert "Customer service" in page


def _change(client: Client, old: str, new: str) -> Any:
    return client.post("/desk/password/", {"old_password": old, "new_password1": new, "new_password2": new})


@pytest.mark.rule("SEC-08")
def test_the_last_five_passwords_are_not_used_again_and_the_sixth_may_be(browse: Browse, lin: User) -> None:
    client = browse(lin)
    used = [PASSWORD, *(f"Quiet-river-{n}" for n in range(1, 6))]
    for old, new in zip(used, used[1:], strict=False):
        assert _change(client, old, new).status_code == 302

    refused = [_change(client, used[-1], again) for again in used[1:]]
    taken = _change(client, used[-1], PASSWORD)

    assert all("You have used this password lately. Choose another one." in each.content.decode() for each in refused)
    assert taken.status_code == 302
    lin.refresh_from_db()
    assert lin.check_password(PASSWORD)
    assert UsedPassword.objects.filter(user=lin).count() == 4


@pytest.mark.rule("SEC-08")
def test_used_passwords_are_kept_as_hashes(browse: Browse, lin: User) -> None:
    before = lin.password

    _change(browse(lin), PASSWORD, "Quiet-river-8")

    assert [row.password for row in UsedPassword.objects.filter(user=lin)] == [before]
    assert PASSWORD not in before


@pytest.fixture
def passwords_expire(db: None) -> Callable[..., None]:
    """Switch the regular change of passwords on: `passwords_expire(days=30)`."""

    def make(*, days: int | None = None) -> None:
        ParameterValue.objects.create(key="org.passwords_expire", value="true", effective_from="2026-01-01")
        if days:
            ParameterValue.objects.create(key="org.password_days", value=str(days), effective_from="2026-01-01")

    return make


def _changed_days_ago(user: User, days: int) -> None:
    User.objects.filter(pk=user.pk).update(password_changed_at=timezone.now() - dt.timedelta(days=days))


@pytest.mark.rule("SEC-08")
def test_nobody_must_change_an_old_password_while_the_switch_is_off(browse: Browse, lin: User) -> None:
    _changed_days_ago(lin, 2000)

    assert browse(lin).get("/desk/").status_code == 200


@pytest.mark.rule("SEC-08", "AMB-54")
@pytest.mark.parametrize("page", ["/desk/", "/desk/orders/", "/admin/"])
def test_a_password_older_than_ninety_days_leads_to_its_page_before_anything_else(
    browse: Browse, lin: User, passwords_expire: Callable[..., None], page: str
) -> None:
    passwords_expire()
    _changed_days_ago(lin, 91)
    client = browse(lin)

    led = client.get(page)
    shown = client.get("/desk/password/").content.decode()
    _change(client, PASSWORD, "Quiet-river-8")

    assert (led.status_code, led["Location"]) == (302, "/desk/password/")
    assert "Your password is older than the house allows." in shown
    assert client.get("/desk/").status_code == 200


@pytest.mark.rule("SEC-08")
@pytest.mark.parametrize(("age", "status"), [(29, 200), (31, 302)])
def test_the_interval_is_a_parameter(
    browse: Browse, lin: User, passwords_expire: Callable[..., None], age: int, status: int
) -> None:
    passwords_expire(days=30)
    _changed_days_ago(lin, age)

    assert browse(lin).get("/desk/").status_code == status


@pytest.mark.rule("SEC-08")
def test_who_never_changed_a_password_is_counted_from_the_first_day(
    browse: Browse, lin: User, passwords_expire: Callable[..., None]
) -> None:
    passwords_expire()
    User.objects.filter(pk=lin.pk).update(date_joined=timezone.now() - dt.timedelta(days=91))

    assert browse(lin).get("/desk/").status_code == 302


@pytest.mark.rule("SEC-08", "SEC-09")
def test_a_password_set_by_it_must_be_replaced_and_not_by_itself(
    browse: Browse, lin: User, person: Callable[..., User]
) -> None:
    give_password(lin.pk, "Given-by-it-1", by=Actor.of(person("iris", "it", stores=())))
    lin.refresh_from_db()
    client = browse(lin)

    led = client.get("/desk/")
    same = _change(client, "Given-by-it-1", "Given-by-it-1")
    before = _change(client, "Given-by-it-1", PASSWORD)
    own = _change(client, "Given-by-it-1", "Quiet-river-8")

    assert led["Location"] == "/desk/password/"
    assert (same.status_code, before.status_code, own.status_code) == (200, 200, 302)
    lin.refresh_from_db()
    assert (lin.must_change_password, lin.check_password("Quiet-river-8")) == (False, True)
