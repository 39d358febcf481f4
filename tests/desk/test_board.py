"""The cut-off board: four clocks, waves and bins of one warehouse, and what it says when there is nothing."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import override

from apps.audit.context import signed
from apps.desk.queries.board import Today, today_of
from apps.desk.rules.cutoff_board import Clock, batch_day, clocks_of
from apps.orders.models import Reason, ShippingOrder
from apps.org.actors import SYSTEM, Actor
from apps.org.models import Store, User, Warehouse, WarehouseGrant
from apps.warehouse.actions import plan_wave
from apps.warehouse.models import Bin, CutOff
from apps.warehouse.rules.cutoffs import CutOffs

Browse = Callable[..., Client]
Make = Callable[..., ShippingOrder]
Orders = Callable[..., list[ShippingOrder]]
At = Callable[..., dt.datetime]
NOTHING = dict.fromkeys(("to_confirm", "short", "to_plan", "walking", "bench", "packed"), 0)


@pytest.fixture
def confirmed(an_order: Make) -> Callable[..., ShippingOrder]:
    """An order that was confirmed at an instant: `confirmed(at(2026, 11, 21, 13, 59), "packed")`."""

    def make(confirmed_at: dt.datetime, state: str = "confirmed") -> ShippingOrder:
        order = an_order(state=state)
        with transaction.atomic(), signed("core.seed", by=SYSTEM):
            ShippingOrder.objects.filter(pk=order.pk).update(confirmed_at=confirmed_at, accepted_at=confirmed_at)
        return order

    return make


def _left(today: Today) -> dict[str, int]:
    return {clock.key: clock.left for clock in today.clocks}


def _clock(key: str, warehouse: Warehouse, now: dt.datetime) -> Clock:
    return next(clock for clock in today_of(warehouse.pk, now).clocks if clock.key == key)


@pytest.mark.rule("WHS-01", "EX-81")
def test_an_order_confirmed_a_minute_before_two_is_left_today_and_one_at_two_is_for_the_next_day(
    warehouse: Warehouse, confirmed: Callable[..., ShippingOrder], at: At
) -> None:
    confirmed(at(2026, 11, 21, 13, 59))
    confirmed(at(2026, 11, 21, 14, 0))

    today = today_of(warehouse.pk, at(2026, 11, 21, 14, 30))

    assert _left(today) == {"order_by": 0, "fetch_by": 1, "pack_by": 1, "final_by": 1}
    assert today.later == 1


@pytest.mark.rule("WHS-03", "WHS-04", "WHS-14")
def test_each_parcel_is_left_before_every_clock_that_it_has_not_passed(
    warehouse: Warehouse, confirmed: Callable[..., ShippingOrder], at: At
) -> None:
    for state in ("imported", "confirmed", "reserved", "packed", "packed", "shipped", "cancelled"):
        confirmed(at(2026, 11, 21, 10), state)

    with override("en"):
        today = today_of(warehouse.pk, at(2026, 11, 21, 15, 30))

    assert _left(today) == {"order_by": 1, "fetch_by": 2, "pack_by": 2, "final_by": 4}
    assert [clock.tone for clock in today.clocks] == ["late", "late", "soon", ""]
    assert today.clocks[3].parts == ("2 packed, to hand over", "2 not there yet")


@pytest.mark.parametrize(
    ("key", "hour", "state"),
    [
        pytest.param("fetch_by", 15, "reserved", marks=pytest.mark.rule("WHS-03")),
        pytest.param("pack_by", 16, "picking", marks=pytest.mark.rule("WHS-04")),
        pytest.param("final_by", 18, "packed", marks=pytest.mark.rule("WHS-14")),
    ],
)
def test_a_clock_is_late_once_its_hour_is_over_and_a_parcel_is_left_before_it(
    warehouse: Warehouse, confirmed: Callable[..., ShippingOrder], *, key: str, hour: int, state: str, at: At
) -> None:
    confirmed(at(2026, 11, 21, 10), state)

    before = _clock(key, warehouse, at(2026, 11, 21, hour - 1, 59, 59))
    after = _clock(key, warehouse, at(2026, 11, 21, hour, 0, 1))

    assert (before.at, before.left, before.tone) == (at(2026, 11, 21, hour), 1, "soon")
    assert (after.left, after.tone) == (1, "late")


@pytest.mark.rule("WHS-03", "WHS-04", "WHS-14")
def test_a_parcel_on_the_bench_was_fetched_and_is_left_before_the_clocks_of_packing_and_of_the_carrier(
    warehouse: Warehouse, picked: Callable[..., Any], reserved: Orders, at: At
) -> None:
    _wave, (on_the_bench,) = picked(1)
    (waiting,) = reserved(1)
    with transaction.atomic(), signed("core.seed", by=SYSTEM):
        both = ShippingOrder.objects.filter(pk__in=[on_the_bench.pk, waiting.pk])
        both.update(confirmed_at=at(2026, 11, 21, 10))

    today = today_of(warehouse.pk, at(2026, 11, 21, 15, 30))

    assert _left(today) == {"order_by": 0, "fetch_by": 1, "pack_by": 2, "final_by": 2}
    assert today.stages == {**NOTHING, "to_plan": 1, "bench": 1}


def test_what_stands_still_is_counted_beside_the_clocks(
    warehouse: Warehouse, confirmed: Callable[..., ShippingOrder], stopped: Callable[..., Reason], at: At
) -> None:
    stopped(confirmed(at(2026, 11, 21, 10)))
    confirmed(at(2026, 11, 19, 10), "packed")

    today = today_of(warehouse.pk, at(2026, 11, 21, 11))

    assert (today.held, today.earlier, today.left) == (1, 1, 1)


@pytest.mark.rule("AMB-49")
def test_over_a_weekend_without_shipping_fridays_evening_is_mondays_batch_and_not_left_over(
    warehouse: Warehouse, confirmed: Callable[..., ShippingOrder], at: At
) -> None:
    times = {
        name: dt.time(hour) for name, hour in (("order_by", 14), ("fetch_by", 15), ("pack_by", 16), ("final_by", 18))
    }
    CutOff.objects.create(
        warehouse=warehouse, effective_from=dt.date(2026, 1, 1), rests=True, reason="we rest", **times
    )
    confirmed(at(2026, 11, 20, 17))
    confirmed(at(2026, 11, 20, 13, 59), "packed")

    monday = today_of(warehouse.pk, at(2026, 11, 23, 9))

    assert (monday.earlier, monday.since) == (1, at(2026, 11, 20, 14))
    assert monday.left == 2


def test_what_is_left_over_can_be_read_on_the_board_order_by_order(
    browse: Browse, noor: User, confirmed: Callable[..., ShippingOrder], at: At
) -> None:
    old, fresh = confirmed(at(2026, 11, 18, 10), "packed"), confirmed(timezone.now())

    page = browse(noor).get("/desk/board/").content.decode()

    assert 'href="#left-over"' in page
    assert f"/desk/orders/{old.pk}/" in page
    assert f"/desk/orders/{fresh.pk}/" not in page


def test_a_held_order_that_nobody_confirmed_is_not_the_warehouses_yet(
    warehouse: Warehouse, confirmed: Callable[..., ShippingOrder], stopped: Callable[..., Reason], at: At
) -> None:
    stopped(confirmed(at(2026, 11, 21, 10), "imported"))

    assert today_of(warehouse.pk, at(2026, 11, 21, 11)).held == 0


@pytest.mark.parametrize("state", ["confirmed", "reserved", "picking", "packed"])
def test_a_held_order_is_counted_once_wherever_it_stands(
    warehouse: Warehouse,
    confirmed: Callable[..., ShippingOrder],
    stopped: Callable[..., Reason],
    at: At,
    state: str,
) -> None:
    stopped(confirmed(at(2026, 11, 21, 10), state))

    today = today_of(warehouse.pk, at(2026, 11, 21, 11))

    assert (today.held, sum(today.stages.values())) == (1, 0)


@pytest.mark.django_db
def test_another_warehouses_orders_are_not_counted(warehouse: Warehouse, an_order: Make, fengdu: Store, at: At) -> None:
    an_order(store=fengdu)

    assert _left(today_of(warehouse.pk, at(2030, 1, 1, 10)))["order_by"] == 0


@pytest.mark.rule("AMB-49")
def test_on_a_rest_day_the_last_shipping_days_batch_is_worked_on() -> None:
    saturday, friday = dt.date(2026, 11, 21), dt.date(2026, 11, 20)

    assert batch_day(saturday, CutOffs(rests=True)) == friday
    assert batch_day(saturday, CutOffs(rests=False)) == saturday


def test_a_clock_without_anything_left_is_done_even_when_its_time_is_over(at: At) -> None:
    clocks = clocks_of(dt.date(2026, 11, 21), CutOffs(), {**NOTHING, "packed": 3}, at(2026, 11, 21, 19))

    assert [clock.tone for clock in clocks] == ["done", "done", "done", "late"]


def test_a_picker_sees_bins_items_and_waves_of_her_warehouse(
    *,
    browse: Browse,
    noor: User,
    reserved: Orders,
    a_bin: Callable[..., Bin],
    in_stock: Callable[..., Any],
    warehouse: Warehouse,
    as_vera: Actor,
) -> None:
    in_stock("QH-000", 10, bin=a_bin("C-07-03"))
    reserved(3, stock=False)
    wave = plan_wave(warehouse.pk, by=as_vera)

    page = browse(noor).get("/desk/board/").content.decode()

    assert "C-07-03" in page
    assert "Zone C" in page
    assert wave.number in page
    assert "0 of 3 picked" in page
    assert "Plan a wave" not in page


def test_the_board_asks_by_itself_for_its_own_part(browse: Browse, noor: User) -> None:
    whole, part = browse(noor).get("/desk/board/"), browse(noor, htmx="board").get("/desk/board/")

    assert 'hx-trigger="every 30s"' in part.content.decode()
    assert "<html" in whole.content.decode()
    assert "<html" not in part.content.decode()


def test_an_empty_board_says_what_comes_next(browse: Browse, noor: User) -> None:
    page = browse(noor).get("/desk/board/").content.decode()

    assert "Nothing to pick right now" in page
    assert "Confirmed orders appear here once their goods are set aside and a wave is planned." in page
    assert page.count("Nothing left") == 4


def test_who_works_in_no_warehouse_is_told_so(browse: Browse, person: Callable[..., User]) -> None:
    page = browse(person("wei", "warehouse")).get("/desk/board/").content.decode()

    assert "You work in no warehouse yet" in page


def test_a_foreign_warehouse_is_not_there(browse: Browse, noor: User, warehouse: Warehouse, fengdu: Store) -> None:
    client = browse(noor)

    answers = [client.get(f"/desk/board/?warehouse={asked}") for asked in (fengdu.warehouse_id, "x", 999_999)]

    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert client.get(f"/desk/board/?warehouse={warehouse.pk}").status_code == 200


def test_who_works_in_two_warehouses_switches_between_them(
    browse: Browse, noor: User, warehouse: Warehouse, fengdu: Store
) -> None:
    WarehouseGrant.objects.create(user=noor, warehouse=fengdu.warehouse)

    page = browse(noor).get(f"/desk/board/?warehouse={fengdu.warehouse_id}").content.decode()

    assert f'href="/desk/board/?warehouse={warehouse.pk}"' in page
    assert f'href="/desk/board/?warehouse={fengdu.warehouse_id}"\n       aria-current="page">西仓' in page


def test_the_board_costs_few_statements_however_much_is_on_it(
    browse: Browse,
    noor: User,
    reserved: Orders,
    warehouse: Warehouse,
    as_vera: Actor,
) -> None:
    client = browse(noor)
    client.get("/desk/board/")
    for _ in range(3):
        reserved(3, lines=2)
        plan_wave(warehouse.pk, by=as_vera)

    with CaptureQueriesContext(
        connection,
    ) as asked:
        client.get("/desk/board/")

    own = [
        one["sql"]
        for one in asked.captured_queries
        if "warehouse_" in one["sql"] or "orders_shippingorder" in one["sql"]
    ]
    assert len(own) <= 5
    assert len(asked.captured_queries) <= 12


def test_the_first_page_of_the_warehouse_shows_clocks_and_waves(
    browse: Browse,
    noor: User,
    reserved: Orders,
    warehouse: Warehouse,
    as_vera: Actor,
) -> None:
    reserved(2)
    wave = plan_wave(warehouse.pk, by=as_vera)

    page = browse(noor).get("/desk/").content.decode()

    assert all(f"{hour}:00 " in page for hour in (14, 15, 16, 18))
    assert wave.number in page
    assert "pick lists open" in page


def test_the_first_page_of_who_works_in_no_warehouse_says_whom_to_ask(
    browse: Browse, person: Callable[..., User]
) -> None:
    page = browse(person("wei", "warehouse")).get("/desk/").content.decode()

    assert "You work in no warehouse yet. Ask the system administrator to give you your warehouse." in page
