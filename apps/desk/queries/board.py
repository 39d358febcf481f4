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
from apps.orders.workflows.shipping_order import ShippingState
from apps.org.actors import Actor
from apps.org.models import Warehouse
from apps.warehouse.models import PickShare, WaveOrder
from apps.warehouse.queries.cutoffs import cutoffs_of
from apps.warehouse.rules.cutoffs import CutOffs, cutoff_instant
from apps.warehouse.workflows.wave import BEFORE_THE_BENCH

KEPT_SECONDS = 60
MOST_ROWS = 400
IN_THE_HOUSE = [ShippingState.CONFIRMED, ShippingState.RESERVED, ShippingState.PICKING, ShippingState.PACKED]


@dataclass(frozen=True, slots=True)
class Place:
    """A warehouse as pages name it."""

    pk: int
    name: str


@dataclass(frozen=True, slots=True)
class Today:
    """How a warehouse's day stands. day: the shipping day that is worked on; held, earlier, later: beside the clocks."""

    day: dt.date
    clocks: list[Clock]
    stages: dict[str, int]
    held: int
    earlier: int
    later: int

    @property
    def left(self) -> int:
        """Parcels of the batch that are still in the house."""
        return self.clocks[-1].left


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
    day, cutoffs = _times(warehouse_id, business_day(now))
    counts = _stages(warehouse_id, day, cutoffs)
    stages = {name: counts[name] for name in STAGES}
    return Today(day, clocks_of(day, cutoffs, stages, now), stages, counts["held"], counts["earlier"], counts["later"])


def _times(warehouse_id: int, today: dt.date) -> tuple[dt.date, CutOffs]:
    """The shipping day that is worked on and its times; kept for a minute, because every poll asks."""
    key = f"desk.cutoffs.{warehouse_id}.{today}"
    kept: tuple[dt.date, CutOffs] | None = cache.get(key)
    if kept is None:
        cutoffs = cutoffs_of(warehouse_id, today)
        kept = batch_day(today, cutoffs, company_calendar() if cutoffs.rests else None), cutoffs
        cache.set(key, kept, KEPT_SECONDS)
    return kept


def _stages(warehouse_id: int, day: dt.date, cutoffs: CutOffs) -> dict[str, int]:
    """Where the orders of a batch stand, in one statement. Each is in one stage, or held."""
    until = cutoff_instant(day, cutoffs)
    walking = open_wave_orders().filter(shipping_order=OuterRef("pk"), wave__state__in=BEFORE_THE_BENCH)
    due = Q(confirmed_at__lt=until)
    free = Q(is_held=False)
    rows = ShippingOrder.objects.filter(
        warehouse_id=warehouse_id, state__in=[ShippingState.IMPORTED, *IN_THE_HOUSE]
    ).annotate(is_held=Exists(OPEN_REASON), is_walking=Exists(walking))
    picking = due & free & Q(state=ShippingState.PICKING)
    conditions = {
        "to_confirm": free & Q(state=ShippingState.IMPORTED, accepted_at__lt=until),
        "short": due & free & Q(state=ShippingState.CONFIRMED),
        "to_plan": due & free & Q(state=ShippingState.RESERVED),
        "walking": picking & Q(is_walking=True),
        "bench": picking & Q(is_walking=False),
        "packed": due & free & Q(state=ShippingState.PACKED),
        "held": due & Q(is_held=True),
        "earlier": Q(confirmed_at__lt=until - ONE_DAY, state__in=IN_THE_HOUSE),
        "later": Q(confirmed_at__gte=until, state__in=IN_THE_HOUSE),
    }
    return rows.aggregate(**{name: Count("pk", filter=condition) for name, condition in conditions.items()})


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
