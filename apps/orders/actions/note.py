"""Small words on a shipping order: an internal note, and that the buyer was contacted."""

from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from apps.audit.context import signed
from apps.core.errors import Conflict, Invalid, NotAllowed
from apps.orders.models import ShippingOrder
from apps.org.actors import Actor
from apps.org.scope import the_visible

LONGEST_NOTE = 1000


@transaction.atomic
def note_shipping_order(pk: int, *, text: str, by: Actor) -> ShippingOrder:
    """Write the internal note; what it said before stays in the history. Raises NotFound, NotAllowed, Invalid. ORD-14."""
    if not by.may("orders.note_shippingorder"):
        raise NotAllowed(_("You do not have the right to do this."))
    if len(text) > LONGEST_NOTE or "\0" in text:
        raise Invalid(_("A note has at most 1,000 characters."))
    order = the_visible(ShippingOrder.objects.all(), by, pk=pk)
    with signed("orders.shippingorder.note", by=by):
        ShippingOrder.objects.filter(pk=pk).update(note=text.strip())
    order.refresh_from_db(fields=["note"])
    return order


@transaction.atomic
def record_contact(pk: int, *, by: Actor) -> ShippingOrder:
    """Record that the buyer was contacted and the details confirmed; stops the 10-minute clock. ORD-02, ORD-12.

    Raises NotFound, NotAllowed, and Conflict when it was recorded before.
    """
    if not by.may("orders.contact_buyer"):
        raise NotAllowed(_("You do not have the right to do this."))
    order = the_visible(ShippingOrder.objects.all(), by, pk=pk)
    with signed("orders.shippingorder.contact", by=by):
        told = ShippingOrder.objects.filter(pk=pk, contacted_at__isnull=True).update(
            contacted_at=Now(), contacted_by_id=by.id
        )
    if not told:
        raise Conflict(_("The contact was recorded already."))
    order.refresh_from_db(fields=["contacted_at", "contacted_by_id"])
    return order
