"""Bins and carriers as records."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import Sum
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.org.records.lists import KnownRelatedFilter
from apps.org.records.scoped import HouseWideAdmin, ScopedAdmin
from apps.warehouse.actions.waybills import names_of
from apps.warehouse.models import Bin, BinBalance, Carrier
from apps.warehouse.rules.waybills import CarrierNames, taken_word


class BinForm(forms.ModelForm):  # type: ignore[type-arg]  # generic at checking time only
    """A bin, kept in use as long as goods lie in it."""

    def clean(self) -> dict[str, Any]:
        """Refuses a label that a scanner does not tell from another's."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        place = said.get("warehouse", self.instance.warehouse_id and self.instance.warehouse)
        twin = (
            Bin.objects.filter(warehouse=place, code__iexact=said.get("code", "")).exclude(pk=self.instance.pk).first()
        )
        if place and twin is not None:
            sentence = _("The bin %(bin)s is there already; a scanner does not tell the two apart.")
            self.add_error("code", forms.ValidationError(sentence % {"bin": twin.code}, code="other_case"))
        return said

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


class CarrierForm(forms.ModelForm):  # type: ignore[type-arg]  # generic at checking time only
    """A carrier with words of its own: files are read by them."""

    def clean(self) -> dict[str, Any]:
        """Refuses a word that another carrier goes by."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        platforms = said.get("platform_names")
        names = [str(name) for name in platforms.values()] if isinstance(platforms, dict) else []
        code = said.get("code", self.instance.code)
        carrier = CarrierNames(self.instance.pk or 0, code, said.get("name", ""), said.get("aliases") or [], names)
        taken = taken_word(carrier, [names_of(each) for each in Carrier.objects.all()])
        if taken is not None:
            sentence = _("The carrier %(carrier)s goes by “%(word)s” already.")
            self.add_error(
                None, forms.ValidationError(sentence % {"word": taken[0], "carrier": taken[1]}, code="taken")
            )
        return said


@admin.register(Carrier)
class CarrierAdmin(HouseWideAdmin):
    """Express companies and what others call them."""

    form = CarrierForm
    rights: ClassVar[dict[str, str]] = {"add": "warehouse.keep_carriers", "change": "warehouse.keep_carriers"}
    list_display = ("code", "name", "is_active")
    list_filter = ("is_active",)
    search_fields = ("code__istartswith", "name__icontains")
    fields = ("code", "name", "aliases", "waybill_patterns", "platform_names", "platform_codes", "is_active")
    sortable_by = ()

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """The code stands on papers and in files: it is given once."""
        return ["code"] if obj else []
