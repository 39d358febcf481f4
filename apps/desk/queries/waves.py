"""Waves as pages show them: cards, the list, one wave with its stops and orders, and what waits for the next one."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Case, Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from apps.core.errors import Invalid
from apps.core.speech import spoken
from apps.desk.queries.board import open_wave_orders
from apps.orders.models import ShippingOrder
from apps.org.actors import Actor
from apps.org.models import User
from apps.org.permissions import ROLES
from apps.org.scope import visible
from apps.warehouse.models import PickLine, Wave, WaveOrder
from apps.warehouse.queries.waves import fitting, orders_awaiting_wave, pick_lines
from apps.warehouse.rules.waves import WaveRule
from apps.warehouse.workflows.wave import BEFORE_THE_BENCH, UNDER_WAY, WaveState
from apps.workflow.buttons import Button, buttons_for

ON_PAGE = 50
MOST_CARDS = 30
MOST_BY_HAND = 100
SLOT = re.compile(r"(\d+)×(\d+)")


@dataclass(frozen=True, slots=True)
class Stop:
    """A pick line on the route. slots: slot and pieces, in slot order."""

    line: PickLine

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to walk there."""
        return self.line.picked_at is None and self.line.quantity > 0

    @property
    def is_left_out(self) -> bool:
        """Whether all orders that it was for have left the wave before it was picked."""
        return self.line.picked_at is None and self.line.quantity == 0

    @property
    def is_short(self) -> bool:
        """Whether less was found than was wanted."""
        return bool(self.line.short_reason)

    @property
    def slots(self) -> list[tuple[int, int]]:
        """Slot and pieces, in slot order."""
        return [(int(slot), int(pieces)) for slot, pieces in SLOT.findall(self.line.slots)]

    def slot_of(self, nth: int) -> int | None:
        """Into which slot the nth piece goes, counted from 1."""
        for slot, pieces in self.slots:
            nth -= pieces
            if nth <= 0:
                return slot
        return None


@dataclass(frozen=True, slots=True)
class Route:
    """All stops of a wave in walking order."""

    stops: list[Stop]

    @property
    def wanted(self) -> int:
        """Pieces that are to be picked, those that were picked for orders that left later among them."""
        return sum(max(stop.line.quantity, stop.line.picked_quantity) for stop in self.stops)

    @property
    def picked(self) -> int:
        """Pieces that were picked."""
        return sum(stop.line.picked_quantity for stop in self.stops)

    @property
    def open(self) -> list[Stop]:
        """Stops that are still ahead."""
        return [stop for stop in self.stops if stop.is_open]

    @property
    def done(self) -> list[Stop]:
        """Stops that were picked."""
        return [stop for stop in self.stops if stop.line.picked_at is not None]

    @property
    def visited(self) -> int:
        """How many stops were picked."""
        return len(self.done)

    @property
    def zones(self) -> list[tuple[str, list[Stop]]]:
        """The stops under their zones, the zone that is walked first on top."""
        zones: dict[str, list[Stop]] = {}
        for stop in self.stops:
            zones.setdefault(stop.line.bin.zone, []).append(stop)
        return list(zones.items())

    def current(self, line_pk: int | None = None) -> Stop | None:
        """The stop that was asked for while it is open, else the next one."""
        ahead = self.open
        return next((stop for stop in ahead if stop.line.pk == line_pk), ahead[0] if ahead else None)


@dataclass(frozen=True, slots=True)
class Waiting:
    """Orders of one store that wait for a wave: of one piece, of several."""

    store_id: int
    store: str
    platform: str
    single: int
    multi: int

    @property
    def total(self) -> int:
        """All of them."""
        return self.single + self.multi


@dataclass(frozen=True, slots=True)
class WaveSheet:
    """Everything that a wave's page shows."""

    wave: Wave
    route: Route
    orders: list[WaveOrder]
    buttons: list[Button]
    pickers: list[User] = field(default_factory=list)

    @property
    def may_be_cancelled(self) -> bool:
        """Whether its way has not come to the bench; its orders leave it with the same click."""
        return self.wave.state in BEFORE_THE_BENCH

    @property
    def left_out(self) -> list[dict[str, str]]:
        """Orders that did not come along, and why, in the reader's language."""
        return [{"order": each["order"], "text": spoken(each["text"])} for each in self.wave.left_out]

    @property
    def inside(self) -> list[WaveOrder]:
        """Orders that did not leave it."""
        return [each for each in self.orders if each.taken_out_at is None]

    @property
    def gone(self) -> list[WaveOrder]:
        """Orders that were taken out."""
        return [each for each in self.orders if each.taken_out_at is not None]


