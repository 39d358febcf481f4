"""Export shipping orders: masked, counted, written into the book of exports (SEC-24, SEC-31)."""

from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from apps.audit.models import Export
from apps.core.errors import Invalid, NotAllowed
from apps.core.speech import filled
from apps.core.tabular import Sheet, write_xlsx
from apps.orders.models import ShippingOrder
from apps.orders.workflows.shipping_order import ShippingState
from apps.org.actors import Actor
from apps.org.scope import visible

MOST_ROWS = 100_000


def export_orders(orders: "QuerySet[ShippingOrder]", sink: BinaryIO, *, query: Mapping[str, Any], by: Actor) -> int:
    """Write the orders that the actor may see as a workbook, buyers masked. Returns how many.

    query: what was filtered, for the book. The line in the book commits with the caller's transaction: no file without
    it. Raises NotAllowed without the right to export, Invalid for more than 100,000 rows.
    """
    if not by.may("orders.export_order") or by.user is None:
        raise NotAllowed(_("You do not have the right to export orders."))
    chosen = visible(orders, by)
    rows = chosen.order_by().values("pk")[: MOST_ROWS + 1].count()
    if rows > MOST_ROWS:
        raise Invalid(filled(_("An export has at most %(most)s rows; choose a shorter period."), most=MOST_ROWS))
    write_xlsx(sink, [Sheet(_("Orders"), _header(), _cells(chosen))])
    Export.objects.create(user=by.user, user_name=by.name, kind="orders", query=dict(query), rows=rows)
    return rows


def _header() -> list[str]:
    return [
        _("Order number"), _("Shipping order number"), _("Store"), _("State"), _("Buyer"), _("Province"), _("City"),
        _("Items"), _("Paid amount"), _("Placed at"), _("Confirmed at"), _("Ship by"), _("Waybill number"),
        _("Buyer message"), _("Seller memo"),
    ]  # fmt: skip


def _cells(orders: "QuerySet[ShippingOrder]") -> Iterator[tuple[Any, ...]]:
    labels = dict(ShippingState.choices)
    rows = orders.order_by("-placed_at", "-pk").values_list(
        "lead_order__number", "number", "store__name", "state", "lead_order__buyer_masked", "lead_order__province",
        "lead_order__city", "quantity", "paid_amount", "placed_at", "confirmed_at", "ship_by_at", "waybill_number",
        "lead_order__buyer_message", "lead_order__seller_memo",
    )  # fmt: skip
    for order, number, store, state, *rest in rows.iterator(chunk_size=2_000):
        yield (order, number, store, str(labels[state]), *rest)
