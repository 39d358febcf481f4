"""Figures of the home pages: set-wise, scoped, kept for a minute where they add up many rows."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from django.core.cache import cache
from django.db.models import Count, Exists, Q, QuerySet, Sum
from django.db.models.functions import TruncDate
from django.utils import timezone

from apps.core.calendar import SHANGHAI, day_bounds, today
from apps.desk.queries import work
from apps.desk.queries.choices import StoreChoice, stores_of
from apps.desk.queries.counts import scope_hash
from apps.jobs.models import Job
from apps.jobs.workflows.job import JobState
from apps.orders.models import ImportBatch, Order, ShippingOrder
from apps.orders.models.shipping_order import WORKING
from apps.orders.workflows.order import OrderState
from apps.org.actors import Actor
from apps.org.models import Absence, User
from apps.org.scope import visible

KEPT_SECONDS = 60
DAYS = 14
SHOWN = 8
NOT_SOLD = [OrderState.CLOSED_UNPAID, OrderState.CLOSED, OrderState.WAIT_PAY]
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Day:
    """One business day: orders placed, and what was paid for them."""

    day: dt.date
    orders: int
    paid: Decimal


@dataclass(frozen=True, slots=True)
class StoreWork:
    """What is open in one store."""

    store: StoreChoice
    to_confirm: int
    held: int
    late: int
    open: int


def last_days(by: Actor) -> list[Day]:
    """The last fourteen business days, today last; days without an order are zeros. Refunded orders still count."""
    return _kept(f"days.{scope_hash(by)}", lambda: _last_days(by))


def _last_days(by: Actor) -> list[Day]:
    first = today() - dt.timedelta(days=DAYS - 1)
    rows = (
        visible(Order.objects.filter(placed_at__gte=day_bounds(first)[0]).exclude(state__in=NOT_SOLD), by)
        .annotate(day=TruncDate("placed_at", tzinfo=SHANGHAI))
        .values_list("day")
        .annotate(orders=Count("pk"), paid=Sum("paid_amount"))
        .order_by("day")
    )
    found = {day: Day(day, orders, paid or Decimal(0)) for day, orders, paid in rows}
    days = [first + dt.timedelta(days=n) for n in range(DAYS)]
    return [found.get(day, Day(day, 0, Decimal(0))) for day in days]


def store_work(by: Actor) -> list[StoreWork]:
    """Open work per store, the store with most trouble first. One statement over the open orders only."""
    return _kept(f"stores.{scope_hash(by)}", lambda: _store_work(by))


def _store_work(by: Actor) -> list[StoreWork]:
    open_orders = visible(ShippingOrder.objects.filter(state__in=WORKING), by)
    counted = open_orders.values_list("store_id").annotate(
        fresh=Count("pk", filter=work.to_confirm()),
        held=Count("pk", filter=Exists(work.OPEN_REASON)),
        late=Count("pk", filter=Q(ship_by_at__lt=timezone.now())),
        total=Count("pk"),
    )
    stores = stores_of(by)
    found = [
        StoreWork(stores[pk], fresh, held, late, total)
        for pk, fresh, held, late, total in counted.order_by()
        if pk in stores
    ]
    return sorted(found, key=lambda each: (-each.late, -each.held, -each.open, each.store.name))


def next_orders(name: str, by: Actor, *, by_clock: str, limit: int = SHOWN) -> "QuerySet[ShippingOrder]":
    """The most urgent orders under a condition, by one of their clocks."""
    rows = work.shipping_orders(name, by).filter(**{f"{by_clock}__isnull": False})
    return rows.select_related("lead_order", "store").order_by(by_clock, "pk")[:limit]


def latest_batches(by: Actor, limit: int = 5) -> "QuerySet[ImportBatch]":
    """The last import batches."""
    return visible(ImportBatch.objects.all(), by).select_related("store", "received_by")[:limit]


def failed_jobs(limit: int = SHOWN) -> "QuerySet[Job]":
    """Jobs that ended badly, the latest first. For those who see all jobs."""
    return Job.objects.filter(state=JobState.FAILED).select_related("requested_by")[:limit]


def user_figures() -> dict[str, int]:
    """Log-ins: `open` ones, of these `waiting` for a password of their own, and `roleless`. Rule: SEC-09."""
    return User.objects.filter(is_active=True).aggregate(
        open=Count("pk", distinct=True),
        waiting=Count("pk", filter=Q(must_change_password=True), distinct=True),
        roleless=Count("pk", filter=Q(groups__isnull=True), distinct=True),
    )


def absent_today() -> "QuerySet[Absence]":
    """Who is away today, and who stands in."""
    return Absence.objects.filter(days__contains=today()).select_related("employee", "stand_in")[:SHOWN]


def _kept(key: str, make: Callable[[], Value]) -> Value:
    full = f"desk.home.{key}"
    kept: Value | None = cache.get(full)
    if kept is None:
        kept = make()
        cache.set(full, kept, KEPT_SECONDS)
    return kept
