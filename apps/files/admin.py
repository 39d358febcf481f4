"""The register of stored files; their bytes leave the house by the desk's pages alone."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from apps.files.models import StoredFile
from apps.org.records.lists import KnownRelatedFilter
from apps.org.records.scoped import ReadOnlyMixin, ScopedAdmin


@admin.register(StoredFile)
class StoredFileAdmin(ReadOnlyMixin, ScopedAdmin):
    """Which files there are, whose they are, and until when they are kept."""

    list_display = ("pk", "name", "kind", "size_bytes", "store", "owner", "created_at", "expires_at", "is_there")
    list_display_links = ("pk", "name")
    list_select_related = ("store", "owner")
    list_filter = ("kind", ("store", KnownRelatedFilter))
    fields = ("name", "kind", "content_type", "size_bytes", "store", "owner", "created_at", "expires_at", "removed_at")
    ordering = ("-pk",)
    sortable_by = ()

    @admin.display(description=_("kept"), boolean=True)
    def is_there(self, row: StoredFile) -> bool:
        """Whether the bytes are still there."""
        return row.removed_at is None
