"""Orders in: a push takes the way of a file."""

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.audit.queries import timeline_of
from apps.core.errors import Invalid, NotAllowed, NotFound
from apps.orders.actions.push import push_orders
from apps.orders.actions.reveal import reveal_buyer
from apps.orders.imports.pushed import PushedOrder
from apps.orders.models import AuditRule, BuyerContact, ImportBatch, Order, OrderLine, Reason, ShippingOrder
from apps.org.actors import Actor
from apps.org.models import Store, User
from apps.stores.models import Sku
from tests.api.conftest import PARCELS, PUSH, Program, code_of, fields_of, pushed_order

NUMBER = "2611210000000000001"


def _push(erp: Program, *orders: dict[str, Any]) -> list[dict[str, Any]]:
    answer = erp.post(PUSH, {"orders": list(orders)})
    assert answer.status_code == 200, answer.content.decode()
    verdicts: list[dict[str, Any]] = answer.json()["orders"]
    return verdicts


def _verdicts(erp: Program, *orders: dict[str, Any]) -> list[str]:
    return [told["verdict"] for told in _push(erp, *orders)]


@pytest.mark.rule("ORD-01", "ORD-02")
def test_a_paid_order_becomes_an_order_and_a_shipping_order(erp: Program, a_sku: Callable[..., Sku], lin: User) -> None:
    sku = a_sku("QH-001")

    (told,) = _push(erp, pushed_order())

    order, parcel = Order.objects.get(), ShippingOrder.objects.get()
    assert told == {
        "number": NUMBER, "verdict": "new", "state": "wait_ship", "shipping_orders": [parcel.number], "reasons": [],
    }  # fmt: skip
    assert (order.number, order.state, order.total_amount) == (NUMBER, "wait_ship", Decimal("128.00"))
    assert (parcel.state, parcel.quantity, parcel.paid_amount) == ("imported", 2, Decimal("128.00"))
    assert OrderLine.objects.get().sku == sku
    batch = ImportBatch.objects.get()
    assert (batch.state, batch.received_by, batch.files.count()) == ("imported", lin, 0)
    assert batch.counts["imported"] == {"new": 1, "opened": 1, "reasons": 0}
    assert batch.staged_orders.get().file is None


def test_everything_a_push_does_is_signed_by_the_user_and_the_api(erp: Program) -> None:
    _push(erp, pushed_order())
    _push(erp, pushed_order(platform_state="shipped"))

    (change,) = timeline_of(Order.objects.get())
    assert (change.verb, change.actor, change.source) == ("orders.order.mirror", "Lin", "api")
    assert (change.state_from, change.state_to) == ("wait_ship", "shipped")
    moves = timeline_of(ImportBatch.objects.latest("pk"))
    assert {(move.actor, move.source) for move in moves} == {("Lin", "api")}
    assert len({move.click for move in moves}) == 1


def test_the_contact_is_sealed_for_its_order_and_can_be_revealed(erp: Program, lin: User) -> None:
    _push(erp, pushed_order())

    contact = BuyerContact.objects.get()
    assert b"13800001234" not in bytes(contact.sealed)
    plain = reveal_buyer(contact.order_id, purpose="contact", note="", by=Actor.of(lin))
    assert (plain.name, plain.phone) == ("沈知夏", "13800001234")


def test_a_later_push_changes_repeats_or_comes_too_late(erp: Program) -> None:
    first = pushed_order(exported_at="2026-11-21T10:00:00+08:00")
    assert _verdicts(erp, first) == ["new"]

    assert _verdicts(erp, first) == ["same"]
    assert _verdicts(erp, pushed_order(exported_at="2026-11-21T11:00:00+08:00", paid_amount="120.00")) == ["changed"]
    (late,) = _push(erp, pushed_order(exported_at="2026-11-21T10:30:00+08:00", paid_amount="1.00"))

    assert (late["verdict"], [reason["code"] for reason in late["reasons"]]) == ("older", ["older"])
    assert Order.objects.get().paid_amount == Decimal("120.00")
    assert ShippingOrder.objects.count() == 1


def test_what_a_push_leaves_out_stays_as_it_is_known(erp: Program) -> None:
    _push(erp, pushed_order(seller_memo="送礼"))

    assert _verdicts(
        erp, {"number": NUMBER, "platform_state": "wait_ship", "paid_at": "2026-11-21T09:13:00+08:00"}
    ) == ["same"]
    assert _verdicts(
        erp, {"number": NUMBER, "platform_state": "wait_ship", "paid_at": "2026-11-21T09:13:00+08:00", "flag": "red"}
    ) == ["changed"]

    order = Order.objects.get()
    assert (order.seller_memo, order.flag, order.goods_amount, order.phone_masked) == (
        "送礼", "red", Decimal("118.00"), "138****1234",
    )  # fmt: skip