def with_progress(waves: "QuerySet[Wave]") -> "QuerySet[Wave]":
    """Waves with `wanted` and `picked` pieces, and `inside`, their orders that did not leave; in the same statement."""
    lines = PickLine.objects.filter(wave=OuterRef("pk")).order_by().values("wave")
    most = Case(When(picked_quantity__gt=F("quantity"), then=F("picked_quantity")), default=F("quantity"))
    inside = WaveOrder.objects.filter(wave=OuterRef("pk"), taken_out_at__isnull=True).order_by().values("wave")
    return waves.select_related("picker").annotate(
        wanted=_or_none(lines.annotate(n=Sum(most)).values("n")),
        picked=_or_none(lines.annotate(n=Sum("picked_quantity")).values("n")),
        inside=_or_none(inside.annotate(n=Count("pk")).values("n")),
    )


def _or_none(counted: "QuerySet[Any, Any]") -> Coalesce:
    return Coalesce(Subquery(counted, output_field=IntegerField()), Value(0))


def waves_under_way(warehouse_ids: Iterable[int], by: Actor) -> "QuerySet[Wave]":
    """Waves that are not over, those being picked first. One statement."""
    first = Case(When(state=WaveState.PICKING, then=0), When(state=WaveState.PLANNED, then=1), default=2)
    rows = visible(Wave.objects.filter(warehouse_id__in=list(warehouse_ids), state__in=UNDER_WAY), by)
    return with_progress(rows).order_by(first, "pk")[:MOST_CARDS]


def waves_listed(by: Actor, *, over: bool, warehouse_id: int | None, before: int | None) -> list[Wave]:
    """A page of waves and one more, the latest first. over: those that are done or cancelled."""
    rows = visible(Wave.objects.select_related("warehouse"), by)
    rows = rows.exclude(state__in=UNDER_WAY) if over else rows.filter(state__in=UNDER_WAY)
    if warehouse_id is not None:
        rows = rows.filter(warehouse_id=warehouse_id)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return list(with_progress(rows).order_by("-pk")[: ON_PAGE + 1])


def route_of(wave: Wave) -> Route:
    """The stops of a wave, one statement."""
    return Route([Stop(line) for line in pick_lines(wave).select_related("bin", "sku__product", "picked_by")])


def wave_sheet(wave: Wave, by: Actor) -> WaveSheet:
    """Put a wave's page together; the caller has checked that this person may know of it."""
    orders = wave.orders.select_related("shipping_order__store", "shipping_order__lead_order", "taken_out_by")
    may_name = wave.state == WaveState.PLANNED and by.may("warehouse.plan_wave")
    return WaveSheet(
        wave=wave,
        route=route_of(wave),
        orders=list(orders.order_by("slot")),
        buttons=[button for button in buttons_for(wave, by) if button.verb.name in ("start", "finish")],
        pickers=pickers_of(wave.warehouse_id) if may_name else [],
    )


def pickers_of(warehouse_id: int) -> list[User]:
    """Who may pick in a warehouse."""
    roles = [name for name, role in ROLES.items() if "warehouse.pick" in role.rights]
    people = User.objects.filter(is_active=True, groups__name__in=roles, warehouse_grants__warehouse_id=warehouse_id)
    return list(people.distinct().order_by("name"))


def stop_line(wave_pk: int, line_pk: int | None) -> PickLine:
    """A stop of this wave. Raises Invalid for any other."""
    line = PickLine.objects.filter(wave=wave_pk, pk=line_pk or 0).first()
    if line is None:
        raise Invalid(_("This stop is not on the wave's route."), code="no_stop")
    return line


def orders_inside(wave: Wave) -> set[int]:
    """The shipping orders that are in a wave now."""
    return set(open_wave_orders().filter(wave=wave).values_list("shipping_order_id", flat=True))


def numbers_of(shipping_orders: Iterable[int]) -> list[str]:
    """The order numbers of shipping orders, as people know them."""
    rows = ShippingOrder.objects.filter(pk__in=list(shipping_orders)).order_by("lead_order__number")
    return list(rows.values_list("lead_order__number", flat=True))


def waiting_by_store(warehouse_id: int) -> list[Waiting]:
    """Orders that wait for a wave, store by store. One statement; those being planned at this moment are still in it."""
    rows = orders_awaiting_wave(warehouse_id).order_by()
    counted = rows.values_list("store_id", "store__name", "store__platform").annotate(
        single=Count("pk", filter=Q(quantity=1)), multi=Count("pk", filter=Q(quantity__gt=1))
    )
    return [Waiting(*row) for row in counted.order_by("store__code")]


def matching(warehouse_id: int, rule: WaveRule) -> int:
    """How many of the waiting orders a rule would take, before its limit: as planning itself chooses them."""
    return orders_awaiting_wave(warehouse_id).filter(fitting(rule)).order_by().count()


def waiting_orders(warehouse_id: int) -> "QuerySet[ShippingOrder]":
    """The orders that have waited longest for a wave, for choosing by hand."""
    return orders_awaiting_wave(warehouse_id).select_related("store", "lead_order")[:MOST_BY_HAND]
