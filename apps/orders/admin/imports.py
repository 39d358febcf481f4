"""Import batches and their files."""

from typing import Any, ClassVar

from django.contrib import admin

from apps.orders.actions import discard_batch, import_batch
from apps.orders.models import ImportBatch, ImportFile
from apps.org.records.lists import DayRangeFilter, KnownRelatedFilter
from apps.org.records.scoped import ReadOnlyInline, ReadOnlyMixin
from apps.workflow.admin import WorkflowAdmin


class ImportFileInline(ReadOnlyInline):
    """The files of the batch."""

    model = ImportFile
    fields = ("name", "layout", "exported_at", "rows", "is_current")


@admin.register(ImportBatch)
class ImportBatchAdmin(ReadOnlyMixin, WorkflowAdmin):
    """Uploads of one's own stores."""

    moves: ClassVar[dict[str, Any]] = {"begin": import_batch, "discard": discard_batch}
    list_display = ("pk", "store", "state", "received_by", "received_at", "checked_at", "imported_at")
    list_display_links = ("pk", "store")
    list_select_related = ("store", "received_by")
    list_filter = ("state", ("store", KnownRelatedFilter), ("received_at", DayRangeFilter))
    ordering = ("-pk",)
    sortable_by = ()
    fields = ("store", "state", "received_by", "received_at", "checked_at", "imported_at", "counts")
    inlines = (ImportFileInline,)
