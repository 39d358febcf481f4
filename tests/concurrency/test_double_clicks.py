"""The same click twice, and a buyer who calls off while somebody picks: once is once, and no goods stay behind."""

import uuid
from collections.abc import Callable

import pytest
from django.db.models import F

from apps.core.errors import DomainError, Invalid
from apps.core.invariants import broken
from apps.orders.actions import cancel_shipping_order
from apps.orders.models import ShippingOrder
from apps.org.actors import SYSTEM
from apps.org.models import Warehouse
from apps.warehouse.actions import (
    Counted,
    Dispatched,
    confirm_pick,
    confirm_rest,
    count_piece,
    dispatch_shipments,
    finish_wave,
    open_shipment,
    plan_wave,
    scan_item,
    start_wave,
    take_out_ended,
)
from apps.warehouse.models import Carrier, CheckLine, Handover, PickLine, Shipment, StockBalance, StockMove, Wave
from tests.concurrency.hands import at_once

pytestmark = pytest.mark.django_db(transaction=True)
Orders = Callable[..., list[ShippingOrder]]
Picked = Callable[..., tuple[Wave, list[ShippingOrder]]]


@pytest.fixture
def walking(reserved: Orders, warehouse: Warehouse) -> Callable[[int], tuple[Wave, list[ShippingOrder]]]:
    """A wave that is being picked, with its orders."""

    def make(count: int) -> tuple[Wave, list[ShippingOrder]]:
        orders = reserved(count)
        wave = plan_wave(warehouse.pk, pks=[order.pk for order in orders], by=SYSTEM)
        return start_wave(wave.pk, by=SYSTEM), orders

    return make


@pytest.mark.rule("WHS-03")
def test_a_double_click_on_plan_makes_one_wave(reserved: Orders, warehouse: Warehouse) -> None:
    orders = [order.pk for order in reserved(5)]

    results = at_once([lambda: plan_wave(warehouse.pk, pks=orders, by=SYSTEM)] * 2)

    refused = [each for each in results if isinstance(each, Invalid)]
    assert [each.code for each in refused] == ["nothing_to_pick"]
    assert Wave.objects.get().orders.count() == 5
    assert broken() == []


@pytest.mark.rule("WHS-06")
def test_a_double_click_on_hand_over_makes_one_handover_and_the_goods_leave_once(
    picked: Picked, packed: Callable[..., Shipment], yto: Carrier
) -> None:
    _wave, orders = picked(3)
    parcels = [packed(order).pk for order in orders]

    results = at_once([lambda: dispatch_shipments(parcels, yto.pk, by=SYSTEM)] * 2)

    gone = sorted(len(each.done) for each in results if isinstance(each, Dispatched))
    assert gone == [0, 3]
    assert Handover.objects.get().parcels == 3
    assert StockMove.objects.filter(kind="shipment").count() == 3
    assert broken() == []


@pytest.mark.rule("WHS-22")
def test_one_scan_of_the_walk_that_arrives_twice_counts_one_piece(
    walking: Callable[[int], tuple[Wave, list[ShippingOrder]]],
) -> None:
    wave, _orders = walking(5)
    line = wave.lines.get()

    results = at_once([lambda: count_piece(line.pk, seen=0, by=SYSTEM)] * 4)

    assert sorted(each.is_new for each in results if isinstance(each, Counted)) == [False, False, False, True]
    assert PickLine.objects.get(pk=line.pk).counted_quantity == 1


def test_control_without_what_the_screen_showed_each_arrival_counts(
    walking: Callable[[int], tuple[Wave, list[ShippingOrder]]],
) -> None:
    wave, _orders = walking(5)
    rows = PickLine.objects.filter(wave=wave)

    at_once([lambda: rows.update(counted_quantity=F("counted_quantity") + 1)] * 4)

    assert rows.get().counted_quantity == 4


def test_control_without_a_key_of_the_beep_its_repetition_is_taken_for_another_piece(picked: Picked) -> None:
    _wave, (order,) = picked(1)
    parcel = open_shipment(order.pk, by=SYSTEM)

    results = at_once([lambda: scan_item(parcel.pk, "QH-000", key=uuid.uuid4(), by=SYSTEM)] * 3)

    assert sorted(getattr(each, "code", "") for each in results if isinstance(each, DomainError)) == ["too_many"] * 2
    assert CheckLine.objects.get(shipment=parcel).scanned_quantity == 1


def test_an_order_that_is_called_off_while_its_stop_is_picked_leaves_and_its_goods_are_free(
    walking: Callable[[int], tuple[Wave, list[ShippingOrder]]],
) -> None:
    wave, orders = walking(4)
    line = wave.lines.get()

    results = at_once(
        [
            lambda: confirm_pick(line.pk, 4, by=SYSTEM),
            lambda: cancel_shipping_order(orders[0].pk, reason="买家取消", by=SYSTEM),
            take_out_ended,
            take_out_ended,
        ]
    )
    take_out_ended()
    confirm_rest(wave.pk, by=SYSTEM)
    finish_wave(wave.pk, by=SYSTEM)

    assert [each for each in results if isinstance(each, DomainError) and each.code != "too_many"] == []
    assert wave.orders.filter(taken_out_at__isnull=True).count() == 3
    assert StockBalance.objects.values_list("on_hand", "reserved").get() == (4, 3)
    assert broken() == []
