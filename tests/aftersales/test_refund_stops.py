"""Money that is asked back while the goods are still in the house: the parcel stops, and goes when somebody says so."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from apps.aftersales.actions import approve_refund, pay_refund
from apps.core.errors import Invalid
from apps.orders.actions import clear_reason
from apps.orders.models import Reason, ShippingOrder
from apps.org.actors import SYSTEM, Actor
from apps.warehouse.actions import dispatch_shipments
from apps.warehouse.models import Carrier
from apps.workflow.move import IllegalMove

Make = Callable[..., Any]


def open_reasons(order: ShippingOrder) -> list[tuple[str, str]]:
    return list(order.reasons.filter(cleared_at__isnull=True).values_list("code", "note"))


@pytest.mark.rule("ORD-09")
def test_an_order_at_the_bench_is_not_packed_once_its_money_is_asked_back(
    picked: Make, packed: Make, asked: Make, as_lin: Actor
) -> None:
    _wave, (order,) = picked(1)

    asked(order, by=as_lin, reason="不想要了")

    assert open_reasons(order) == [(Reason.Code.REFUND, "不想要了")]
    with pytest.raises(IllegalMove):
        packed(order)


def test_a_closed_parcel_stays_also_when_the_money_has_gone_back_and_goes_when_somebody_clears_it(
    picked: Make, packed: Make, asked: Make, yto: Carrier, as_vera: Actor
) -> None:
    _wave, (order,) = picked(1)
    parcel = packed(order)
    row = asked(order)
    approve_refund(row.pk, by=SYSTEM)
    pay_refund(row.pk, by=SYSTEM)

    stays = dispatch_shipments([parcel.pk], yto.pk, by=as_vera)
    clear_reason(order.reasons.get().pk, note="只退差价", by=SYSTEM)
    goes = dispatch_shipments([parcel.pk], yto.pk, by=as_vera)

    assert (stays.done, list(stays.refused)) == ([], [parcel.pk])
    assert goes.done == [parcel.pk]


def test_what_has_gone_out_is_not_stopped(sent_off: Make, asked: Make) -> None:
    order = sent_off()

    asked(order)

    assert open_reasons(order) == []


def test_a_refused_request_stops_nothing(reserved: Make, asked: Make) -> None:
    (order,) = reserved(1)

    with pytest.raises(Invalid):
        asked(order, str(order.lead_order.paid_amount + Decimal("0.01")))

    assert open_reasons(order) == []
