"""Amended items: fewer of a line or none, or another SKU for it, as long as no goods lie aside."""

from collections.abc import Mapping

from django.db.models import ProtectedError, Sum
from django.utils.translation import gettext_lazy as _

from apps.core.errors import Conflict, Invalid, NotFound
from apps.core.speech import filled
from apps.orders.models import Order, ShippingOrder, ShippingOrderLine
from apps.orders.models.order import LEFT_OUT
from apps.orders.queries.amendable import LINES_OPEN
from apps.orders.rules.amendment import LineWish
from apps.orders.workflows.shipping_order import ShippingState
from apps.stores.models import Sku

HAD_GOODS = _(
    "“%(item)s” had its goods set aside for this order once, so it cannot be left out. Ship it whole, or cancel the order."
)


def amend_lines(shipping: ShippingOrder, wishes: Mapping[int, LineWish]) -> list[str]:
    """Change lines of a shipping order that is locked with its order. Returns what became different: quantity, sku.

    A line of which nothing is wanted is left out, and later files do not bring it back. Raises NotFound for a line that is
    not in it, Invalid for a quantity or SKU that cannot be or when nothing is left, Conflict once goods are set aside.
    """
    rows = shipping.lines.select_related("order_line", "sku").select_for_update(of=("self",)).order_by("pk")
    lines = {line.pk: line for line in rows} if wishes else {}
    changed: set[str] = set()
    for key, wish in sorted(wishes.items()):
        if key not in lines:
            raise NotFound(_("This line is not in the order."))
        changed |= _amend(shipping, lines[key], wish)
    if "quantity" in changed:
        whole = shipping.lines.aggregate(whole=Sum("quantity"))["whole"]
        if whole is None:
            raise Invalid(_("Nothing would be left to ship; cancel the order instead."), code="nothing_left")
        ShippingOrder.objects.filter(pk=shipping.pk).update(quantity=whole)
    return sorted(changed)


def _amend(shipping: ShippingOrder, line: ShippingOrderLine, wish: LineWish) -> set[str]:
    columns: dict[str, object] = {}
    if wish.quantity is not None and wish.quantity != line.quantity:
        columns["quantity"] = _checked_quantity(line, wish.quantity)
    if wish.sku_code and (line.sku is None or wish.sku_code != line.sku.code):
        columns["sku"] = _sku(wish.sku_code)
    if columns and shipping.state not in LINES_OPEN:
        raise Conflict(_("Its goods are set aside already; take the confirmation back before you change items."))
    if columns.get("quantity") == 0:
        _leave_out(shipping, line)
    elif columns:
        ShippingOrderLine.objects.filter(pk=line.pk).update(**columns)
    return set(columns)


def _leave_out(shipping: ShippingOrder, line: ShippingOrderLine) -> None:
    """Ship without this line: it went already, or the buyer does not want it. Raises Conflict for one with a history."""
    order = Order.objects.get(pk=shipping.lead_order_id)
    amended = order.amended or {}
    amended[LEFT_OUT] = [*amended.get(LEFT_OUT, []), line.order_line_id]
    Order.objects.filter(pk=order.pk).update(amended=amended)
    try:
        line.delete()
    except ProtectedError as error:
        # What was set aside for it once, and let go, stays on record with the line.
        raise Conflict(filled(HAD_GOODS, item=line.order_line.title), code="had_goods", field=_box(line)) from error


def _checked_quantity(line: ShippingOrderLine, quantity: int) -> int:
    """None or some, and with what ships elsewhere no more than the buyer ordered. Raises Invalid."""
    others = (
        ShippingOrderLine.objects.filter(order_line=line.order_line)
        .exclude(pk=line.pk)
        .exclude(shipping_order__state=ShippingState.CANCELLED)
        .aggregate(whole=Sum("quantity"))["whole"]
    )
    most = line.order_line.quantity - (others or 0)
    if not 0 <= quantity <= most:
        sentence = _("“%(item)s”: at most %(most)s, which is what the buyer ordered; 0 leaves it out.")
        raise Invalid(filled(sentence, item=line.order_line.title, most=most), code="quantity", field=_box(line))
    return quantity


def _sku(code: str) -> Sku:
    sku = Sku.objects.filter(code=code, is_active=True).first()
    if sku is None:
        raise Invalid(filled(_("There is no active SKU “%(code)s”."), code=code), code="sku")
    return sku


def _box(line: ShippingOrderLine) -> str:
    return f"line-{line.pk}"
