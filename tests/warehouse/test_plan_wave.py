"""Planning a wave: who comes along, from which bins, in which order, and in how many statements."""

import datetime as dt
from collections.abc import Callable
from importlib import import_module
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from apps.audit.context import signed
from apps.core.calendar import SHANGHAI
from apps.core.errors import Invalid, NotAllowed, NotFound
from apps.core.invariants import broken
from apps.orders.models import Reason, ShippingOrder
from apps.org.actors import SYSTEM, Actor
from apps.org.models import Store, User, Warehouse
from apps.warehouse.actions import plan_chosen, plan_wave, plan_waves
from apps.warehouse.models import Bin, BinBalance, CutOff, PickLine, Wave, WaveOrder
from apps.warehouse.rules.waves import WaveKind, WaveRule
from tests.warehouse.counting import statements_on_tables

pytestmark = pytest.mark.django_db
Orders = Callable[..., list[ShippingOrder]]
At = Callable[..., dt.datetime]
TIMES = ("order_by", "fetch_by", "pack_by", "final_by")


def _stops(wave: Wave) -> list[tuple[int, str, str, int, str]]:
    rows = PickLine.objects.filter(wave=wave).order_by("position")
    return list(rows.values_list("position", "bin__code", "sku__code", "quantity", "slots"))


