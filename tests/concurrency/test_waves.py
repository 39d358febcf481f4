"""Many hands in one warehouse: disjoint waves, one scan a beep, and a parcel that is either sent or called off."""

import sys
import threading
import uuid
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

import pytest
from django.db import transaction

from apps.core.errors import DomainError
from apps.core.invariants import broken
from apps.documents.models import Document
from apps.orders.actions import cancel_shipping_order
from apps.orders.models import ShippingOrder
from apps.org.actors import SYSTEM, Actor
from apps.org.models import Warehouse
from apps.warehouse.actions import (
    confirm_pick,
    dispatch_shipments,
    issue_pick_list,
    open_shipment,
    pass_scan_check,
    plan_once,
    plan_wave,
    scan_item,
    start_wave,
    take_out,
    take_out_ended,
)
from apps.warehouse.actions.open_shipment import open_parcels
from apps.warehouse.actions.plan_wave import Claimed
from apps.warehouse.actions.release import release_ended
from apps.warehouse.models import BinBalance, Carrier, CheckLine, PickLine, Shipment, StockBalance, Wave, WaveOrder
from apps.warehouse.rules.waves import WaveRule
from tests.concurrency.hands import PATIENCE, at_once, told_at_once, until_somebody_waits_for_a_lock

pytestmark = pytest.mark.django_db(transaction=True)
CLERKS, ORDERS = 8, 80
Orders = Callable[..., list[ShippingOrder]]
Picked = Callable[..., tuple[Wave, list[ShippingOrder]]]


