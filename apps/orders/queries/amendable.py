"""What can be corrected about an order, and a mark that shows whether it is still what somebody looked at."""

from dataclasses import dataclass
from hashlib import blake2b

from apps.orders.models import BuyerContact, Order, ShippingOrder, ShippingOrderLine
from apps.orders.models.order import AMENDABLE
from apps.orders.workflows.shipping_order import ShippingState

# Later the goods lie aside for it, or are gone.
LINES_OPEN = (ShippingState.IMPORTED, ShippingState.CONFIRMED)


@dataclass(frozen=True, slots=True)
class Amendable:
    """One shipping order as its correction form shows it. seen: to be sent back with the wish."""

    order: Order
    lines: list[ShippingOrderLine]
    are_lines_open: bool
    has_contact: bool
    seen: str


def amendable(shipping: ShippingOrder) -> Amendable:
    """Everything that a correction can touch, buyers masked. Two statements."""
    contact = BuyerContact.objects.filter(order=shipping.lead_order_id).first()
    lines = list(shipping.lines.select_related("order_line", "sku").order_by("pk"))
    return Amendable(
        order=shipping.lead_order,
        lines=lines,
        are_lines_open=shipping.state in LINES_OPEN,
        has_contact=contact is not None,
        seen=_mark(shipping, contact, lines),
    )


def _mark(shipping: ShippingOrder, contact: BuyerContact | None, lines: list[ShippingOrderLine]) -> str:
    """Changes with anything that a correction could overwrite unseen. Tells nothing about the contact."""
    said = [
        [getattr(shipping.lead_order, name) for name in AMENDABLE],
        blake2b(bytes(contact.sealed) if contact else b"").hexdigest(),
        [(line.pk, line.sku_id, line.quantity) for line in lines],
        shipping.state in LINES_OPEN,
    ]
    return blake2b(repr(said).encode(), digest_size=12).hexdigest()
