"""Months as their first day: settlement months, contract months, settlement years."""

import calendar
import datetime as dt
from dataclasses import dataclass

from apps.contracts.rules.readings import YearReading

MONTHS_A_YEAR = 12


def month_of(day: dt.date) -> dt.date:
    """The first day of a day's month."""
    return day.replace(day=1)


def month_after(month: dt.date, count: int = 1) -> dt.date:
    """The first day of the month `count` months later; negative counts back."""
    index = month.year * MONTHS_A_YEAR + month.month - 1 + count
    return dt.date(index // MONTHS_A_YEAR, index % MONTHS_A_YEAR + 1, 1)


def last_day(month: dt.date) -> dt.date:
    """The last day of a month."""
    return month.replace(day=calendar.monthrange(month.year, month.month)[1])


def day_in(month: dt.date, day: int) -> dt.date:
    """The given day of a month, or its last day when the month is shorter."""
    return month.replace(day=min(day, last_day(month).day))


def months_between(first: dt.date, second: dt.date) -> int:
    """How many months the second month lies after the first."""
    return (second.year - first.year) * MONTHS_A_YEAR + second.month - first.month


@dataclass(frozen=True, slots=True)
class SettlementYear:
    """The months over which receipts are added up. first, last: their first days. is_first: the contract's own first."""

    first: dt.date
    last: dt.date
    is_first: bool


def settlement_year(effective_from: dt.date, month: dt.date, reading: YearReading) -> SettlementYear:
    """The year to which a settlement month belongs.

    By the calendar, or twelve months each from the month in which the contract began. Rule: AMB-02.
    """
    if reading == YearReading.CALENDAR:
        first = month.replace(month=1)
        return SettlementYear(first, month.replace(month=MONTHS_A_YEAR), first.year == effective_from.year)
    begun = months_between(effective_from, month) // MONTHS_A_YEAR
    first = month_after(month_of(effective_from), begun * MONTHS_A_YEAR)
    return SettlementYear(first, month_after(first, MONTHS_A_YEAR - 1), begun == 0)


def contract_month_beginning_in(effective_from: dt.date, month: dt.date) -> int:
    """Which contract month begins in a settlement month: 1 in the month of the effective day; less than 1 before it.

    Contract month 1 runs from the effective day d to the day before d of the next month, and so on. Rule: AMB-08.
    """
    return months_between(effective_from, month) + 1
