"""Parcels, handovers, batch-ship files and cut-offs as records."""

from typing import ClassVar

from django.contrib import admin
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.org.records.lists import DayRangeFilter, KnownRelatedFilter
from apps.org.records.scoped import ReadOnlyInline, ReadOnlyMixin, ScopedAdmin
from apps.warehouse.models import CheckLine, CutOff, Handover, Shipment, ShipReport
from apps.workflow.admin import WorkflowAdmin


class CheckLineInline(ReadOnlyInline):
    """What belongs into the parcel, and what was scanned."""

    model = CheckLine
    fields = ("sku", "quantity", "scanned_quantity")
    related = ("sku",)


@admin.register(Shipment)
class ShipmentAdmin(ReadOnlyMixin, WorkflowAdmin):
    """Parcels of one's own stores and warehouses. They are moved at the bench, not here."""

    list_display = (
        "number", "shipping_order", "store", "warehouse", "state", "carrier", "waybill_number", "dispatched_at",
    )  # fmt: skip
    list_select_related = ("shipping_order", "store", "warehouse", "carrier")
    list_filter = (
        "state",
        ("store", KnownRelatedFilter),
        ("warehouse", KnownRelatedFilter),
        ("handover__handed_over_at", DayRangeFilter),
    )
    search_fields = ("number__startswith", "waybill_number__startswith", "shipping_order__number__startswith")
    search_within: ClassVar[dict[str, Q]] = {"waybill_number__startswith": ~Q(waybill_number="")}
    search_help_text = _("Number, shipping order or waybill, from its beginning")
    ordering = ("-pk",)
    sortable_by = ()
    fields = (
        "number", "shipping_order", "store", "warehouse", "state", "carrier", "waybill_number", "weight_grams",
        "remarks_confirmed_at", "remarks_confirmed_by", "checked_at", "checked_by", "handover", "dispatched_at",
        "report", "reported_at", "cancelled_at", "opened_at",
    )  # fmt: skip
    inlines = (CheckLineInline,)
    verb_labels: ClassVar[dict[str, str | Promise]] = {
        "warehouse.shipment.set_waybill": _("Waybill number given"),
        "warehouse.shipment.weigh": _("Weight corrected"),
        "warehouse.shipment.confirm_remarks": _("Remarks confirmed"),
        "warehouse.shipment.report": _("Told to the platform"),
    }


@admin.register(Handover)
class HandoverAdmin(ReadOnlyMixin, ScopedAdmin):
    """What carriers took."""

    list_display = ("number", "warehouse", "carrier", "parcels", "handed_over_by", "handed_over_at")
    list_select_related = ("warehouse", "carrier", "handed_over_by")
    list_filter = (("warehouse", KnownRelatedFilter), ("handed_over_at", DayRangeFilter))
    search_fields = ("number__startswith",)
    ordering = ("-pk",)
    sortable_by = ()
    fields = ("number", "warehouse", "carrier", "parcels", "handed_over_by", "handed_over_at")


@admin.register(ShipReport)
class ShipReportAdmin(ReadOnlyMixin, ScopedAdmin):
    """What platforms were told."""

    list_display = ("number", "store", "layout", "is_confirmed", "rows", "made_by", "made_at")
    list_select_related = ("store", "made_by")
    list_filter = (("store", KnownRelatedFilter), ("made_at", DayRangeFilter))
    search_fields = ("number__startswith",)
    ordering = ("-pk",)
    sortable_by = ()
    fields = ("number", "store", "layout", "is_confirmed", "rows", "made_by", "made_at")


@admin.register(CutOff)
class CutOffAdmin(ReadOnlyMixin, ScopedAdmin):
    """The clock of each warehouse, from day to day."""

    list_display = ("warehouse", "effective_from", "order_by", "fetch_by", "pack_by", "final_by", "rests", "set_by")
    list_select_related = ("warehouse", "set_by")
    list_filter = (("warehouse", KnownRelatedFilter),)
    ordering = ("-effective_from", "-pk")
    sortable_by = ()
    fields = (
        "warehouse", "effective_from", "order_by", "fetch_by", "pack_by", "final_by", "rests", "reason", "set_by", "set_at",
    )  # fmt: skip
