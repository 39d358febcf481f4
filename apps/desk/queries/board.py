"""The cut-off board of one warehouse: how far today's parcels are, which waves walk, and what is still to pick."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum
from django.utils import timezone

from apps.core.calendar import ONE_DAY, business_day
from apps.core.days import company_calendar
from apps.desk.queries.counts import scope_hash
from apps.desk.queries.work import OPEN_REASON
from apps.desk.rules.cutoff_board import STAGES, Clock, batch_day, clocks_of
from apps.orders.models import ShippingOrder
from apps.orders.workflows.shipping_order import WITH_THE_WAREHOUSE, ShippingState
from apps.org.actors import Actor
from apps.org.models import Warehouse
from apps.org.scope import visible
from apps.warehouse.models import PickShare, WaveOrder
from apps.warehouse.queries.cutoffs import cutoffs_of
from apps.warehouse.rules.cutoffs import CutOffs, cutoff_instant
from apps.warehouse.workflows.wave import BEFORE_THE_BENCH

KEPT_SECONDS = 60
MOST_ROWS = 400
MOST_LEFT_OVER = 12


@dataclass(frozen=True, slots=True)
class Place:
    """A warehouse as pages name it."""

    pk: int
    name: str


@dataclass(frozen=True, slots=True)
class Today:
    """How a warehouse's day stands. day: the shipping day that is worked on; held, earlier, later: beside the clocks.

    held: confirmed orders of the batch that something stands against; what is not confirmed yet is not the warehouse's.
    earlier: still in the house though an earlier shipping day's; `since` is the instant that parts them from the batch.
    """

    day: dt.date
    clocks: list[Clock]
    stages: dict[str, int]
    held: int
    earlier: int
    later: int
    since: dt.datetime

    @property
    def left(self) -> int:
        """Parcels of the batch that are still in the house."""
        return self.clocks[-1].left


@dataclass(frozen=True, slots=True)
class Batch:
    """A shipping day's orders: those confirmed from `since`, the shipping day before's cut-off, to before `until`."""

    day: dt.date
    cutoffs: CutOffs
    since: dt.datetime
    until: dt.datetime


@dataclass(frozen=True, slots=True)
class Zone:
    """What is still to pick in one zone, in walking order."""

    name: str
    rows: list[dict[str, Any]]
    pieces: int


def warehouses_of(by: Actor) -> dict[int, Place]:
    """The warehouses in which this person works, by key; kept for a minute."""
    key = f"desk.warehouses.{scope_hash(by)}"
    kept: dict[int, Place] | None = cache.get(key)
    if kept is None:
        rows = Warehouse.objects.filter(is_active=True).order_by("code")
        if by.warehouse_ids is not None:
            rows = rows.filter(pk__in=by.warehouse_ids)
        kept = {pk: Place(pk, name) for pk, name in rows.values_list("pk", "name")}
        cache.set(key, kept, KEPT_SECONDS)
    return kept


def today_of(warehouse_id: int, now: dt.datetime | None = None) -> Today:
    """The clocks of a warehouse. One statement while its times are known; the caller has checked the scope."""
    now = now or timezone.now()
    batch = _batch(warehouse_id, business_day(now))
    counts = _stages(warehouse_id, batch)
    stages = {name: counts[name] for name in STAGES}
    beside = {name: counts[name] for name in ("held", "earlier", "later")}
    return Today(batch.day, clocks_of(batch.day, batch.cutoffs, stages, now), stages, **beside, since=batch.since)


def _batch(warehouse_id: int, today: dt.date) -> Batch:
    """The batch that is worked on; kept for a minute, because every poll asks."""
    key = f"desk.batch.{warehouse_id}.{today}"
    kept: Batch | None = cache.get(key)
    if kept is None:
        cutoffs = cutoffs_of(warehouse_id, today)
        exceptions = company_calendar() if cutoffs.rests else None
        day = batch_day(today, cutoffs, exceptions)
        before = batch_day(day - ONE_DAY, cutoffs, exceptions)
        since = cutoff_instant(before, cutoffs_of(warehouse_id, before))
        kept = Batch(day, cutoffs, since, until=cutoff_instant(day, cutoffs))
        cache.set(key, kept, KEPT_SECONDS)
    return kept


def _stages(warehouse_id: int, batch: Batch) -> dict[str, int]:
    """Where the orders of a batch stand, in one statement. Each is in one stage, or held."""
    walking = open_wave_orders().filter(shipping_order=OuterRef("pk"), wave__state__in=BEFORE_THE_BENCH)
    due = Q(confirmed_at__lt=batch.until)
    free = Q(is_held=False)
    rows = ShippingOrder.objects.filter(
        warehouse_id=warehouse_id, state__in=[ShippingState.IMPORTED, *WITH_THE_WAREHOUSE]
    ).annotate(is_held=Exists(OPEN_REASON), is_walking=Exists(walking))
    picking = due & free & Q(state=ShippingState.PICKING)
    conditions = {
        "to_confirm": free & Q(state=ShippingState.IMPORTED, accepted_at__lt=batch.until),
        "short": due & free & Q(state=ShippingState.CONFIRMED),
        "to_plan": due & free & Q(state=ShippingState.RESERVED),
        "walking": picking & Q(is_walking=True),
        "bench": picking & Q(is_walking=False),
        "packed": due & free & Q(state=ShippingState.PACKED),
        "held": due & Q(is_held=True, state__in=WITH_THE_WAREHOUSE),
        "earlier": Q(confirmed_at__lt=batch.since, state__in=WITH_THE_WAREHOUSE),
        "later": Q(confirmed_at__gte=batch.until, state__in=WITH_THE_WAREHOUSE),
    }
    return rows.aggregate(**{name: Count("pk", filter=condition) for name, condition in conditions.items()})


def left_over(warehouse_id: int, since: dt.datetime, by: Actor) -> "QuerySet[ShippingOrder]":
    """The oldest of the orders that an earlier shipping day left in the house, as far as this person sees them."""
    rows = ShippingOrder.objects.filter(warehouse_id=warehouse_id, state__in=WITH_THE_WAREHOUSE, confirmed_at__lt=since)
    return visible(rows, by).select_related("lead_order", "store").order_by("confirmed_at", "pk")[:MOST_LEFT_OVER]


def open_wave_orders() -> "QuerySet[WaveOrder]":
    """Places in waves whose orders are still in the warehouse's hands."""
    return WaveOrder.objects.filter(taken_out_at__isnull=True, done_at__isnull=True)


