"""The books of reveals and exports: read, never written here (SEC-25, SEC-31)."""

from typing import Any

from django.contrib import admin
from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest

from apps.audit.export_kinds import WORDS, export_words
from apps.audit.models import Export, Reveal
from apps.org.actors import Actor
from apps.org.models import StoreGrant
from apps.org.records.lists import DayRangeFilter, KnownRelatedFilter
from apps.org.records.scoped import ReadOnlyMixin, Rows, ScopedAdmin


@admin.register(Reveal)
class RevealAdmin(ReadOnlyMixin, ScopedAdmin):
    """Who looked at which buyer's plain data or at a month's pay, and for what."""

    list_display = ("at", "user_name", "store", "subject", "purpose", "note")
    list_select_related = ("store",)
    list_filter = (("at", DayRangeFilter), "purpose", ("store", KnownRelatedFilter))
    search_fields = ("user__username__exact", "user_name__exact", "subject__endswith")
    fields = ("at", "user_name", "user", "store", "subject", "purpose", "note")
    ordering = ("-pk",)
    sortable_by = ()


class KindFilter(admin.SimpleListFilter):
    """Exports of one kind."""

    title = Export._meta.get_field("kind").verbose_name
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Every kind, in words."""
        return [(kind, str(words)) for kind, words in WORDS.items()]

    def queryset(self, request: HttpRequest, queryset: Rows) -> Rows:
        """Those of it."""
        return queryset.filter(kind=self.value()) if self.value() in WORDS else queryset


@admin.register(Export)
class ExportAdmin(ReadOnlyMixin, ScopedAdmin):
    """Who took which data out of the house.

    An export names no store, so it is open to those who see every store, and to those who work for every store that its
    maker works for.
    """

    list_display = ("at", "user_name", "what", "rows_taken")
    list_filter = (("at", DayRangeFilter), KindFilter)
    search_fields = ("user__username__exact", "user_name__exact")
    fields = ("at", "user_name", "user", "what", "query", "rows_taken")
    readonly_fields = ("what", "rows_taken")
    ordering = ("-pk",)
    sortable_by = ()

    def rows(self, queryset: Rows, by: Actor) -> Rows:
        """One's own, and those of colleagues who know no other stores than oneself."""
        if by.store_ids is None:
            return queryset
        grants = StoreGrant.objects.filter(user=OuterRef("user"))
        known = Exists(grants.filter(store__in=by.store_ids)) & ~Exists(grants.exclude(store__in=by.store_ids))
        return queryset.filter(Q(user_id=by.id) | Q(known))

    @admin.display(description=Export._meta.get_field("kind").verbose_name)
    def what(self, row: Export) -> str:
        """The kind in words."""
        return export_words(row.kind)

    @admin.display(description=Export._meta.get_field("rows").verbose_name)
    def rows_taken(self, row: Export) -> int:
        """How many rows. The name of the column is the page's own word for whose rows are whose."""
        return row.rows
