"""Who comes in where on the floors of goods: warehouse, stock, papers, returns and refunds, as one table.

Every role of the house works for Qinghe and its warehouse, whose rows they are. A name that a role has is open to it;
one that it has not is refused (403). Whoever works for another store and warehouse finds none of the rows (404).
"""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client
from django.urls import reverse

from apps.aftersales.models import Refund, ReturnOrder
from apps.desk import urls
from apps.documents.models import Document
from apps.orders.models import ShippingOrder
from apps.org.actors import Actor
from apps.org.models import Store, User, Warehouse, WarehouseGrant
from apps.org.permissions import ROLES
from apps.warehouse.actions import make_ship_report, open_shipment
from apps.warehouse.actions.stock_documents import StockLine, draft_stock_document
from apps.warehouse.models import Bin, Handover, Wave

Browse = Callable[..., Client]
Make = Callable[..., Any]
Rows = dict[str, dict[str, Any]]

SEE_SHIPPING = {"shipments", "handover", "reports"}
REPORT = {"report_make", "report_file"}
CONFIRM_LAYOUT = {"report_layout"}
SEE_WAVES = {"board", "waves", "wave", "wave_verb"}
PAPERS = {"papers", "paper_daily", "paper", "paper_pdf", "paper_page", "paper_again"}
WAVE_PAPERS = {"wave_paper"}
PICK = {"wave_pick", "wave_pick_short"}
CHECK = {
    "check", "check_find", "check_parcel", "check_scan", "check_remarks", "check_pass", "check_aside",
    "shipments_waybills",
}  # fmt: skip
DISPATCH = {"shipments_dispatch"}
PLAN = {"wave_plan"}
SEE_STOCK = {"stock", "stock_of", "stock_document"}
EXPORT_STOCK = {"stock_export"}
SEE_RETURNS = {"returns", "returns_scan", "return", "return_verb"}
ANNOUNCE = {"return_new"}
EXPORT_RETURNS = {"returns_export"}
SEE_REFUNDS = {"refunds", "refund", "refund_order", "refund_verb"}
REQUEST_REFUNDS = {"refund_request"}
SERVE_RETURNS = SEE_RETURNS | ANNOUNCE | SEE_REFUNDS | REQUEST_REFUNDS
FLOOR = SEE_WAVES | WAVE_PAPERS | SEE_SHIPPING | SEE_STOCK | PAPERS

TABLE: dict[str, set[str]] = {
    "customer_service": SEE_SHIPPING | REPORT | SERVE_RETURNS,
    "service_lead": SEE_SHIPPING | REPORT | CONFIRM_LAYOUT | SERVE_RETURNS | EXPORT_RETURNS | PAPERS,
    "warehouse": FLOOR | PICK | CHECK | DISPATCH | SEE_RETURNS,
    "warehouse_lead": FLOOR | PICK | CHECK | DISPATCH | PLAN | REPORT | EXPORT_STOCK | SEE_RETURNS,
    "planner": set(),
    "manager": FLOOR | REPORT | CONFIRM_LAYOUT | EXPORT_STOCK | SERVE_RETURNS | EXPORT_RETURNS,
    "director": FLOOR | EXPORT_STOCK | SEE_RETURNS | SEE_REFUNDS | EXPORT_RETURNS,
    # Of the papers finance reads its own kinds: a handover sheet is not among them.
    "finance": {"papers", "paper_daily"} | SEE_RETURNS | SEE_REFUNDS | EXPORT_RETURNS,
    "hr": set(),
    "it": set(),
}
STARTS = ("board", "check", "wave", "paper", "shipment", "handover", "report", "stock", "return", "refund")
NAMES = sorted(str(each.name) for each in urls.urlpatterns if str(each.name).startswith(STARTS))
# Rows of one store or one warehouse. A file of a foreign store is refused in a sentence, like any form of the page.
ROWS = {
    "handover", "report_file", "report_layout", "wave", "wave_verb", "wave_pick", "wave_pick_short", "wave_paper",
    "paper", "paper_pdf", "paper_page", "paper_again", "check_parcel", "check_scan", "check_remarks", "check_pass",
    "check_aside", "stock_of", "stock_document", "return", "return_verb", "return_new", "refund", "refund_order",
    "refund_request", "refund_verb",
}  # fmt: skip
EVERYWHERE = {"director", "finance", "it"}


