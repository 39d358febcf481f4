"""Log-ins: what a system administrator may do with them, and every way up that is closed."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.contrib.sessions.models import Session
from django.test import Client as Browser

from apps.audit.queries import timeline_of
from apps.core.errors import Invalid, NotAllowed
from apps.org.actions import give_password, give_roles
from apps.org.actors import Actor
from apps.org.models import Store, StoreGrant, User, Warehouse, WarehouseGrant
from tests.admin.conftest import page, told

Browse = Callable[[User], Browser]
PASSWORD = "Heron-marsh-41"


def form_of(user: User, **changes: Any) -> dict[str, Any]:
    """What the change form of a user sends when nothing is changed."""
    form: dict[str, Any] = {
        "username": user.username, "name": user.name, "language": "", "is_active": "on",
        "roles": list(user.groups.values_list("name", flat=True)),
    }  # fmt: skip
    for name, grants in (("store_grants", user.store_grants.all()), ("warehouse_grants", user.warehouse_grants.all())):
        form |= {f"{name}-TOTAL_FORMS": len(grants), f"{name}-INITIAL_FORMS": len(grants)}
        for place, grant in enumerate(grants):
            form |= {f"{name}-{place}-id": grant.pk, f"{name}-{place}-user": user.pk}
    return {name: value for name, value in {**form, **changes}.items() if value is not None}


def save(browser: Browser, user: User, **changes: Any) -> Any:
    """Save a user's form with changes; None leaves a field out."""
    browser.cookies["django_language"] = "en"
    return browser.post(page("org_user_change", user.pk), form_of(user, **changes), follow=True)


def roles(user: User) -> set[str]:
    """The roles as the database has them."""
    return set(user.groups.values_list("name", flat=True))


def test_a_new_log_in_must_replace_its_first_password(browse: Browse, iris: User) -> None:
    form = {"username": "neu", "name": "新人", "language": "", "password1": PASSWORD, "password2": PASSWORD}

    browser = browse(iris)
    browser.cookies["django_language"] = "en"

    answer = browser.post(page("org_user_add"), form)

    user = User.objects.get(username="neu")
    assert answer.url == page("org_user_change", user.pk)
    assert user.check_password(PASSWORD)
    assert (user.must_change_password, user.password_changed_at is None) == (True, False)
    assert (user.is_superuser, user.is_staff, roles(user)) == (False, False, set())
    assert "The log-in is made. Now give it roles, stores and warehouses." in browser.get(answer.url).content.decode()


def test_a_new_log_in_cannot_bring_rights_along(browse: Browse, iris: User) -> None:
    form = {
        "username": "neu", "name": "新人", "password1": PASSWORD, "password2": PASSWORD, "is_superuser": "on",
        "is_staff": "on", "roles": ["it"], "groups": [Group.objects.get(name="it").pk],
        "user_permissions": [Permission.objects.first().pk],
    }  # fmt: skip

    browse(iris).post(page("org_user_add"), form)

    user = User.objects.get(username="neu")
    assert (user.is_superuser, user.is_staff, roles(user)) == (False, False, set())
    assert not user.user_permissions.exists()


def test_a_first_password_keeps_the_rules(browse: Browse, iris: User) -> None:
    form = {"username": "neu", "name": "新人", "password1": "1abcde", "password2": "1abcde"}

    answer = browse(iris).post(page("org_user_add"), form)

    assert "password2" in answer.context["adminform"].form.errors
    assert not User.objects.filter(username="neu").exists()


def test_roles_are_given_by_their_names(browse: Browse, iris: User, lin: User) -> None:
    answer = save(browse(iris), lin, roles=["customer_service", "planner"])

    assert roles(lin) == {"customer_service", "planner"}
    assert "What this user may do has changed, so they must log in again." in told(answer)


def test_the_history_of_a_user_tells_who_gave_which_role(browse: Browse, iris: User, lin: User) -> None:
    browser = browse(iris)

    save(browser, lin, roles=["planner"])

    change = next(each for each in timeline_of(lin) if each.verb == "org.user.roles")
    lines = browser.get(page("org_user_history", lin.pk)).context["lines"]
    assert (change.actor_id, change.reason, change.source) == (iris.pk, "customer_service → planner", "admin")
    assert [(line.actor, line.reason) for line in lines if line.verb == "Roles changed"] == [
        ("Iris", "Customer service → Operations and planning")
    ]


@pytest.mark.parametrize("role", ["root", "superuser", "Group 1", ""])
def test_a_role_that_the_house_does_not_know_is_a_form_error(browse: Browse, iris: User, lin: User, role: str) -> None:
    Group.objects.create(name="Group 1")

    answer = save(browse(iris), lin, roles=[role])

    assert "roles" in answer.context["adminform"].form.errors
    assert roles(lin) == {"customer_service"}


