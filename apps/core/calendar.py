"""Business days and working days: Shanghai's date, China's calendar with make-up days, and a manager's exceptions.

Years that the State Council has not published yet are counted by the estimate of the `holidays` package and reported
by `is_published`, so that nothing stops on 1 January. Seeds speak of "working days" throughout (AMB rows on days).
"""

import datetime as dt
from collections.abc import Mapping
from functools import cache
from zoneinfo import ZoneInfo

import holidays
from django.utils import timezone

SHANGHAI = ZoneInfo("Asia/Shanghai")
LAST_PUBLISHED_YEAR = 2026
ONE_DAY = dt.timedelta(days=1)
# Nothing of ours is of another century; and the last day that Python knows has no next one.
YEARS = range(2000, 2100)
# The company's own calendar: day → works. It wins over the national one.
Exceptions = Mapping[dt.date, bool] | None


def business_day(at: dt.datetime) -> dt.date:
    """The Shanghai date of an instant: the one place where an instant becomes a date. Refuses naive instants."""
    if timezone.is_naive(at):
        raise ValueError("a naive instant has no business day")
    return at.astimezone(SHANGHAI).date()


def today() -> dt.date:
    """The business day now."""
    return business_day(timezone.now())


def day_in(text: str) -> dt.date | None:
    """The day that a field or an address means, written `2026-11-21`; None for anything else."""
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.year in YEARS else None


def day_bounds(day: dt.date) -> tuple[dt.datetime, dt.datetime]:
    """First instant of the Shanghai day and of the next one, for half-open ranges that use an index."""
    start = dt.datetime.combine(day, dt.time(), SHANGHAI)
    return start, dt.datetime.combine(day + ONE_DAY, dt.time(), SHANGHAI)


@cache
def _china(year: int) -> holidays.HolidayBase:
    return holidays.country_holidays("CN", years=year)


@cache
def _is_worked_in_china(day: dt.date) -> bool:
    return bool(_china(day.year).is_working_day(day))


def is_published(year: int) -> bool:
    """Whether that year's holidays and make-up days are official; otherwise they are an estimate."""
    return year <= LAST_PUBLISHED_YEAR


def is_working_day(day: dt.date, exceptions: Exceptions = None) -> bool:
    """Whether the office works that day.

    exceptions: the company's own table, day → works; it wins over the national calendar.
    """
    if exceptions and day in exceptions:
        return exceptions[day]
    return _is_worked_in_china(day)


def add_working_days(start: dt.date, days: int, exceptions: Exceptions = None) -> dt.date:
    """The date `days` working days after `start`; the start itself does not count. Negative counts back."""
    step = ONE_DAY if days >= 0 else -ONE_DAY
    day, left = start, abs(days)
    while left:
        day += step
        left -= is_working_day(day, exceptions)
    return day


def next_working_day(day: dt.date, exceptions: Exceptions = None) -> dt.date:
    """The day itself if it is worked, else the first working day after it."""
    while not is_working_day(day, exceptions):
        day += ONE_DAY
    return day
