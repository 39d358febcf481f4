"""The register of papers: read, taken out, printed again; never written."""

from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin.utils import quote, unquote
from django.db import models
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from apps.documents.actions import open_page, open_pdf, print_again
from apps.documents.downloads import page_answer, pdf_answer
from apps.documents.kinds import all_kinds
from apps.documents.models import Document
from apps.documents.models.document import DocumentRows
from apps.org.actors import Actor
from apps.org.records.actor import actor_of
from apps.org.records.lists import DayRangeFilter, KnownRelatedFilter
from apps.org.records.scoped import ReadOnlyMixin
from apps.workflow.admin import WorkflowAdmin


class KindFilter(admin.SimpleListFilter):
    """Papers of one kind, among those that the person may see."""

    title = _("kind")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Name and title of each."""
        by = actor_of(request)
        return [(kind.name, str(kind.label)) for kind in all_kinds() if by.may(kind.right)]

    def queryset(self, request: HttpRequest, queryset: "models.QuerySet[Any]") -> "models.QuerySet[Any]":
        """Only that kind."""
        return queryset.filter(kind=self.value()) if self.value() else queryset


@admin.register(Document)
class DocumentAdmin(ReadOnlyMixin, WorkflowAdmin):
    """Papers of one's own stores and warehouses."""

    moves: ClassVar[dict[str, Any]] = {"print_again": print_again}
    list_display = ("number", "title", "day", "store", "warehouse", "state", "issued_at", "issued_by_name", "take")
    list_select_related = ("store", "warehouse")
    list_filter = (
        KindFilter,
        "state",
        ("store", KnownRelatedFilter),
        ("warehouse", KnownRelatedFilter),
        ("issued_at", DayRangeFilter),
    )
    search_fields = ("number__startswith", "context_digest__startswith")
    search_help_text = _("Number or digest, from its beginning")
    ordering = ("-pk",)
    sortable_by = ()
    fields = (
        "number", "title", "day", "language", "store", "warehouse", "supersedes", "state", "failure", "issued_at",
        "issued_by_name", "rendered_at", "context_digest", "file_hash", "take",
    )  # fmt: skip
    readonly_fields = ("title", "take")
    verb_labels: ClassVar[dict[str, str | Promise]] = {"documents.document.hold": _("Taken up by the printer")}

    def rows(self, queryset: "models.QuerySet[Any]", by: Actor) -> "models.QuerySet[Any]":
        """Of one's own places, and of kinds that one may see."""
        papers: DocumentRows = queryset  # type: ignore[assignment]  # the model's own queryset
        return papers.readable(by)

    def quiet_columns(self, request: HttpRequest) -> set[str]:
        """The printer's own bookkeeping."""
        return super().quiet_columns(request) | {"attempts", "held_until", "file_id"}

    @admin.display(description=_("kind"))
    def title(self, row: Document) -> str:
        """What it is."""
        return row.title

    @admin.display(description=_("paper"))
    def take(self, row: Document) -> str:
        """The file, and the page for the browser's print dialogue."""
        page = format_html('<a href="{}">{}</a>', self.address("page", quote(row.pk)), _("Print page"))
        if row.file_id is None:
            return page
        return format_html('<a href="{}">PDF</a> · {}', self.address("pdf", quote(row.pk)), page)

    def get_urls(self) -> list[URLPattern]:
        """Two more addresses: the file and the page."""
        doors = {"pdf": self.pdf_view, "page": self.page_view}
        own = [
            path(
                f"<path:object_id>/{name}/",
                self.admin_site.admin_view(view),
                name=f"{self.opts.app_label}_{self.opts.model_name}_{name}",
            )
            for name, view in doors.items()
        ]
        return [*own, *super().get_urls()]

    def pdf_view(self, request: HttpRequest, object_id: str) -> HttpResponseBase:
        """Download the file."""
        return pdf_answer(open_pdf(_key(object_id), by=actor_of(request)))

    def page_view(self, request: HttpRequest, object_id: str) -> HttpResponseBase:
        """The print page."""
        return page_answer(open_page(_key(object_id), by=actor_of(request)))


def _key(object_id: str) -> int:
    text = unquote(object_id)
    if not (text.isascii() and text.isdigit()) or len(text) > 18:
        raise Http404
    return int(text)