@pytest.fixture
def rows(
    *, shipped: Make, picked: Make, walking: Callable[..., Wave], announced: Callable[..., ReturnOrder],
    asked: Callable[..., Refund], a_bin: Callable[..., Bin], warehouse: Warehouse, qinghe: Store, as_lin: Actor,
    as_vera: Actor,
) -> Rows:  # fmt: skip
    """One row of each kind, all of Qinghe, and the arguments of every address about them."""
    order: ShippingOrder = shipped(1)[0]
    report = make_ship_report(qinghe.pk, by=as_lin)
    _wave, (at_bench,) = picked(1)
    parcel, wave = open_shipment(at_bench.pk, by=as_vera), walking(1)
    refund = asked(order)
    sku = order.lines.earliest("pk").sku
    line = StockLine(a_bin("B-1").pk, sku.pk, 1)
    document = draft_stock_document(warehouse.pk, kind="adjustment", lines=[line], reason="盘盈", by=as_vera)
    keys = {
        "handover": Handover.objects.get().pk, "report": report.pk, "wave": wave.pk, "check": parcel.pk,
        "paper": Document.objects.filter(kind="handover_sheet").earliest("pk").pk, "stock_document": document.pk,
        "return": announced(order).pk, "return_new": order.pk, "refund": refund.pk,
        "refund_order": order.lead_order_id, "refund_request": order.lead_order_id,
    }  # fmt: skip
    found: Rows = {name: {"pk": _key_of(name, keys)} for name in ROWS - {"stock_of"}}
    for name, verb in {"wave": "finish", "return": "receive", "refund": "approve"}.items():
        found[f"{name}_verb"]["verb"] = verb
    found["report_layout"]["verb"] = "confirm"
    found |= {"stock_of": {"warehouse_pk": warehouse.pk, "sku_pk": sku.pk}, "report_make": {"store_pk": qinghe.pk}}
    return {name: found.get(name, {}) for name in NAMES}


def _key_of(name: str, keys: dict[str, int]) -> int:
    return next(keys[kind] for kind in sorted(keys, key=len, reverse=True) if name.startswith(kind))


def _answer(browser: Client, name: str, arguments: dict[str, Any]) -> HttpResponseBase:
    """What an address answers to the method that it takes, in Qinghe's warehouse; nothing of it stays."""
    url = reverse(f"desk:{name}", kwargs=arguments or None)
    with transaction.atomic():
        answer = browser.get(url)
        if answer.status_code == 405:
            answer = browser.post(url, {"warehouse": Warehouse.objects.get(code="WH1").pk})
        transaction.set_rollback(True)
    return answer


def _user(person: Make, role: str, store: Store) -> User:
    user: User = person(f"a_{role}", role, stores=(store,))
    WarehouseGrant.objects.create(user=user, warehouse=store.warehouse)
    return user


def test_the_table_names_every_role_and_every_address_of_these_floors() -> None:
    assert set(TABLE) == set(ROLES)
    assert set().union(*TABLE.values()) == set(NAMES)
    assert set(NAMES) >= ROWS


def test_a_role_comes_in_where_the_table_says_so_and_nowhere_else(
    browse: Browse, person: Make, qinghe: Store, rows: Rows
) -> None:
    opened: dict[str, set[str]] = {}
    for role in ROLES:
        browser = browse(_user(person, role, qinghe))
        statuses = {name: _answer(browser, name, rows[name]).status_code for name in NAMES}
        opened[role] = {name for name, status in statuses.items() if status not in (403, 404)}
        assert max(statuses.values()) < 500, (role, statuses)

    assert opened == TABLE


@pytest.mark.parametrize("role", sorted(set(ROLES) - EVERYWHERE))
def test_who_works_for_another_store_and_warehouse_finds_none_of_the_rows(
    browse: Browse, person: Make, fengdu: Store, rows: Rows, role: str
) -> None:
    browser = browse(_user(person, role, fengdu))

    statuses = {name: _answer(browser, name, rows[name]).status_code for name in ROWS & TABLE[role]}

    assert statuses == dict.fromkeys(ROWS & TABLE[role], 404)
