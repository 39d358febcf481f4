"""Plan waves: claim reserved orders, say from which bins their goods come, and in which order to walk."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple, cast

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.audit.context import signed
from apps.core.bulk import as_array
from apps.core.calendar import business_day, today
from apps.core.days import company_calendar
from apps.core.errors import Invalid
from apps.core.numbering import next_numbers
from apps.core.speech import in_every_language
from apps.orders.actions.progress import mark_picking
from apps.orders.models import Reason, ShippingOrder
from apps.orders.workflows.shipping_order import ShippingState
from apps.org.actors import Actor
from apps.warehouse.actions.rights import must, must_work_in
from apps.warehouse.actions.wave_sql import ALLOCATE, SLOTS, WITHOUT_BIN
from apps.warehouse.models import Wave
from apps.warehouse.queries.cutoffs import cutoffs_of
from apps.warehouse.queries.waves import fitting
from apps.warehouse.rules.cutoffs import first_shipping_day
from apps.warehouse.rules.waves import WaveKind, WaveRule

MOST_ORDERS = 5_000
NO_BIN = _("Its goods lie in no bin that is open for picking.")
NOT_WAITING = _("It does not wait for a wave, or somebody else is planning it right now.")
NOTHING = _("There is nothing to pick: no chosen order has its goods set aside and waits for a wave.")
Left = dict[int, str | Promise]


class Claimed(NamedTuple):
    """An order that this planner has under lock."""

    number: str
    confirmed_at: dt.datetime


@transaction.atomic
def plan_wave(
    warehouse_id: int, *, by: Actor, pks: Collection[int] | None = None, rule: WaveRule | None = None
) -> Wave:
    """Put reserved orders on one pick list, the earliest paid in the first slots.

    pks: these shipping orders; else those that the rule finds. Orders that somebody else is planning are passed over,
    so two clerks never wait for each other and never share an order. What stays behind is told in `wave.left_out`.
    Raises NotAllowed, NotFound, Invalid when nothing is left to pick (data `left`: key → why). Rules: WHS-03, WHS-17.
    """
    rule = rule or WaveRule()
    most = MOST_ORDERS if pks is not None else max(1, min(rule.most_orders, MOST_ORDERS))
    return _planned(warehouse_id, pks, rule, most=most, size=most, by=by)[0]


@transaction.atomic
def plan_waves(warehouse_id: int, *, rule: WaveRule, by: Actor) -> list[Wave]:
    """Put all orders that the rule finds on pick lists of its size, the earliest paid on the first; at most 5,000.

    The same few statements however many waves. What stays behind is told in the first wave's `left_out`. Raises
    NotAllowed, NotFound, Invalid when nothing is left to pick. Rules: WHS-03, WHS-17.
    """
    size = max(1, min(rule.most_orders, MOST_ORDERS))
    return _planned(warehouse_id, None, rule, most=MOST_ORDERS, size=size, by=by)


def _planned(
    warehouse_id: int, pks: Collection[int] | None, rule: WaveRule, *, most: int, size: int, by: Actor
) -> list[Wave]:
    must(by, "warehouse.plan_wave")
    must_work_in(by, warehouse_id)
    claimed = _claimed(_waiting(warehouse_id, pks, rule), most)
    left: Left = dict.fromkeys(set(pks or ()) - set(claimed), NOT_WAITING)
    left |= dict.fromkeys(_without_bin(warehouse_id, list(claimed)), NO_BIN)
    moved = mark_picking([pk for pk in claimed if pk not in left], by=by)
    left |= moved.refused
    moving = set(moved.done)
    chosen = [pk for pk in claimed if pk in moving]
    if not chosen:
        raise Invalid(NOTHING, code="nothing_to_pick", left=left)
    with signed("warehouse.wave.plan", by=by):
        days = _shipping_days(warehouse_id, [claimed[pk].confirmed_at for pk in chosen], size)
        waves = _waves(warehouse_id, rule.kind, days, by)
        waves[0].left_out = _told(warehouse_id, left, claimed)
        Wave.objects.bulk_create(waves)
        _fill(warehouse_id, waves, chosen, size)
    return waves


def _waiting(warehouse_id: int, pks: Collection[int] | None, rule: WaveRule) -> "QuerySet[ShippingOrder]":
    orders = ShippingOrder.objects.filter(warehouse_id=warehouse_id, state=ShippingState.RESERVED)
    if pks is not None:
        return orders.filter(pk__in=pks)
    stopped = Reason.objects.filter(shipping_order=OuterRef("pk"), cleared_at__isnull=True)
    return orders.filter(~Exists(stopped)).filter(fitting(rule))


def _claimed(orders: "QuerySet[ShippingOrder]", most: int) -> dict[int, Claimed]:
    """Lock what nobody else holds, by key, the earliest paid first. Never waits, so it may come before bins."""
    queue = orders.order_by("lead_order__paid_at", "accepted_at", "pk").select_for_update(
        of=("self",), skip_locked=True
    )
    rows = queue.values_list("pk", "number", "confirmed_at")[:most]
    # What has its goods set aside was confirmed before.
    return {pk: Claimed(number, cast("dt.datetime", confirmed_at)) for pk, number, confirmed_at in rows}


def _without_bin(warehouse_id: int, orders: Sequence[int]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(WITHOUT_BIN, {"orders": as_array(orders), "warehouse": warehouse_id})
        return [pk for (pk,) in cursor.fetchall()]


def _told(warehouse_id: int, left: Left, claimed: Mapping[int, Claimed]) -> list[dict[str, Any]]:
    """Each order of this warehouse that stays behind, with its sentence. Those not claimed are known by key alone."""
    unknown = [pk for pk in left if pk not in claimed]
    rows = ShippingOrder.objects.filter(warehouse_id=warehouse_id, pk__in=unknown)
    names = dict(rows.values_list("pk", "number")) if unknown else {}
    names |= {pk: order.number for pk, order in claimed.items()}
    return [{"order": names[pk], "text": in_every_language(why)} for pk, why in left.items() if pk in names]


def _shipping_days(warehouse_id: int, confirmed: Sequence[dt.datetime], size: int) -> list[dt.date]:
    """The day on which the first order of each wave goes out: of so many orders each, in this order."""
    now = timezone.now()
    cutoffs = cutoffs_of(warehouse_id, business_day(now))
    exceptions = company_calendar() if cutoffs.rests else None
    firsts = (min(confirmed[start : start + size]) for start in range(0, len(confirmed), size))
    return [first_shipping_day(first, now, cutoffs, exceptions) for first in firsts]


def _waves(warehouse_id: int, kind: WaveKind, days: Sequence[dt.date], by: Actor) -> list[Wave]:
    day = today()
    return [
        Wave(
            number=f"W{day:%m%d}-{running:02d}", warehouse_id=warehouse_id, shipping_on=shipping_on, kind=kind.value,
            planned_by_id=by.id, left_out=[],
        )
        for running, shipping_on in zip(next_numbers(f"wave:{warehouse_id}", day, len(days)), days, strict=True)
    ]  # fmt: skip


def _fill(warehouse_id: int, waves: Iterable[Wave], orders: Iterable[int], size: int) -> None:
    keys = as_array(wave.pk for wave in waves)
    with connection.cursor() as cursor:
        cursor.execute(SLOTS, {"waves": keys, "orders": as_array(orders), "size": size})
        cursor.execute(ALLOCATE, {"waves": keys, "warehouse": warehouse_id})
