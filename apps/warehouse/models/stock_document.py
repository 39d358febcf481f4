"""Stock documents: why stock changed by hand, on paper before it is in the ledger."""

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.core.history import tracked
from apps.core.querysets import HouseQuerySet
from apps.org.models import User, Warehouse
from apps.org.scope import StoreScope
from apps.stores.models import Sku
from apps.warehouse.models.places import Bin
from apps.warehouse.workflows.stock_document import StockDocumentKind, StockDocumentState, StockDocumentWorkflow
from apps.workflow.triggers import SEED_VERB, VERB, frozen, machine

# Both ways wait for each other: a line for a posting that has begun, a posting for a line that is being written.
_ONLY_DRAFTS = f"""
    IF {VERB} = '{SEED_VERB}' THEN
        RETURN NULL;
    END IF;
    PERFORM 1 FROM warehouse_stockdocument WHERE id IN (SELECT document_id FROM {{rows}}) ORDER BY id FOR SHARE;
    IF EXISTS (
        SELECT FROM warehouse_stockdocument d JOIN {{rows}} l ON l.document_id = d.id WHERE d.state <> 'draft'
    ) THEN
        RAISE EXCEPTION 'lines of a stock document change only while it is a draft' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
"""  # noqa: S608 - only texts of the machine are put in


@tracked()
@machine(initial=StockDocumentState.DRAFT)
class StockDocument(StockDocumentWorkflow):
    """Opening stock, a correction, goods found defective, goods moved to another bin; posted once, put right by another."""

    Kind = StockDocumentKind

    number = models.CharField(_("stock document number"), max_length=30, unique=True, editable=False)
    warehouse = models.ForeignKey(Warehouse, models.PROTECT, related_name="+", verbose_name=_("warehouse"))
    kind = models.CharField(_("kind"), max_length=20, choices=StockDocumentKind.choices)
    reason = models.CharField(_("reason"), max_length=200)
    drafted_by = models.ForeignKey(
        User, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("drafted by")
    )
    drafted_at = models.DateTimeField(_("drafted at"), auto_now_add=True)

    objects = HouseQuerySet.as_manager()
    scope = StoreScope(warehouse="warehouse_id")

    class Meta:
        verbose_name = _("stock document")
        verbose_name_plural = _("stock documents")
        default_permissions = ("view",)
        permissions = [("keep_stock", "May draft, post and cancel stock documents")]
        indexes = [models.Index(fields=["warehouse", "-drafted_at"], name="stock_documents_by_time")]
        triggers = [frozen(["number", "warehouse_id", "kind", "drafted_by_id", "drafted_at"])]

    def __str__(self) -> str:
        return self.number


class StockDocumentLine(models.Model):
    """So many pieces of a SKU into a bin (positive) or out of it (negative). unit_cost_amount: in CNY, where it is known."""

    document = models.ForeignKey(StockDocument, models.CASCADE, related_name="lines", verbose_name=_("stock document"))
    bin = models.ForeignKey(Bin, models.PROTECT, related_name="+", verbose_name=_("bin"))
    sku = models.ForeignKey(Sku, models.PROTECT, related_name="+", verbose_name=_("SKU"))
    quantity = models.IntegerField(_("quantity"))
    unit_cost_amount = models.DecimalField(
        _("cost of one piece"), max_digits=12, decimal_places=2, null=True, blank=True
    )

    class Meta:
        verbose_name = _("stock document line")
        verbose_name_plural = _("stock document lines")
        ordering = ["pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["document", "bin", "sku"], name="one_line_per_document_bin_and_sku"),
            models.CheckConstraint(condition=~Q(quantity=0), name="a_stock_line_moves_something"),
            models.CheckConstraint(
                condition=Q(unit_cost_amount__isnull=True) | Q(unit_cost_amount__gte=0), name="stock_cost_not_negative"
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name=f"lines_change_in_drafts_{verb}",
                level=pgtrigger.Statement,
                when=pgtrigger.After,
                operation=operation,
                referencing=pgtrigger.Referencing(**{side: f"{side}_rows"}),
                func=_ONLY_DRAFTS.format(rows=f"{side}_rows"),
            )
            for verb, operation, side in (
                ("insert", pgtrigger.Insert, "new"),
                ("update", pgtrigger.Update, "old"),
                ("delete", pgtrigger.Delete, "old"),
            )
        ] + [frozen(["document_id"])]

    def __str__(self) -> str:
        return f"{self.sku_id} {self.quantity:+d}"
