"""The scan-check at the bench: item by item, then the remarks, then the parcel is closed."""

import uuid

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from apps.audit.context import signed
from apps.core.errors import Conflict, Invalid
from apps.core.scanning import scanned
from apps.core.speech import filled
from apps.orders.actions.progress import mark_packed
from apps.orders.models import ShippingOrder
from apps.org.actors import Actor
from apps.org.scope import the_visible
from apps.stores.queries.scanning import is_piece_of, sku_meant
from apps.warehouse.actions.rights import must
from apps.warehouse.models import CheckLine, ScanKey, Shipment
from apps.warehouse.rules.weights import checked_grams
from apps.warehouse.workflows.remarks import remarks_print
from apps.warehouse.workflows.shipment import ShipmentState
from apps.workflow.base import verbs_of
from apps.workflow.move import IllegalMove, move

UNKNOWN = _("No item of ours has the code %(code)s.")
WRONG = _("%(sku)s does not belong into this parcel.")
ENOUGH = _("All %(quantity)s pieces of %(sku)s are in this parcel already.")


@transaction.atomic
def scan_item(shipment_pk: int, code: str, *, key: uuid.UUID, by: Actor) -> CheckLine:
    """Count one piece into a parcel. code: the item's barcode, or its SKU code, in letters of any case and width.

    key: made by the page for each beep; the same key counts once, however often it is sent. Raises NotFound,
    NotAllowed, IllegalMove with the sentence of a hold or of a platform that called the order off, and Invalid:
    `unknown_item`, `wrong_item`, `too_many`. A refusal changes nothing. Rules: WHS-18, WHS-20, WHS-22.
    """
    must(by, "warehouse.check")
    parcel = _locked(shipment_pk, by)
    told = CheckLine.objects.filter(scans__shipment=parcel, scans__key=key).first()
    if told is not None:
        return told
    _expect_open(parcel)
    line = _line_of(parcel, scanned(code))
    with signed("warehouse.checkline.scan", by=by):
        CheckLine.objects.filter(pk=line.pk).update(scanned_quantity=F("scanned_quantity") + 1)
        ScanKey.objects.create(shipment=parcel, key=key, line=line)
    line.scanned_quantity += 1
    return line


@transaction.atomic
def confirm_remarks(shipment_pk: int, *, by: Actor, seen: str | None = None) -> Shipment:
    """Say that messages, memos, gifts and changes were read and heeded. What is written afterwards is to be read again.

    seen: the print of what the page showed, None when nothing was shown. Raises NotFound, NotAllowed, IllegalMove, and
    Conflict when something was written since the page was drawn. Rule: WHS-18.
    """
    must(by, "warehouse.check")
    parcel = _locked(shipment_pk, by)
    _expect_open(parcel)
    asked = Shipment.objects.filter(pk=parcel.pk)
    now = asked.values_list(remarks_print(), flat=True).get() or ""
    if seen is not None and seen != now:
        raise Conflict(_("Something was written in the meantime. Read it, then confirm."), code="remarks_changed")
    with signed("warehouse.shipment.confirm_remarks", by=by):
        asked.update(remarks_confirmed_at=Now(), remarks_confirmed_by_id=by.id, remarks_digest=now)
    parcel.refresh_from_db()
    return parcel


@transaction.atomic
def pass_scan_check(shipment_pk: int, *, by: Actor, weight_grams: int | None = None) -> Shipment:
    """Close the parcel: everything is in it, the remarks are heeded. The order is packed with it.

    Raises NotFound, NotAllowed, Invalid for an impossible weight, IllegalMove with the sentence of whatever is missing
    or of whoever stopped the order. Rules: WHS-18, WHS-19, WHS-20, WHS-22.
    """
    grams = checked_grams(weight_grams)
    parcel = _locked(shipment_pk, by)
    move(parcel.pass_check, by=by, also={"weight_grams": grams, "checked_by_id": by.id})
    moved = mark_packed([parcel.shipping_order_id], by=by)
    if parcel.shipping_order_id in moved.refused:
        raise IllegalMove(moved.refused[parcel.shipping_order_id])
    return parcel


def _locked(pk: int, by: Actor) -> Shipment:
    parcel = the_visible(Shipment.objects.all(), by, pk=pk)
    return Shipment.objects.locked().get(pk=parcel.pk)


def _expect_open(parcel: Shipment) -> None:
    """A closed parcel, or an order that somebody stopped, takes nothing more."""
    if parcel.state != ShipmentState.OPEN:
        raise IllegalMove(_("This parcel is closed already, or was taken off the bench."), state=parcel.state)
    order = ShippingOrder.objects.get(pk=parcel.shipping_order_id)
    pack = verbs_of(ShippingOrder)["pack"]
    if order.state not in pack.sources:
        raise IllegalMove(_("This order is not at the bench any more; put the parcel aside."), state=order.state)
    for guard in pack.guards:
        if not guard(order):
            raise IllegalMove(guard.refusal, state=order.state)


def _line_of(parcel: Shipment, code: str) -> CheckLine:
    lines = CheckLine.objects.filter(shipment=parcel).select_related("sku").order_by("pk")
    line = next((each for each in lines if is_piece_of(code, each.sku)), None)
    if line is None:
        raise _not_in_it(code)
    if line.scanned_quantity >= line.quantity:
        raise Invalid(filled(ENOUGH, quantity=line.quantity, sku=line.sku.code), code="too_many")
    return line


def _not_in_it(code: str) -> Invalid:
    sku = sku_meant(code)
    if sku is None:
        return Invalid(filled(UNKNOWN, code=code[:64]), code="unknown_item")
    return Invalid(filled(WRONG, sku=sku.code), code="wrong_item")