def _switch_off_with_goods(code: str) -> None:
    """As it could be done before bins with goods were kept in use."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        Bin.objects.filter(code=code).update(is_active=False)
        cursor.execute("SET LOCAL session_replication_role = origin")


@pytest.mark.rule("WHS-03")
def test_the_walk_passes_each_bin_once_and_says_which_slots_get_how_many(
    reserved: Orders, a_bin: Callable[..., Bin], in_stock: Callable[..., Any], warehouse: Warehouse, as_vera: Actor
) -> None:
    near, far = a_bin("B-01", walk_order=1), a_bin("A-99", walk_order=9)
    in_stock("QH-000", 10, bin=far)
    in_stock("QH-001", 10, bin=near)
    orders = reserved(2, lines=2, stock=False)

    wave = plan_wave(warehouse.pk, by=as_vera)

    assert _stops(wave) == [(1, "B-01", "QH-001", 2, "1×1 2×1"), (2, "A-99", "QH-000", 2, "1×1 2×1")]
    assert [(row.shipping_order_id, row.slot) for row in wave.orders.all()] == [(orders[0].pk, 1), (orders[1].pk, 2)]
    assert set(ShippingOrder.objects.values_list("state", flat=True)) == {"picking"}
    assert BinBalance.objects.get(bin=far).allocated == 2
    assert broken() == []


def test_one_bin_that_can_serve_the_wave_alone_is_preferred_to_several_nearer_ones(
    reserved: Orders, a_bin: Callable[..., Bin], in_stock: Callable[..., Any], warehouse: Warehouse, as_vera: Actor
) -> None:
    for nth, quantity in enumerate([1, 2, 5]):
        in_stock("QH-000", quantity, bin=a_bin(f"A-{nth}", walk_order=nth))
    reserved(4, stock=False)

    wave = plan_wave(warehouse.pk, by=as_vera)

    assert _stops(wave) == [(1, "A-2", "QH-000", 4, "1×1 2×1 3×1 4×1")]


def test_where_no_bin_is_enough_the_fullest_are_emptied_first(
    reserved: Orders, a_bin: Callable[..., Bin], in_stock: Callable[..., Any], warehouse: Warehouse, as_vera: Actor
) -> None:
    for nth, quantity in enumerate([1, 2, 3]):
        in_stock("QH-000", quantity, bin=a_bin(f"A-{nth}", walk_order=nth))
    reserved(5, stock=False)

    wave = plan_wave(warehouse.pk, by=as_vera)

    assert _stops(wave) == [(1, "A-1", "QH-000", 2, "4×1 5×1"), (2, "A-2", "QH-000", 3, "1×1 2×1 3×1")]
    assert broken() == []


def test_the_second_wave_takes_what_the_first_left_in_a_bin(
    reserved: Orders, a_bin: Callable[..., Bin], in_stock: Callable[..., Any], warehouse: Warehouse, as_vera: Actor
) -> None:
    in_stock("QH-000", 2, bin=a_bin("A-0"))
    in_stock("QH-000", 2, bin=a_bin("A-1"))
    reserved(4, stock=False)

    first = plan_wave(warehouse.pk, rule=WaveRule(most_orders=2), by=as_vera)
    second = plan_wave(warehouse.pk, rule=WaveRule(most_orders=2), by=as_vera)

    assert [stop[1] for stop in _stops(first)] == ["A-0"]
    assert [stop[1] for stop in _stops(second)] == ["A-1"]
    assert second.number.endswith("-02")
    assert broken() == []


def test_orders_whose_goods_lie_in_no_open_bin_are_left_and_named(
    reserved: Orders, a_bin: Callable[..., Bin], in_stock: Callable[..., Any], warehouse: Warehouse, as_vera: Actor
) -> None:
    in_stock("QH-000", 1, bin=a_bin("A-0"))
    in_stock("QH-000", 1, bin=a_bin("A-1"))
    first, second = reserved(2, stock=False)
    _switch_off_with_goods("A-1")

    wave = plan_wave(warehouse.pk, by=as_vera)

    assert [row.shipping_order_id for row in wave.orders.all()] == [first.pk]
    assert [left["order"] for left in wave.left_out] == [second.number]
    second.refresh_from_db()
    assert second.state == "reserved"


def test_chosen_orders_that_are_held_stay_reserved_and_are_told_with_the_guards_sentence(
    reserved: Orders, warehouse: Warehouse, as_vera: Actor
) -> None:
    fine, held = reserved(2)
    Reason.objects.create(shipping_order=held, code=Reason.Code.MANUAL_HOLD)

    wave = plan_wave(warehouse.pk, pks=[fine.pk, held.pk], by=as_vera)

    assert [row.shipping_order_id for row in wave.orders.all()] == [fine.pk]
    assert wave.left_out[0]["order"] == held.number
    assert wave.left_out[0]["text"]["en"] == "It has an open exception or hold; clear it first."


@pytest.mark.rule("WHS-17")
def test_a_rule_takes_single_or_several_pieces_and_only_its_stores(
    reserved: Orders, warehouse: Warehouse, qinghe: Store, as_vera: Actor
) -> None:
    (single,) = reserved(1)
    (several,) = reserved(1, lines=2)

    with pytest.raises(Invalid):
        plan_wave(warehouse.pk, rule=WaveRule(store_ids=(qinghe.pk + 1,)), by=as_vera)
    wave = plan_wave(warehouse.pk, rule=WaveRule(kind=WaveKind.MULTI, store_ids=(qinghe.pk,)), by=as_vera)
    other = plan_wave(warehouse.pk, rule=WaveRule(kind=WaveKind.SINGLE), by=as_vera)

    assert [row.shipping_order_id for row in wave.orders.all()] == [several.pk]
    assert [row.shipping_order_id for row in other.orders.all()] == [single.pk]
    assert (wave.kind, other.kind) == ("multi", "single")


def test_an_order_is_never_in_two_open_waves_whoever_asks(
    reserved: Orders, warehouse: Warehouse, as_vera: Actor
) -> None:
    (order,) = reserved(1)
    wave = plan_wave(warehouse.pk, by=as_vera)

    with pytest.raises(Invalid):
        plan_wave(warehouse.pk, pks=[order.pk], by=as_vera)
    with pytest.raises(IntegrityError), transaction.atomic():
        WaveOrder.objects.create(wave=wave, shipping_order=order, slot=99)

    assert Wave.objects.count() == 1


def test_nothing_to_pick_is_a_refusal_that_leaves_no_wave_and_no_number(warehouse: Warehouse, as_vera: Actor) -> None:
    with pytest.raises(Invalid) as refused:
        plan_wave(warehouse.pk, by=as_vera)

    assert refused.value.code == "nothing_to_pick"
    assert Wave.objects.count() == 0


@pytest.mark.usefixtures("english")
def test_when_no_chosen_order_can_be_planned_each_has_its_own_sentence(
    reserved: Orders, a_bin: Callable[..., Bin], in_stock: Callable[..., Any], as_vera: Actor
) -> None:
    in_stock("QH-000", 1, bin=a_bin("A-0"))
    (order,) = reserved(1, stock=False)
    _switch_off_with_goods("A-0")

    choice = plan_chosen([order.pk], by=as_vera)

    assert {pk: str(why) for pk, why in choice.refused.items()} == {
        order.pk: "Its goods lie in no bin that is open for picking."
    }
    assert (choice.waves, choice.done, Wave.objects.count()) == ([], [], 0)


@pytest.mark.usefixtures("english")
def test_a_chosen_order_that_went_to_another_warehouse_meanwhile_does_not_count_as_planned(
    reserved: Orders, fengdu: Store, as_vera: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    stays, goes = reserved(2)

    def moved_first(warehouse_id: int, **how: Any) -> Wave:
        with transaction.atomic(), signed("core.seed", by=SYSTEM):
            ShippingOrder.objects.filter(pk=goes.pk).update(warehouse=fengdu.warehouse)
        return plan_wave(warehouse_id, **how)

    monkeypatch.setattr(import_module("apps.warehouse.actions.plan_chosen"), "plan_wave", moved_first)

    choice = plan_chosen([stays.pk, goes.pk], by=as_vera)

    assert choice.done == [stays.pk]
    assert {pk: str(why) for pk, why in choice.refused.items()} == {
        goes.pk: "It does not wait for a wave, or somebody else is planning it right now."
    }


def test_a_picker_may_not_plan_and_nobody_plans_in_a_foreign_warehouse(
    reserved: Orders, noor: User, fengdu: Store, as_vera: Actor, warehouse: Warehouse
) -> None:
    (order,) = reserved(1)

    with pytest.raises(NotAllowed):
        plan_wave(warehouse.pk, by=Actor.of(noor))
    with pytest.raises(NotFound):
        plan_wave(fengdu.warehouse_id, by=as_vera)

    order.refresh_from_db()
    assert (order.state, Wave.objects.count()) == ("reserved", 0)


def test_a_wave_of_twice_the_orders_takes_the_same_few_statements(reserved: Orders, warehouse: Warehouse) -> None:
    counts = []
    for number in (10, 20):
        reserved(number, lines=3)
        with CaptureQueriesContext(connection) as asked:
            plan_wave(warehouse.pk, rule=WaveRule(most_orders=number), by=SYSTEM)
        counts.append(len(statements_on_tables(asked)))

    assert counts[0] == counts[1] <= 10


@pytest.mark.rule("WHS-03", "WHS-17")
def test_all_waiting_orders_become_waves_in_one_go_each_walked_by_itself(
    reserved: Orders, a_bin: Callable[..., Bin], in_stock: Callable[..., Any], warehouse: Warehouse, as_vera: Actor
) -> None:
    in_stock("QH-000", 2, bin=a_bin("A-01", walk_order=1))
    in_stock("QH-000", 1, bin=a_bin("B-01", walk_order=2))
    in_stock("QH-001", 3, bin=a_bin("C-01", walk_order=3))
    reserved(3, lines=2, stock=False)

    first, second = plan_waves(warehouse.pk, rule=WaveRule(most_orders=2), by=as_vera)

    assert _stops(first) == [(1, "A-01", "QH-000", 2, "1×1 2×1"), (2, "C-01", "QH-001", 2, "1×1 2×1")]
    assert _stops(second) == [(1, "B-01", "QH-000", 1, "1×1"), (2, "C-01", "QH-001", 1, "1×1")]
    assert [wave.number[-2:] for wave in (first, second)] == ["01", "02"]
    assert BinBalance.objects.get(bin__code="C-01").allocated == 3
    assert broken() == []


def test_many_waves_cost_as_many_statements_as_one(reserved: Orders, warehouse: Warehouse) -> None:
    counts = []
    for number in (2, 8):
        reserved(number, lines=2)
        with CaptureQueriesContext(connection) as asked:
            plan_waves(warehouse.pk, rule=WaveRule(most_orders=2), by=SYSTEM)
        counts.append(len(statements_on_tables(asked)))

    assert counts[0] == counts[1] <= 10
    assert Wave.objects.count() == 5


def test_without_a_waiting_order_no_wave_is_planned(warehouse: Warehouse, as_vera: Actor, pia: User) -> None:
    with pytest.raises(Invalid):
        plan_waves(warehouse.pk, rule=WaveRule(), by=as_vera)
    with pytest.raises(NotAllowed):
        plan_waves(warehouse.pk, rule=WaveRule(), by=Actor.of(pia))

    assert not Wave.objects.exists()


def test_orders_of_another_warehouse_are_neither_taken_nor_told(
    reserved: Orders, an_order: Callable[..., ShippingOrder], fengdu: Store, warehouse: Warehouse, as_vera: Actor
) -> None:
    (mine,) = reserved(1)
    foreign = an_order(store=fengdu)

    wave = plan_wave(warehouse.pk, pks=[mine.pk, foreign.pk], by=as_vera)

    assert [row.shipping_order_id for row in wave.orders.all()] == [mine.pk]
    assert wave.left_out == []


@pytest.mark.rule("WHS-01", "AMB-49")
@pytest.mark.parametrize(
    ("confirmed", "rests", "day"),
    [
        (["20 13:59"], False, 20),
        (["20 14:00"], False, 21),
        (["20 14:00", "20 13:00"], False, 20),
        (["18 09:00"], False, 20),
        (["20 14:00"], True, 23),
    ],
)
def test_a_wave_is_for_the_day_on_which_its_first_order_goes_out(
    *, reserved: Orders, warehouse: Warehouse, as_vera: Actor, at: At, confirmed: list[str], rests: bool, day: int
) -> None:
    """20 November 2026 is a Friday; it is half past two."""
    times = {name: dt.time(hour) for name, hour in zip(TIMES, (14, 15, 16, 18), strict=True)}
    CutOff.objects.create(warehouse=warehouse, effective_from=at(2026, 1, 1).date(), rests=rests, reason="x", **times)
    for order, moment in zip(reserved(len(confirmed)), confirmed, strict=True):
        with transaction.atomic(), signed("core.seed", by=SYSTEM):
            when = dt.datetime.strptime(f"2026-11-{moment}", "%Y-%m-%d %H:%M").replace(tzinfo=SHANGHAI)
            ShippingOrder.objects.filter(pk=order.pk).update(confirmed_at=when)

    with time_machine.travel(at(2026, 11, 20, 14, 30), tick=False):
        wave = plan_wave(warehouse.pk, by=as_vera)

    assert (wave.shipping_on, wave.number) == (dt.date(2026, 11, day), "W1120-01")
