"""A stock document: drafted, then posted to the ledger, once."""

from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from django_fsm import transition

from apps.workflow.base import Condition, Workflow, guard, rows_of, verb
from apps.workflow.fields import StateField

MOST_OF_A_SKU = 1_000_000_000


class StockDocumentKind(models.TextChoices):
    """Why stock changes by hand."""

    OPENING = "opening", _("Opening stock")
    ADJUSTMENT = "adjustment", _("Adjustment")
    DEFECT = "defect", _("Found defective")
    TRANSFER = "transfer", _("Moved between bins")


class StockDocumentState(models.TextChoices):
    """Nothing moves before it is posted."""

    DRAFT = "draft", _("Draft")
    POSTED = "posted", _("Posted")
    CANCELLED = "cancelled", _("Discarded")


@guard(_("It has no lines yet."))
def has_stock_lines() -> Condition:
    """Something is to be moved."""
    return Exists(rows_of("warehouse.StockDocumentLine").filter(document=OuterRef("pk")))


@guard(_("One of its bins belongs to another warehouse."))
def stays_in_its_warehouse() -> Condition:
    """Every bin is in the document's warehouse."""
    lines = rows_of("warehouse.StockDocumentLine").filter(document=OuterRef("pk"))
    return ~Exists(lines.exclude(bin__warehouse=OuterRef("warehouse")))


@guard(_("Opening stock is only for SKUs that this warehouse has never had; use an adjustment for the others."))
def opens_only_new_skus() -> Condition:
    """No SKU of an opening document has a line in the ledger yet."""
    lines = rows_of("warehouse.StockDocumentLine").filter(document=OuterRef("pk"))
    moved = rows_of("warehouse.StockMove").filter(warehouse=OuterRef(OuterRef("warehouse")), sku=OuterRef("sku"))
    return ~Q(kind=StockDocumentKind.OPENING) | ~Exists(lines.filter(Exists(moved)))


@guard(_("Opening stock adds goods; it has a line with less than nothing."))
def opens_with_something() -> Condition:
    """Opening stock is never negative."""
    lines = rows_of("warehouse.StockDocumentLine").filter(document=OuterRef("pk"))
    return ~Q(kind=StockDocumentKind.OPENING) | ~Exists(lines.filter(quantity__lt=0))


@guard(_("What leaves one bin must arrive in another: the pieces of a SKU do not add up to nothing."))
def keeps_the_total() -> Condition:
    """Goods that only lie elsewhere now are as many as before."""
    lines = rows_of("warehouse.StockDocumentLine").filter(document=OuterRef("pk"))
    uneven = lines.order_by().values("sku").annotate(total=Sum("quantity")).exclude(total=0)
    return Q(kind__in=[StockDocumentKind.OPENING, StockDocumentKind.ADJUSTMENT]) | ~Exists(uneven)


@guard(_("It brings goods into a bin that is not used any more."))
def goes_into_open_bins() -> Condition:
    """No line adds to a bin that was switched off since the draft."""
    lines = rows_of("warehouse.StockDocumentLine").filter(document=OuterRef("pk"))
    return ~Exists(lines.filter(quantity__gt=0, bin__is_active=False))


@guard(_("It would make more than a billion pieces of one SKU in this warehouse; look for a mistyped quantity."))
def stays_countable() -> Condition:
    """What it brings of a SKU, on top of what is there, is a number that a balance can hold."""
    lines = rows_of("warehouse.StockDocumentLine").filter(document=OuterRef("pk"), quantity__gt=0)
    balance = rows_of("warehouse.StockBalance").filter(warehouse=OuterRef("document__warehouse"), sku=OuterRef("sku"))
    there = Coalesce(Subquery(balance.values(pieces=F("on_hand") + F("defective"))), 0)
    brought = lines.order_by().values("sku").annotate(brought=Sum("quantity"), there=there)
    return ~Exists(brought.filter(brought__gt=MOST_OF_A_SKU - F("there")))


class StockDocumentWorkflow(Workflow):
    """The document's machine and the moments it stamps."""

    state = StateField(_("state"), default=StockDocumentState.DRAFT, choices=StockDocumentState.choices)
    posted_at = models.DateTimeField(_("posted at"), null=True, editable=False)
    cancelled_at = models.DateTimeField(_("discarded at"), null=True, editable=False)

    class Meta:
        abstract = True

    @transition(
        state,
        source=StockDocumentState.DRAFT,
        target=StockDocumentState.POSTED,
        conditions=[
            has_stock_lines,
            stays_in_its_warehouse,
            goes_into_open_bins,
            opens_with_something,
            opens_only_new_skus,
            keeps_the_total,
            stays_countable,
        ],
        permission="warehouse.keep_stock",
        custom=verb(_("Post"), stamps=["posted_at"], tone="primary"),
    )
    def post(self) -> None:
        """Its lines are in the ledger."""

    @transition(
        state,
        source=StockDocumentState.DRAFT,
        target=StockDocumentState.CANCELLED,
        permission="warehouse.keep_stock",
        custom=verb(_("Discard"), stamps=["cancelled_at"], tone="danger"),
    )
    def cancel(self) -> None:
        """Nothing of it happened."""
