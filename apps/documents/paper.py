"""What a paper says: its template filled from the frozen context, for the printer and for the browser alike."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation

from apps.documents.freezing import Frozen
from apps.documents.kinds import DocumentKind, kind_named
from apps.documents.models import Document

ROWS_IN_A_PART = 500
MOST_PARTS = 20
MARGINS = "documents/margins.html"


class TooLong(Exception):
    """More rows than a paper takes; such a list is read as a page."""


@dataclass(frozen=True, slots=True)
class Part:
    """Which piece of a long paper is drawn. start: rows before it. is_piece: one of several."""

    start: int = 0
    is_first: bool = True
    is_last: bool = True
    is_piece: bool = False


def as_html(document: Document) -> str:
    """The whole paper as a page for the browser's own print dialogue; it takes as many rows as there are.

    Without script, inline style or outside address: it stands under the desk's strict policy.
    """
    return _drawn(document, document.contents(), Part(), for_browser=True)


def parts_of(document: Document) -> list[str]:
    """The paper for the printer, in pieces of at most 500 rows. Raises TooLong for more than 20 pieces."""
    contents, kind = document.contents(), kind_named(document.kind)
    return [_drawn(document, part, place, for_browser=False) for part, place in _pieces(contents, kind)]


def count_parts(document: Document) -> int:
    """How many pieces the printer will get, at most 20."""
    rows = _count(document.contents(), kind_named(document.kind))
    return min(max(1, -(-rows // ROWS_IN_A_PART)), MOST_PARTS)


def margins_of(document: Document, pages: int) -> str:
    """Empty pages with nothing but the paper's margins, to be laid over the pages of its joined pieces."""
    return _filled(document, MARGINS, {"pages": range(pages)})


def _pieces(contents: Frozen, kind: DocumentKind) -> Iterator[tuple[Frozen, Part]]:
    rows = _count(contents, kind)
    if rows <= ROWS_IN_A_PART:
        yield contents, Part()
        return
    if rows > ROWS_IN_A_PART * MOST_PARTS:
        raise TooLong(rows)
    for start in range(0, rows, ROWS_IN_A_PART):
        end = start + ROWS_IN_A_PART
        yield (
            {**contents, **_slices(contents, kind, start, end)},
            Part(start, is_first=start == 0, is_last=end >= rows, is_piece=True),
        )


def _count(contents: Frozen, kind: DocumentKind) -> int:
    return sum(len(contents.get(name) or []) for name in kind.long_lists)


def _slices(contents: Frozen, kind: DocumentKind, start: int, end: int) -> dict[str, Any]:
    """The rows from start to end, counted over all the lists as if they were one."""
    found = {}
    for name in kind.long_lists:
        rows = contents.get(name) or []
        found[name] = rows[max(start, 0) : max(end, 0)]
        start, end = start - len(rows), end - len(rows)
    return found


def _drawn(document: Document, contents: Frozen, part: Part, *, for_browser: bool) -> str:
    template = kind_named(document.kind).template
    return _filled(document, template, {**contents, "part": part, "for_browser": for_browser})


def _filled(document: Document, template: str, context: dict[str, Any]) -> str:
    with translation.override(document.language):
        return render_to_string(template, {**context, "paper": document})
