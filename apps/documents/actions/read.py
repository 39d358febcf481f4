"""Read a paper: its file or its page, for those who may know of it; personal ones stand in the book of exports."""

import io
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from apps.audit.models import Export
from apps.core.errors import Conflict, NotAllowed
from apps.documents.kinds import kind_named
from apps.documents.models import Document
from apps.documents.paper import as_html
from apps.files.actions import open_file
from apps.org.actors import Actor
from apps.org.scope import the_visible

VIEW_RIGHT = "documents.view_document"


@dataclass(frozen=True, slots=True)
class OpenedPaper:
    """A paper's file on its way out. The stream is the reader's to close."""

    name: str
    stream: io.BufferedReader


@transaction.atomic
def open_pdf(pk: int, *, by: Actor) -> OpenedPaper:
    """The paper's file, also while a fresh one is being made.

    Raises NotAllowed without the right, NotFound for a foreign paper or an expired file, Conflict before the first file
    is there.
    """
    document = _opened(pk, by)
    if document.file is None:
        raise Conflict(_("This paper is not printed yet. Please try again in a moment."), code="not_printed")
    _write_down(document, by, "pdf")
    return OpenedPaper(document.file.name, open_file(document.file))


@transaction.atomic
def open_page(pk: int, *, by: Actor) -> str:
    """The paper as a page for the browser's print dialogue, there from the moment of issue. Raises NotAllowed, NotFound."""
    document = _opened(pk, by)
    _write_down(document, by, "page")
    return as_html(document)


def _opened(pk: int, by: Actor) -> Document:
    if not by.may(VIEW_RIGHT):
        raise NotAllowed(_("You do not have the right to read documents."))
    rows = Document.objects.readable(by).select_related("file", "supersedes")
    return the_visible(rows, by, pk=pk)


def _write_down(document: Document, by: Actor, form: str) -> None:
    """A line in the book for a paper with somebody's data; the house itself takes none out (SEC-31)."""
    if not kind_named(document.kind).personal:
        return
    if by.user is None:
        raise NotAllowed(_("Only a person may take this paper."))
    query = {"number": document.number, "form": form}
    Export.objects.create(user=by.user, user_name=by.name, kind=f"paper:{document.kind}", query=query, rows=1)
