"""Opening stock: a counted sheet becomes one draft document; somebody who keeps stock posts it."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.core.speech import filled
from apps.org.actors import Actor
from apps.sheets.kinds import Refusal, SheetKind
from apps.sheets.models import Sheet
from apps.sheets.rules import cells
from apps.sheets.rules.columns import Column
from apps.sheets.sql import Span, said
from apps.warehouse.actions.stock_documents import number_draft
from apps.warehouse.models import StockDocument
from apps.warehouse.workflows.stock_document import StockDocumentState

MOST_PIECES = 9_999_999
DRAFTED = _("The stock document %(number)s was drafted. Nothing is in stock before somebody posts it.")
POSTED = _("The stock document %(number)s was made of it.")

COLUMNS = (
    Column(
        "bin", "库位", "Bin", cells.text(20), "A-01-02", is_required=True,
        aliases=("库位编码", "库位号", "货位", "Bin code"), note=_("A bin of the chosen warehouse that is in use."),
    ),
    Column(
        "sku", "商家编码", "SKU code", cells.text(64), "QH-0381-BK", is_required=True,
        aliases=("SKU编码", "规格编码", "SKU", "Merchant code"), note=_("A SKU that has not moved in this warehouse yet."),
    ),
    Column(
        "quantity", "数量", "Quantity", cells.whole(1, MOST_PIECES), "24", is_required=True,
        aliases=("库存", "实物数量", "盘点数量"), note=_("Pieces that lie there, at least one."),
    ),
    Column(
        "unit_cost", "单位成本", "Unit cost", cells.amount, "38.50", aliases=("成本价", "成本", "Cost"),
        note=_("Yuan for one piece; may be left out."),
    ),
)  # fmt: skip

# One sheet makes one document, so a row of it never has a target before it is applied.
JUDGED = """
    SELECT s.id, NULL::bigint AS target_id, '{}'::jsonb AS before, w.code,
           CASE w.code WHEN 'in_draft' THEN d.number WHEN 'unknown_bin' THEN s.v ->> 'bin' ELSE s.v ->> 'sku' END AS detail
    FROM staged s
    LEFT JOIN warehouse_bin b ON b.warehouse_id = %(warehouse)s AND b.code = s.v ->> 'bin' AND b.is_active
    LEFT JOIN stores_sku k ON k.code = s.v ->> 'sku'
    LEFT JOIN (
        SELECT DISTINCT sku_id FROM warehouse_stockmove WHERE warehouse_id = %(warehouse)s
    ) m ON m.sku_id = k.id
    LEFT JOIN (
        SELECT l.sku_id, min(d.number) AS number
        FROM warehouse_stockdocumentline l JOIN warehouse_stockdocument d ON d.id = l.document_id
        WHERE d.warehouse_id = %(warehouse)s AND d.kind = 'opening' AND d.state = 'draft'
          AND d.id IS DISTINCT FROM (SELECT made_id FROM sheets_sheet WHERE id = %(sheet)s)
        GROUP BY l.sku_id
    ) d ON d.sku_id = k.id
    CROSS JOIN LATERAL (SELECT CASE
        WHEN b.id IS NULL THEN 'unknown_bin'
        WHEN k.id IS NULL THEN 'unknown_sku'
        WHEN m.sku_id IS NOT NULL THEN 'has_moved'
        WHEN d.sku_id IS NOT NULL THEN 'in_draft'
        ELSE '' END AS code) w
"""
REFUSALS = {
    "unknown_bin": Refusal("bin", _("There is no bin %(detail)s in use in this warehouse. Import the bins first.")),
    "unknown_sku": Refusal("sku", _("There is no SKU %(detail)s. Import the SKUs first, or correct the code.")),
    "has_moved": Refusal("sku", _("%(detail)s has moved in this warehouse already. Count it, and adjust its stock.")),
    "in_draft": Refusal("sku", _("The draft %(detail)s has this SKU already. Post or discard it first.")),
}
LINES = f"""
    , made AS (
        INSERT INTO warehouse_stockdocumentline (document_id, bin_id, sku_id, quantity, unit_cost_amount)
        SELECT %(document)s, b.id, k.id, {said("quantity", "integer")}, {said("unit_cost", "numeric")}
        FROM staged s
        JOIN warehouse_bin b ON b.warehouse_id = %(warehouse)s AND b.code = s.v ->> 'bin' AND b.is_active
        JOIN stores_sku k ON k.code = s.v ->> 'sku'
        ORDER BY s.id
        RETURNING id, bin_id, sku_id
    )
    UPDATE sheets_sheetrow t SET target_id = made.id
    FROM made JOIN warehouse_bin b ON b.id = made.bin_id JOIN stores_sku k ON k.id = made.sku_id
    JOIN staged s ON s.v ->> 'bin' = b.code AND s.v ->> 'sku' = k.code
    WHERE t.id = s.id
"""  # noqa: S608 - fixed fragments, values are parameters


def write_opening(span: Span, by: Actor) -> None:
    """Put the rows of a span into the sheet's draft."""
    if span.write("SELECT FROM staged LIMIT 1"):
        span.write(LINES, document=_draft(span, by).pk)


def _draft(span: Span, by: Actor) -> StockDocument:
    """The sheet's document; a new one when there is none, or when somebody has closed it half-way."""
    sheet = Sheet.objects.get(pk=span.sheet_id)
    known = StockDocument.objects.filter(pk=sheet.made_id or 0, state=StockDocumentState.DRAFT).locked().first()
    if known is not None:
        return known
    made: dict[str, Any] = {"warehouse_id": span.warehouse_id, "kind": StockDocument.Kind.OPENING, "reason": sheet.name}
    document = StockDocument(**made)
    number_draft(document, by=by)
    document.save()
    Sheet.objects.filter(pk=sheet.pk).update(made_id=document.pk)
    return document


def told(made_id: int) -> Any:
    """What became of the sheet as a whole, in one sentence."""
    document = StockDocument.objects.filter(pk=made_id).first()
    if document is None:
        return ""
    return filled(DRAFTED if document.state == StockDocumentState.DRAFT else POSTED, number=document.number)


OPENING_STOCK = SheetKind(
    name="opening_stock", label=_("Opening stock"), icon="database", permission="sheets.import_opening_stock",
    about=_("What lies in each bin on the first day, as one draft document."),
    columns=COLUMNS, key=("bin", "sku"), place="warehouse", target="warehouse.stockdocumentline",
    judged=JUDGED, refusals=REFUSALS, write=write_opening, told=told,
)  # fmt: skip
