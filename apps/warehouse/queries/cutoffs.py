"""The clock of a warehouse's day, and how the day stands against it."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, F, Q

from apps.core.calendar import SHANGHAI
from apps.core.models import CalendarException
from apps.orders.models import ShippingOrder
from apps.orders.workflows.shipping_order import ShippingState
from apps.parameters.queries import value_of
from apps.parameters.registry import Parameter
from apps.warehouse import parameters
from apps.warehouse.models import CutOff
from apps.warehouse.rules.cutoffs import CutOffs, ShipClock, cutoff_instant

IN_HAND = [ShippingState.CONFIRMED, ShippingState.RESERVED, ShippingState.PICKING, ShippingState.PACKED]


def cutoffs_of(warehouse_id: int, day: dt.date) -> CutOffs:
    """The warehouse's own times on a day; before it has any, the company's. Rules: WHS-01, WHS-03, WHS-04, AMB-47."""
    own = CutOff.objects.filter(warehouse_id=warehouse_id, effective_from__lte=day).order_by("-effective_from")
    row = own.values_list("order_by", "fetch_by", "pack_by", "final_by", "rests").first()
    return CutOffs(*row) if row else company_cutoffs(day)


def company_cutoffs(day: dt.date) -> CutOffs:
    """The times of warehouses that have none of their own."""
    return CutOffs(
        _time(parameters.ORDER_CUTOFF, day),
        _time(parameters.FETCH_CUTOFF, day),
        _time(parameters.PACK_CUTOFF, day),
        _time(parameters.FINAL_CUTOFF, day),
        value_of(parameters.CLOSED_ON_REST_DAYS, on=day),
    )


def _time(parameter: Parameter[str], day: dt.date) -> dt.time:
    return dt.time.fromisoformat(value_of(parameter, on=day))


def ship_clock(day: dt.date) -> ShipClock:
    """From payment to the carrier: when the company warns and when it is late (WHS-15, AMB-49)."""
    return ShipClock(
        value_of(parameters.WARN_HOURS, on=day),
        value_of(parameters.BREACH_HOURS, on=day),
        value_of(parameters.CLOSED_ON_REST_DAYS, on=day),
    )


def company_calendar() -> dict[dt.date, bool]:
    """The company's own days: day → works."""
    return dict(CalendarException.objects.values_list("day", "is_working"))


@dataclass(frozen=True, slots=True)
class Stage:
    """One line of the day's clock. late: the time has passed and something is left."""

    by: dt.time
    done: int
    left: int
    late: bool


@dataclass(frozen=True, slots=True)
class DayStanding:
    """How many of the day's parcels are fetched, packed and gone, against the clock. stopped: held ones among them."""

    day: dt.date
    cutoffs: CutOffs
    due: int
    stopped: int
    fetched: Stage
    packed: Stage
    gone: Stage


def day_standing(warehouse_id: int, day: dt.date, now: dt.datetime) -> DayStanding:
    """Where the shipping day stands: what was confirmed before its cut-off and is here or went out that day.

    Rules: WHS-03, WHS-04, WHS-13, WHS-14.
    """
    cutoffs = cutoffs_of(warehouse_id, day)
    start = dt.datetime.combine(day, dt.time(), SHANGHAI)
    due = Q(state__in=IN_HAND) | Q(state=ShippingState.SHIPPED, shipped_at__gte=start)
    orders = ShippingOrder.objects.filter(
        due, warehouse_id=warehouse_id, confirmed_at__lt=cutoff_instant(day, cutoffs), confirmed_at__isnull=False
    )
    counted = orders.aggregate(
        due=Count("pk"),
        fetched=Count("pk", filter=Q(state__in=[ShippingState.PICKING, ShippingState.PACKED, ShippingState.SHIPPED])),
        packed=Count("pk", filter=Q(state__in=[ShippingState.PACKED, ShippingState.SHIPPED])),
        gone=Count("pk", filter=Q(state=ShippingState.SHIPPED)),
    )
    stopped = orders.filter(reasons__cleared_at__isnull=True, reasons__isnull=False).values("pk").distinct().count()
    stage = _Stages(day, now, counted["due"])
    return DayStanding(
        day, cutoffs, counted["due"], stopped,
        stage.at(cutoffs.fetch_by, counted["fetched"]),
        stage.at(cutoffs.pack_by, counted["packed"]),
        stage.at(cutoffs.final_by, counted["gone"]),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Stages:
    day: dt.date
    now: dt.datetime
    due: int

    def at(self, by: dt.time, done: int) -> Stage:
        left = self.due - done
        return Stage(by, done, left, left > 0 and self.now >= dt.datetime.combine(self.day, by, SHANGHAI))


def waiting_too_long(warehouse_id: int, now: dt.datetime) -> dict[str, int]:
    """How many paid orders of a warehouse have waited for a warning, and how many are in breach (WHS-15).

    Where rest days do not count, they stop the clock here as well (AMB-49).
    """
    clock = ship_clock(now.astimezone(SHANGHAI).date())
    exceptions = company_calendar() if clock.rests else None
    paid = F("lead_order__paid_at")
    orders = ShippingOrder.objects.filter(
        warehouse_id=warehouse_id, state__in=[ShippingState.IMPORTED, *IN_HAND], lead_order__paid_at__isnull=False
    ).annotate(paid=paid)
    breach = Q(paid__lt=clock.late_if_paid_before(now, exceptions))
    warning = Q(paid__lte=clock.warned_if_paid_until(now, exceptions)) & ~breach
    return orders.aggregate(warning=Count("pk", filter=warning), breach=Count("pk", filter=breach))