@pytest.mark.parametrize("field", ["is_superuser", "is_staff", "user_permissions", "groups"])
def test_rights_beside_roles_are_not_on_the_form_of_an_administrator(
    browse: Browse, iris: User, lin: User, field: str
) -> None:
    values = {
        "is_superuser": "on", "is_staff": "on", "user_permissions": [Permission.objects.first().pk],
        "groups": [Group.objects.get(name="it").pk],
    }  # fmt: skip

    answer = save(browse(iris), lin, **{field: values[field]})

    lin.refresh_from_db()
    shown = browse(iris).get(page("org_user_change", lin.pk)).context["adminform"].form.fields
    assert answer.status_code == 200
    assert (lin.is_superuser, lin.is_staff, roles(lin)) == (False, False, {"customer_service"})
    assert not lin.user_permissions.exists()
    assert field not in shown


def test_nobody_changes_their_own_roles_places_or_standing(browse: Browse, iris: User, qinghe: Store) -> None:
    grant = {"store_grants-TOTAL_FORMS": 1, "store_grants-0-store": qinghe.pk, "store_grants-0-user": iris.pk}

    save(browse(iris), iris, name="Iris again", roles=["it", "manager"], is_superuser="on", is_active=None, **grant)

    iris.refresh_from_db()
    assert iris.name == "Iris again"
    assert (roles(iris), iris.is_active, iris.is_superuser) == ({"it"}, True, False)
    assert not iris.store_grants.exists()


def test_not_even_a_superuser_changes_their_own_standing(browse: Browse, root: User) -> None:
    save(browse(root), root, roles=["it"], is_active=None, is_superuser=None)

    root.refresh_from_db()
    assert (root.is_active, root.is_superuser, roles(root)) == (True, True, set())


@pytest.mark.parametrize(
    "reach",
    [
        lambda browser, root: save(browser, root, name="Nobody", is_active=None),
        lambda browser, root: browser.post(
            page("org_user_password_change", root.pk), {"password1": PASSWORD, "password2": PASSWORD}
        ),
    ],
)
def test_below_a_superuser_nobody_touches_one(
    browse: Browse, iris: User, root: User, reach: Callable[[Browser, User], Any]
) -> None:
    answer = reach(browse(iris), root)

    root.refresh_from_db()
    assert answer.status_code == 403
    assert (root.name, root.is_active, root.check_password("Tide-pool-77")) == ("Root", True, True)


def test_a_superusers_sessions_are_not_for_an_administrator_to_end(browse: Browse, iris: User, root: User) -> None:
    theirs = browse(root)
    browser = browse(iris)
    browser.cookies["django_language"] = "en"

    answer = browser.post(page("org_user_press", root.pk, "end-sessions"), follow=True)

    assert told(answer) == ["Only a superuser may change a superuser."]
    assert theirs.get("/admin/").status_code == 200


def test_a_superuser_may_make_another(browse: Browse, root: User, lin: User) -> None:
    save(browse(root), lin, is_superuser="on")

    lin.refresh_from_db()
    assert lin.is_superuser


@pytest.mark.parametrize("role", ["customer_service", "manager", "director", "hr", "finance"])
def test_other_roles_do_not_reach_users_at_all(
    browse: Browse, person: Callable[..., User], lin: User, role: str
) -> None:
    browser = browse(person("sam", role))

    answers = [
        browser.get(page("org_user_changelist")),
        browser.get(page("org_user_change", lin.pk)),
        browser.get(page("org_user_history", lin.pk)),
        browser.post(page("org_user_add"), {"username": "x"}),
        save(browser, lin, roles=["it"]),
        browser.post(page("org_user_password_change", lin.pk), {"password1": PASSWORD, "password2": PASSWORD}),
    ]

    assert {answer.status_code for answer in answers} == {403}
    assert roles(lin) == {"customer_service"}


def test_a_password_that_somebody_else_set_must_be_replaced(browse: Browse, iris: User, lin: User) -> None:
    theirs = browse(lin)

    answer = browse(iris).post(page("org_user_password_change", lin.pk), {"password1": PASSWORD, "password2": PASSWORD})

    lin.refresh_from_db()
    assert answer.status_code == 302
    assert lin.check_password(PASSWORD)
    assert lin.must_change_password
    assert theirs.get("/admin/").status_code == 302
    assert timeline_of(lin)[0].verb == "org.user.password"


def test_one_does_not_set_ones_own_password_without_knowing_the_old_one(browse: Browse, iris: User) -> None:
    answer = browse(iris).post(
        page("org_user_password_change", iris.pk), {"password1": PASSWORD, "password2": PASSWORD}
    )

    iris.refresh_from_db()
    assert answer.status_code == 403
    assert iris.check_password("Tide-pool-77")


