"""A parcel stands on the bench: scan it, receive it, and say later whose it is."""

from dataclasses import dataclass
from enum import StrEnum

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from apps.aftersales.actions.announce import (
    ANNOUNCE,
    all_that_is_left,
    lock_lines,
    next_return_number,
    open_return,
    write_lines,
)
from apps.aftersales.actions.rights import must
from apps.aftersales.actions.waybills import check_free, claim_waybill
from apps.aftersales.models import ReturnOrder, ReturnReason
from apps.aftersales.models.reason import UNDELIVERED
from apps.aftersales.models.return_order import MATCH_VERB
from apps.aftersales.queries import return_meant, returnable_lines, shipping_orders_meant
from apps.aftersales.rules.codes import is_waybill, scanned_code
from apps.aftersales.workflows.return_order import BEFORE_INSPECTION, ReturnState
from apps.audit.context import signed
from apps.core.errors import Conflict, Invalid, NotFound
from apps.core.speech import filled
from apps.orders.models import ShippingOrder
from apps.orders.workflows.shipping_order import ShippingState
from apps.org.actors import Actor
from apps.org.models import Warehouse
from apps.org.scope import the_visible
from apps.warehouse.actions.waybills import expect_no_goods
from apps.workflow.move import move

RIGHT = "aftersales.receive_return"
NOTHING_FOUND = _("There is no return and no order under %(code)s.")


class Outcome(StrEnum):
    """What a scan has led to."""

    RECEIVED = "received"
    KNOWN = "known"
    OWNERLESS = "ownerless"
    ORDER = "order"


@dataclass(frozen=True, slots=True)
class Scanned:
    """One scan. For an order's number there is no return yet, but the shipping orders behind it."""

    outcome: Outcome
    return_order: ReturnOrder | None = None
    shipping_orders: tuple[ShippingOrder, ...] = ()


@transaction.atomic
def scan(text: str, *, by: Actor, warehouse_id: int | None = None) -> Scanned:
    """Find what a number means, and receive the parcel when it is the number of a parcel and the actor may.

    A return number or a return waybill receives the announced return; the waybill under which an order went out makes
    a return of all its goods, not delivered; a waybill that nobody knows is kept as an ownerless parcel. Scanning again
    finds the same return. Raises NotAllowed, NotFound, Invalid for what is no number and for an item, which is what comes out
    of the parcel. Rules: AFT-01, AFT-07.
    """
    must(by, "aftersales.view_returnorder")
    code = scanned_code(text)
    if is_waybill(code):
        claim_waybill(code)
    known = return_meant(code, by=by, warehouse_id=warehouse_id)
    if known is not None:
        return _arrived(known, by, warehouse_id)
    found = tuple(shipping_orders_meant(code, by=by)[:20])
    back = [order for order in found if order.waybill_number == code and order.state == ShippingState.SHIPPED]
    if len(back) == 1 and by.may(RIGHT):
        return _undelivered(back[0], code, by, warehouse_id)
    if found:
        return Scanned(Outcome.ORDER, shipping_orders=found)
    if not is_waybill(code) or not by.may(RIGHT):
        raise NotFound(filled(NOTHING_FOUND, code=code))
    return _ownerless(code, by, warehouse_id)


@transaction.atomic
def receive_return(pk: int, *, by: Actor) -> ReturnOrder:
    """The parcel is here. Raises NotFound, NotAllowed, IllegalMove when it is not expected any more. Rule: AFT-07."""
    row = the_visible(ReturnOrder.objects.all(), by, pk=pk)
    move(row.receive, by=by, also={"received_by_id": by.id})
    return row


@transaction.atomic
def match_return(pk: int, *, text: str, by: Actor) -> ReturnOrder:
    """Say whose an ownerless parcel is, by order number, shipping order number or original waybill; its lines follow.

    Raises NotFound, NotAllowed, Invalid when the number means several shipping orders or none that was shipped,
    Conflict when it was matched before. Rule: AFT-01.
    """
    must(by, "aftersales.match_return")
    the_visible(ReturnOrder.objects.all(), by, pk=pk)
    order = _the_shipped(text, by)
    row = ReturnOrder.objects.filter(pk=pk).locked().get()
    if not row.is_ownerless or row.state not in BEFORE_INSPECTION:
        raise Conflict(_("It was matched already, or its way is over."))
    lock_lines(order)
    left = all_that_is_left(order)
    if not left:
        raise Invalid(_("Everything of this order has come back or is announced already."), code="nothing_left")
    lines = [(line, left[line.pk]) for line in returnable_lines(order) if line.pk in left]
    with signed(MATCH_VERB, by=by):
        ReturnOrder.objects.filter(pk=pk).update(shipping_order=order, store_id=order.store_id)
        write_lines(row, lines)
    row.refresh_from_db()
    return row


def _arrived(row: ReturnOrder, by: Actor, warehouse_id: int | None) -> Scanned:
    if row.state != ReturnState.ANNOUNCED or not by.may(RIGHT):
        return Scanned(Outcome.KNOWN, row)
    place = _place(by, warehouse_id)
    # Locked before it is moved: somebody else may have received it while this scan was looking for it.
    state = ReturnOrder.objects.filter(pk=row.pk).locked().values_list("state", flat=True).get()
    if state != ReturnState.ANNOUNCED:
        row.refresh_from_db()
        return Scanned(Outcome.KNOWN, row)
    check_free(row.waybill_number, warehouse_id=place, but=row.pk)
    move(row.receive, by=by, also={"received_by_id": by.id, "warehouse_id": place})
    return Scanned(Outcome.RECEIVED, row)


def _undelivered(order: ShippingOrder, waybill: str, by: Actor, warehouse_id: int | None) -> Scanned:
    place = _place(by, warehouse_id)
    lock_lines(order)
    left = all_that_is_left(order)
    if not left:
        return Scanned(Outcome.ORDER, shipping_orders=(order,))
    reason = ReturnReason.objects.filter(code=UNDELIVERED).first()
    row = open_return(order, left, by=by, warehouse_id=place, waybill_number=waybill, reason=reason)
    move(row.receive, by=by, also={"received_by_id": by.id})
    return Scanned(Outcome.RECEIVED, row)


def _ownerless(waybill: str, by: Actor, warehouse_id: int | None) -> Scanned:
    expect_no_goods(waybill)
    place = _place(by, warehouse_id)
    with signed(ANNOUNCE, by=by):
        row = ReturnOrder.objects.create(
            number=next_return_number(), warehouse_id=place, waybill_number=waybill, announced_by_id=by.id
        )
    move(row.receive, by=by, also={"received_by_id": by.id})
    return Scanned(Outcome.OWNERLESS, row)


def _place(by: Actor, warehouse_id: int | None) -> int:
    """The warehouse on whose bench the parcel stands: the one asked for, or the only one where the actor works."""
    places = Warehouse.objects.filter(is_active=True)
    if by.warehouse_ids is not None:
        places = places.filter(pk__in=by.warehouse_ids)
    found = list(places.filter(pk=warehouse_id) if warehouse_id else places[:2])
    if len(found) != 1:
        raise Invalid(_("Choose the warehouse in which you are scanning."), code="warehouse_missing")
    return found[0].pk


def _the_shipped(text: str, by: Actor) -> ShippingOrder:
    code = scanned_code(text)
    found = list(shipping_orders_meant(code, by=by).filter(state=ShippingState.SHIPPED)[:2])
    if not found:
        raise NotFound(filled(_("No shipped order was found under %(code)s."), code=code))
    if len(found) > 1:
        raise Invalid(_("Several parcels were sent for this order; give the number of the shipping order."))
    return found[0]