def test_the_platform_s_words_mean_what_they_mean_in_its_files(erp: Program) -> None:
    words = {"platform_state": None}
    orders = [
        pushed_order(f"10000{nth}", status_text=text, **words)
        for nth, text in enumerate(["买家已付款，等待卖家发货", "交易成功", "WAIT_BUYER_PAY", "谁也不知道"])
    ]
    for order in orders:
        del order["platform_state"]

    told = _push(erp, *orders)

    assert [it["state"] for it in told] == ["wait_ship", "done", "wait_pay", "unknown"]
    assert [[reason["code"] for reason in it["reasons"]] for it in told] == [[], [], [], ["unknown_status"]]
    assert Order.objects.get(number="100003").status_text == "谁也不知道"


def test_the_words_of_a_platform_without_a_known_layout_are_kept_and_marked(erp: Program, qinghe: Store) -> None:
    Store.objects.filter(pk=qinghe.pk).update(platform="weidian")
    order = pushed_order(status_text="待发货")
    del order["platform_state"]

    (told,) = _push(erp, order)

    assert (told["state"], told["reasons"][0]["code"]) == ("unknown", "unknown_status")


@pytest.mark.rule("ORD-08", "ORD-10")
def test_audit_rules_stop_pushed_orders_too(erp: Program) -> None:
    AuditRule.objects.create(
        code="memo", name="有备注", conditions=[{"field": "has_seller_memo", "op": "is", "value": True}]
    )

    _push(erp, pushed_order(seller_memo="送礼"), pushed_order("100002"))

    assert Reason.objects.get().shipping_order.lead_order.number == NUMBER
    parcels = erp.get(PARCELS).json()["results"]
    assert {p["order_number"]: [r["rule"] for r in p["open_reasons"]] for p in parcels} == {
        NUMBER: ["memo"],
        "100002": [],
    }


def test_an_order_that_the_platform_closed_is_cancelled_here(erp: Program) -> None:
    _push(erp, pushed_order())

    _push(erp, pushed_order(platform_state="closed_refund"))

    assert ShippingOrder.objects.get().state == "cancelled"


def test_a_number_of_another_store_is_refused_alone(
    erp: Program, an_order: Callable[..., ShippingOrder], fengdu: Store
) -> None:
    Store.objects.filter(pk=fengdu.pk).update(platform="taobao")
    fengdu.refresh_from_db()
    an_order(number="900009", store=fengdu)

    told = _push(erp, pushed_order("900009"), pushed_order("900010"))

    assert [it["verdict"] for it in told] == ["refused", "new"]
    assert (told[0]["state"], told[0]["shipping_orders"]) == (None, [])
    assert [reason["code"] for reason in told[0]["reasons"]] == ["number_not_usable"]
    assert list(Order.objects.filter(number="900009").values_list("store__code", flat=True)) == ["FD"]


def test_lines_without_names_are_counted(erp: Program) -> None:
    _push(erp, pushed_order(lines=[{"title": "杯", "quantity": 1}, {"title": "盖", "quantity": 3}]))

    assert list(OrderLine.objects.order_by("pk").values_list("line_key", "quantity")) == [("#1", 1), ("#2", 3)]


@pytest.mark.parametrize(
    ("columns", "field", "code"),
    [
        ({"number": 2611210000000000001}, "number", "invalid"),
        ({"number": ""}, "number", "blank"),
        ({"number": "1" * 41}, "number", "max_length"),
        ({"number": "2.61121E+18"}, "number", "invalid"),
        ({"platform_state": "paid"}, "platform_state", "invalid_choice"),
        ({"paid_amount": 128}, "paid_amount", "invalid"),
        ({"paid_amount": "128.005"}, "paid_amount", "invalid"),
        ({"paid_amount": "-1.00"}, "paid_amount", "invalid"),
        ({"paid_amount": "1e5"}, "paid_amount", "invalid"),
        ({"paid_amount": "NaN"}, "paid_amount", "invalid"),
        ({"paid_amount": "１２"}, "paid_amount", "invalid"),
        ({"paid_amount": "1_0"}, "paid_amount", "invalid"),
        ({"paid_amount": "12345678901.00"}, "paid_amount", "invalid"),
        ({"paid_amount": None}, "paid_amount", "null"),
        ({"placed_at": "1999-12-31T23:59:59+08:00"}, "placed_at", "range"),
        ({"placed_at": "2100-01-01T00:00:00+08:00"}, "placed_at", "range"),
        ({"placed_at": "2026-02-30T00:00:00+08:00"}, "placed_at", "invalid"),
        ({"placed_at": 1763715153}, "placed_at", "invalid"),
        ({"exported_at": "2099-01-01T00:00:00+08:00"}, "exported_at", "in_the_future"),
        ({"seller_memo": "x" * 2001}, "seller_memo", "max_length"),
        ({"seller_memo": "a\x07b"}, "seller_memo", "control"),
        ({"seller_memo": 5}, "seller_memo", "invalid"),
        ({"contact": {"receiver": "沈", "phone": "1" * 31, "address": ""}}, "contact.phone", "max_length"),
        ({"contact": {"receiver": "沈", "phone": "1"}}, "contact.address", "required"),
        ({"contact": "none"}, "contact", "invalid"),
        ({"lines": {}}, "lines", "not_a_list"),
        ({"lines": [{"title": "杯", "quantity": 0}]}, "lines.0.quantity", "min_value"),
        ({"lines": [{"title": "杯", "quantity": 1_000_001}]}, "lines.0.quantity", "max_value"),
        ({"lines": [{"title": "杯", "quantity": True}]}, "lines.0.quantity", "invalid"),
        ({"lines": [{"title": "杯", "quantity": "1"}]}, "lines.0.quantity", "invalid"),
        ({"lines": [{"title": "", "quantity": 1}]}, "lines.0.title", "blank"),
        ({"lines": [{"quantity": 1}]}, "lines.0.title", "required"),
        ({"lines": [{"title": "杯", "quantity": 1}] * 201}, "lines", "max_length"),
        ({"lines": [{"line_key": "#1", "title": "杯", "quantity": 1}]}, "lines.0.line_key", "invalid"),
        ({"lines": [{"line_key": "1", "title": "杯", "quantity": 1}] * 2}, "lines", "repeated_line_key"),
        (
            {"lines": [{"line_key": "1", "title": "杯", "quantity": 1}, {"title": "盖", "quantity": 1}]},
            "lines", "line_key_missing",
        ),
    ],
)  # fmt: skip
def test_a_push_in_the_wrong_shape_is_refused_whole(
    columns: dict[str, Any], field: str, code: str, erp: Program
) -> None:
    answer = erp.post(PUSH, {"orders": [pushed_order("100001"), {**pushed_order("100002"), **columns}]})

    assert answer.status_code == 400
    assert fields_of(answer) == {f"orders.1.{field}": code}
    assert not Order.objects.exists()
    assert not ImportBatch.objects.exists()


