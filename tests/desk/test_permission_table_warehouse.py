"""Who comes in where on the floors of goods: warehouse, stock, papers, returns and refunds, as one table.

Every role of the house works for Qinghe and its warehouse, whose rows they are. A name that a role has is open to it;
one that it has not is refused (403). Whoever works for another store and warehouse finds none of the rows (404).
"""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from apps.aftersales.models import Refund, ReturnOrder
from apps.desk.views import refunds, returns, stock, wave_verbs
from apps.documents.models import Document
from apps.orders.models import ShippingOrder
from apps.org.actors import Actor
from apps.org.models import Store, Warehouse
from apps.org.permissions import ROLES
from apps.warehouse.actions import make_ship_report, open_shipment
from apps.warehouse.actions.stock_documents import StockLine, draft_stock_document
from apps.warehouse.models import Bin, Handover, PickLine, Wave
from tests.desk.permission_tables import (
    Make,
    Rows,
    Verb,
    answers_of,
    key_of,
    names_of,
    opened_to,
    refused_verbs,
)

Browse = Callable[..., Client]

SEE_SHIPPING = {"shipments", "handover", "reports"}
REPORT = {"report_make", "report_file"}
CONFIRM_LAYOUT = {"report_layout"}
SEE_WAVES = {"board", "waves", "wave", "wave_verb"}
PAPERS = {"papers", "paper_daily", "paper", "paper_pdf", "paper_page", "paper_again"}
WAVE_PAPERS = {"wave_paper"}
PICK = {"wave_pick", "wave_pick_short"}
CHECK = {
    "check", "check_find", "check_parcel", "check_scan", "check_remarks", "check_pass", "check_label", "check_aside",
    "shipments_waybills",
}  # fmt: skip
DISPATCH = {"shipments_dispatch"}
PLAN = {"wave_plan"}
SEE_STOCK = {"stock", "stock_of", "stock_document"}
KEEP_STOCK = {"stock_document_verb"}
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
    "warehouse_lead": FLOOR | PICK | CHECK | DISPATCH | PLAN | REPORT | KEEP_STOCK | EXPORT_STOCK | SEE_RETURNS,
    "planner": set(),
    "manager": FLOOR | REPORT | CONFIRM_LAYOUT | EXPORT_STOCK | SERVE_RETURNS | EXPORT_RETURNS,
    "director": FLOOR | EXPORT_STOCK | SEE_RETURNS | SEE_REFUNDS | EXPORT_RETURNS,
    # Of the papers finance reads its own kinds: a handover sheet is not among them.
    "finance": {"papers", "paper_daily"} | SEE_RETURNS | SEE_REFUNDS | EXPORT_RETURNS,
    "hr": set(),
    "it": set(),
}
NAMES = names_of("board", "check", "wave", "paper", "shipment", "handover", "report", "stock", "return", "refund")
# Rows of one store or one warehouse. A file of a foreign store is refused in a sentence, like any form of the page.
ROWS = {
    "handover", "report_file", "report_layout", "wave", "wave_verb", "wave_pick", "wave_pick_short", "wave_paper",
    "paper", "paper_pdf", "paper_page", "paper_again", "check_parcel", "check_scan", "check_remarks", "check_pass",
    "check_label", "check_aside", "stock_of", "stock_document", "stock_document_verb", "return", "return_verb", "return_new",
    "refund", "refund_order", "refund_request", "refund_verb",
}  # fmt: skip
EVERYWHERE = {"director", "finance", "it"}
# Verbs answer on the page of their row; who sees the row and lacks the verb's right is told so there.
PICKERS = {"warehouse", "warehouse_lead"}
SERVICE = {"customer_service", "service_lead", "manager"}
DECIDERS = {"service_lead", "manager", "director"}
VERBS: dict[Verb, set[str]] = {
    ("wave_verb", "start"): PICKERS,
    ("wave_verb", "pick"): PICKERS,
    ("wave_verb", "rest"): PICKERS,
    ("wave_verb", "finish"): PICKERS,
    ("wave_verb", "take-out"): PICKERS,
    ("wave_verb", "cancel"): {"warehouse_lead"},
    ("stock_document_verb", "post"): {"warehouse_lead"},
    ("stock_document_verb", "cancel"): {"warehouse_lead"},
    ("return_verb", "receive"): PICKERS,
    ("return_verb", "inspect"): PICKERS,
    ("return_verb", "match"): PICKERS | SERVICE,
    ("return_verb", "waybill"): SERVICE,
    ("return_verb", "cancel"): PICKERS | SERVICE,
    ("return_verb", "close"): {"warehouse_lead"} | SERVICE,
    ("refund_verb", "approve"): DECIDERS,
    ("refund_verb", "refuse"): DECIDERS,
    ("refund_verb", "pay"): {"finance"},
    ("refund_verb", "cancel"): SERVICE,
}


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
    found: Rows = {name: {"pk": key_of(name, keys)} for name in ROWS - {"stock_of"}}
    verbs = {"wave": "finish", "return": "receive", "refund": "approve", "stock_document": "post"}
    for name, verb in verbs.items():
        found[f"{name}_verb"]["verb"] = verb
    found["report_layout"]["verb"] = "confirm"
    found |= {"stock_of": {"warehouse_pk": warehouse.pk, "sku_pk": sku.pk}, "report_make": {"store_pk": qinghe.pk}}
    return {name: found.get(name, {}) for name in NAMES}


