"""Platform orders as they were mirrored. Buyers appear masked; nothing is written here."""

from typing import ClassVar

from django.contrib import admin
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.orders.models import Order, OrderLine
from apps.orders.models.order import AMEND_VERB, MIRROR_VERB
from apps.org.records.lists import DayRangeFilter, KnownRelatedFilter
from apps.org.records.scoped import ReadOnlyInline, ReadOnlyMixin
from apps.workflow.admin import WorkflowAdmin


class OrderLineInline(ReadOnlyInline):
    """The lines as the platform tells them."""

    model = OrderLine
    fields = (
        "line_key",
        "title",
        "outer_code",
        "properties",
        "quantity",
        "unit_price_amount",
        "paid_amount",
        "refund_state",
        "sku",
    )
    related = ("sku",)


@admin.register(Order)
class OrderAdmin(ReadOnlyMixin, WorkflowAdmin):
    """Orders of one's own stores."""

    list_display = ("number", "store", "state", "status_text", "placed_at", "paid_amount", "buyer_masked", "city")
    list_select_related = ("store",)
    list_filter = ("state", ("store", KnownRelatedFilter), ("placed_at", DayRangeFilter))
    search_fields = ("number__startswith",)
    search_help_text = _("Order number, from its beginning")
    ordering = ("-placed_at", "-pk")
    sortable_by = ("placed_at",)
    inlines = (OrderLineInline,)
    fieldsets = (
        (None, {"fields": ("number", "platform", "store", "state", "status_text", "close_reason", "batch")}),
        (_("When"), {"fields": ("placed_at", "paid_at", "platform_shipped_at", "finished_at", "created_at")}),
        (_("Amounts"), {"fields": (
            "currency", "goods_amount", "postage_amount", "total_amount", "paid_amount", "refund_amount",
            "received_amount",
        )}),
        (_("Buyer"), {"fields": (
            "buyer_masked", "receiver_masked", "phone_masked", "province", "city", "district", "buyer_message",
            "seller_memo", "flag",
        )}),
    )  # fmt: skip
    history_of = ((OrderLine, "order_id"),)
    verb_labels: ClassVar[dict[str, str | Promise]] = {
        MIRROR_VERB: _("Changed on the platform"),
        AMEND_VERB: _("Corrected"),
    }
