"""Whether what a document takes out is there: in the bin, and not set aside for orders at the bench."""

from typing import Any

from django.db import connection
from django.utils.translation import gettext_lazy as _

from apps.core.errors import Conflict
from apps.core.speech import filled
from apps.org.actors import Actor
from apps.warehouse.actions.release import release_newest
from apps.warehouse.models import StockDocument

_SHORT_BIN = """
    SELECT s.code, n.code, coalesce(b.quantity - b.allocated, 0), -l.quantity
    FROM warehouse_stockdocumentline l JOIN warehouse_bin n ON n.id = l.bin_id JOIN stores_sku s ON s.id = l.sku_id
        LEFT JOIN warehouse_binbalance b ON b.bin_id = l.bin_id AND b.sku_id = l.sku_id
    WHERE l.document_id = %s AND l.quantity + coalesce(b.quantity - b.allocated, 0) < 0 ORDER BY l.id LIMIT 1
"""
_HOLD_BINS = """
    SELECT b.id FROM warehouse_binbalance b WHERE (b.bin_id, b.sku_id) IN (
        SELECT l.bin_id, l.sku_id FROM warehouse_stockdocumentline l WHERE l.document_id = %s AND l.quantity < 0
    ) ORDER BY b.id FOR UPDATE
"""
_SHORT_STOCK = """
    SELECT s.id, s.code, b.reserved, b.on_hand + sum(l.quantity)
    FROM warehouse_stockdocumentline l JOIN warehouse_stockdocument d ON d.id = l.document_id
        JOIN warehouse_bin n ON n.id = l.bin_id AND n.kind <> 'defects' JOIN stores_sku s ON s.id = l.sku_id
        JOIN warehouse_stockbalance b ON b.warehouse_id = d.warehouse_id AND b.sku_id = l.sku_id
    WHERE d.id = %s GROUP BY s.id, b.id HAVING b.on_hand - b.reserved + sum(l.quantity) < 0 ORDER BY s.code
"""
NOT_IN_BIN = _("Only %(free)s of %(sku)s are free in bin %(bin)s, and the document takes %(out)s out of it.")
AT_THE_BENCH = _("%(sku)s: only %(left)s would be left, and orders that are being packed need %(needed)s of them.")


def make_room(document: StockDocument, *, by: Actor) -> None:
    """Let goods go that are set aside and will not be there, those of the orders paid last first.

    In the caller's transaction, which holds the balances. Raises Conflict naming the SKU.
    """
    _expect_in_bins(document)
    missing = {sku: needed - left for sku, _code, needed, left in _asked(_SHORT_STOCK, document.pk)}
    if missing:
        release_newest(document.warehouse_id, missing, by=by)
    for _sku, code, needed, left in _asked(_SHORT_STOCK, document.pk)[:1]:
        sentence = filled(AT_THE_BENCH, sku=code, left=left, needed=needed)
        raise Conflict(sentence, code="needed_at_the_bench", sku=code)
    # Who plans a wave holds its orders before it asks for bins; so bins come after the orders here too, and are looked at
    # again: a wave may have taken its pieces out of them since.
    _asked(_HOLD_BINS, document.pk)
    _expect_in_bins(document)


def _expect_in_bins(document: StockDocument) -> None:
    for sku, place, free, out in _asked(_SHORT_BIN, document.pk):
        sentence = filled(NOT_IN_BIN, sku=sku, bin=place, free=free, out=out)
        raise Conflict(sentence, code="not_in_bin", sku=sku)


def _asked(statement: str, document: int) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, [document])
        return list(cursor.fetchall())
