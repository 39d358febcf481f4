"""Export returns: counted, written into the book of exports (SEC-24, SEC-31)."""

from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from apps.aftersales.models import ReturnLine, ReturnOrder
from apps.aftersales.models.reason import USUAL
from apps.aftersales.workflows.return_order import ReturnState
from apps.audit.models import Export
from apps.core.errors import Invalid, NotAllowed
from apps.core.speech import filled
from apps.core.tabular import Sheet, write_xlsx
from apps.org.actors import Actor
from apps.org.scope import visible

MOST_ROWS = 10_000


def export_returns(returns: "QuerySet[ReturnOrder]", sink: BinaryIO, *, query: Mapping[str, Any], by: Actor) -> int:
    """Write the lines of the returns that the actor may see as a workbook; no buyer is in it. Returns how many.

    query: what was filtered, for the book. The line in the book commits with the caller's transaction: no file without
    it. Raises NotAllowed without the right to export, Invalid for more than 10,000 lines. Rule: SEC-31.
    """
    if not by.may("aftersales.export_return") or by.user is None:
        raise NotAllowed(_("You do not have the right to export returns."))
    lines = ReturnLine.objects.filter(return_order__in=visible(returns, by).order_by().values("pk"))
    rows = lines.order_by().values("pk")[: MOST_ROWS + 1].count()
    if rows > MOST_ROWS:
        raise Invalid(filled(_("An export has at most %(most)s rows; choose a shorter period."), most=MOST_ROWS))
    write_xlsx(sink, [Sheet(_("Returns"), _header(), _cells(lines))])
    Export.objects.create(user=by.user, user_name=by.name, kind="returns", query=dict(query), rows=rows)
    return rows


def _header() -> list[str]:
    return [
        _("Return number"), _("State"), _("Store"), _("Warehouse"), _("Order number"), _("Shipping order number"),
        _("Return waybill"), _("Carrier"), _("Return reason"), _("SKU"), _("Item"), _("Announced"), _("Good"), _("Bad"),
        _("Note"), _("Announced at"), _("Received at"), _("Inspected at"),
    ]  # fmt: skip


def _cells(lines: "QuerySet[ReturnLine]") -> Iterator[tuple[Any, ...]]:
    labels = dict(ReturnState.choices)
    rows = lines.order_by("-return_order", "pk").values_list(
        "return_order__reason__name", "return_order__reason__code", "return_order__state", "return_order__number",
        "return_order__store__name", "return_order__warehouse__name", "shipping_line__order_line__order__number",
        "return_order__shipping_order__number", "return_order__waybill_number", "return_order__carrier", "sku__code",
        "shipping_line__order_line__title", "quantity", "good_quantity", "bad_quantity", "note",
        "return_order__announced_at", "return_order__received_at", "return_order__inspected_at",
    )  # fmt: skip
    for name, code, state, number, store, warehouse, order, shipping, waybill, carrier, *rest in rows.iterator(
        chunk_size=2_000
    ):
        reason = name or str(USUAL.get(code or "", code or ""))
        yield (number, str(labels[state]), store, warehouse, order, shipping, waybill, carrier, reason, *rest)