@pytest.mark.parametrize(
    "change",
    [
        {"roles": []},
        {"is_active": None},
        {"store_grants-0-DELETE": "on"},
        {"warehouse_grants-TOTAL_FORMS": 1, "warehouse_grants-0-warehouse": "WH"},
    ],
)
def test_a_change_of_standing_ends_the_users_sessions_and_nobody_elses(
    *, browse: Browse, iris: User, lin: User, mara: User, warehouse: Warehouse, change: dict[str, Any]
) -> None:
    theirs, others, administrators = browse(lin), browse(mara), browse(iris)
    change = {name: warehouse.pk if value == "WH" else value for name, value in change.items()}

    save(administrators, lin, **change)

    assert theirs.get(page("orders_order_changelist")).status_code == 302
    assert others.get(page("orders_order_changelist")).status_code == 200
    assert administrators.get("/admin/").status_code == 200
    assert Session.objects.count() == 2


def test_a_new_name_ends_no_session(browse: Browse, iris: User, lin: User) -> None:
    theirs = browse(lin)

    save(browse(iris), lin, name="林晓")

    lin.refresh_from_db()
    assert lin.name == "林晓"
    assert theirs.get(page("orders_order_changelist")).status_code == 200


def test_stores_and_warehouses_are_given_and_taken_away(
    browse: Browse, iris: User, lin: User, fengdu: Store, warehouse: Warehouse
) -> None:
    given = {
        "store_grants-TOTAL_FORMS": 2, "store_grants-1-store": fengdu.pk, "store_grants-1-user": lin.pk,
        "store_grants-0-DELETE": "on", "warehouse_grants-TOTAL_FORMS": 1, "warehouse_grants-0-warehouse": warehouse.pk,
        "warehouse_grants-0-user": lin.pk,
    }  # fmt: skip

    save(browse(iris), lin, **given)

    assert list(StoreGrant.objects.filter(user=lin).values_list("store__code", flat=True)) == ["FD"]
    assert list(WarehouseGrant.objects.filter(user=lin).values_list("warehouse__code", flat=True)) == ["WH1"]
    lines = browse(iris).get(page("org_user_history", lin.pk)).context["lines"]
    places = [column.after for line in lines for column in line.columns if line.of]
    assert {fengdu.name, warehouse.name} <= set(places)


def test_a_grant_cannot_be_given_to_somebody_else_through_this_form(
    browse: Browse, iris: User, lin: User, pia: User, fengdu: Store
) -> None:
    given = {"store_grants-TOTAL_FORMS": 2, "store_grants-1-store": fengdu.pk, "store_grants-1-user": pia.pk}

    save(browse(iris), lin, **given)

    assert not pia.store_grants.exists()


def test_logging_somebody_out_everywhere_is_one_button(browse: Browse, iris: User, lin: User) -> None:
    first, second = browse(lin), browse(lin)
    browser = browse(iris)
    browser.cookies["django_language"] = "en"

    answer = browser.post(page("org_user_press", lin.pk, "end-sessions"), follow=True)

    assert told(answer) == ["2 sessions were ended."]
    assert {each.get("/admin/").status_code for each in (first, second)} == {302}


def test_the_verbs_refuse_by_themselves(lin: User, mara: User, iris: User, root: User) -> None:
    by_lin, by_iris = Actor.of(lin), Actor.of(iris)

    with pytest.raises(NotAllowed):
        give_roles(mara.pk, ["it"], by=by_lin)
    with pytest.raises(NotAllowed):
        give_roles(iris.pk, ["it", "manager"], by=by_iris)
    with pytest.raises(NotAllowed):
        give_roles(root.pk, ["it"], by=by_iris)
    with pytest.raises(Invalid):
        give_roles(mara.pk, ["root"], by=by_iris)
    with pytest.raises(NotAllowed):
        give_password(root.pk, PASSWORD, by=by_iris)
    assert (roles(mara), roles(iris), roles(root)) == ({"service_lead"}, {"it"}, set())
    assert root.check_password("Tide-pool-77")


def test_the_first_page_leads_to_the_log_ins_that_it_counts(browse: Browse, iris: User, lin: User, pia: User) -> None:
    User.objects.filter(pk=lin.pk).update(must_change_password=True)
    browser = browse(iris)

    home = browser.get("/desk/").content.decode()

    for query, expected in (("&must_change_password__exact=1", {"lin"}), ("&role=none", {"pia"})):
        address = f"{page('org_user_changelist')}?is_active__exact=1{query}"
        assert address.replace("&", "&amp;") in home
        assert {row.username for row in browser.get(address).context["cl"].result_list} == expected
