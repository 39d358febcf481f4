"""Records of long work, for whoever may see every job."""

from typing import ClassVar

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from apps.core.speech import spoken
from apps.jobs.kinds import kind_named
from apps.jobs.models import Finding, Job
from apps.org.records.lists import DayRangeFilter, KnownRelatedFilter
from apps.org.records.scoped import ReadOnlyInline, ReadOnlyMixin
from apps.workflow.admin import WorkflowAdmin


class FindingInline(ReadOnlyInline):
    """What the job has to say about single rows."""

    model = Finding
    fields = ("place", "row", "column", "severity", "sentence", "excerpt")
    readonly_fields = ("sentence",)

    @admin.display(description=_("finding"))
    def sentence(self, row: Finding) -> str:
        """In the reader's language."""
        return str(row)


@admin.register(Job)
class JobAdmin(ReadOnlyMixin, WorkflowAdmin):
    """Jobs, their outcome and their findings."""

    rights: ClassVar[dict[str, str]] = {"view": "jobs.view_all_jobs"}
    list_display = ("pk", "kind_label", "state", "store", "requested_by", "created_at", "ended_at", "total")
    list_display_links = ("pk", "kind_label")
    list_select_related = ("store", "requested_by")
    list_filter = ("state", ("store", KnownRelatedFilter), ("created_at", DayRangeFilter))
    ordering = ("-pk",)
    sortable_by = ()
    fieldsets = (
        (None, {"fields": ("kind_label", "state", "store", "requested_by", "total", "refused_because")}),
        (_("When"), {"fields": ("created_at", "started_at", "ended_at")}),
    )
    readonly_fields = ("kind_label", "refused_because")
    inlines = (FindingInline,)

    @admin.display(description=_("kind"))
    def kind_label(self, job: Job) -> str:
        """What was done, in words; a kind that is gone keeps its name."""
        try:
            return str(kind_named(job.kind).label)
        except KeyError:
            return job.kind

    @admin.display(description=_("why it was refused"))
    def refused_because(self, job: Job) -> str:
        """The sentence that ended it, in the reader's language."""
        return spoken(job.refusal["text"]) if job.refusal else "–"
