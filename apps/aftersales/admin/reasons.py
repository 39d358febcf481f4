"""Return reasons: the company's own list."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from apps.aftersales.models import ReturnReason
from apps.org.actors import Actor
from apps.org.records.scoped import Rows, ScopedAdmin


@admin.register(ReturnReason)
class ReturnReasonAdmin(ScopedAdmin):
    """What one chooses from when goods come back; a reason is switched off, never deleted."""

    list_display = ("code", "shown", "position", "is_active")
    fields = ("code", "name", "position", "is_active")
    sortable_by = ()

    def rows(self, queryset: Rows, by: Actor) -> Rows:
        """The company's list is one for all stores."""
        return queryset

    @admin.display(description=ReturnReason._meta.verbose_name)
    def shown(self, row: ReturnReason) -> str:
        """As the form shows it."""
        return str(row)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """The code is given once: reports count by it."""
        return ["code"] if obj else []
