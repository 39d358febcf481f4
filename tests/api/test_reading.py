"""Orders out: what a program reads, and what it never gets to see."""

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.audit.context import signed
from apps.orders.models import Reason, ShippingOrder
from apps.org.actors import SYSTEM
from apps.org.models import Store, User
from apps.stores.models import Sku
from tests.api.conftest import PARCELS, PUSH, Program, code_of, fields_of, pushed_order

Make = Callable[..., ShippingOrder]


def _numbers(answer: Any) -> list[str]:
    return [row["number"] for row in answer.json()["results"]]


def test_an_order_is_told_whole_and_its_money_as_text(erp: Program, a_sku: Callable[..., Sku]) -> None:
    a_sku("QH-001")
    erp.post(PUSH, {"orders": [pushed_order()]})

    order = erp.get(f"{PUSH}2611210000000000001/").json()

    assert (order["number"], order["state"], order["currency"]) == ("2611210000000000001", "wait_ship", "CNY")
    assert (order["goods_amount"], order["total_amount"], order["refund_amount"]) == ("118.00", "128.00", None)
    assert (order["buyer_masked"], order["receiver_masked"], order["phone_masked"]) == ("t**", "沈**", "138****1234")
    assert (order["province"], order["city"], order["district"]) == ("浙江省", "杭州市", "西湖区")
    assert order["placed_at"] == "2026-11-21T09:12:33+08:00"
    (line,) = order["lines"]
    assert (line["title"], line["quantity"], line["sku"]) == ("保温杯", 2, "QH-001")


def test_a_buyer_s_plain_data_and_free_texts_never_leave(erp: Program, a_sku: Callable[..., Sku]) -> None:
    a_sku("QH-001")
    erp.post(PUSH, {"orders": [pushed_order(buyer_message="打 13800001234", seller_memo="沈知夏 催")]})
    parcel = ShippingOrder.objects.get()

    paths = [PUSH, f"{PUSH}2611210000000000001/", PARCELS, f"{PARCELS}{parcel.number}/"]
    told = "".join(erp.get(path).content.decode() for path in paths)
    told += erp.post(f"{PARCELS}{parcel.number}/hold/", {"note": "等"}).content.decode()

    assert told.count("138****1234") == 5
    for plain in ("13800001234", "沈知夏", "文三路", "tidepool88"):
        assert plain not in told


def test_a_shipping_order_is_told_with_its_open_reasons(erp: Program, an_order: Make) -> None:
    parcel = an_order(lines=2)
    with transaction.atomic(), signed("orders.reason.hold", by=SYSTEM):
        Reason.objects.create(shipping_order=parcel, code="manual_hold", note="秘密", release_at=None)
        Reason.objects.create(shipping_order=parcel, code="refund", cleared_at=timezone.now())

    told = erp.get(f"{PARCELS}{parcel.number}/").json()

    assert (told["state"], told["warehouse"], told["quantity"], told["paid_amount"]) == ("imported", "WH1", 2, "128.00")
    assert told["order_number"] == parcel.lead_order.number
    assert [(line["line_key"], line["sku"]) for line in told["lines"]] == [
        (f"{parcel.lead_order.number}-0", "QH-000"),
        (f"{parcel.lead_order.number}-1", "QH-001"),
    ]
    assert [(reason["code"], reason["rule"]) for reason in told["open_reasons"]] == [("manual_hold", None)]
    assert "秘密" not in json.dumps(told, ensure_ascii=False)


@pytest.mark.parametrize("path", [PUSH, PARCELS])
def test_pages_join_without_gap_or_overlap(path: str, erp: Program, an_order: Make) -> None:
    made = [an_order() for _each in range(7)]
    # Three of them at the same instant: the key decides.
    instant = made[0].placed_at
    with transaction.atomic(), signed("core.seed", by=SYSTEM):
        ShippingOrder.objects.filter(pk__in=[parcel.pk for parcel in made[2:5]]).update(placed_at=instant)

    seen: list[str] = []
    cursor = ""
    for _page in range(4):
        answer = erp.get(path, page_size=2, **({"cursor": cursor} if cursor else {})).json()
        seen += [row["number"] for row in answer["results"]]
        cursor = answer["next_cursor"]

    assert cursor is None
    assert len(seen) == len(set(seen)) == 7
    assert seen == _numbers(erp.get(path))


@pytest.mark.parametrize("size", ["0", "201", "1000000000", "-1", "many", ""])
def test_a_page_has_between_1_and_200_rows(size: str, erp: Program) -> None:
    answer = erp.get(PUSH, page_size=size)

    assert answer.status_code == 400
    assert list(fields_of(answer)) == ["page_size"]


