"""Export the stock list: counted, written into the book of exports (SEC-24, SEC-31)."""

from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from apps.audit.models import Export
from apps.core.errors import Invalid, NotAllowed
from apps.core.speech import filled
from apps.core.tabular import Sheet, write_xlsx
from apps.org.actors import Actor
from apps.org.scope import visible
from apps.warehouse.models import StockBalance

MOST_ROWS = 50_000


def export_stock(balances: "QuerySet[StockBalance]", sink: BinaryIO, *, query: Mapping[str, Any], by: Actor) -> int:
    """Write the balances of the actor's warehouses as a workbook, in pieces. Returns how many rows.

    query: what was filtered, for the book. The line in the book commits with the caller's transaction: no file without
    it. Raises NotAllowed without the right to export, Invalid for more than 50,000 rows. Rule: SEC-31.
    """
    if not by.may("warehouse.export_stock") or by.user is None:
        raise NotAllowed(_("You do not have the right to export the stock list."))
    seen = visible(balances, by)
    rows = seen.order_by().values("pk")[: MOST_ROWS + 1].count()
    if rows > MOST_ROWS:
        raise Invalid(filled(_("An export has at most %(most)s rows; choose one warehouse."), most=MOST_ROWS))
    write_xlsx(sink, [Sheet(_("Stock"), _header(), _cells(seen))])
    Export.objects.create(user=by.user, user_name=by.name, kind="stock", query=dict(query), rows=rows)
    return rows


def _header() -> list[str]:
    return [
        _("Warehouse"), _("SKU"), _("Barcode"), _("Item"), _("Colour and size"), _("On hand"), _("Set aside"),
        _("Available"), _("Defective"),
    ]  # fmt: skip


def _cells(balances: "QuerySet[StockBalance]") -> Iterator[tuple[Any, ...]]:
    rows = balances.annotate(free=F("on_hand") - F("reserved")).order_by("warehouse__code", "sku__code")
    return rows.values_list(
        "warehouse__name", "sku__code", "sku__barcode", "sku__product__name", "sku__properties", "on_hand", "reserved",
        "free", "defective",
    ).iterator(chunk_size=2_000)  # fmt: skip
