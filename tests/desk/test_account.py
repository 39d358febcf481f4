"""Log in, first run, password, language and appearance."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from apps.audit.queries import timeline_of
from apps.org.actions.setup import AlreadySetUp, CompanyPlan, StorePlan, WarehousePlan, set_up_company
from apps.org.models import Company, Store, User, Warehouse

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

    def test_the_page_is_gone_once_somebody_exists(self) -> None:
        User.objects.create_user("somebody", password=PASSWORD, name="Somebody")

        answers = [Client().get("/desk/setup/"), Client().post("/desk/setup/", FIRST_RUN)]

        assert [answer.status_code for answer in answers] == [404, 404]
        assert not Company.objects.exists()


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
