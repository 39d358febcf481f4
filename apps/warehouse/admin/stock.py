"""Stock as records: balances, the ledger and reservations to read, stock documents to keep."""

from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.org.records.actor import actor_of
from apps.org.records.lists import DayRangeFilter, KnownRelatedFilter
from apps.org.records.scoped import ReadOnlyMixin, ScopedAdmin, ScopedInline
from apps.stores.models.product import SEE_COST
from apps.warehouse.actions.stock_documents import cancel_stock_document, number_draft, post_stock_document
from apps.warehouse.models import BinBalance, Reservation, StockBalance, StockDocument, StockDocumentLine, StockMove
from apps.workflow.admin import WorkflowAdmin


@admin.register(StockBalance)
class StockBalanceAdmin(ReadOnlyMixin, ScopedAdmin):
    """What the actor's warehouses have."""

    list_display = ("sku", "warehouse", "on_hand", "reserved", "available", "defective")
    list_select_related = ("sku", "warehouse")
    list_filter = (("warehouse", KnownRelatedFilter),)
    search_fields = ("sku__code__startswith", "sku__barcode__exact")
    search_help_text = _("SKU code from its beginning, or barcode")
    fields = ("warehouse", "sku", "on_hand", "reserved", "available", "defective")
    ordering = ("-pk",)
    sortable_by = ()

    @admin.display(description=_("available"))
    def available(self, row: StockBalance) -> int:
        """Free to reserve."""
        return row.on_hand - row.reserved


@admin.register(BinBalance)
class BinBalanceAdmin(ReadOnlyMixin, ScopedAdmin):
    """What lies in which bin."""

    list_display = ("bin", "sku", "quantity", "allocated")
    list_select_related = ("bin", "sku")
    search_fields = ("sku__code__startswith", "bin__code__startswith")
    search_help_text = _("SKU code or bin, from its beginning")
    fields = ("bin", "sku", "quantity", "allocated")
    ordering = ("-pk",)
    sortable_by = ()


@admin.register(StockMove)
class StockMoveAdmin(ReadOnlyMixin, ScopedAdmin):
    """The ledger."""

    list_display = ("moved_at", "warehouse", "bin", "sku", "quantity", "kind", "subject_type", "subject_id", "user")
    list_select_related = ("warehouse", "bin", "sku", "user")
    list_filter = ("kind", ("warehouse", KnownRelatedFilter), ("moved_at", DayRangeFilter))
    search_fields = ("sku__code__exact",)
    search_help_text = _("SKU code")
    fields = ("moved_at", "warehouse", "bin", "sku", "quantity", "kind", "subject_type", "subject_id", "user")
    ordering = ("-pk",)
    sortable_by = ()


@admin.register(Reservation)
class ReservationAdmin(ReadOnlyMixin, ScopedAdmin):
    """What is set aside for whom."""

    list_display = ("shipping_order", "sku", "quantity", "warehouse", "reserved_at", "closed_at", "closed_as")
    list_select_related = ("shipping_order", "sku", "warehouse")
    list_filter = ("closed_as", ("warehouse", KnownRelatedFilter))
    search_fields = ("shipping_order__number__startswith", "sku__code__exact")
    search_help_text = _("Shipping order number from its beginning, or SKU code")
    fields = ("shipping_order", "sku", "quantity", "warehouse", "reserved_at", "closed_at", "closed_as")
    ordering = ("-pk",)
    sortable_by = ()


class StockDocumentLineInline(ScopedInline):
    """What goes into which bin, or out of it."""

    model = StockDocumentLine
    fields = ("bin", "sku", "quantity", "unit_cost_amount")
    autocomplete_fields = ("bin", "sku")
    related = ("bin", "sku")
    extra = 1
    rights: ClassVar[dict[str, str]] = dict.fromkeys(("view", "add", "change", "delete"), "warehouse.keep_stock")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """Without the cost for who neither writes it down nor has the right to it."""
        may_see = request.user.has_perm(SEE_COST) or self.may(request, "change")
        return [name for name in super().get_fields(request, obj) if may_see or name != "unit_cost_amount"]

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Who may see the document may see its lines."""
        return True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only in a draft."""
        return super().has_add_permission(request, obj) and _is_draft(obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only in a draft."""
        return super().has_change_permission(request, obj) and _is_draft(obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A line of a draft is no record yet."""
        return self.may(request, "delete") and _is_draft(obj)


@admin.register(StockDocument)
class StockDocumentAdmin(WorkflowAdmin):
    """Drafts are written here and posted or discarded by a button; afterwards they are only read."""

    moves: ClassVar[dict[str, Any]] = {"post": post_stock_document, "cancel": cancel_stock_document}
    rights: ClassVar[dict[str, str]] = {"add": "warehouse.keep_stock", "change": "warehouse.keep_stock"}
    list_display = ("number", "warehouse", "kind", "state", "reason", "drafted_by", "drafted_at", "posted_at")
    list_select_related = ("warehouse", "drafted_by")
    list_filter = ("kind", "state", ("warehouse", KnownRelatedFilter), ("drafted_at", DayRangeFilter))
    search_fields = ("number__startswith",)
    fields = (
        "number", "warehouse", "kind", "reason", "state", "drafted_by", "drafted_at", "posted_at", "cancelled_at",
    )  # fmt: skip
    readonly_fields = ("number", "drafted_by", "drafted_at")
    inlines = (StockDocumentLineInline,)
    ordering = ("-pk",)
    sortable_by = ()
    verb_labels: ClassVar[dict[str, str | Promise]] = {"warehouse.stockdocument.draft": _("Drafted")}

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """Warehouse and kind are given once."""
        given_once = ["warehouse", "kind"] if obj else []
        return [*super().get_readonly_fields(request, obj), *given_once]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only a draft."""
        return super().has_change_permission(request, obj) and _is_draft(obj)

    def save_model(self, request: HttpRequest, obj: StockDocument, form: Any, change: bool) -> None:
        """A new draft gets its number."""
        if not change:
            number_draft(obj, by=actor_of(request))
        super().save_model(request, obj, form, change)


def _is_draft(obj: StockDocument | None) -> bool:
    return obj is None or obj.__dict__["state"] == "draft"
