"""Hand parcels to a carrier: stock goes out, orders are shipped, and the driver signs a sheet."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from django.db import connection, transaction
from django.db.models import OuterRef, Subquery
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.audit.context import signed
from apps.core.bulk import as_array, key_query, many_keys
from apps.core.calendar import today
from apps.core.errors import Invalid, NotFound
from apps.core.numbering import document_number, next_numbers
from apps.core.speech import filled
from apps.orders.actions.progress import mark_shipped
from apps.org.actors import Actor
from apps.org.scope import visible
from apps.warehouse.actions.papers import issue_handover_sheet
from apps.warehouse.actions.rights import must
from apps.warehouse.models import Carrier, Handover, Shipment
from apps.warehouse.models.stock_triggers import HANDED_OVER
from apps.warehouse.workflows.shipment import ShipmentState
from apps.workflow.move import move_many

PREFIX = "JJ"
MOST_AT_ONCE = 5_000
NOT_READY = _("It is “%(state)s”; only parcels that passed the scan-check are handed over.")
NO_WAYBILL = _("It has no waybill number yet.")
# Of the order that is asked about: the number of its only parcel.
WAYBILL = Subquery(
    Shipment.objects.filter(shipping_order=OuterRef("pk"), cancelled_at__isnull=True)
    .order_by()
    .values("waybill_number")
)
OTHER_CARRIER = _("It goes with another carrier.")
TWO_HOUSES = _("These parcels lie in more than one warehouse; hand over one after the other.")


class Parcel(NamedTuple):
    """A chosen parcel under lock."""

    id: int
    order: int
    warehouse: int
    carrier: int | None
    waybill: str
    state: str


@dataclass(frozen=True, slots=True)
class Dispatched:
    """What became of the chosen parcels: those that are gone, and for every other the sentence that kept it."""

    handover: Handover | None = None
    done: list[int] = field(default_factory=list)
    refused: dict[int, str | Promise] = field(default_factory=dict)


@transaction.atomic
def dispatch_shipments(pks: Collection[int], carrier_id: int, *, by: Actor) -> Dispatched:
    """Hand these parcels to a carrier, all in one transaction and the same few statements whatever their number.

    Parcels that are not ready, without waybill, for another carrier, or whose order was held or called off stay, each
    with its sentence. The others leave the bins and the reservations, and a handover sheet is issued for them.
    Raises NotAllowed, NotFound for the carrier, Invalid for too many or for parcels of two warehouses.
    Rules: WHS-05, WHS-06, WHS-23, WHS-24, WHS-60.
    """
    must(by, "warehouse.dispatch")
    if len(pks) > MOST_AT_ONCE:
        raise Invalid(filled(_("Hand over at most %(most)s parcels at once."), most=MOST_AT_ONCE), code="too_many")
    parcels = _locked(pks, by)
    if len({parcel.warehouse for parcel in parcels}) > 1:
        raise Invalid(TWO_HOUSES, code="two_warehouses")
    refused = {parcel.id: why for parcel in parcels if (why := _why_not(parcel, carrier_id))}
    ready = {parcel.order: parcel for parcel in parcels if parcel.id not in refused}
    moved = mark_shipped(ready, waybill=WAYBILL, by=by)
    refused |= {ready[order].id: why for order, why in moved.refused.items()}
    gone = sorted(ready[order].id for order in moved.done)
    if not gone:
        return Dispatched(refused=refused)
    handover = _hand_over(parcels[0].warehouse, carrier_id, gone, by)
    return Dispatched(handover, gone, refused)


def _locked(pks: Collection[int], by: Actor) -> list[Parcel]:
    """The chosen parcels, their stock, their bins and their orders locked, in this order and each by key."""
    statement, params = key_query(visible(Shipment.objects.filter(pk__in=many_keys(pks)), by), "pk")
    with connection.cursor() as cursor:
        cursor.execute(LOCK.format(chosen=statement), params)
        return [Parcel(*row) for row in cursor.fetchall()]


def _why_not(parcel: Parcel, carrier_id: int) -> str | Promise:
    if parcel.state != ShipmentState.READY:
        return filled(NOT_READY, state=ShipmentState(parcel.state).label)
    if not parcel.waybill:
        return NO_WAYBILL
    return OTHER_CARRIER if parcel.carrier != carrier_id else ""


def _hand_over(warehouse_id: int, carrier_id: int, parcels: Sequence[int], by: Actor) -> Handover:
    carrier = Carrier.objects.filter(pk=carrier_id).first()
    if carrier is None:
        raise NotFound(_("There is no such carrier."))
    day = today()
    with signed(HANDED_OVER, by=by):
        handover = Handover.objects.create(
            number=document_number(PREFIX, day, next_numbers("handover", day)[0]), warehouse_id=warehouse_id,
            carrier=carrier, parcels=len(parcels), handed_over_by=by.user,
        )  # fmt: skip
        _move_goods(parcels, by)
        these = Shipment.objects.filter(pk__in=many_keys(parcels))
        move_many(these, Shipment.dispatch, by=by, also={"handover_id": handover.pk}, is_held=True)
        issue_handover_sheet(handover, day, by=by)
    return handover


def _move_goods(parcels: Sequence[int], by: Actor) -> None:
    """Nothing is set aside for them any more, and the pieces leave their bins."""
    with connection.cursor() as cursor:
        cursor.execute(SEND_OFF, {"parcels": as_array(parcels), "user": by.id})


LOCK = """
    WITH chosen AS MATERIALIZED (
        SELECT s.id, s.shipping_order_id, s.warehouse_id, s.carrier_id, s.waybill_number, s.state
        FROM warehouse_shipment s WHERE s.id IN ({chosen}) ORDER BY s.id FOR UPDATE
    ), balances AS MATERIALIZED (
        SELECT b.id FROM warehouse_stockbalance b
        WHERE (b.warehouse_id, b.sku_id) IN (
            SELECT c.warehouse_id, l.sku_id FROM chosen c
            JOIN orders_shippingorderline l ON l.shipping_order_id = c.shipping_order_id
        ) ORDER BY b.id FOR UPDATE
    ), bins AS MATERIALIZED (
        SELECT b.id FROM warehouse_binbalance b
        WHERE (SELECT count(*) FROM balances) >= 0 AND (b.bin_id, b.sku_id) IN (
            SELECT p.bin_id, p.sku_id FROM chosen c
            JOIN warehouse_waveorder w ON w.shipping_order_id = c.shipping_order_id AND w.taken_out_at IS NULL
            JOIN warehouse_pickshare h ON h.wave_order_id = w.id JOIN warehouse_pickline p ON p.id = h.line_id
        ) ORDER BY b.id FOR UPDATE
    ), orders AS MATERIALIZED (
        SELECT o.id FROM orders_shippingorder o
        WHERE (SELECT count(*) FROM bins) >= 0 AND o.id IN (SELECT shipping_order_id FROM chosen)
        ORDER BY o.id FOR UPDATE
    )
    SELECT * FROM chosen WHERE (SELECT count(*) FROM orders) >= 0 ORDER BY id
