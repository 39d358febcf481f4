"""HTML saved under the name of a workbook: older back ends export tables so, and expired log-ins look alike."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

from apps.core.tabular.errors import CellTooLong, DamagedFile, TooManyColumns, TooManyRows
from apps.core.tabular.limits import Limits
from apps.core.tabular.sources import HEAD_ROWS, Cells

_UNSEEN = {"script", "style"}
_BLANKS = re.compile(r"\s+")
_DEPTH = 32
# html.parser keeps an unfinished tag and looks at it again with every new piece of text.
_LONGEST_TAG = 1 << 18

Located = tuple[int, Cells]


@dataclass(slots=True)
class _Grid:
    """A table while it is read. spans: columns still covered by a cell from a row above."""

    index: int
    rows: int = 0
    cells: Cells | None = None
    words: list[str] | None = None
    length: int = 0
    across: int = 1
    down: int = 1
    spans: dict[int, int] = field(default_factory=dict)


class PageParser(HTMLParser):
    """Give it text, take rows. Tables are told apart by where they start; a table in a cell is one of its own."""

    def __init__(self, limits: Limits) -> None:
        super().__init__(convert_charrefs=True)
        self._limits = limits
        self.tables = 0
        self._open: list[_Grid] = []
        self._ready: list[Located] = []
        self._unseen = ""

    def rows_from(self, text: str, *, is_last: bool) -> Iterator[Located]:
        """The rows that this text completes: table index and cells. Raises TabularError."""
        self.feed(text)
        if len(self.rawdata) > _LONGEST_TAG:
            raise DamagedFile
        if is_last:
            self.close()
            while self._open:
                self.handle_endtag("table")
        ready, self._ready = self._ready, []
        return iter(ready)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Tables, rows and cells; whatever else is in a cell counts by its text alone."""
        if tag in _UNSEEN:
            self._unseen = tag
        elif tag == "table":
            self._open_table()
        elif self._open:
            self._start_in(self._open[-1], tag, dict(attrs))

    def handle_endtag(self, tag: str) -> None:
        """Close what the tag closes; cells and rows may also be closed by the next one's start."""
        if tag == self._unseen:
            self._unseen = ""
        if not self._open:
            return
        grid = self._open[-1]
        if tag in {"td", "th"}:
            self._close_cell(grid)
        elif tag == "tr":
            self._close_row(grid)
        elif tag == "table":
            self._close_row(grid)
            self._open.pop()

    def handle_data(self, data: str) -> None:
        """Text that a person would see."""
        if self._open and not self._unseen:
            grid = self._open[-1]
            if grid.words is not None:
                grid.words.append(_BLANKS.sub(" ", data))
                grid.length += len(data)
                if grid.length > self._limits.cell_characters:
                    raise CellTooLong(row=grid.rows + 1, limit=self._limits.cell_characters)

    def _open_table(self) -> None:
        if len(self._open) == _DEPTH:
            raise DamagedFile
        self._open.append(_Grid(self.tables))
        self.tables += 1

    def _start_in(self, grid: _Grid, tag: str, attributes: dict[str, str | None]) -> None:
        if tag == "tr":
            self._close_row(grid)
            grid.cells = []
        elif tag in {"td", "th"}:
            self._close_cell(grid)
            grid.cells = grid.cells if grid.cells is not None else []
            grid.words, grid.length = [], 0
            grid.across, grid.down = _span(attributes, "colspan"), _span(attributes, "rowspan")
        elif tag == "br" and grid.words is not None:
            grid.words.append("\n")

    def _close_cell(self, grid: _Grid) -> None:
        if grid.words is None or grid.cells is None:
            return
        self._skip_spans(grid)
        if len(grid.cells) + grid.across > self._limits.columns:
            raise TooManyColumns(limit=self._limits.columns)
        for column in range(len(grid.cells), len(grid.cells) + grid.across):
            if grid.down > 1:
                grid.spans[column] = grid.down
        grid.cells += [_squeezed("".join(grid.words))] + [""] * (grid.across - 1)
        grid.words = None

    def _skip_spans(self, grid: _Grid) -> None:
        """Leave the places blank that a cell from above covers, as Excel does."""
        cells = grid.cells if grid.cells is not None else []
        while grid.spans.get(len(cells), 0) > 0:
            cells.append("")

    def _close_row(self, grid: _Grid) -> None:
        self._close_cell(grid)
        if grid.cells is None:
            return
        self._skip_spans(grid)
        grid.rows += 1
        if grid.rows > self._limits.sheet_rows + HEAD_ROWS:
            raise TooManyRows(limit=self._limits.sheet_rows)
        self._ready.append((grid.index, grid.cells))
        grid.spans = {column: left - 1 for column, left in grid.spans.items() if left > 1}
        grid.cells = None


def _span(attributes: dict[str, str | None], name: str) -> int:
    text = attributes.get(name) or "1"
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 7 else 1


def _squeezed(text: str) -> str:
    """Lines without blanks around them; only `<br>` made a line end."""
    return "\n".join(line.strip() for line in text.split("\n")).strip()
