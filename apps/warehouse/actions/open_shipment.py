"""Open a parcel for a shipping order, and find the parcel that a scanner means."""

from collections.abc import Collection

from django.db import connection, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.core.bulk import as_array
from apps.core.calendar import today
from apps.core.errors import Conflict, NotFound
from apps.core.numbering import document_number, next_numbers
from apps.core.scanning import scanned
from apps.orders.models import ShippingOrder
from apps.orders.workflows.shipping_order import AT_THE_BENCH
from apps.org.actors import Actor
from apps.org.scope import the_visible, visible
from apps.warehouse.actions.rights import must
from apps.warehouse.models import Shipment
from apps.warehouse.workflows.shipment import IN_THE_HOUSE, ShipmentState
from apps.workflow.move import IllegalMove

PREFIX = "BG"
BUSY = _("Somebody is changing this order at this moment; scan it again.")
NOT_AT_THE_BENCH = _("This order is not being picked; nothing of it belongs on the bench.")


@transaction.atomic
def open_shipment(shipping_order_pk: int, *, by: Actor) -> Shipment:
    """The parcel of an order that has come to the bench; the one that is open already, or a new one.

    What belongs into it is written down now, and the order does not leave the bench meanwhile. Raises NotFound, NotAllowed,
    Conflict while somebody moves the order, IllegalMove when it is not at the bench.
    """
    must(by, "warehouse.check")
    order = the_visible(ShippingOrder.objects.all(), by, pk=shipping_order_pk)
    state = _held(order)
    if state not in AT_THE_BENCH:
        raise IllegalMove(NOT_AT_THE_BENCH, state=state)
    open_parcels([order.pk])
    parcel = Shipment.objects.exclude(state=ShipmentState.CANCELLED).get(shipping_order=order)
    if parcel.state == ShipmentState.OPEN:
        _list_content(parcel)
    return parcel


def _held(order: ShippingOrder) -> str:
    """Its state, in which it stays; its parcel is held before it, as everywhere. Raises Conflict while somebody moves it.

    Whoever takes orders off the bench holds them and asks for new parcels after that; so nobody waits for an order here.
    """
    list(Shipment.objects.filter(shipping_order=order, state__in=IN_THE_HOUSE).locked().values_list("pk"))
    with connection.cursor() as cursor:
        cursor.execute(HELD, [order.pk])
        row = cursor.fetchone()
    if row is None:
        raise Conflict(BUSY, code="busy")
    state: str = row[0]
    return state


def open_parcels(orders: Collection[int]) -> None:
    """Give each of these shipping orders a parcel that has none, in the caller's transaction. Three statements for the set.

    A number is drawn only for a parcel that is missing, so that the series shows a gap only where two people raced.
    """
    with connection.cursor() as cursor:
        cursor.execute(WITHOUT, [as_array(orders)])
        missing = [pk for (pk,) in cursor.fetchall()]
        if not missing:
            return
        day = today()
        numbers = [document_number(PREFIX, day, running) for running in next_numbers("shipment", day, len(missing))]
        cursor.execute(OPEN, [as_array(missing), as_array(numbers)])


def find_for_bench(code: str, *, by: Actor) -> Shipment:
    """The parcel that a scanned code means: a shipping order, a waybill, a parcel, or a platform's order number.

    Raises NotFound, NotAllowed, IllegalMove when its order is not at the bench, Conflict when the number is of several.
    """
    must(by, "warehouse.check")
    for condition in _meanings(scanned(code)):
        found = visible(ShippingOrder.objects.filter(condition, state__in=AT_THE_BENCH), by)
        keys = list(found.order_by("pk").values_list("pk", flat=True).distinct()[:2])
        if len(keys) > 1:
            raise Conflict(_("Several parcels belong to this number; scan the shipping order instead."))
        if keys:
            return open_shipment(keys[0], by=by)
    raise NotFound(_("No order on the bench has this number."), code="unknown_code")


def _meanings(code: str) -> list[Q]:
    """Asked one after the other, so that each can use its index. The last is the waybill that the platform gave out.

    Our own numbers and those of carriers are in capitals; a platform's are as the platform writes them.
    """
    here, capitals = Q(shipments__state__in=IN_THE_HOUSE), code.upper()
    return [
        Q(number=capitals),
        Q(shipments__waybill_number=capitals, shipments__waybill_number__gt="") & here,
        Q(shipments__number=capitals) & here,
        Q(lines__order_line__order__number__in={code, capitals}),
        Q(waybill_number=capitals) & ~Q(waybill_number=""),
    ]


def _list_content(parcel: Shipment) -> None:
    with connection.cursor() as cursor:
        cursor.execute(CONTENT, {"parcel": parcel.pk})


HELD = "SELECT state FROM orders_shippingorder WHERE id = %s FOR SHARE SKIP LOCKED"
WITHOUT = """
    SELECT o.id FROM unnest(%s::bigint[]) AS o (id)
    WHERE NOT EXISTS (SELECT FROM warehouse_shipment s WHERE s.shipping_order_id = o.id AND s.state <> 'cancelled')
"""
OPEN = """
    INSERT INTO warehouse_shipment (number, shipping_order_id, warehouse_id, store_id, state, waybill_number, opened_at)
    SELECT n.number, o.id, o.warehouse_id, o.store_id, 'open', '', now()
    FROM unnest(%s::bigint[], %s::text[]) AS n (id, number) JOIN orders_shippingorder o ON o.id = n.id
    WHERE NOT EXISTS (SELECT FROM warehouse_shipment s WHERE s.shipping_order_id = o.id AND s.state <> 'cancelled')
    ORDER BY o.id
    ON CONFLICT (shipping_order_id, cancelled_at) DO NOTHING
"""
CONTENT = """
    INSERT INTO warehouse_checkline (shipment_id, sku_id, quantity, scanned_quantity)
    SELECT s.id, l.sku_id, sum(l.quantity), 0
    FROM warehouse_shipment s JOIN orders_shippingorderline l ON l.shipping_order_id = s.shipping_order_id
    WHERE s.id = %(parcel)s GROUP BY s.id, l.sku_id ORDER BY l.sku_id
    ON CONFLICT (shipment_id, sku_id) DO NOTHING
"""
