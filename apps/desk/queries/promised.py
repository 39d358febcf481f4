"""The promised time of a warehouse's open orders, group by group: what is late, and what will be (WHS-15)."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.db.models import Case, Count, Exists, Min, OuterRef, Q, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.core.calendar import ONE_DAY, Exceptions, business_day, day_bounds
from apps.core.days import company_calendar
from apps.desk.queries.board import KEPT_SECONDS, open_wave_orders
from apps.desk.queries.work import OPEN_REASON
from apps.desk.rules.clocks import TimeLeft, time_left
from apps.orders.models import ShippingOrder
from apps.orders.rules.promise import ShipClock
from apps.orders.workflows.shipping_order import WITH_THE_WAREHOUSE, ShippingState
from apps.warehouse.queries.cutoffs import ship_clock
from apps.warehouse.workflows.wave import BEFORE_THE_BENCH

# In the order of an order's way; whoever has the baton reads their own line.
GROUPS: dict[str, str | Promise] = {
    "held": _("Held"),
    "to_confirm": _("To confirm"),
    "short": _("Waiting for goods"),
    "to_plan": _("To plan into waves"),
    "walking": _("In waves, to be picked"),
    "bench": _("To check and pack"),
    "packed": _("Packed, to hand over"),
}


@dataclass(frozen=True, slots=True)
class Group:
    """Open orders of one stage. late: past its promised time; tonight: so by midnight; warned: over the first hours.

    Each order is in one of the four numbers. first: how the order stands that was paid first.
    """

    label: str | Promise
    late: int
    tonight: int
    warned: int
    in_time: int
    first: TimeLeft


@dataclass(frozen=True, slots=True)
class Promised:
    """The groups that have orders, and the hours of the clock as the page names them."""

    groups: list[Group]
    warn_hours: int
    breach_hours: int


def promised_times(warehouse_id: int, now: dt.datetime | None = None) -> Promised:
    """How the open orders of a warehouse stand against their promised time, and the 24 hours before which nobody warns.

    The promised time is the order's own, the one that the order desk shows and sorts by. One statement while the hours
    are known; the caller has checked the scope. Orders without a promised time have no clock. Rules: WHS-15, AMB-49;
    example EX-77.
    """
    now = now or timezone.now()
    clock, exceptions = _clock(business_day(now))
    found = {row["group"]: row for row in _counted(warehouse_id, clock.warned_if_paid_until(now, exceptions), now)}
    groups = [
        Group(
            label, row["late"], row["tonight"], row["warned"], row["in_time"], time_left(row["first"], now, soon=ONE_DAY)
        )
        for name, label in GROUPS.items() if (row := found.get(name))
    ]  # fmt: skip
    return Promised(groups, clock.warn_hours, clock.breach_hours)


def _clock(today: dt.date) -> tuple[ShipClock, Exceptions]:
    """The hours of the day and, where rest days stop the clock, the calendar; kept for a minute: every poll asks."""
    key = f"desk.ship_clock.{today}"
    kept: tuple[ShipClock, Exceptions] | None = cache.get(key)
    if kept is None:
        clock = ship_clock(today)
        kept = clock, company_calendar() if clock.rests else None
        cache.set(key, kept, KEPT_SECONDS)
    return kept


def _counted(warehouse_id: int, warned_if_paid_until: dt.datetime, now: dt.datetime) -> list[dict[str, Any]]:
    _begin, midnight = day_bounds(business_day(now))
    late = Q(ship_by_at__lt=now)
    tonight = Q(ship_by_at__lt=midnight) & ~late
    warned = Q(paid__lte=warned_if_paid_until) & ~late & ~tonight
    orders = ShippingOrder.objects.filter(
        warehouse_id=warehouse_id, state__in=[ShippingState.IMPORTED, *WITH_THE_WAREHOUSE], ship_by_at__isnull=False
    ).annotate(paid=Coalesce("lead_order__paid_at", "placed_at"), group=_group())
    counts = {"late": late, "tonight": tonight, "warned": warned, "in_time": ~late & ~tonight & ~warned}
    numbers = {name: Count("pk", filter=condition) for name, condition in counts.items()}
    return list(orders.order_by().values("group").annotate(**numbers, first=Min("ship_by_at")))


def _group() -> Case:
    """The stage of an order, or that somebody has stopped it."""
    walking = open_wave_orders().filter(shipping_order=OuterRef("pk"), wave__state__in=BEFORE_THE_BENCH)
    return Case(
        When(Exists(OPEN_REASON), then=Value("held")),
        When(state=ShippingState.IMPORTED, then=Value("to_confirm")),
        When(state=ShippingState.CONFIRMED, then=Value("short")),
        When(state=ShippingState.RESERVED, then=Value("to_plan")),
        When(state=ShippingState.PACKED, then=Value("packed")),
        When(Exists(walking), then=Value("walking")),
        default=Value("bench"),
    )
