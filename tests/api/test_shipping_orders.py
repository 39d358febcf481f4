"""The verbs of shipping orders through the API."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from apps.audit.queries import timeline_of
from apps.orders.models import Reason, ShippingOrder
from apps.org.models import Store
from tests.api.conftest import PARCELS, Program, code_of, fields_of

Make = Callable[..., ShippingOrder]


def test_confirming_moves_the_order_and_says_who_and_where_from(erp: Program, an_order: Make) -> None:
    parcel = an_order()

    answer = erp.post(f"{PARCELS}{parcel.number}/confirm/")

    assert answer.status_code == 200
    assert (answer.json()["number"], answer.json()["state"]) == (parcel.number, "confirmed")
    assert answer.json()["confirmed_at"] is not None
    (change,) = timeline_of(ShippingOrder.objects.get())
    assert (change.verb, change.actor, change.source) == ("orders.shippingorder.confirm", "Lin", "api")


@pytest.mark.rule("ORD-08", "ORD-12")
@pytest.mark.parametrize(
    "columns",
    [
        {"state": "confirmed"},
        {"state": "shipped"},
        {"state": "cancelled"},
        {"mapped": False},
        {"platform_state": "wait_pay"},
    ],
)
def test_what_cannot_be_confirmed_is_a_conflict_with_its_reason(
    columns: dict[str, Any], erp: Program, an_order: Make
) -> None:
    parcel = an_order(**columns)

    answer = erp.post(f"{PARCELS}{parcel.number}/confirm/")

    assert (answer.status_code, code_of(answer)) == (409, "illegal_move")
    assert answer.json()["message"]
    assert ShippingOrder.objects.get().state == parcel.__dict__["state"]
    assert timeline_of(ShippingOrder.objects.get()) == []


def test_a_hold_stops_a_confirmation_until_it_is_cleared(erp: Program, an_order: Make) -> None:
    parcel = an_order()
    until = timezone.now() + dt.timedelta(hours=2)

    held = erp.post(f"{PARCELS}{parcel.number}/hold/", {"note": "等颜色", "release_at": until.isoformat()})

    assert held.status_code == 200
    assert [reason["code"] for reason in held.json()["open_reasons"]] == ["manual_hold"]
    reason = Reason.objects.get()
    assert (reason.note, reason.release_at) == ("等颜色", until)
    refused = erp.post(f"{PARCELS}{parcel.number}/confirm/")
    assert (refused.status_code, code_of(refused)) == (409, "illegal_move")


def test_a_hold_may_have_no_end(erp: Program, an_order: Make) -> None:
    parcel = an_order()

    assert erp.post(f"{PARCELS}{parcel.number}/hold/", {"note": "等", "release_at": None}).status_code == 200

    assert Reason.objects.get().release_at is None


def test_holding_twice_is_a_conflict(erp: Program, an_order: Make) -> None:
    parcel = an_order()
    erp.post(f"{PARCELS}{parcel.number}/hold/", {"note": "等"})

    again = erp.post(f"{PARCELS}{parcel.number}/hold/", {"note": "再等"})

    assert (again.status_code, code_of(again)) == (409, "conflict")
    assert Reason.objects.get().note == "等"


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ({}, "note", "required"),
        ({"note": " "}, "note", "blank"),
        ({"note": None}, "note", "null"),
        ({"note": "x" * 201}, "note", "max_length"),
        ({"note": ["x"]}, "note", "invalid"),
        ({"note": "x", "release_at": "soon"}, "release_at", "invalid"),
        ({"note": "x", "until": "2026-12-01"}, "until", "unknown_field"),
        ([], "", "invalid"),
        ("x", "", "invalid"),
        (7, "", "invalid"),
    ],
)
def test_a_hold_says_why_in_the_right_shape(body: Any, field: str, code: str, erp: Program, an_order: Make) -> None:
    parcel = an_order()

    answer = erp.post(f"{PARCELS}{parcel.number}/hold/", body)

    assert answer.status_code == 400
    assert fields_of(answer) == {field: code}
    assert not Reason.objects.exists()


def test_a_release_time_in_the_past_is_refused_by_the_business(erp: Program, an_order: Make) -> None:
    parcel = an_order()

    answer = erp.post(f"{PARCELS}{parcel.number}/hold/", {"note": "x", "release_at": "2026-01-01T00:00:00+08:00"})

    assert (answer.status_code, code_of(answer)) == (422, "release_in_the_past")
    assert not Reason.objects.exists()


@pytest.mark.parametrize("body", [[], "x", 7, {"state": "shipped"}, {"by": 1}])
def test_a_confirmation_takes_no_words(body: Any, erp: Program, an_order: Make) -> None:
    parcel = an_order()

    answer = erp.post(f"{PARCELS}{parcel.number}/confirm/", body)

    assert answer.status_code == 400
    assert ShippingOrder.objects.get().state == "imported"


def test_state_store_and_totals_cannot_be_written_by_any_method(erp: Program, an_order: Make, fengdu: Store) -> None:
    parcel = an_order()
    body = {"state": "shipped", "store": fengdu.pk, "paid_amount": "0.00", "quantity": 0}

    for method in ("PUT", "PATCH", "DELETE", "POST"):
        answer = erp.call(method, f"{PARCELS}{parcel.number}/", body)
        assert (answer.status_code, code_of(answer)) == (405, "method_not_allowed")
        assert answer["Allow"] == "GET"

    row = ShippingOrder.objects.get()
    assert (row.state, row.store_id, str(row.paid_amount), row.quantity) == ("imported", parcel.store_id, "128.00", 1)
    assert timeline_of(row) == []
