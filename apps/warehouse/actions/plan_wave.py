"""Plan a wave: claim reserved orders, say from which bins their goods come, and in which order to walk."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.audit.context import signed
from apps.core.bulk import as_array
from apps.core.calendar import today
from apps.core.errors import Invalid
from apps.core.numbering import next_numbers
from apps.core.speech import in_every_language
from apps.orders.actions.progress import mark_picking
from apps.orders.models import Reason, ShippingOrder
from apps.orders.workflows.shipping_order import ShippingState
from apps.org.actors import Actor
from apps.warehouse.actions.rights import must, must_work_in
from apps.warehouse.models import Shipment, Wave
from apps.warehouse.rules.waves import WaveKind, WaveRule
from apps.warehouse.workflows.shipment import ShipmentState

MOST_ORDERS = 5_000
NO_BIN = _("Its goods lie in no bin that is open for picking.")
NOT_WAITING = _("It does not wait for a wave, or somebody else is planning it right now.")
NOTHING = _("There is nothing to pick: no chosen order has its goods set aside and waits for a wave.")
Left = dict[int, str | Promise]


@transaction.atomic
def plan_wave(
    warehouse_id: int, *, by: Actor, pks: Collection[int] | None = None, rule: WaveRule | None = None
) -> Wave:
    """Put reserved orders on one pick list, the earliest paid in the first slots.

    pks: these shipping orders; else those that the rule finds. Orders that somebody else is planning are passed over,
    so two clerks never wait for each other and never share an order. What stays behind is told in `wave.left_out`.
    Raises NotAllowed, NotFound, Invalid when nothing is left to pick. Rules: WHS-03, WHS-17.
    """
    must(by, "warehouse.plan_wave")
    must_work_in(by, warehouse_id)
    rule = rule or WaveRule()
    most = MOST_ORDERS if pks is not None else max(1, min(rule.most_orders, MOST_ORDERS))
    claimed = _claimed(_waiting(warehouse_id, pks, rule), most)
    left: Left = dict.fromkeys(set(pks or ()) - set(claimed), NOT_WAITING)
    left |= dict.fromkeys(_without_bin(warehouse_id, list(claimed)), NO_BIN)
    moved = mark_picking([pk for pk in claimed if pk not in left], by=by)
    left |= moved.refused
    moving = set(moved.done)
    chosen = [pk for pk in claimed if pk in moving]
    if not chosen:
        raise Invalid(NOTHING, code="nothing_to_pick")
    with signed("warehouse.wave.plan", by=by):
        wave = _wave(warehouse_id, rule.kind, _told(warehouse_id, left, claimed), by)
        _fill(wave, chosen)
    return wave


def _waiting(warehouse_id: int, pks: Collection[int] | None, rule: WaveRule) -> "QuerySet[ShippingOrder]":
    orders = ShippingOrder.objects.filter(warehouse_id=warehouse_id, state=ShippingState.RESERVED)
    if pks is not None:
        return orders.filter(pk__in=pks)
    stopped = Reason.objects.filter(shipping_order=OuterRef("pk"), cleared_at__isnull=True)
    return orders.filter(~Exists(stopped)).filter(_fits(rule))


def _fits(rule: WaveRule) -> Q:
    fits = Q(store_id__in=rule.store_ids) if rule.store_ids else Q()
    if rule.kind == WaveKind.SINGLE:
        fits &= Q(quantity=1)
    elif rule.kind == WaveKind.MULTI:
        fits &= Q(quantity__gt=1)
    if rule.carrier_id is not None:
        parcel = Shipment.objects.filter(shipping_order=OuterRef("pk"), state=ShipmentState.OPEN)
        fits &= Q(Exists(parcel.filter(carrier_id=rule.carrier_id)))
    return fits


def _claimed(orders: "QuerySet[ShippingOrder]", most: int) -> dict[int, str]:
    """Lock what nobody else holds: key → number, the earliest paid first. Never waits, so it may come before bins."""
    queue = orders.order_by("lead_order__paid_at", "accepted_at", "pk")
    return dict(queue.select_for_update(of=("self",), skip_locked=True).values_list("pk", "number")[:most])


def _without_bin(warehouse_id: int, orders: Sequence[int]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(WITHOUT_BIN, {"orders": as_array(orders), "warehouse": warehouse_id})
        return [pk for (pk,) in cursor.fetchall()]


def _told(warehouse_id: int, left: Left, claimed: dict[int, str]) -> list[dict[str, Any]]:
    """Each order of this warehouse that stays behind, with its sentence. Those not claimed are known by key alone."""
    unknown = [pk for pk in left if pk not in claimed]
    rows = ShippingOrder.objects.filter(warehouse_id=warehouse_id, pk__in=unknown)
    names = {**(dict(rows.values_list("pk", "number")) if unknown else {}), **claimed}
    return [{"order": names[pk], "text": in_every_language(why)} for pk, why in left.items() if pk in names]


def _wave(warehouse_id: int, kind: WaveKind, left_out: list[dict[str, Any]], by: Actor) -> Wave:
    day = today()
    running = next_numbers(f"wave:{warehouse_id}", day)[0]
    return Wave.objects.create(
        number=f"W{day:%m%d}-{running:02d}", warehouse_id=warehouse_id, shipping_on=day, kind=kind.value,
        planned_by_id=by.id, left_out=left_out,
    )  # fmt: skip


def _fill(wave: Wave, orders: Iterable[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(SLOTS, [wave.pk, as_array(orders)])
        cursor.execute(ALLOCATE, {"wave": wave.pk, "warehouse": wave.warehouse_id})


# The locks of the bins and the look at what is free in them are one step: a look before the lock would be old.
WITHOUT_BIN = """
    WITH asked AS (
        SELECT a.id, a.place, l.sku_id, sum(l.quantity) AS quantity
        FROM unnest(%(orders)s::bigint[]) WITH ORDINALITY AS a (id, place)
        JOIN orders_shippingorderline l ON l.shipping_order_id = a.id GROUP BY 1, 2, 3
    ), shelves AS MATERIALIZED (
        SELECT b.sku_id, b.quantity - b.allocated AS free
        FROM warehouse_binbalance b JOIN warehouse_bin n ON n.id = b.bin_id
        WHERE n.warehouse_id = %(warehouse)s AND n.kind = 'pick' AND n.is_active
          AND b.sku_id IN (SELECT sku_id FROM asked)
        ORDER BY b.id FOR UPDATE OF b
    ), queue AS (
        SELECT id, sku_id, sum(quantity) OVER (PARTITION BY sku_id ORDER BY place) AS upto FROM asked
    )
    SELECT DISTINCT q.id FROM queue q
    LEFT JOIN (SELECT sku_id, sum(free) AS free FROM shelves GROUP BY 1) f ON f.sku_id = q.sku_id
    WHERE q.upto > coalesce(f.free, 0)
