"""Bins and carriers as records."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import Sum
from django.http import HttpRequest
from django.utils.translation import ngettext

from apps.org.records.lists import KnownRelatedFilter
from apps.org.records.scoped import HouseWideAdmin, ScopedAdmin
from apps.warehouse.models import Bin, BinBalance, Carrier


class BinForm(forms.ModelForm):  # type: ignore[type-arg]  # generic at checking time only
    """A bin, kept in use as long as goods lie in it."""

    def clean_is_active(self) -> bool:
        """Refuses to switch off a bin in which goods lie."""
        is_active: bool = self.cleaned_data["is_active"]
        lying = BinBalance.objects.filter(bin=self.instance.pk, quantity__gt=0).aggregate(pieces=Sum("quantity"))[
            "pieces"
        ]
        if lying and not is_active:
            sentence = ngettext(
                "%(n)s piece lies in it. Move it first.", "%(n)s pieces lie in it. Move them first.", lying
            )
            raise forms.ValidationError(sentence % {"n": lying}, code="not_empty")
        return is_active


@admin.register(Bin)
class BinAdmin(ScopedAdmin):
    """Bins of one's own warehouses."""

    form = BinForm
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
