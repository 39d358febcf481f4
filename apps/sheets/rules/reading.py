"""The rows of a file as kept texts and findings: nothing is looked up here, so nothing can be changed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.core.errors import Invalid
from apps.core.speech import filled, in_every_language
from apps.core.tabular import CellError, Table, clean
from apps.sheets.rules.columns import Column, places_of

MOST_ROWS = 50_000
LONGEST_KEPT = 200
DASHES = frozenset({"-", "--", "—", "——", "－"})

TOO_MANY = _("The file has more than %(limit)s rows: cut it before row %(row)s and upload the parts one by one.")
NO_ROWS = _("The file has a header but no rows of its own.")
NEEDED = _("This cell must not be empty.")

Found = dict[str, Any]


@dataclass(slots=True)
class Line:
    """One row of a file. values: column key → kept text, of a cell that cannot be read what stands in it.

    A key that is absent was not said: what is known stays. findings: what is wrong, one entry a cell.
    """

    number: int
    values: dict[str, str] = field(default_factory=dict)
    findings: list[Found] = field(default_factory=list)


def lines_of(table: Table, columns: Sequence[Column]) -> Iterator[Line]:
    """Every row of the table, refused ones too; the template's example row and blank rows are passed over.

    Raises Invalid for a header that does not fit (`places_of`), for no rows and for too many; TabularError for a file
    that cannot be read to its end.
    """
    places = places_of(table.header, columns, table.header_row_number)
    cells_of_example = {column.key: _kept(column.example, column) for column in columns}
    example = {key: value for key, value in cells_of_example.items() if value is not None}
    read = 0
    for number, cells in table.rows():
        line = _line(number, cells, places)
        _demand(line, columns)
        if line.values == example:
            continue
        read += 1
        if read > MOST_ROWS:
            raise Invalid(filled(TOO_MANY, limit=MOST_ROWS, row=str(number)), code="too_many_rows", row=number)
        yield line
    for finding in table.findings:
        read += 1
        yield Line(finding.row or 0, {}, [found("", finding.code, finding.sentence)])
    if not read:
        raise Invalid(NO_ROWS, code="no_rows")


def found(column: str, code: str, sentence: str | Promise) -> Found:
    """A finding as it is kept: which column by its key, a code for programs, the sentence in every language."""
    return {"column": column, "code": code, "text": in_every_language(sentence)}


def _line(number: int, cells: Sequence[str], places: dict[int, Column]) -> Line:
    line = Line(number)
    for place, column in places.items():
        cell = cells[place]
        try:
            value = _kept(cell, column)
        except CellError as error:
            line.values[column.key] = _as_seen(cell)
            line.findings.append(found(column.key, error.code, error.sentence))
        else:
            if value is not None:
                line.values[column.key] = value
    return line


def _as_seen(cell: str) -> str:
    """What stands in a cell that cannot be taken, to be shown and handed back."""
    try:
        return clean.text(cell)[:LONGEST_KEPT]
    except CellError:
        return cell.replace("\0", "")[:LONGEST_KEPT]


def _kept(cell: str, column: Column) -> str | None:
    """The text to keep; None when the cell says nothing, the empty text when it says that there is nothing."""
    bare = clean.text(cell)
    if not bare:
        return None
    if bare in DASHES:
        return "" if column.is_clearable else None
    return column.read(cell) or None


def _demand(line: Line, columns: Sequence[Column]) -> None:
    for column in columns:
        if column.is_required and column.key not in line.values:
            line.findings.append(found(column.key, "cell_missing", NEEDED))
