"""Pay schemes: added from a day on, never changed, and without their figures for who only looks."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.org.records.lists import KnownRelatedFilter
from apps.org.records.scoped import HouseWideAdmin
from apps.staff.models import PayScheme

WHOM = ("position", "employee", "effective_from")
FIGURES = ("fixed_amount", "performance_amount", "commission_rate")
MASKED = ("masked_fixed", "masked_performance", "masked_rate")
MASK = "•••"


@admin.register(PayScheme)
class PaySchemeAdmin(HouseWideAdmin):
    """The terms of positions and of single people (STF-102 to STF-105).

    What somebody is paid is read at the desk alone, for a purpose that is written down (SEC-25).
    """

    list_display = ("employee", "position", "effective_from", *MASKED)
    list_select_related = ("employee", "position")
    list_filter = (("position", KnownRelatedFilter),)
    search_fields = ("employee__name__icontains", "position__name__icontains")
    readonly_fields = MASKED
    autocomplete_fields = ("position", "employee")
    sortable_by = ("effective_from",)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """The figures where they are written, masks where they are looked at."""
        return (*WHOM, *(FIGURES if obj is None else MASKED))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never: a new scheme begins on a later day."""
        return False

    @admin.display(description=_("fixed part"))
    def masked_fixed(self, row: PayScheme) -> str:
        """Not shown."""
        return MASK

    @admin.display(description=_("part that the coefficient multiplies"))
    def masked_performance(self, row: PayScheme) -> str:
        """Not shown."""
        return MASK

    @admin.display(description=_("share of own net sales"))
    def masked_rate(self, row: PayScheme) -> str:
        """Not shown."""
        return MASK