@pytest.fixture
def form(rows: Rows, warehouse: Warehouse) -> dict[str, Any]:
    """What a form of these floors sends, about the wave that is walked."""
    line = PickLine.objects.filter(wave=rows["wave"]["pk"]).earliest("position")
    order = line.wave.orders.earliest("pk").shipping_order_id
    return {
        "warehouse": warehouse.pk, "line": line.pk, "quantity": line.quantity, "order": order, "reason": "x",
        "number": "YT1234567890123", "waybill": "YT1234567890123", "platform_number": "100",
    }  # fmt: skip


def test_the_table_names_every_role_and_every_address_of_these_floors() -> None:
    assert set(TABLE) == set(ROLES)
    assert set().union(*TABLE.values()) == set(NAMES)
    assert set(NAMES) >= ROWS


def test_a_role_comes_in_where_the_table_says_so_and_nowhere_else(
    browse: Browse, somebody: Make, rows: Rows, warehouse: Warehouse
) -> None:
    opened = {role: opened_to(browse(somebody(role)), NAMES, rows, {"warehouse": warehouse.pk}) for role in ROLES}

    assert opened == TABLE


@pytest.mark.parametrize("role", sorted(set(ROLES) - EVERYWHERE))
def test_who_works_for_another_store_and_warehouse_finds_none_of_the_rows(
    browse: Browse, somebody: Make, fengdu: Store, rows: Rows, warehouse: Warehouse, *, role: str
) -> None:
    browser = browse(somebody(role, fengdu))

    answers = answers_of(browser, ROWS & TABLE[role], rows, {"warehouse": warehouse.pk})

    assert answers == dict.fromkeys(ROWS & TABLE[role], 404)


def test_the_table_of_verbs_names_every_verb_of_these_floors() -> None:
    known = {"wave_verb": wave_verbs.VERBS, "return_verb": returns.VERBS, "refund_verb": refunds.VERBS}
    known |= {"stock_document_verb": stock.DOCUMENT_VERBS}

    assert set(VERBS) == {(name, verb) for name, verbs in known.items() for verb in verbs}


@pytest.mark.rule("SEC-01")
def test_a_verb_of_goods_is_refused_to_who_lacks_its_right(
    browse: Browse, somebody: Make, rows: Rows, form: dict[str, Any]
) -> None:
    refused: dict[str, set[Verb]] = {}
    for role in ROLES:
        seen = [key for key in VERBS if key[0] in TABLE[role]]
        refused[role] = refused_verbs(browse(somebody(role)), seen, rows, form)

    assert refused == {
        role: {key for key, roles in VERBS.items() if key[0] in TABLE[role] and role not in roles} for role in ROLES
    }