"""
# The last part is told first to its trigger, and the parts before it in their turn: the goods are set free before they
# leave, for no more may be reserved than is on hand. In any other order the balances would refuse. By this signature the
# ledger's trigger knows that its lines leave the pick lists with the bins.
SEND_OFF = """
    WITH mine AS MATERIALIZED (
        SELECT s.id AS parcel, s.warehouse_id, w.id AS place FROM warehouse_shipment s
        JOIN warehouse_waveorder w ON w.shipping_order_id = s.shipping_order_id
         AND w.taken_out_at IS NULL AND w.done_at IS NULL
        WHERE s.id = ANY(%(parcels)s::bigint[])
    ), share AS MATERIALIZED (
        SELECT mine.parcel, mine.warehouse_id, p.id AS line, p.bin_id, p.sku_id, h.quantity
        FROM mine JOIN warehouse_pickshare h ON h.wave_order_id = mine.place JOIN warehouse_pickline p ON p.id = h.line_id
    ), done AS (
        UPDATE warehouse_waveorder w SET done_at = now() FROM mine WHERE mine.place = w.id
    ), moved AS (
        INSERT INTO warehouse_stockmove (warehouse_id, bin_id, sku_id, quantity, kind, subject_type, subject_id, user_id)
        SELECT warehouse_id, bin_id, sku_id, -quantity, 'shipment', 'warehouse.shipment', parcel, %(user)s
        FROM share ORDER BY parcel, line
    )
    UPDATE warehouse_reservation SET closed_at = now(), closed_as = 'shipped'
    WHERE closed_at IS NULL AND shipping_order_id IN (
        SELECT shipping_order_id FROM warehouse_shipment WHERE id = ANY(%(parcels)s::bigint[])
    )
"""
