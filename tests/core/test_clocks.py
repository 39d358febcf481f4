"""When something is late: minutes run through the night, working days do not, and the last instant is still in time."""

import datetime as dt
from collections.abc import Callable

import pytest

from apps.core.clocks import Clock, is_overdue

At = Callable[..., dt.datetime]
MINUTE = dt.timedelta(minutes=1)


@pytest.mark.rule("ORD-02")
def test_minutes_run_through_nights_and_weekends(at: At) -> None:
    ten = Clock(rule="ORD-02", minutes=10)

    assert ten.due_at(at(2026, 11, 21, 23, 55)) == at(2026, 11, 22, 0, 5)
    assert ten.distance == 10 * MINUTE


def test_working_days_begin_after_the_day_of_the_event_and_pass_over_weekends_and_days_off(at: At) -> None:
    two = Clock(rule="WHS-50", working_days=2)
    friday = at(2026, 11, 20, 9)

    assert two.due_at(friday) == at(2026, 11, 24, 23, 59, 59)
    assert two.due_at(friday, {dt.date(2026, 11, 23): False}) == at(2026, 11, 25, 23, 59, 59)
    assert two.due_at(friday, {dt.date(2026, 11, 21): True}) == at(2026, 11, 23, 23, 59, 59)


def test_a_working_day_may_end_at_an_hour_of_its_own(at: At) -> None:
    assert Clock(rule="X", working_days=1, at=dt.time(18)).due_at(at(2026, 11, 23, 20)) == at(2026, 11, 24, 18)


def test_a_late_hour_in_another_zone_belongs_to_the_next_day_in_shanghai() -> None:
    event = dt.datetime(2026, 11, 22, 17, tzinfo=dt.UTC)

    due = Clock(rule="X", working_days=1).due_at(event)

    assert due.date() == dt.date(2026, 11, 24)


def test_the_deadlines_own_instant_is_in_time_and_without_a_deadline_nothing_is_late(at: At) -> None:
    due = at(2026, 11, 21, 14)

    assert [is_overdue(due, now) for now in (due - MINUTE, due, due + MINUTE)] == [False, False, True]
    assert not is_overdue(None, due)


@pytest.mark.parametrize("counts", [{}, {"minutes": 5, "working_days": 1}])
def test_a_clock_counts_one_thing(counts: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="either minutes or working days"):
        Clock(rule="X", **counts)


def test_a_naive_instant_is_refused_and_working_days_have_no_length() -> None:
    naive = dt.datetime(2026, 11, 21, 14)  # noqa: DTZ001 - what is refused

    for clock in (Clock(rule="X", minutes=1), Clock(rule="X", working_days=1)):
        with pytest.raises(ValueError):  # noqa: PT011 - Python's own sentence
            clock.due_at(naive)
    with pytest.raises(ValueError, match="no length"):
        _ = Clock(rule="X", working_days=1).distance
