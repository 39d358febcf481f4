"""No address of the desk is without its row in a table of who comes in where."""

from collections.abc import Callable

import pytest
from django.test import Client

from apps.notices.actions import tell
from apps.notices.models import Notice
from apps.org.permissions import ROLES
from tests.desk import (
    test_permission_table_listings,
    test_permission_table_money,
    test_permission_table_orders,
    test_permission_table_warehouse,
)
from tests.desk.permission_tables import ADDRESSES, EVERYBODYS, OPEN_TO_STRANGERS, Make, Rows, opened_to

Browse = Callable[..., Client]
TABLES = (
    test_permission_table_listings, test_permission_table_money, test_permission_table_orders,
    test_permission_table_warehouse,
)  # fmt: skip
SETS = {"OPEN_TO_STRANGERS": OPEN_TO_STRANGERS, "EVERYBODYS": EVERYBODYS}
HOMES: dict[str, set[str]] = {
    **{f"TABLE of {module.__name__}": set().union(*module.TABLE.values()) for module in TABLES},
    **{f"{name} of tests.desk.permission_tables": names for name, names in SETS.items()},
}


@pytest.mark.parametrize("name", ADDRESSES)
def test_an_address_stands_in_one_table_or_in_one_set_for_everybody(name: str) -> None:
    homes = [home for home, names in HOMES.items() if name in names]

    assert len(homes) == 1, (
        f"The address {name!r} stands in {homes or 'no table'}: say which roles come in, in the TABLE of its floor's "
        "tests/desk/test_permission_table_….py (with its row in `rows` there), or put it into EVERYBODYS or "
        "OPEN_TO_STRANGERS of tests/desk/permission_tables.py."
    )


def test_no_table_names_an_address_that_is_none() -> None:
    assert set().union(*HOMES.values()) <= set(ADDRESSES)


@pytest.mark.parametrize("role", [*ROLES, "nothing"])
def test_what_is_everybodys_opens_for_every_role_and_for_who_has_none(
    browse: Browse, somebody: Make, role: str
) -> None:
    user = somebody(role)
    tell([user.pk], key="greeting", sentence="Welcome")
    rows: Rows = {
        "notice": {"pk": Notice.objects.get(user=user).pk}, "layout": {"page_name": "orders"},
        "view_save": {"page_name": "orders"}, "view_delete": {"pk": 1},
    }  # fmt: skip

    assert opened_to(browse(user), EVERYBODYS, rows, {"name": "Mine"}) == EVERYBODYS


@pytest.mark.rule("SEC-30")
def test_a_notice_of_somebody_else_is_not_there(browse: Browse, somebody: Make) -> None:
    tell([somebody("planner").pk], key="greeting", sentence="Welcome")
    row = {"pk": Notice.objects.get().pk}

    assert opened_to(browse(somebody("manager")), ["notice"], {"notice": row}, {}) == set()