def zones_of(warehouse_id: int) -> tuple[list[Zone], bool]:
    """What pickers still have to fetch, by zone in walking order, and whether there is more than fits on a page."""
    shares = (
        PickShare.objects.filter(
            line__wave__warehouse_id=warehouse_id,
            line__wave__state__in=BEFORE_THE_BENCH,
            line__picked_at__isnull=True,
            wave_order__taken_out_at__isnull=True,
        )
        .values(
            bin=F("line__bin__code"),
            zone=F("line__bin__zone"),
            walk=F("line__bin__walk_order"),
            sku=F("line__sku__code"),
            title=F("line__sku__product__name"),
            properties=F("line__sku__properties"),
        )
        .annotate(pieces=Sum("quantity"), orders=Count("wave_order", distinct=True))
        .order_by("walk", "bin", "sku")
    )
    rows = list(shares[: MOST_ROWS + 1])
    return by_zone(rows[:MOST_ROWS]), len(rows) > MOST_ROWS


def by_zone(rows: Iterable[dict[str, Any]]) -> list[Zone]:
    """Rows under their zones, the zone that is walked first on top."""
    zones: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        zones.setdefault(row["zone"], []).append(row)
    return [Zone(name, found, sum(row["pieces"] for row in found)) for name, found in zones.items()]
