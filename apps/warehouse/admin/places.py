"""Bins and carriers as records."""

from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest

from apps.org.records.lists import KnownRelatedFilter
from apps.org.records.scoped import HouseWideAdmin, ScopedAdmin
from apps.warehouse.models import Bin, Carrier


@admin.register(Bin)
class BinAdmin(ScopedAdmin):
    """Bins of one's own warehouses."""

    rights: ClassVar[dict[str, str]] = {"add": "warehouse.keep_bins", "change": "warehouse.keep_bins"}
    list_display = ("code", "warehouse", "zone", "walk_order", "kind", "is_active")
    list_select_related = ("warehouse",)
    list_filter = ("kind", "is_active", ("warehouse", KnownRelatedFilter))
    search_fields = ("code__istartswith",)
    fields = ("warehouse", "code", "zone", "walk_order", "kind", "is_active")
    ordering = ("warehouse", "walk_order", "code")
    sortable_by = ()

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Stock was counted by them: they are given once."""
        return ["warehouse", "kind"] if obj else []


@admin.register(Carrier)
class CarrierAdmin(HouseWideAdmin):
    """Express companies and what others call them."""

    rights: ClassVar[dict[str, str]] = {"add": "warehouse.keep_carriers", "change": "warehouse.keep_carriers"}
    list_display = ("code", "name", "is_active")
    list_filter = ("is_active",)
    search_fields = ("code__istartswith", "name__icontains")
    fields = ("code", "name", "aliases", "waybill_patterns", "platform_names", "platform_codes", "is_active")
    sortable_by = ()

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """The code stands on papers and in files: it is given once."""
        return ["code"] if obj else []
