"""The clock of a warehouse's day, and how the day stands against it."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Q

from apps.core.calendar import SHANGHAI
from apps.orders.models import ShippingOrder
from apps.orders.parameters import CLOSED_ON_REST_DAYS, SHIP_WITHIN_HOURS
from apps.orders.rules.promise import ShipClock
from apps.orders.workflows.shipping_order import ShippingState
from apps.parameters.queries import value_of
from apps.parameters.registry import Parameter
from apps.warehouse import parameters
from apps.warehouse.models import CutOff
from apps.warehouse.rules.cutoffs import CutOffs, cutoff_instant

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
        value_of(CLOSED_ON_REST_DAYS, on=day),
    )


def _time(parameter: Parameter[str], day: dt.date) -> dt.time:
    return dt.time.fromisoformat(value_of(parameter, on=day))


def ship_clock(day: dt.date) -> ShipClock:
    """From payment to the carrier: when the company warns, and what it promises (WHS-15, AMB-49).

    A single order keeps the promise that was made when it came, also when the company's hours change or its store has its
    own: `ShippingOrder.ship_by_at`.
    """
    return ShipClock(
        value_of(parameters.WARN_HOURS, on=day),
        value_of(SHIP_WITHIN_HOURS, on=day),
        value_of(CLOSED_ON_REST_DAYS, on=day),
    )


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