def test_clerks_who_plan_from_one_pool_get_disjoint_waves(reserved: Orders, warehouse: Warehouse) -> None:
    orders = reserved(ORDERS)
    rule = WaveRule(most_orders=ORDERS // CLERKS)

    waves = at_once([lambda: plan_wave(warehouse.pk, rule=rule, by=SYSTEM)] * CLERKS)

    assert [wave for wave in waves if not isinstance(wave, Wave)] == []
    assert sorted(WaveOrder.objects.values_list("shipping_order", flat=True)) == sorted(order.pk for order in orders)
    assert {wave.orders.count() for wave in waves if isinstance(wave, Wave)} == {ORDERS // CLERKS}
    assert sum(BinBalance.objects.values_list("allocated", flat=True)) == ORDERS
    assert broken() == []


def test_one_form_that_arrives_four_times_at_once_plans_one_wave(
    reserved: Orders, warehouse: Warehouse, as_vera: Actor
) -> None:
    reserved(10)
    rule, key = WaveRule(most_orders=2), uuid.uuid4()

    def press() -> list[str]:
        planned = plan_once(warehouse.pk, lambda: [plan_wave(warehouse.pk, rule=rule, by=as_vera)], by=as_vera, key=key)
        return [wave.number for wave in planned]

    answers = at_once([press] * 4)

    assert answers == [[Wave.objects.get().number]] * 4
    assert ShippingOrder.objects.filter(state="reserved").count() == 8
    assert broken() == []


def test_four_presses_at_once_take_one_number_for_a_pick_list(
    reserved: Orders, warehouse: Warehouse, as_vera: Actor
) -> None:
    reserved(2)
    wave = plan_wave(warehouse.pk, by=as_vera)

    papers = at_once([lambda: issue_pick_list(wave.pk, by=as_vera).number] * 4)

    assert papers == [Document.objects.get().number] * 4


def _two_clerks_have_claimed(monkeypatch: pytest.MonkeyPatch, warehouse: Warehouse) -> list[object]:
    """Both plan; neither goes on before both have chosen their orders."""
    both = threading.Barrier(2, timeout=PATIENCE)
    module = sys.modules[plan_wave.__module__]
    look: Any = vars(module)["_without_bin"]

    def pause(warehouse_id: int, orders: Sequence[int]) -> list[int]:
        both.wait()
        return list(look(warehouse_id, orders))

    monkeypatch.setattr(module, "_without_bin", pause)
    rule = WaveRule(most_orders=5)
    return at_once([lambda: plan_wave(warehouse.pk, rule=rule, by=SYSTEM)] * 2)


def test_two_clerks_at_the_very_same_moment_both_get_a_full_wave(
    reserved: Orders, warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    reserved(10)

    waves = _two_clerks_have_claimed(monkeypatch, warehouse)

    assert [wave.orders.count() for wave in waves if isinstance(wave, Wave)] == [5, 5]
    assert WaveOrder.objects.values("shipping_order").distinct().count() == 10


def test_control_without_the_claim_both_choose_the_same_orders_and_one_leaves_with_nothing(
    reserved: Orders, warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    reserved(10)
    module = sys.modules[plan_wave.__module__]

    def careless(orders: Any, most: int) -> dict[int, Claimed]:
        rows = orders.order_by("pk").values_list("pk", "number", "confirmed_at")[:most]
        return {pk: Claimed(number, confirmed_at) for pk, number, confirmed_at in rows}

    monkeypatch.setattr(module, "_claimed", careless)

    waves = _two_clerks_have_claimed(monkeypatch, warehouse)

    assert sum(isinstance(wave, Wave) for wave in waves) == 1
    assert ShippingOrder.objects.filter(state="reserved").count() == 5


def test_one_beep_that_arrives_on_two_connections_counts_once(picked: Picked) -> None:
    _wave, (order,) = picked(1)
    parcel, key = open_shipment(order.pk, by=SYSTEM), uuid.uuid4()

    results = at_once([lambda: scan_item(parcel.pk, "QH-000", key=key, by=SYSTEM)] * 6)

    assert [result for result in results if not isinstance(result, CheckLine)] == []
    assert CheckLine.objects.get(shipment=parcel).scanned_quantity == 1


def test_a_parcel_is_handed_over_or_called_off_and_its_goods_are_let_go_once(
    picked: Picked, packed: Callable[..., Shipment], yto: Carrier
) -> None:
    _wave, orders = picked(6)
    parcels = [packed(order) for order in orders]

    for order, parcel in zip(orders, parcels, strict=True):
        handed, called = at_once(
            [
                lambda pk=parcel.pk: dispatch_shipments([pk], yto.pk, by=SYSTEM),
                lambda pk=order.pk: cancel_shipping_order(pk, reason="买家取消", by=SYSTEM),
            ]
        )
        is_gone = not isinstance(handed, DomainError) and bool(handed.done)
        assert is_gone is isinstance(called, DomainError)
    take_out_ended()
    sent = ShippingOrder.objects.filter(state="shipped").count()

    assert sent + ShippingOrder.objects.filter(state="cancelled").count() == 6
    release_ended()
    assert StockBalance.objects.values_list("on_hand", "reserved").get() == (6 - sent, 0)
    assert BinBalance.objects.values_list("quantity", "allocated").get() == (6 - sent, 0)
    assert broken() == []


def test_an_order_called_off_while_its_stop_is_picked_leaves_its_wave_and_its_goods_are_free(
    reserved: Orders, warehouse: Warehouse, as_vera: Actor
) -> None:
    orders = reserved(6)
    waves = [start_wave(plan_wave(warehouse.pk, pks=[each.pk], by=as_vera).pk, by=as_vera) for each in orders]

    for order, wave in zip(orders, waves, strict=True):
        line = PickLine.objects.get(wave=wave)
        _picked, called = at_once(
            [
                lambda pk=line.pk: confirm_pick(pk, 1, by=SYSTEM),
                lambda pk=order.pk: cancel_shipping_order(pk, reason="买家取消", by=SYSTEM),
            ]
        )
        assert not isinstance(called, Exception)

    _nobody_holds_anything(orders)


def test_an_order_called_off_while_it_is_scanned_is_not_packed_and_its_goods_are_free(
    picked: Picked, as_vera: Actor
) -> None:
    _wave, orders = picked(6)
    parcels = [open_shipment(order.pk, by=as_vera) for order in orders]

    for order, parcel in zip(orders, parcels, strict=True):
        _scanned, called = at_once(
            [
                lambda pk=parcel.pk: scan_item(pk, "QH-000", key=uuid.uuid4(), by=SYSTEM),
                lambda pk=order.pk: cancel_shipping_order(pk, reason="买家取消", by=SYSTEM),
            ]
        )
        assert not isinstance(called, Exception)
        with pytest.raises(DomainError):
            pass_scan_check(parcel.pk, by=as_vera, weight_grams=500)

    _nobody_holds_anything(orders)
    assert not Shipment.objects.filter(state__in=["ready", "dispatched"]).exists()


def _nobody_holds_anything(orders: Sequence[ShippingOrder]) -> None:
    """After the sweeps the cancelled orders are in no wave, and all their goods are on the shelf and free."""
    take_out_ended()
    release_ended()
    assert set(ShippingOrder.objects.values_list("state", flat=True)) == {"cancelled"}
    assert not WaveOrder.objects.filter(taken_out_at__isnull=True).exists()
    assert StockBalance.objects.values_list("on_hand", "reserved").get() == (len(orders), 0)
    assert BinBalance.objects.values_list("quantity", "allocated").get() == (len(orders), 0)
    assert broken() == []


@pytest.mark.parametrize("is_labelled", [False, True])
def test_a_parcel_is_not_opened_for_an_order_that_is_just_leaving_the_bench(
    picked: Picked, as_vera: Actor, is_labelled: bool
) -> None:
    _wave, (order,) = picked(1)
    if is_labelled:
        open_parcels([order.pk])

    # Whoever takes the order out holds it and asks for new parcels then; waiting with the parcel held would be a circle.
    with transaction.atomic():
        list(ShippingOrder.objects.filter(pk=order.pk).locked())
        meanwhile = told_at_once(lambda: open_shipment(order.pk, by=as_vera))
        take_out(order.pk, reason="破损", by=as_vera)
    later = told_at_once(lambda: open_shipment(order.pk, by=as_vera))

    # What a parcel holds is written down when it is opened; the order may be corrected from now on.
    assert (meanwhile, later) == (["busy"], ["illegal_move"])
    assert not Shipment.objects.exclude(state="cancelled").exists()
    assert not CheckLine.objects.exists()


def test_an_order_that_leaves_the_bench_takes_its_new_parcel_along(
    picked: Picked, as_vera: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    _wave, (order,) = picked(1)
    module, begun = sys.modules[open_shipment.__module__], threading.Event()

    def pause(orders: Sequence[int]) -> None:
        begun.set()
        until_somebody_waits_for_a_lock()
        open_parcels(orders)

    def leave() -> None:
        assert begun.wait(PATIENCE)
        take_out(order.pk, reason="破损", by=as_vera)

    monkeypatch.setattr(module, "open_parcels", pause)
    told = told_at_once(lambda: open_shipment(order.pk, by=as_vera), leave)

    assert told == ["done", "done"]
    assert Shipment.objects.get().state == "cancelled"
    assert broken() == []


def test_two_devices_that_scan_one_order_get_one_parcel(picked: Picked, as_vera: Actor) -> None:
    _wave, (order,) = picked(1)

    parcels = at_once([lambda: open_shipment(order.pk, by=as_vera).number] * 4)

    assert parcels == [Shipment.objects.get().number] * 4


def test_pickers_packers_and_planners_never_wait_in_a_circle(
    reserved: Orders, warehouse: Warehouse, as_vera: Actor
) -> None:
    reserved(30, lines=3)
    waves = [plan_wave(warehouse.pk, rule=WaveRule(most_orders=6), by=as_vera) for _ in range(3)]
    for wave in waves:
        start_wave(wave.pk, by=as_vera)
    lines = list(PickLine.objects.filter(wave__in=waves).order_by("-pk"))
    inside = list(WaveOrder.objects.filter(wave__in=waves).order_by("-pk").values_list("shipping_order_id", flat=True))

    acts = [lambda: _leave(inside[::4]), lambda: _pick_one_less(lines), lambda: _plan_twice(warehouse)]

    results = at_once(acts)

    assert results == [None, None, None]
    assert broken() == []


def _pick_one_less(lines: Sequence[PickLine]) -> None:
    for line in lines:
        wanted = PickLine.objects.get(pk=line.pk).quantity
        if wanted:
            with suppress(DomainError):  # somebody took an order out in between
                confirm_pick(line.pk, wanted - 1, by=SYSTEM, reason="少一件")


def _leave(orders: Sequence[int]) -> None:
    for order in orders:
        with suppress(DomainError):  # it left with a short pick
            take_out(order, reason="改地址", by=SYSTEM)


def _plan_twice(warehouse: Warehouse) -> None:
    for _ in range(2):
        plan_wave(warehouse.pk, rule=WaveRule(most_orders=6), by=SYSTEM)
