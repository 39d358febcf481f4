"""Announce a return for a shipped order, and write down the waybill it comes under."""

import uuid
from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from apps.aftersales.actions.rights import must
from apps.aftersales.actions.waybills import check_free, claim_waybill
from apps.aftersales.models import ReturnLine, ReturnOrder, ReturnReason
from apps.aftersales.queries import returnable_lines
from apps.aftersales.rules.codes import RETURN_SERIES, waybill_of
from apps.aftersales.workflows.return_order import ReturnState
from apps.audit.context import signed
from apps.core.calendar import today
from apps.core.errors import Conflict, Invalid
from apps.core.numbering import document_number, next_numbers
from apps.core.speech import filled
from apps.orders.models import ShippingOrder, ShippingOrderLine
from apps.orders.workflows.shipping_order import ShippingState
from apps.org.actors import Actor
from apps.org.scope import the_visible

ANNOUNCE = "aftersales.returnorder.announce"
NOTE_WAYBILL = "aftersales.returnorder.note_waybill"
LONGEST_NOTE, LONGEST_CARRIER = 500, 40
TOO_MANY = _("Of “%(title)s” only %(left)s can still come back.")
Quantities = Mapping[int, int]


@transaction.atomic
def announce_return(
    shipping_order_pk: int, *, quantities: Quantities, reason_pk: int, by: Actor, key: uuid.UUID,
    carrier: str = "", waybill: str = "", note: str = "",
) -> ReturnOrder:  # fmt: skip
    """A buyer sends goods back. quantities: shipping order line → pieces; lines with none are left out.

    The same key gives the same return again. Raises NotFound, NotAllowed, Invalid (not shipped, nothing chosen, more
    than can come back, no reason), Conflict for a waybill that another return has. Rules: AFT-01, AFT-02.
    """
    must(by, "aftersales.announce_return")
    order = the_visible(ShippingOrder.objects.all(), by, pk=shipping_order_pk)
    reason = ReturnReason.objects.filter(pk=reason_pk, is_active=True).first()
    if reason is None:
        raise Invalid(_("Please choose why the goods come back."), code="reason_missing")
    waybill = waybill_of(waybill)
    claim_waybill(waybill)
    lock_lines(order)
    known = ReturnOrder.objects.filter(key=key).first()
    if known is not None:
        return _same(known, order)
    check_free(waybill, warehouse_id=order.warehouse_id)
    return open_return(
        order, quantities, by=by, reason=reason, key=key, carrier=carrier.strip()[:LONGEST_CARRIER],
        waybill_number=waybill, note=note.strip()[:LONGEST_NOTE],
    )  # fmt: skip


def _same(known: ReturnOrder, order: ShippingOrder) -> ReturnOrder:
    if known.shipping_order_id != order.pk:
        raise Conflict(_("This form was sent before; open the page again."))
    return known


def open_return(order: ShippingOrder, quantities: Quantities, *, by: Actor, **columns: object) -> ReturnOrder:
    """Write a return of a shipped order and its lines; the caller holds the lines (`lock_lines`). Raises Invalid."""
    lines = _chosen(order, quantities)
    with signed(ANNOUNCE, by=by):
        row = ReturnOrder.objects.create(
            **{
                "number": next_return_number(), "store_id": order.store_id, "warehouse_id": order.warehouse_id,
                "shipping_order": order, "announced_by_id": by.id, **columns,
            }
        )  # fmt: skip
        write_lines(row, lines)
    return row


def write_lines(row: ReturnOrder, lines: list[tuple[ShippingOrderLine, int]]) -> None:
    """The lines of a return, under the caller's signature."""
    ReturnLine.objects.bulk_create(
        [ReturnLine(return_order=row, shipping_line=line, sku_id=line.sku_id, quantity=count) for line, count in lines]
    )


def next_return_number() -> str:
    """RMA and the day, without gaps."""
    day = today()
    return document_number(RETURN_SERIES, day, next_numbers(RETURN_SERIES, day)[0])


def lock_lines(order: ShippingOrder) -> None:
    """Hold the shipped lines: what may still come back of them is read and taken by one at a time."""
    lines = ShippingOrderLine.objects.filter(shipping_order=order).order_by("pk")
    list(lines.select_for_update(no_key=True).values_list("pk"))


def all_that_is_left(order: ShippingOrder) -> dict[int, int]:
    """Every piece of a shipping order that may still come back: key of its line → pieces, lines with none left out."""
    return {line.pk: left for line in returnable_lines(order) if (left := _left(line)) > 0}


def _left(line: ShippingOrderLine) -> int:
    left: int = line.left  # type: ignore[attr-defined]  # annotated
    return left


def _chosen(order: ShippingOrder, quantities: Quantities) -> list[tuple[ShippingOrderLine, int]]:
    if order.state != ShippingState.SHIPPED:
        raise Invalid(_("It has not been shipped, so nothing can come back; cancel it instead."), code="not_shipped")
    lines = {line.pk: line for line in returnable_lines(order).select_related("order_line")}
    chosen = [(lines[pk], count) for pk, count in sorted(quantities.items()) if count and pk in lines]
    if not chosen or len(chosen) < sum(1 for count in quantities.values() if count):
        raise Invalid(_("Choose at least one piece of this order that comes back."), code="nothing_chosen")
    for line, count in chosen:
        if not 0 < count <= _left(line):
            raise Invalid(filled(TOO_MANY, title=line.order_line.title, left=max(_left(line), 0)), code="too_many")
    return chosen


@transaction.atomic
def note_return_waybill(pk: int, *, carrier: str, waybill: str, by: Actor) -> ReturnOrder:
    """Write down what the buyer says: carrier and waybill of a parcel that is on its way.

    Raises NotFound, NotAllowed, Invalid, Conflict when it came already or another return has the number.
    """
    must(by, "aftersales.announce_return")
    the_visible(ReturnOrder.objects.all(), by, pk=pk)
    number = waybill_of(waybill)
    # The number before the row, as a scan takes them.
    claim_waybill(number)
    row = ReturnOrder.objects.filter(pk=pk).locked().get()
    if row.state != ReturnState.ANNOUNCED:
        raise Conflict(_("The parcel came already; its waybill is not changed any more."))
    check_free(number, warehouse_id=row.warehouse_id, but=pk)
    with signed(NOTE_WAYBILL, by=by):
        ReturnOrder.objects.filter(pk=pk).update(carrier=carrier.strip()[:LONGEST_CARRIER], waybill_number=number)
    row.refresh_from_db()
    return row
