"""What the floors below know about a month of work, for many people in one statement each."""

import datetime as dt
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.db import connection
from django.db.models import Count, F, Q

from apps.core.calendar import ONE_DAY, SHANGHAI, is_working_day
from apps.core.models import CalendarException
from apps.core.money import rounded
from apps.orders.models import ShippingOrder
from apps.org.models import Absence, Warehouse
from apps.staff.models import ScoreItem
from apps.staff.rules.months import last_day, month_bounds, next_month
from apps.warehouse.models import CutOff
from apps.warehouse.queries.cutoffs import company_cutoffs
from apps.warehouse.rules.cutoffs import CutOffs, shipping_day

# Orders are looked for among those placed in the month or a little before, so that an index can find them.
PLACED_BEFORE = dt.timedelta(days=45)
CONFIRMED_BEFORE = dt.timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Counted:
    """How many of how many were done as they should be."""

    done: int
    of: int

    @property
    def score(self) -> Decimal:
        """The share as a score, 0 to 100 with two places. Asked only where something was to be done."""
        return rounded(Decimal(self.done) * 100 / self.of)


def contacted_in_time(month: dt.date, user_ids: Collection[int]) -> dict[int, Counted]:
    """User → buyers whom this person contacted in the month, and how many before the clock ran out. Rule: ORD-02."""
    start, end = month_bounds(month)
    rows = (
        ShippingOrder.objects.filter(
            placed_at__gte=start - PLACED_BEFORE, placed_at__lt=end, contacted_at__gte=start, contacted_at__lt=end,
            contacted_by__in=user_ids, contact_by_at__isnull=False,
        )
        .order_by()
        .values_list("contacted_by")
        .annotate(done=Count("pk", filter=Q(contacted_at__lte=F("contact_by_at"))), of=Count("pk"))
    )  # fmt: skip
    return {user: Counted(done, of) for user, done, of in rows}


SHIPPED = """
    WITH days AS (
        SELECT * FROM unnest(%s::bigint[], %s::date[], %s::time[], %s::timestamptz[], %s::timestamptz[])
            AS d (warehouse_id, day, order_by, due, due_later)
    )
    SELECT s.checked_by_id,
        count(*) FILTER (WHERE s.dispatched_at < CASE
            WHEN (o.confirmed_at AT TIME ZONE 'Asia/Shanghai')::time < d.order_by THEN d.due ELSE d.due_later END),
        count(*)
    FROM warehouse_shipment s
    JOIN orders_shippingorder o ON o.id = s.shipping_order_id
    JOIN days d ON d.warehouse_id = s.warehouse_id AND d.day = (o.confirmed_at AT TIME ZONE 'Asia/Shanghai')::date
    WHERE s.state = 'dispatched' AND s.dispatched_at >= %s AND s.dispatched_at < %s AND s.checked_by_id = ANY(%s)
    GROUP BY s.checked_by_id
"""


def shipped_in_time(month: dt.date, user_ids: Collection[int]) -> dict[int, Counted]:
    """Parcels that each person packed and the carrier took in the month, and how many before the last cut-off.

    A parcel is due on the shipping day of its order's confirmation, before the warehouse's last moment of that day.
    Rules: STF-77, WHS-01, WHS-14.
    """
    start, end = month_bounds(month)
    days = list(zip(*_due_days(month), strict=True)) or [(), (), (), (), ()]
    with connection.cursor() as cursor:
        cursor.execute(SHIPPED, [*map(list, days), start, end, list(user_ids)])
        return {user: Counted(done, of) for user, done, of in cursor.fetchall()}


Due = tuple[int, dt.date, dt.time, dt.datetime, dt.datetime]


def _due_days(month: dt.date) -> Iterator[Due]:
    """For each warehouse and day of confirmation: the cut-off, and until when parcels before and after it are due."""
    exceptions = dict(CalendarException.objects.values_list("day", "is_working"))
    company, first = company_cutoffs(month), month - CONFIRMED_BEFORE
    own: dict[int, list[tuple[dt.date, CutOffs]]] = {pk: [] for pk in Warehouse.objects.values_list("pk", flat=True)}
    for row in CutOff.objects.filter(effective_from__lte=last_day(month)).order_by("warehouse", "effective_from"):
        times = CutOffs(row.order_by, row.fetch_by, row.pack_by, row.final_by, row.rests)
        own[row.warehouse_id].append((row.effective_from, times))
    for warehouse, table in own.items():
        for day in (first + ONE_DAY * nth for nth in range((next_month(month) - first).days)):
            times = next((found for begins, found in reversed(table) if begins <= day), company)
            at = dt.datetime.combine(day, dt.time(), SHANGHAI)
            due = _last_moment(shipping_day(at, times, exceptions), times)
            late = dt.datetime.combine(day, times.order_by, SHANGHAI)
            yield warehouse, day, times.order_by, due, _last_moment(shipping_day(late, times, exceptions), times)


def _last_moment(day: dt.date, times: CutOffs) -> dt.datetime:
    return dt.datetime.combine(day, times.final_by, SHANGHAI)


COUNTS: dict[str, Callable[[dt.date, Collection[int]], dict[int, Counted]]] = {
    ScoreItem.Source.SHIPPED_IN_TIME: shipped_in_time,
    ScoreItem.Source.CONTACTED_IN_TIME: contacted_in_time,
}


def leave_days(month: dt.date, employee_ids: Collection[int]) -> dict[int, int]:
    """Working days of the month on which each employee was away, as their absences say (STF-67, STF-68)."""
    exceptions = dict(CalendarException.objects.values_list("day", "is_working"))
    end = next_month(month)
    rows = Absence.objects.filter(employee__in=employee_ids, days__overlap=(month, end)).values_list("employee", "days")
    counts: dict[int, int] = {}
    for employee, days in rows:
        first, after = max(days.lower or month, month), min(days.upper or end, end)
        away = (first + ONE_DAY * nth for nth in range((after - first).days))
        counts[employee] = counts.get(employee, 0) + sum(is_working_day(day, exceptions) for day in away)
    return counts
