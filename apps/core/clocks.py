"""Clocks: when something is due, computed from an event. A clock is data; what follows from it is the caller's."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from apps.core.calendar import SHANGHAI, add_working_days, business_day


@dataclass(frozen=True, slots=True)
class Clock:
    """A deadline as a distance from an event.

    minutes: clock time, nights and weekends included. working_days: whole office days, the day of the event not
    counted; the deadline is the end of the last one, or `at` on it. Exactly one of the two is set. rule: the rule id.
    """

    rule: str
    minutes: int = 0
    working_days: int = 0
    at: dt.time = dt.time(23, 59, 59)

    def __post_init__(self) -> None:
        if bool(self.minutes) == bool(self.working_days):
            raise ValueError("a clock counts either minutes or working days")

    @property
    def distance(self) -> dt.timedelta:
        """The distance of a clock that counts minutes, for a statement that adds it to many events at once."""
        if not self.minutes:
            raise ValueError("working days have no length of their own")
        return dt.timedelta(minutes=self.minutes)

    def due_at(self, event_at: dt.datetime, exceptions: Mapping[dt.date, bool] | None = None) -> dt.datetime:
        """The instant at which the event's follow-up is late. Refuses naive instants."""
        if self.minutes:
            business_day(event_at)
            return event_at + self.distance
        day = add_working_days(business_day(event_at), self.working_days, exceptions)
        return dt.datetime.combine(day, self.at, SHANGHAI)


def is_overdue(due_at: dt.datetime | None, now: dt.datetime) -> bool:
    """Whether the deadline has passed; no deadline is never late. The deadline's own instant is still in time."""
    return due_at is not None and now > due_at
