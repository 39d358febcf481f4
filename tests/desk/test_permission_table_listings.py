"""Who comes in where on the floor of listings: prices, listing changes and the sheets of master data, as one table.

Every role of the house works for Qinghe and its warehouse, whose rows they are. A name that a role has is open to it;
one that it has not is refused (403). A sheet of a kind that one may not bring in is not there (404), nor is a row of
another store.
"""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from apps.jobs.actions import run_job
from apps.org.actors import SYSTEM
from apps.org.models import Store
from apps.org.permissions import ROLES
from apps.sheets.actions import receive_sheet
from apps.sheets.kinds import kinds_for
from apps.sheets.models import Sheet
from tests.desk.permission_tables import Make, Rows, answer_of, answers_of, key_of, names_of, opened_to
from tests.sheets.conftest import a_file

pytest_plugins = ["tests.stores.builders"]
Browse = Callable[..., Client]

SEE_LISTINGS = {"listings", "listing"}
SEE_CHANGES = {"price_changes", "price_change", "listing_changes", "listing_change"}
PROPOSE = {"listing_outlook", "listing_propose", "price_change_cancel", "listing_change_cancel"}
EXPORT_CHANGES = {"price_changes_export"}
SHEETS = {"sheets", "sheet_upload"}
# Here they are about a sheet of listings; the kinds have a table of their own below.
ONE_SHEET = {"sheet", "sheet_template", "sheet_apply", "sheet_discard", "sheet_refused"}
PLAN = SEE_LISTINGS | SEE_CHANGES | PROPOSE | EXPORT_CHANGES | SHEETS | ONE_SHEET

TABLE: dict[str, set[str]] = {
    "customer_service": SEE_LISTINGS,
    "service_lead": SEE_LISTINGS,
    "warehouse": set(),
    "warehouse_lead": SHEETS,
    "planner": PLAN,
    "manager": PLAN,
    "director": SEE_LISTINGS | SEE_CHANGES | EXPORT_CHANGES,
    "finance": SEE_LISTINGS,
    "hr": set(),
    "it": set(),
}
NAMES = names_of("listing", "price_change", "sheet")
# Which kinds of sheets a role brings in; all others are not there for it.
KINDS: dict[str, set[str]] = {
    "warehouse_lead": {"bins", "carriers", "opening_stock"},
    "planner": {"skus", "listings"},
    "manager": {"skus", "listings"},
}
ROWS = {
    "listing", "listing_outlook", "listing_propose", "price_change", "price_change_cancel", "listing_change", "listing_change_cancel", "sheet",
    "sheet_apply", "sheet_discard", "sheet_refused",
}  # fmt: skip
EVERYWHERE = {"director", "finance", "it"}
FORM = {"reason": "x"}


def _sheet(kind: str, place: int) -> Sheet:
    """A checked sheet that nobody of the house brought in; its one row says little, and that is refused."""
    sheet = receive_sheet(kind, a_file(["商家编码", "库位"], ["QH-1", ""]), by=SYSTEM, place_id=place).sheet
    run_job(sheet.check_job_id or 0)
    return sheet


@pytest.fixture
def rows(a_listing: Make, price_to: Make, listing_to: Make, dora: Any, qinghe: Store) -> Rows:
    """One row of each kind, all of Qinghe, and the arguments of every address about them."""
    keys = {
        "listing": a_listing("QH-1").pk, "price_change": price_to(a_listing("QH-2"), "89.00").pk,
        "listing_change": listing_to(a_listing("QH-3"), "delist").pk, "sheet": _sheet("listings", qinghe.pk).pk,
    }  # fmt: skip
    found: Rows = {name: {"pk": key_of(name, keys)} for name in ROWS}
    found["listing_propose"]["verb"] = "price"
    return found | {"sheet_template": {"kind": "listings"}}


def test_the_table_names_every_role_and_every_address_of_this_floor() -> None:
    assert set(TABLE) == set(ROLES)
    assert set().union(*TABLE.values()) == set(NAMES)
    assert set(NAMES) >= ROWS


@pytest.mark.rule("SEC-01")
def test_a_role_comes_in_where_the_table_says_so_and_nowhere_else(browse: Browse, somebody: Make, rows: Rows) -> None:
    opened = {role: opened_to(browse(somebody(role)), NAMES, rows, FORM) for role in ROLES}

    assert opened == TABLE


@pytest.mark.rule("SEC-30")
@pytest.mark.parametrize("role", sorted(role for role in set(ROLES) - EVERYWHERE if ROWS & TABLE[role]))
def test_who_works_for_another_store_finds_none_of_the_rows(
    browse: Browse, somebody: Make, fengdu: Store, rows: Rows, role: str
) -> None:
    answers = answers_of(browse(somebody(role, fengdu)), ROWS & TABLE[role], rows, FORM)

    assert answers == dict.fromkeys(ROWS & TABLE[role], 404)


@pytest.mark.parametrize("role", sorted(KINDS))
def test_a_role_brings_in_its_kinds_of_sheets_and_finds_none_of_the_others(
    browse: Browse, somebody: Make, qinghe: Store, role: str
) -> None:
    every = {kind.name: kind.place for kind in kinds_for(SYSTEM)}
    places = {"store": qinghe.pk, "warehouse": qinghe.warehouse_id}
    sheets = {kind: _sheet(kind, places[place]) for kind, place in every.items() if place}
    browser = browse(somebody(role))

    templates = {kind: answer_of(browser, "sheet_template", {"kind": kind}, {}).status_code for kind in every}
    pages = {kind: answer_of(browser, "sheet", {"pk": sheet.pk}, {}).status_code for kind, sheet in sheets.items()}

    assert templates == {kind: 200 if kind in KINDS[role] else 404 for kind in every}
    assert pages == {kind: 200 if kind in KINDS[role] else 404 for kind in sheets}


def test_the_table_of_kinds_names_every_kind_and_who_sees_sheets_at_all() -> None:
    assert set().union(*KINDS.values()) == {kind.name for kind in kinds_for(SYSTEM)}
    assert set(KINDS) == {role for role, opened in TABLE.items() if "sheets" in opened}