@pytest.mark.parametrize(
    ("missing", "code"), [(["platform_state"], "state_missing"), (["placed_at", "paid_at"], "time_missing")]
)
def test_a_pushed_order_says_its_state_and_a_time(missing: list[str], code: str, erp: Program) -> None:
    order = {name: value for name, value in pushed_order().items() if name not in missing}

    answer = erp.post(PUSH, {"orders": [order]})

    assert answer.status_code == 400
    assert fields_of(answer) == {"orders.0": code}


@pytest.mark.parametrize(
    ("orders", "field", "code"),
    [
        ([], "orders", "min_length"),
        ([pushed_order(str(100000 + nth), lines=[]) for nth in range(501)], "orders", "max_length"),
        ([pushed_order(), pushed_order()], "orders", "repeated_number"),
        (None, "orders", "null"),
        ([None], "orders.0", "null"),
        (["100001"], "orders.0", "invalid"),
        (
            [pushed_order(str(100000 + nth), lines=[{"title": "杯", "quantity": 1}] * 200) for nth in range(26)],
            "orders", "too_many_lines",
        ),
    ],
)  # fmt: skip
def test_a_push_has_bounds(orders: Any, field: str, code: str, erp: Program) -> None:
    answer = erp.post(PUSH, {"orders": orders})

    assert answer.status_code == 400
    assert fields_of(answer) == {field: code}
    assert not ImportBatch.objects.exists()


def test_a_push_costs_the_same_statements_whatever_its_size(erp: Program) -> None:
    def statements(first: int, size: int) -> int:
        orders = [pushed_order(str(first + nth)) for nth in range(size)]
        with CaptureQueriesContext(connection) as captured:
            assert set(_verdicts(erp, *orders)) == {"new"}
        return len(captured)

    statements(100_000, 1)

    assert statements(200_000, 4) == statements(300_000, 8)


def test_the_action_itself_refuses_what_its_door_would(
    lin: User, pia: User, qinghe: Store, fengdu: Store, at: Any
) -> None:
    order = PushedOrder("1", exported_at=at(2026, 11, 21), values={"paid_at": at(2026, 11, 21)})

    with pytest.raises(NotAllowed):
        push_orders(qinghe.pk, [order], by=Actor.of(pia))
    with pytest.raises(NotFound):
        push_orders(fengdu.pk, [order], by=Actor.of(lin))
    with pytest.raises(Invalid):
        push_orders(qinghe.pk, [], by=Actor.of(lin))
    with pytest.raises(Invalid):
        push_orders(qinghe.pk, [order, order], by=Actor.of(lin))

    assert not ImportBatch.objects.exists()


def test_a_push_cannot_be_changed_or_taken_back_by_other_methods(erp: Program) -> None:
    _push(erp, pushed_order())
    before = json.dumps(erp.get(PUSH).json())

    for method in ("PUT", "PATCH", "DELETE"):
        answer = erp.call(method, f"{PUSH}{NUMBER}/", {"state": "done", "total_amount": "0.00"})
        assert (answer.status_code, code_of(answer)) == (405, "method_not_allowed")

    assert json.dumps(erp.get(PUSH).json()) == before
