"""Shipping orders: read as records, moved by the same verbs as on the desk."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.orders.actions import (
    cancel_shipping_order,
    confirm_shipping_order,
    confirm_shipping_orders,
    unconfirm_shipping_order,
)
from apps.orders.models import Reason, ShippingOrder, ShippingOrderLine
from apps.org.records.lists import DayRangeFilter, KnownRelatedFilter
from apps.org.records.scoped import ReadOnlyInline, ReadOnlyMixin
from apps.workflow.admin import WorkflowAdmin


class ShippingOrderLineInline(ReadOnlyInline):
    """What ships, as which SKU, from which order."""

    model = ShippingOrderLine
    fields = ("order_number", "title", "sku", "quantity")
    readonly_fields = ("order_number", "title")
    related = ("order_line__order", "sku")

    @admin.display(description=_("order number"))
    def order_number(self, row: ShippingOrderLine) -> str:
        """The platform's number."""
        return row.order_line.order.number

    @admin.display(description=_("title"))
    def title(self, row: ShippingOrderLine) -> str:
        """As the platform tells it."""
        return row.order_line.title


class ReasonInline(ReadOnlyInline):
    """Exceptions and holds, open and cleared."""

    model = Reason
    fields = ("code", "rule", "note", "opened_at", "opened_by", "release_at", "cleared_at", "cleared_by", "clear_note")
    related = ("rule", "opened_by", "cleared_by")


@admin.register(ShippingOrder)
class ShippingOrderAdmin(ReadOnlyMixin, WorkflowAdmin):
    """Shipping orders of one's own stores and warehouses."""

    moves: ClassVar[dict[str, Any]] = {
        "confirm": confirm_shipping_order,
        "unconfirm": unconfirm_shipping_order,
        "cancel": cancel_shipping_order,
    }
    bulk_moves: ClassVar[dict[str, Any]] = {"confirm": confirm_shipping_orders}
    list_display = (
        "number",
        "lead_order",
        "store",
        "warehouse",
        "state",
        "placed_at",
        "ship_by_at",
        "quantity",
        "paid_amount",
    )
    list_select_related = ("lead_order", "store", "warehouse")
    list_filter = (
        "state",
        ("store", KnownRelatedFilter),
        ("warehouse", KnownRelatedFilter),
        ("placed_at", DayRangeFilter),
    )
    search_fields = ("number__startswith", "waybill_number__startswith", "lead_order__number__startswith")
    search_within: ClassVar[dict[str, Q]] = {"waybill_number__startswith": ~Q(waybill_number="")}
    search_help_text = _("Number, order number or waybill, from its beginning")
    ordering = ("-placed_at", "-pk")
    sortable_by = ("placed_at", "paid_amount")
    inlines = (ShippingOrderLineInline, ReasonInline)
    fieldsets = (
        (None, {"fields": (
            "number", "lead_order", "store", "warehouse", "state", "quantity", "paid_amount", "waybill_number",
        )}),
        (_("Clocks"), {"fields": (
            "placed_at", "accepted_at", "contact_by_at", "contacted_at", "contacted_by", "ship_by_at",
        )}),
        (_("Its way"), {"fields": (
            "confirmed_at", "reserved_at", "picking_at", "packed_at", "shipped_at", "cancelled_at", "created_at",
        )}),
        (_("Note"), {"fields": ("note",)}),
    )  # fmt: skip
    history_of = ((Reason, "shipping_order_id"),)
    verb_labels: ClassVar[dict[str, str | Promise]] = {
        "orders.shippingorder.note": _("Internal note written"),
        "orders.shippingorder.contact": _("Buyer contacted"),
    }
