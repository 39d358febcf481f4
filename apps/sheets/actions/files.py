"""Files that go out: a kind's empty sheet, and refused rows to correct and upload again."""

from collections.abc import Iterator
from typing import BinaryIO

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from apps.core.errors import NotAllowed, NotFound
from apps.core.speech import spoken
from apps.core.tabular import Sheet as Page
from apps.core.tabular import safe_filename, write_xlsx
from apps.org.actors import Actor
from apps.sheets.kinds import SheetKind, kind_named
from apps.sheets.models import Sheet
from apps.sheets.queries import RefusedRow, refused_rows
from apps.sheets.rules.columns import REASON, Column

CLEARED = "-"


def write_template(kind: SheetKind, sink: BinaryIO) -> str:
    """Write the kind's headers and one example row into `sink` and give the file's name.

    The example is passed over when it comes in again, so that nobody has to delete it.
    """
    example = [column.example for column in kind.columns]
    write_xlsx(sink, [Page(kind.label, [column.heading for column in kind.columns], [example])])
    return safe_filename(f"{kind.label}.xlsx")


def write_refused_rows(sheet: Sheet, sink: BinaryIO, *, by: Actor) -> str:
    """Write the refused rows of a sheet into `sink`, the reason in front, and give the file's name.

    The reader passes over the reason's column, so the corrected file goes straight back in; texts stay texts, and no
    spreadsheet shortens a barcode. Raises NotAllowed, NotFound when no row was refused.
    """
    kind = kind_named(sheet.kind)
    if not by.may(kind.permission):
        raise NotAllowed(_("You do not have the right to import this kind of sheet."))
    rows = refused_rows(sheet)
    first = next(rows, None)
    if first is None:
        raise NotFound(_("No row of this sheet was refused."))
    headings = [REASON[0 if (get_language() or "").startswith("zh") else 1], *(c.heading for c in kind.columns)]
    write_xlsx(sink, [Page(kind.label, headings, _written(first, rows, kind))])
    words = _("refused rows")  # Not inside the f-string: what collects the words to translate does not look there.
    return safe_filename(f"{sheet.name.rpartition('.')[0] or sheet.name}-{words}.xlsx")


def _written(first: RefusedRow, others: Iterator[RefusedRow], kind: SheetKind) -> Iterator[list[str | Promise]]:
    yield _line(first, kind)
    for row in others:
        yield _line(row, kind)


def _line(row: RefusedRow, kind: SheetKind) -> list[str | Promise]:
    return [_reasons(row, kind), *(_cell(row, column) for column in kind.columns)]


def _reasons(row: RefusedRow, kind: SheetKind) -> str:
    parts = []
    for finding in row.findings:
        column = kind.column(finding["column"])
        sentence = spoken(finding["text"])
        parts.append(f"{column.heading}: {sentence}" if column else sentence)
    return " ".join(parts)


def _cell(row: RefusedRow, column: Column) -> str | Promise:
    if column.key not in row.values:
        return ""
    return column.show(row.values[column.key]) or CLEARED
