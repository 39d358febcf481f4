"""Finance's record pages: the rules that class the lines of bills, and whose pay accounts are whose."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from apps.finance.models import ClassRule, PayAccount
from apps.org.actors import Actor
from apps.org.records.scoped import Rows, ScopedAdmin


@admin.register(ClassRule)
class ClassRuleAdmin(ScopedAdmin):
    """What a line is about; a rule is switched off, never deleted, since lines name theirs."""

    list_display = (
        "position",
        "name",
        "code",
        "kind_text",
        "text",
        "number_prefix",
        "direction",
        "line_class",
        "is_active",
    )
    list_filter = ("line_class", "is_active")
    search_fields = ("name", "code", "text")
    fields = ("position", "name", "code", "kind_text", "text", "number_prefix", "direction", "line_class", "is_active")
    sortable_by = ()

    def rows(self, queryset: Rows, by: Actor) -> Rows:
        """The company's rules are one set for all stores."""
        return queryset


@admin.register(PayAccount)
class PayAccountAdmin(ScopedAdmin):
    """Accounts by store. The first imported bill of an account writes it down by itself."""

    list_display = ("number", "channel", "store")
    list_select_related = ("store",)
    fields = ("channel", "number", "store")
    sortable_by = ()

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Bills were imported for it: it is given once."""
        return ["channel", "number", "store"] if obj else []