@pytest.mark.parametrize(
    "cursor",
    [
        "x", "%00", "\0", "A" * 120, "A" * 121, "é",
        *(base64.urlsafe_b64encode(raw).decode() for raw in (
            b"garbage~1", b"2026-11-21T00:00:00~1", b"2026-11-21T00:00:00+08:00~x",
            b"2026-11-21T00:00:00+08:00~" + b"9" * 19,
            b"0001-01-01T00:00:00+14:00~1", b"\xff\xfe~1", b"~1", b"2026-11-21T00:00:00+08:00~-1",
        )),
    ],
)  # fmt: skip
def test_a_bent_cursor_is_refused(cursor: str, erp: Program) -> None:
    answer = erp.get(PUSH, cursor=cursor)

    assert answer.status_code == 400
    assert list(fields_of(answer)) == ["cursor"]


def test_filters_narrow_the_list(erp: Program) -> None:
    noon = "2026-11-01T12:00:00+08:00"
    orders = [
        pushed_order("100001", platform_state="done"),
        pushed_order("100002", placed_at=noon),
        pushed_order("100003"),
    ]
    assert erp.post(PUSH, {"orders": orders}).status_code == 200
    (parcel,) = ShippingOrder.objects.filter(lead_order__number="100003")
    erp.post(f"{PARCELS}{parcel.number}/hold/", {"note": "等"})

    assert _numbers(erp.get(PUSH, state="done")) == ["100001"]
    assert _numbers(erp.get(PUSH, number="100003")) == ["100003"]
    assert _numbers(erp.get(PUSH, number="1000")) == []
    assert _numbers(erp.get(PUSH, placed_before="2026-11-01T12:00:01+08:00")) == ["100002"]
    assert _numbers(erp.get(PUSH, placed_before=noon)) == []
    assert _numbers(erp.get(PUSH, placed_after=noon, placed_before="2026-11-01T12:00:01")) == ["100002"]
    assert len(_numbers(erp.get(PARCELS, state="imported"))) == 2
    assert _numbers(erp.get(PARCELS, state="shipped")) == []
    assert _numbers(erp.get(PARCELS, number=parcel.number)) == [parcel.number]
    assert _numbers(erp.get(PARCELS, placed_before="2026-11-02T00:00:00")) == [
        ShippingOrder.objects.get(lead_order__number="100002").number
    ]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"stat": "done"}, "stat"),
        ({"state": "shippped"}, "state"),
        ({"store": "FD"}, "store"),
        ({"store_id": "1"}, "store_id"),
        ({"ordering": "phone"}, "ordering"),
        ({"placed_after": "yesterday"}, "placed_after"),
        ({"placed_after": "1999-12-31T00:00:00Z"}, "placed_after"),
        ({"placed_before": "9999-12-31T23:59:59-12:00"}, "placed_before"),
        ({"number": "1\0"}, "number"),
        ({"number": "'; --"}, "number"),
        ({"lead_order__contact__phone_hash": "1"}, "lead_order__contact__phone_hash"),
        ({"state": ["done", "closed"]}, "state"),
    ],
)
def test_a_filter_that_is_not_offered_is_named(query: dict[str, Any], field: str, erp: Program) -> None:
    answer = erp.get(PUSH, **query)

    assert answer.status_code == 400
    assert list(fields_of(answer)) == [field]


def test_foreign_and_missing_records_look_the_same(erp: Program, an_order: Make, fengdu: Store) -> None:
    foreign = an_order(number="900009", store=fengdu)

    orders = [erp.get(f"{PUSH}{number}/") for number in ("900009", "900008", "x" * 200, "a%00b", "%ED%A0%80")]
    parcels = [erp.get(f"{PARCELS}{number}/") for number in (foreign.number, "FH-NONE")]
    verbs = [erp.post(f"{PARCELS}{number}/confirm/") for number in (foreign.number, "FH-NONE")]
    holds = [erp.post(f"{PARCELS}{number}/hold/", {"note": "x"}) for number in (foreign.number, "FH-NONE")]

    answers = [*orders, *parcels, *verbs, *holds]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1
    assert code_of(answers[0]) == "not_found"
    assert "900009" not in erp.get(PUSH).content.decode()
    assert foreign.number not in erp.get(PARCELS).content.decode()


def test_a_mistyped_address_is_answered_in_json(erp: Program) -> None:
    for path in ("/api/v1/orders", "/api/v1/", "/api/v1/nothing/", "/api/v1/orders/1/lines/"):
        answer = erp.get(path)
        assert (answer.status_code, code_of(answer)) == (404, "not_found")


@pytest.mark.parametrize("path", [PUSH, PARCELS])
def test_a_page_costs_the_same_statements_whatever_its_size(path: str, erp: Program, an_order: Make) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert erp.get(path).status_code == 200
        return len(captured)

    for _each in range(3):
        an_order(lines=2)
    of_three = statements()
    for _each in range(3):
        an_order(lines=3)

    assert statements() == of_three
    assert of_three <= 8


def test_a_picker_sees_parcels_of_her_warehouse_but_no_orders(
    program: Callable[..., Program], noor: User, an_order: Make
) -> None:
    parcel = an_order()

    scanner = program(noor)

    assert _numbers(scanner.get(PARCELS)) == [parcel.number]
    assert scanner.get(PUSH).status_code == 403
