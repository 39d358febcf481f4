"""The warehouse's day: until when an order still goes out today."""

import datetime as dt
from dataclasses import dataclass

from apps.core.calendar import ONE_DAY, SHANGHAI, Exceptions, business_day, day_bounds, next_working_day


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


def first_shipping_day(
    confirmed_at: dt.datetime, now: dt.datetime, cutoffs: CutOffs, exceptions: Exceptions = None
) -> dt.date:
    """The day on which orders of which the first was confirmed then can still go out: its own, unless that is over.

    Rules: WHS-01, AMB-49.
    """
    midnight, _next = day_bounds(business_day(now))
    return max(shipping_day(confirmed_at, cutoffs, exceptions), shipping_day(midnight, cutoffs, exceptions))


def cutoff_instant(day: dt.date, cutoffs: CutOffs) -> dt.datetime:
    """The instant before which an order must be confirmed to go out on this shipping day."""
    return dt.datetime.combine(day, cutoffs.order_by, SHANGHAI)
