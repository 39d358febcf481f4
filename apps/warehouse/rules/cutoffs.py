"""The warehouse's day: until when an order still goes out today, and when it has waited too long."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from apps.core.calendar import ONE_DAY, SHANGHAI, business_day, day_bounds, is_working_day, next_working_day

Exceptions = Mapping[dt.date, bool] | None
INSTANT = dt.timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class CutOffs:
    """The clock of one warehouse's day, Shanghai time. Each moment is the first that is too late.

    order_by: orders confirmed before it go out the same day (WHS-01). fetch_by: goods are off the shelves (WHS-03).
    pack_by: picking and packing are finished (WHS-04). final_by: the day's last parcel is out (WHS-14, AMB-47).
    rests: rest days are no shipping days; otherwise every day is one (AMB-49).
    """

    order_by: dt.time = dt.time(14)
    fetch_by: dt.time = dt.time(15)
    pack_by: dt.time = dt.time(16)
    final_by: dt.time = dt.time(18)
    rests: bool = False

    @property
    def in_order(self) -> bool:
        """Whether the day's moments follow each other."""
        return self.order_by < self.fetch_by < self.pack_by <= self.final_by


def shipping_day(confirmed_at: dt.datetime, cutoffs: CutOffs, exceptions: Exceptions = None) -> dt.date:
    """The day on which an order goes out: its own when it was confirmed before the cut-off, else the next.

    exceptions: the company's own calendar, day → works; asked only when rest days are no shipping days. Refuses naive
    instants. Rules: WHS-01, AMB-47; example EX-81.
    """
    day = business_day(confirmed_at)
    if confirmed_at.astimezone(SHANGHAI).time() >= cutoffs.order_by:
        day += ONE_DAY
    return next_working_day(day, exceptions) if cutoffs.rests else day


def cutoff_instant(day: dt.date, cutoffs: CutOffs) -> dt.datetime:
    """The instant before which an order must be confirmed to go out on this shipping day."""
    return dt.datetime.combine(day, cutoffs.order_by, SHANGHAI)


class Waiting(StrEnum):
    """How long a paid order has waited."""

    IN_TIME = "in_time"
    WARNING = "warning"
    BREACH = "breach"


@dataclass(frozen=True, slots=True)
class ShipClock:
    """From payment to the carrier: hours until a warning, hours until a breach (WHS-15). rests: as in `CutOffs`."""

    warn_hours: int = 24
    breach_hours: int = 48
    rests: bool = False

    def warns_at(self, paid_at: dt.datetime, exceptions: Exceptions = None) -> dt.datetime:
        """From this instant on the order is a warning."""
        return self._after(paid_at, self.warn_hours, exceptions)

    def breaches_after(self, paid_at: dt.datetime, exceptions: Exceptions = None) -> dt.datetime:
        """The last instant that is still in time."""
        return self._after(paid_at, self.breach_hours, exceptions)

    def standing(self, paid_at: dt.datetime, now: dt.datetime, exceptions: Exceptions = None) -> Waiting:
        """How it stands now. Rules: WHS-15, AMB-49; example EX-77."""
        if now > self.breaches_after(paid_at, exceptions):
            return Waiting.BREACH
        return Waiting.WARNING if now >= self.warns_at(paid_at, exceptions) else Waiting.IN_TIME

    def warned_if_paid_until(self, now: dt.datetime, exceptions: Exceptions = None) -> dt.datetime:
        """Orders paid until this instant are a warning at `now`: `warns_at` read backwards, for whole sets."""
        return self._before(now, self.warn_hours, exceptions)

    def late_if_paid_before(self, now: dt.datetime, exceptions: Exceptions = None) -> dt.datetime:
        """Orders paid before this instant are in breach at `now`: `breaches_after` read backwards."""
        limit = self._before(now, self.breach_hours, exceptions)
        if not self.rests:
            return limit
        # While the clock stands still, whoever ran out of time when it stopped is late already.
        stands_still = not is_working_day(business_day(now - INSTANT), exceptions)
        return limit + INSTANT if stands_still else _without_rest_before(limit, exceptions)

    def _before(self, end: dt.datetime, hours: int, exceptions: Exceptions) -> dt.datetime:
        business_day(end)
        if not self.rests:
            return end - dt.timedelta(hours=hours)
        return _working_hours_before(end, dt.timedelta(hours=hours), exceptions)

    def _after(self, start: dt.datetime, hours: int, exceptions: Exceptions) -> dt.datetime:
        business_day(start)
        if not self.rests:
            return start + dt.timedelta(hours=hours)
        return _working_hours_after(start, dt.timedelta(hours=hours), exceptions)


def _working_hours_after(start: dt.datetime, left: dt.timedelta, exceptions: Exceptions) -> dt.datetime:
    """Clock hours of working days alone: a rest day stops the clock from midnight to midnight."""
    at = start
    while True:
        day = business_day(at)
        _begin, end = day_bounds(day)
        if is_working_day(day, exceptions):
            if at + left <= end:
                return at + left
            left -= end - at
        at = end


def _without_rest_before(at: dt.datetime, exceptions: Exceptions) -> dt.datetime:
    """The same limit where the clock stood still until it: whoever paid on those rest days is just in time as well."""
    begin, _end = day_bounds(business_day(at))
    while at == begin and not is_working_day(business_day(at) - ONE_DAY, exceptions):
        at = begin = begin - ONE_DAY
    return at


def _working_hours_before(end: dt.datetime, left: dt.timedelta, exceptions: Exceptions) -> dt.datetime:
    """The latest start from which so many clock hours of working days are over at `end`."""
    at = end
    while True:
        begin, _end = day_bounds(business_day(at - INSTANT))
        if is_working_day(business_day(begin), exceptions):
            if at - left >= begin:
                return at - left
            left -= at - begin
        at = begin
