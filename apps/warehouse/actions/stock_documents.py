"""Stock that changes by hand: drafted, posted to the ledger once, or discarded."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from apps.audit.context import signed
from apps.core.calendar import today
from apps.core.errors import Invalid
from apps.core.facts import announce
from apps.core.numbering import document_number, next_numbers
from apps.org.actors import Actor
from apps.org.scope import the_visible, visible
from apps.warehouse.actions.locks import lock_stock_to_move
from apps.warehouse.actions.rights import must, must_work_in
from apps.warehouse.actions.room import make_room
from apps.warehouse.facts import StockArrived
from apps.warehouse.models import Bin, Reservation, StockDocument, StockDocumentLine
from apps.workflow.move import move

# The kinds of a document are kinds of the ledger's lines too.
_POSTED = """
    INSERT INTO warehouse_stockmove
        (warehouse_id, bin_id, sku_id, quantity, kind, subject_type, subject_id, user_id, moved_at)
    SELECT d.warehouse_id, l.bin_id, l.sku_id, l.quantity, d.kind, 'warehouse.stockdocument', d.id, %s, now()
    FROM warehouse_stockdocumentline l JOIN warehouse_stockdocument d ON d.id = l.document_id
    WHERE d.id = %s ORDER BY l.id
"""


@dataclass(frozen=True, slots=True)
class StockLine:
    """So many pieces of a SKU into a bin, or out of it when negative. unit_cost_amount: CNY, None if unknown."""

    bin_id: int
    sku_id: int
    quantity: int
    unit_cost_amount: Decimal | None = None


@transaction.atomic
def draft_stock_document(
    warehouse_id: int, *, kind: str, lines: Sequence[StockLine], reason: str, by: Actor
) -> StockDocument:
    """Write a draft down; nothing moves yet.

    Raises NotAllowed, NotFound for a foreign warehouse, Invalid without a reason, for a line of nothing, for a bin of
    another warehouse and for two lines of one SKU and bin.
    """
    must(by, "warehouse.keep_stock")
    must_work_in(by, warehouse_id)
    _checked(warehouse_id, kind, lines, reason, by)
    document = StockDocument(warehouse_id=warehouse_id, kind=kind, reason=reason.strip())
    number_draft(document, by=by)
    with signed("warehouse.stockdocument.draft", by=by, reason=reason):
        document.save()
        StockDocumentLine.objects.bulk_create([_row(document, line) for line in lines])
    return document


def number_draft(document: StockDocument, *, by: Actor) -> None:
    """Give a new document its number and its author, in the transaction that saves it."""
    (running,) = next_numbers("stock_document", today())
    document.number = document_number("KD", today(), running)
    document.drafted_by_id = by.id


@transaction.atomic
def post_stock_document(pk: int, *, by: Actor) -> StockDocument:
    """Write the document's lines into the ledger; the balances follow.

    Goods that are set aside and now turn out not to be there are taken from the orders that were paid last; those wait
    for goods anew. Raises NotFound, NotAllowed, IllegalMove with the guard's sentence, and Conflict naming the SKU when
    a bin holds less than goes out of it or orders at the bench hold the goods.
    """
    must(by, "warehouse.keep_stock")
    document = the_visible(StockDocument.objects.all(), by, pk=pk)
    StockDocument.objects.filter(pk=pk).locked().get()
    with signed("warehouse.stockdocument.post", by=by):
        _lock_touched(document)
        move(document.post, by=by)
        make_room(document, by=by)
        with connection.cursor() as cursor:
            cursor.execute(_POSTED, [by.id, document.pk])
    announce(StockArrived())
    return document


@transaction.atomic
def cancel_stock_document(pk: int, *, by: Actor) -> StockDocument:
    """Discard a draft. Raises NotFound, NotAllowed, IllegalMove when it is posted."""
    document = the_visible(StockDocument.objects.all(), by, pk=pk)
    move(document.cancel, by=by)
    return document


def _checked(warehouse_id: int, kind: str, lines: Sequence[StockLine], reason: str, by: Actor) -> None:
    if kind not in StockDocument.Kind.values:
        raise Invalid(_("Choose why the stock changes."), code="kind")
    if not reason.strip():
        raise Invalid(_("Please give a reason."), code="reason_missing")
    if any(line.quantity == 0 for line in lines):
        raise Invalid(_("A line moves nothing; leave it out."), code="nothing_moves")
    if len({(line.bin_id, line.sku_id) for line in lines}) < len(lines):
        raise Invalid(_("Two lines are for the same SKU in the same bin; add them up."), code="same_line_twice")
    wanted = {line.bin_id for line in lines}
    known = visible(Bin.objects.filter(pk__in=wanted, warehouse=warehouse_id, is_active=True), by)
    if known.count() < len(wanted):
        raise Invalid(_("There is no such bin in this warehouse, or it is not used any more."), code="unknown_bin")


def _lock_touched(document: StockDocument) -> None:
    """Lock all balances that posting may change, in one go and in key order.

    An order that got its goods while the locks were waited for may hold more: then they are given back and taken anew
    with its goods among them, because a lock taken afterwards would be out of order. Once the document's own SKUs are
    held, nobody can get any of them.
    """
    wanted = _touched(document)
    while True:
        with transaction.atomic():
            lock_stock_to_move(document.warehouse_id, wanted)
            seen = _touched(document)
            if seen <= wanted:
                return
            transaction.set_rollback(True)
        wanted |= seen


def _touched(document: StockDocument) -> set[int]:
    """The document's SKUs, and all that orders hold which may lose some of them: locked in one go, in key order."""
    lines = StockDocumentLine.objects.filter(document=document)
    open_ones = Reservation.objects.filter(warehouse=document.warehouse_id, closed_at__isnull=True)
    losing = open_ones.filter(sku__in=lines.filter(quantity__lt=0).values("sku"))
    held = open_ones.filter(shipping_order__in=losing.values("shipping_order"))
    return {*lines.values_list("sku_id", flat=True), *held.values_list("sku_id", flat=True)}


def _row(document: StockDocument, line: StockLine) -> StockDocumentLine:
    return StockDocumentLine(
        document=document, bin_id=line.bin_id, sku_id=line.sku_id, quantity=line.quantity,
        unit_cost_amount=line.unit_cost_amount,
    )  # fmt: skip
