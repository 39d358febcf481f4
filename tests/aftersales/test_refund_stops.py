"""Money that is asked back while the goods are still in the house: the parcel stops, and goes when somebody says so."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction

from apps.aftersales.actions import approve_refund, cancel_refund, pay_refund, refuse_refund
from apps.aftersales.models import Refund
from apps.audit.context import signed
from apps.core.errors import Conflict, Invalid
from apps.core.invariants import broken
from apps.orders.actions import amend_order, clear_reason
from apps.orders.models import OrderLine, Reason, ShippingOrder
from apps.orders.models.order import MIRROR_VERB
from apps.orders.rules.amendment import Amendment
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


@pytest.mark.parametrize("end", [refuse_refund, cancel_refund])
def test_an_order_goes_on_when_its_last_request_is_refused_or_cancelled(
    reserved: Make, asked: Make, end: Callable[..., Refund]
) -> None:
    (order,) = reserved(1)
    first, second = asked(order, "1.00"), asked(order, "2.00")

    end(first.pk, reason="客户不退了", by=SYSTEM)
    between = open_reasons(order)
    end(second.pk, reason="客户不退了", by=SYSTEM)

    assert [code for code, _note in between] == [Reason.Code.REFUND]
    assert open_reasons(order) == []
    assert order.reasons.get().clear_note == "客户不退了"


def test_what_the_platform_says_is_under_way_stays_stopped(reserved: Make, asked: Make) -> None:
    (order,) = reserved(1)
    with transaction.atomic(), signed(MIRROR_VERB, by=SYSTEM):
        OrderLine.objects.filter(order=order.lead_order).update(refund_state="wait_seller")
    row = asked(order, "1.00")

    cancel_refund(row.pk, reason="客户不退了", by=SYSTEM)

    assert [code for code, _note in open_reasons(order)] == [Reason.Code.REFUND]


def test_what_was_paid_is_not_corrected_to_less_than_goes_back(reserved: Make, asked: Make) -> None:
    (order,) = reserved(1)
    asked(order, "20.00")

    with pytest.raises(Conflict) as refusal:
        amend_order(order.pk, Amendment(paid_amount=Decimal("19.99")), reason="改价", by=SYSTEM)
    amend_order(order.pk, Amendment(paid_amount=Decimal("20.00")), reason="改价", by=SYSTEM)

    assert refusal.value.code == "refunds_stand"
    assert broken() == []


def test_a_refused_request_stops_nothing(reserved: Make, asked: Make) -> None:
    (order,) = reserved(1)

    with pytest.raises(Invalid):
        asked(order, str(order.lead_order.paid_amount + Decimal("0.01")))

    assert open_reasons(order) == []