"""
SLOTS = """
    INSERT INTO warehouse_waveorder (wave_id, shipping_order_id, slot, taken_out_reason)
    SELECT %s, o.id, o.slot, '' FROM unnest(%s::bigint[]) WITH ORDINALITY AS o (id, slot)
"""
# Demand and shelves of a SKU are laid side by side as two rows of intervals; where they overlap, an order takes from a
# bin. A bin that can serve the whole wave alone comes first, then the fullest: few stops.
ALLOCATE = """
    WITH want AS (
        SELECT w.id AS wave_order, w.slot, l.sku_id, sum(l.quantity)::integer AS quantity
        FROM warehouse_waveorder w JOIN orders_shippingorderline l ON l.shipping_order_id = w.shipping_order_id
        WHERE w.wave_id = %(wave)s GROUP BY 1, 2, 3
    ), queue AS (
        SELECT wave_order, slot, sku_id, quantity,
            sum(quantity) OVER (PARTITION BY sku_id ORDER BY slot) AS upto,
            sum(quantity) OVER (PARTITION BY sku_id) AS total
        FROM want
    ), shelf AS (
        SELECT b.id, b.bin_id, b.sku_id, n.walk_order, n.code, b.quantity - b.allocated AS free, t.total
        FROM warehouse_binbalance b JOIN warehouse_bin n ON n.id = b.bin_id
        JOIN (SELECT DISTINCT sku_id, total FROM queue) t ON t.sku_id = b.sku_id
        WHERE n.warehouse_id = %(warehouse)s AND n.kind = 'pick' AND n.is_active AND b.quantity > b.allocated
    ), shelves AS (
        SELECT id, bin_id, sku_id, walk_order, code, free,
            sum(free) OVER (PARTITION BY sku_id ORDER BY CASE WHEN free >= total THEN 0 ELSE 1 END,
                CASE WHEN free >= total THEN 0 ELSE -free END, walk_order, code) AS upto
        FROM shelf
    ), share AS (
        SELECT q.wave_order, q.slot, s.id AS balance, s.bin_id, s.sku_id, s.walk_order, s.code,
            (least(q.upto, s.upto) - greatest(q.upto - q.quantity, s.upto - s.free))::integer AS quantity
        FROM queue q JOIN shelves s ON s.sku_id = q.sku_id
         AND q.upto - q.quantity < s.upto AND s.upto - s.free < q.upto
    ), stop AS (
        SELECT h.bin_id, h.sku_id, h.balance, sum(h.quantity)::integer AS quantity,
            string_agg(h.slot || '×' || h.quantity, ' ' ORDER BY h.slot) AS slots,
            row_number() OVER (ORDER BY h.walk_order, h.code, k.code) AS position
        FROM share h JOIN stores_sku k ON k.id = h.sku_id GROUP BY h.bin_id, h.sku_id, h.balance, h.walk_order, h.code, k.code
    ), line AS (
        INSERT INTO warehouse_pickline (wave_id, position, bin_id, sku_id, quantity, slots, picked_quantity, short_reason)
        SELECT %(wave)s, position, bin_id, sku_id, quantity, slots, 0, '' FROM stop RETURNING id, bin_id, sku_id
    ), taken AS (
        UPDATE warehouse_binbalance b SET allocated = b.allocated + s.quantity FROM stop s WHERE s.balance = b.id
    )
    INSERT INTO warehouse_pickshare (line_id, wave_order_id, quantity)
    SELECT line.id, share.wave_order, share.quantity
    FROM share JOIN line ON line.bin_id = share.bin_id AND line.sku_id = share.sku_id
"""
