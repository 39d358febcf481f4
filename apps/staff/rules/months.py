"""A month is the date of its first day."""

import datetime as dt

from apps.core.calendar import ONE_DAY, YEARS, day_bounds

MORE_THAN_A_MONTH = dt.timedelta(days=32)


def month_of(day: dt.date) -> dt.date:
    """The month in which a day lies."""
    return day.replace(day=1)


def next_month(month: dt.date) -> dt.date:
    """The month after."""
    return month_of(month_of(month) + MORE_THAN_A_MONTH)


def previous_month(month: dt.date) -> dt.date:
    """The month before."""
    return month_of(month_of(month) - ONE_DAY)


def last_day(month: dt.date) -> dt.date:
    """Its last day, on which coefficients and pay schemes are looked up."""
    return next_month(month) - ONE_DAY


def month_bounds(month: dt.date) -> tuple[dt.datetime, dt.datetime]:
    """Its first instant in Shanghai and that of the next month, for half-open ranges."""
    return day_bounds(month_of(month))[0], day_bounds(next_month(month))[0]


def month_in(text: str) -> dt.date | None:
    """The month that `2026-10` names, of the years 2000 to 2099; None for anything else."""
    try:
        month = dt.date.fromisoformat(f"{text}-01") if len(text) == len("2026-10") else None
    except ValueError:
        return None
    return month if month is not None and month.year in YEARS else None
