"""Pay schemes: added from a day on, never changed."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from apps.org.records.lists import KnownRelatedFilter
from apps.org.records.scoped import HouseWideAdmin
from apps.staff.models import PayScheme


@admin.register(PayScheme)
class PaySchemeAdmin(HouseWideAdmin):
    """The terms of positions and of single people (STF-102 to STF-105)."""

    list_display = (
        "employee", "position", "effective_from", "fixed_amount", "performance_amount", "commission_rate",
    )  # fmt: skip
    list_select_related = ("employee", "position")
    list_filter = (("position", KnownRelatedFilter),)
    search_fields = ("employee__name__icontains", "position__name__icontains")
    fields = ("position", "employee", "effective_from", "fixed_amount", "performance_amount", "commission_rate")
    autocomplete_fields = ("position", "employee")
    sortable_by = ("effective_from",)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never: a new scheme begins on a later day."""
        return False
