"""The promised time of an order: how long after its payment it is with the carrier at the latest."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from apps.core.calendar import ONE_DAY, Exceptions, business_day, day_bounds, is_working_day

INSTANT = dt.timedelta(microseconds=1)


class Waiting(StrEnum):
    """How long a paid order has waited."""

    IN_TIME = "in_time"
    WARNING = "warning"
    BREACH = "breach"


@dataclass(frozen=True, slots=True)
class ShipClock:
    """From payment to the carrier: hours until a warning, hours until a breach (WHS-15).

    rests: rest days stop the clock from midnight to midnight; otherwise its hours are those of the clock (AMB-49).
    """

    warn_hours: int = 24
    breach_hours: int = 48
    rests: bool = False

    def warns_at(self, paid_at: dt.datetime, exceptions: Exceptions = None) -> dt.datetime:
        """From this instant on the order is a warning."""
        return self._after(paid_at, self.warn_hours, exceptions)

    @property
    def distance(self) -> dt.timedelta:
        """From payment to the promised time, for a statement that adds it to many payments at once; rest days apart."""
        return dt.timedelta(hours=self.breach_hours)

    def breaches_after(self, paid_at: dt.datetime, exceptions: Exceptions = None) -> dt.datetime:
        """The promised time (最晚发货时间): the last instant that is still in time."""
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
