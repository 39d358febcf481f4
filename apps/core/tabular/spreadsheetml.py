"""The XML that Excel 2003 saved as .xls, and Alipay still does."""

import datetime as dt
from collections.abc import Iterator
from xml.parsers import expat

from apps.core.tabular.errors import CellTooLong, DamagedFile, TooManyColumns, TooManyRows
from apps.core.tabular.figures import figure_text
from apps.core.tabular.limits import Limits
from apps.core.tabular.marks import no_result
from apps.core.tabular.sources import HEAD_ROWS, Cells
from apps.core.tabular.unsafe import DocumentType

_NAMESPACE = "urn:schemas-microsoft-com:office:spreadsheet "
_HALF_A_SECOND = dt.timedelta(microseconds=500_000)
# Nobody writes elements deeper than this; the parser would follow for as long as there is memory.
_DEPTH = 64

Located = tuple[int, Cells]


class SpreadsheetMLParser:
    """Give it text, take rows. Sheets are told apart by their place in the file."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self.names: list[str] = []
        self._ready: list[Located] = []
        self._cells: Cells = []
        self._row = self._depth = self._across = self._length = 0
        self._data: list[str] | None = None
        self._type = ""
        self._in_comment = False
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text
        self._parser.StartDoctypeDeclHandler = self._refuse
        self._parser.EntityDeclHandler = self._refuse

    def rows_from(self, text: str, *, is_last: bool) -> Iterator[Located]:
        """The rows that this text completes: sheet index and cells. Raises TabularError."""
        try:
            self._parser.Parse(text, is_last)
        except expat.ExpatError as error:
            raise DamagedFile from error
        ready, self._ready = self._ready, []
        return iter(ready)

    def _refuse(self, *_: object) -> None:
        raise DocumentType

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > _DEPTH:
            raise DamagedFile
        local = name.removeprefix(_NAMESPACE)
        if local == "Data" and not self._in_comment:
            self._data, self._length = [], 0
            self._type = attributes.get(f"{_NAMESPACE}Type", "String")
        elif local == "Cell":
            self._open_cell(attributes)
        elif local == "Row":
            self._open_row(attributes)
        elif local == "Comment":
            self._in_comment = True
        elif local == "Worksheet":
            self.names.append(attributes.get(f"{_NAMESPACE}Name", ""))
            self._row = 0

    def _end(self, name: str) -> None:
        self._depth -= 1
        local = name.removeprefix(_NAMESPACE)
        if local == "Data" and self._data is not None:
            self._cells[-1:] = [_value("".join(self._data), self._type)]
            self._data = None
        elif local == "Cell":
            self._cells += [""] * self._across
        elif local == "Row":
            self._ready.append((len(self.names) - 1, self._cells))
        elif local == "Comment":
            self._in_comment = False

    def _text(self, data: str) -> None:
        if self._data is not None:
            self._data.append(data)
            self._length += len(data)
            if self._length > self._limits.cell_characters:
                raise CellTooLong(row=self._row, limit=self._limits.cell_characters)

    def _open_row(self, attributes: dict[str, str]) -> None:
        number = _count(attributes, "Index", self._row + 1)
        if number > self._limits.sheet_rows + HEAD_ROWS:
            raise TooManyRows(limit=self._limits.sheet_rows)
        self._ready += [(len(self.names) - 1, []) for _ in range(self._row + 1, number)]
        self._row, self._cells = max(number, self._row + 1), []

    def _open_cell(self, attributes: dict[str, str]) -> None:
        number = _count(attributes, "Index", len(self._cells) + 1)
        self._across = _count(attributes, "MergeAcross", 0)
        if number + self._across > self._limits.columns:
            raise TooManyColumns(limit=self._limits.columns)
        self._cells += [""] * (number - len(self._cells))


def _count(attributes: dict[str, str], name: str, default: int) -> int:
    text = attributes.get(_NAMESPACE + name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else default


def _value(text: str, kind: str) -> str:
    if kind == "Number":
        return figure_text(text)
    if kind == "Error":
        return no_result(text)
    if kind == "DateTime":
        return _moment(text)
    return text


def _moment(text: str) -> str:
    try:
        return f"{dt.datetime.fromisoformat(text).replace(tzinfo=None) + _HALF_A_SECOND:%Y-%m-%d %H:%M:%S}"
    except (ValueError, OverflowError):
        return no_result(text)
