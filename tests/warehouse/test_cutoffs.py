"""The warehouse's day: what goes out today, and what has waited too long."""

import datetime as dt
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.core.calendar import SHANGHAI
from apps.orders.rules.promise import ShipClock, Waiting
from apps.warehouse.rules.cutoffs import CutOffs, cutoff_instant, shipping_day

At = Callable[..., dt.datetime]
MOMENTS = st.integers(0, 60 * 24 * 1_000).map(
    lambda minutes: dt.datetime(2024, 1, 1, tzinfo=SHANGHAI) + dt.timedelta(minutes=minutes)
)


@pytest.mark.rule("EX-81", "WHS-01")
def test_13_59_is_todays_batch_and_14_00_is_the_next_days(at: At) -> None:
    assert shipping_day(at(2026, 11, 20, 13, 59), CutOffs()) == dt.date(2026, 11, 20)
    assert shipping_day(at(2026, 11, 20, 13, 59, 59, 999_999), CutOffs()) == dt.date(2026, 11, 20)
    assert shipping_day(at(2026, 11, 20, 14), CutOffs()) == dt.date(2026, 11, 21)


@pytest.mark.rule("AMB-47")
def test_a_warehouse_with_a_later_cut_off_ships_later_orders_today(at: At) -> None:
    late = CutOffs(order_by=dt.time(17), fetch_by=dt.time(17, 30), pack_by=dt.time(18), final_by=dt.time(19))

    assert shipping_day(at(2026, 11, 20, 16, 59), late) == dt.date(2026, 11, 20)


def test_the_shipping_day_is_shanghais_not_that_of_the_clock_it_was_written_in() -> None:
    late_evening = dt.datetime(2026, 11, 20, 23, 30, tzinfo=dt.UTC)

    assert shipping_day(late_evening, CutOffs()) == dt.date(2026, 11, 21)


@pytest.mark.rule("AMB-49")
def test_a_warehouse_that_rests_ships_fridays_late_orders_on_monday(at: At) -> None:
    assert shipping_day(at(2026, 11, 20, 15), CutOffs(rests=True)) == dt.date(2026, 11, 23)


@pytest.mark.rule("AMB-49")
def test_a_day_that_the_company_works_is_a_shipping_day(at: At) -> None:
    assert shipping_day(at(2026, 11, 20, 15), CutOffs(rests=True), {dt.date(2026, 11, 21): True}) == dt.date(
        2026, 11, 21
    )


def test_a_naive_instant_has_no_shipping_day() -> None:
    with pytest.raises(ValueError, match="naive"):
        shipping_day(dt.datetime(2026, 11, 20, 13), CutOffs())  # noqa: DTZ001 - that is the point


@given(MOMENTS)
def test_an_order_is_always_confirmed_before_the_cut_off_of_its_day_and_not_before_the_one_of_the_day_before(
    confirmed: dt.datetime,
) -> None:
    day = shipping_day(confirmed, CutOffs())

    assert cutoff_instant(day - dt.timedelta(days=1), CutOffs()) <= confirmed < cutoff_instant(day, CutOffs())


def test_the_times_of_a_day_must_follow_each_other() -> None:
    assert CutOffs().in_order
    assert not CutOffs(fetch_by=dt.time(13)).in_order


@pytest.mark.rule("EX-77", "WHS-15", "AMB-49")
def test_an_order_paid_at_nine_is_a_warning_at_nine_the_next_day_and_a_breach_after_nine_the_day_after(at: At) -> None:
    paid, clock = at(2026, 6, 12, 9), ShipClock()

    assert clock.warns_at(paid) == at(2026, 6, 13, 9)
    assert clock.breaches_after(paid) == at(2026, 6, 14, 9)
    assert clock.standing(paid, at(2026, 6, 13, 8, 59, 59)) == Waiting.IN_TIME
    assert clock.standing(paid, at(2026, 6, 13, 9)) == Waiting.WARNING
    assert clock.standing(paid, at(2026, 6, 14, 9)) == Waiting.WARNING
    assert clock.standing(paid, at(2026, 6, 14, 9, 0, 1)) == Waiting.BREACH


@pytest.mark.rule("AMB-49")
def test_where_rest_days_do_not_count_a_friday_order_is_a_warning_on_monday(at: At) -> None:
    assert ShipClock(rests=True).warns_at(at(2026, 11, 20, 9)) == at(2026, 11, 23, 9)


@given(MOMENTS)
def test_rest_days_never_bring_a_deadline_forward(paid: dt.datetime) -> None:
    assert ShipClock(rests=True).breaches_after(paid) >= ShipClock().breaches_after(paid)


@pytest.mark.rule("AMB-49", "WHS-15")
@pytest.mark.parametrize("rests", [False, True])
def test_read_backwards_the_clock_says_the_same_of_every_payment(rests: bool) -> None:
    clock, exceptions = ShipClock(24, 48, rests=rests), {dt.date(2026, 6, 17): False}
    payments = [dt.datetime(2026, 6, 11, 9, tzinfo=SHANGHAI) + dt.timedelta(hours=5 * nth) for nth in range(40)]

    for now in payments[10:]:
        late, warned = clock.late_if_paid_before(now, exceptions), clock.warned_if_paid_until(now, exceptions)
        for paid in payments:
            assert (paid < late) == (clock.breaches_after(paid, exceptions) < now), (paid, now)
            assert (paid <= warned) == (clock.warns_at(paid, exceptions) <= now), (paid, now)
