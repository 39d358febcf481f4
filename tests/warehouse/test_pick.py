"""Walking a wave: found, short, damaged, taken out, called off, cancelled."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.utils.translation import override

from apps.core.errors import Conflict, Invalid, NotAllowed
from apps.core.invariants import broken
from apps.orders.actions import cancel_shipping_order, hold_shipping_order
from apps.orders.models import ShippingOrder
from apps.org.actors import SYSTEM, Actor
from apps.org.models import User, Warehouse
from apps.warehouse.actions import (
    cancel_wave,
    close_finished_waves,
    confirm_pick,
    confirm_rest,
    dispatch_shipments,
    finish_wave,
    open_shipment,
    plan_wave,
    scan_item,
    start_wave,
    take_out,
    take_out_ended,
)  # fmt: skip
from apps.warehouse.actions.release import release_ended
from apps.warehouse.actions.reserve import reserve_waiting
from apps.warehouse.models import Bin, BinBalance, Carrier, PickLine, Shipment, StockMove, Wave, WaveOrder
from apps.workflow.move import IllegalMove

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
Orders = Callable[..., list[ShippingOrder]]
Picked = Callable[..., tuple[Wave, list[ShippingOrder]]]
Balance = Callable[..., tuple[int, int, int]]


@pytest.fixture
def walking(reserved: Orders, warehouse: Warehouse, as_vera: Actor) -> Callable[..., tuple[Wave, list[ShippingOrder]]]:
    """Make a wave under way with its orders."""

    def make(count: int = 1, **columns: Any) -> tuple[Wave, list[ShippingOrder]]:
        orders = reserved(count, **columns)
        return start_wave(plan_wave(warehouse.pk, by=as_vera).pk, by=as_vera), orders

    return make


def _state(order: ShippingOrder) -> str:
    return ShippingOrder.objects.values_list("state", flat=True).get(pk=order.pk)


def _allocated() -> int:
    return sum(BinBalance.objects.values_list("allocated", flat=True))


@pytest.mark.rule("WHS-03")
def test_a_wave_is_picked_when_every_stop_was_confirmed(walking: Picked, noor: User) -> None:
    wave, _orders = walking(2)
    (line,) = wave.lines.all()

    with pytest.raises(IllegalMove, match="not picked yet"):
        finish_wave(wave.pk, by=Actor.of(noor))
    confirm_pick(line.pk, 2, by=Actor.of(noor))
    wave = finish_wave(wave.pk, by=Actor.of(noor))

    line.refresh_from_db()
    assert (wave.state, line.picked_quantity, line.picked_by_id) == ("picked", 2, noor.pk)


def test_a_wave_walked_on_paper_is_confirmed_as_listed_in_one_go(
    walking: Picked, as_noor: Actor, django_assert_max_num_queries: Any
) -> None:
    wave, _orders = walking(3)

    with django_assert_max_num_queries(12):
        assert confirm_rest(wave.pk, by=as_noor) == 1

    (line,) = wave.lines.all()
    assert (line.picked_quantity, line.picked_by_id) == (3, as_noor.id)
    assert confirm_rest(wave.pk, by=as_noor) == 0
    assert finish_wave(wave.pk, by=as_noor).state == "picked"


def test_a_stop_that_was_short_stays_short_when_the_rest_is_confirmed(walking: Picked, as_noor: Actor) -> None:
    wave, _orders = walking(2)
    (line,) = wave.lines.all()
    confirm_pick(line.pk, 1, by=as_noor, reason="少了")

    assert confirm_rest(wave.pk, by=as_noor) == 0

    line.refresh_from_db()
    assert (line.picked_quantity, line.short_reason) == (1, "少了")


def test_the_rest_is_confirmed_only_while_the_wave_is_walked_and_by_who_may_pick(
    reserved: Orders, warehouse: Warehouse, as_vera: Actor, pia: User
) -> None:
    reserved(1)
    wave = plan_wave(warehouse.pk, by=as_vera)

    with pytest.raises(IllegalMove, match="not being picked now"):
        confirm_rest(wave.pk, by=as_vera)
    with pytest.raises(NotAllowed):
        confirm_rest(wave.pk, by=Actor.of(pia))

    assert not PickLine.objects.filter(picked_at__isnull=False).exists()


def test_a_stop_that_is_confirmed_twice_is_confirmed_once(walking: Picked, as_noor: Actor) -> None:
    wave, _orders = walking(2)
    (line,) = wave.lines.all()
    confirm_pick(line.pk, 2, by=as_noor)

    confirm_pick(line.pk, 2, by=as_noor)
    with pytest.raises(Conflict):
        confirm_pick(line.pk, 1, by=as_noor, reason="少了")

    line.refresh_from_db()
    assert line.picked_quantity == 2


@pytest.mark.parametrize(
    ("wanted", "first", "then", "sentence"),
    [
        (1, 1, 0, "This stop was picked already, with 1 piece."),
        (2, 2, 1, "This stop was picked already, with 2 pieces."),
        (1, None, 2, "This stop is for 1 piece; you cannot pick 2."),
        (2, None, 3, "This stop is for 2 pieces; you cannot pick 3."),
    ],
)
def test_a_refusal_counts_one_piece_in_the_singular(
    walking: Picked, as_noor: Actor, *, wanted: int, first: int | None, then: int, sentence: str
) -> None:
    wave, _orders = walking(wanted)
    line = wave.lines.get()
    if first is not None:
        confirm_pick(line.pk, first, by=as_noor)

    with pytest.raises((Conflict, Invalid)) as refused:
        confirm_pick(line.pk, then, by=as_noor, reason="少了")

    with override("en"):
        assert str(refused.value.sentence) == sentence


@pytest.mark.parametrize(("quantity", "code"), [(3, "too_many"), (-1, "too_many"), (1, "reason_missing")])
def test_more_than_wanted_or_fewer_without_a_reason_changes_nothing(
    walking: Picked, as_noor: Actor, quantity: int, code: str
) -> None:
    wave, orders = walking(2)
    (line,) = wave.lines.all()

    with pytest.raises(Invalid) as refused:
        confirm_pick(line.pk, quantity, by=as_noor)

    line.refresh_from_db()
    assert refused.value.code == code
    assert (line.picked_at, [_state(order) for order in orders]) == (None, ["picking", "picking"])


def test_a_short_pick_takes_the_newest_orders_out_and_writes_the_missing_pieces_off(
    walking: Picked, as_noor: Actor, balance: Balance
) -> None:
    wave, (old, middle, new) = walking(3)
    (line,) = wave.lines.all()

    confirm_pick(line.pk, 2, by=as_noor, reason="库位少一件")

    line.refresh_from_db()
    assert [_state(order) for order in (old, middle, new)] == ["picking", "picking", "confirmed"]
    assert (line.quantity, line.picked_quantity, line.slots, line.short_reason) == (2, 2, "1×1 2×1", "库位少一件")
    assert balance() == (2, 2, 0)
    move = StockMove.objects.get(subject_type="warehouse.pickline")
    assert (move.quantity, move.kind, move.user_id) == (-1, "adjustment", as_noor.id)
    gone = WaveOrder.objects.get(shipping_order=new)
    assert (gone.taken_out_reason, gone.taken_out_by_id, _allocated()) == ("库位少一件", as_noor.id, 2)
    assert broken() == []


@pytest.mark.rule("WHS-21")
def test_damaged_pieces_go_to_the_bin_for_defects(
    walking: Picked, as_noor: Actor, a_bin: Callable[..., Bin], balance: Balance
) -> None:
    wave, _orders = walking(2)
    (line,) = wave.lines.all()
    with pytest.raises(Invalid) as refused:
        confirm_pick(line.pk, 1, by=as_noor, reason="破损", damaged=True)
    assert refused.value.code == "no_defects_bin"
    a_bin("D-01", kind="defects")

    confirm_pick(line.pk, 1, by=as_noor, reason="破损", damaged=True)

    assert balance() == (1, 1, 1)
    assert broken() == []


def test_a_short_pick_never_writes_off_what_others_have_set_aside(
    walking: Picked, reserved: Orders, as_noor: Actor, warehouse: Warehouse, balance: Balance
) -> None:
    wave, (order,) = walking(1)
    (line,) = wave.lines.all()
    cancel_shipping_order(order.pk, reason="买家取消", by=SYSTEM)
    release_ended()
    reserved(1, stock=False)

    confirm_pick(line.pk, 0, by=as_noor, reason="没有货")

    assert balance() == (1, 1, 0)
    assert _allocated() == 0
    assert broken() == []


@pytest.mark.rule("WHS-10", "WHS-13")
def test_an_order_that_is_taken_out_frees_its_goods_and_is_served_anew(
    picked: Picked, as_noor: Actor, warehouse: Warehouse, balance: Balance
) -> None:
    wave, (first, second) = picked(2)
    parcel = open_shipment(second.pk, by=as_noor)

    take_out(second.pk, reason="颜色不对", by=as_noor)

    line = PickLine.objects.get(wave=wave)
    parcel.refresh_from_db()
    assert (_state(first), _state(second), parcel.state) == ("picking", "confirmed", "cancelled")
    assert (line.quantity, line.slots, _allocated(), balance()) == (1, "1×1", 1, (2, 1, 0))
    reserve_waiting(warehouse.pk)
    assert _state(second) == "reserved"
    assert broken() == []


def test_what_went_out_stays_on_its_stop_when_another_order_is_taken_out(
    picked: Picked, packed: Callable[..., Shipment], yto: Carrier, as_noor: Actor, as_vera: Actor
) -> None:
    wave, (gone, _waiting, damaged) = picked(3)
    dispatch_shipments([packed(gone).pk], yto.pk, by=as_noor)

    take_out(damaged.pk, reason="破损", by=as_vera)

    assert wave.lines.values_list("quantity", "slots", "picked_quantity").get() == (2, "1×1 2×1", 3)
    assert broken() == []


def test_taking_out_needs_a_reason_and_an_order_in_the_warehouses_hands(
    reserved: Orders, picked: Picked, as_noor: Actor, as_lin: Actor
) -> None:
    _wave, (inside,) = picked(1)
    (waiting,) = reserved(1)

    with pytest.raises(Invalid):
        take_out(inside.pk, reason=" ", by=as_noor)
    with pytest.raises(IllegalMove):
        take_out(waiting.pk, reason="错", by=as_noor)
    with pytest.raises(NotAllowed):
        take_out(inside.pk, reason="错", by=as_lin)

    assert (_state(inside), _state(waiting), _allocated()) == ("picking", "reserved", 1)


def test_a_held_order_stays_at_the_bench_until_somebody_takes_it_out(picked: Picked, as_noor: Actor) -> None:
    _wave, (order,) = picked(1)
    hold_shipping_order(order.pk, note="等客户确认", by=SYSTEM)

    parcel = open_shipment(order.pk, by=as_noor)

    with pytest.raises(IllegalMove, match="open exception or hold"):
        scan_item(parcel.pk, "QH-000", key=uuid.uuid4(), by=as_noor)
    take_out(order.pk, reason="客户要求暂缓", by=as_noor)

    assert (_state(order), _allocated()) == ("confirmed", 0)
    assert broken() == []


def test_an_order_that_was_called_off_leaves_its_wave_by_the_clock(
    picked: Picked, as_noor: Actor, balance: Balance
) -> None:
    wave, (first, second) = picked(2)
    parcel = open_shipment(second.pk, by=as_noor)
    cancel_shipping_order(second.pk, reason="买家取消", by=SYSTEM)

    assert take_out_ended() == 1
    assert take_out_ended() == 0

    parcel.refresh_from_db()
    assert (_state(second), parcel.state, _allocated(), balance()) == ("cancelled", "cancelled", 1, (2, 1, 0))
    assert WaveOrder.objects.get(shipping_order=second).taken_out_at is not None
    assert (_state(first), wave.state) == ("picking", "picked")
    assert broken() == []


def test_a_cancelled_wave_gives_all_its_orders_and_bins_back(walking: Picked, as_vera: Actor, as_noor: Actor) -> None:
    wave, orders = walking(2)

    with pytest.raises(NotAllowed):
        cancel_wave(wave.pk, reason="错", by=as_noor)
    wave = cancel_wave(wave.pk, reason="拣货员请假", by=as_vera)

    assert wave.state == "cancelled"
    assert [_state(order) for order in orders] == ["confirmed", "confirmed"]
    assert _allocated() == 0
    assert broken() == []


def test_a_picked_wave_is_not_cancelled_any_more(picked: Picked, as_vera: Actor) -> None:
    wave, (order,) = picked(1)

    with pytest.raises(IllegalMove):
        cancel_wave(wave.pk, reason="错", by=as_vera)

    assert _state(order) == "picking"


def test_a_wave_is_closed_when_no_order_of_it_is_left(shipped: Orders, picked: Picked, as_noor: Actor) -> None:
    shipped(1)
    waiting, _orders = picked(1)

    assert close_finished_waves().done == [Wave.objects.exclude(pk=waiting.pk).get().pk]
    assert close_finished_waves().done == []

    waiting.refresh_from_db()
    assert waiting.state == "picked"
    assert Shipment.objects.get().state == "dispatched"
