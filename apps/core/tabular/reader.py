"""Opening a table file and reading its rows, whatever the file is."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, NamedTuple, Self

from apps.core.tabular.errors import DuplicateColumn, MissingColumn, TooManyColumns
from apps.core.tabular.findings import Finding
from apps.core.tabular.header import HeaderSpec, folded
from apps.core.tabular.limits import Limits
from apps.core.tabular.opening import Choice, choose, sources_in
from apps.core.tabular.reading import Reading
from apps.core.tabular.sources import Cells, Part, Source

# Rows are handled in small bundles: a hundred of them stay in the processor's cache.
_BUNDLE = 128


class Row(NamedTuple):
    """One data row. number: the row a person sees in Excel, or the nth row of a page's table."""

    number: int
    cells: list[str]


@dataclass(frozen=True, slots=True)
class Batch:
    """Some rows by column: numbers[i] is the row number of columns[name][i]."""

    numbers: list[int]
    columns: dict[str, list[str]]


def open_table(
    source: BinaryIO | Path,
    *,
    limits: Limits | None = None,
    header: HeaderSpec | None = None,
    part: str | None = None,
) -> "Table":
    """The table in an upload, ready to be read once, row by row or column by column.

    source: a path, or a seekable stream that stays open and must not be used elsewhere meanwhile.
    header: what to look for; without it the first of the rows with most filled cells is the header.
    part: the sheet, or the file in a zip, when several would fit.
    Raises TabularError; some of its kinds (CutFile, Undecodable …) only while rows are read, so nothing may be kept
    before the last row was.
    """
    limits = limits or Limits()
    with ExitStack() as stack:
        choice = choose(_sources(source, limits, header, stack), header, part)
        if len(choice.match.names) > limits.columns:
            raise TooManyColumns(limit=limits.columns)
        return Table(choice, header.footer_starts if header else (), stack.pop_all())


def peek(source: BinaryIO | Path, *, limits: Limits | None = None) -> list[Part]:
    """The first 25 rows of every table in an upload, to tell kinds of files apart or to let a person map columns."""
    with ExitStack() as stack:
        return [part for found in _sources(source, limits or Limits(), None, stack) for part in found.parts()]


def _sources(source: BinaryIO | Path, limits: Limits, header: HeaderSpec | None, stack: ExitStack) -> list[Source]:
    stream = stack.enter_context(source.open("rb")) if isinstance(source, Path) else source
    sources = sources_in(stream, limits, header)
    for found in sources:
        stack.callback(found.close)
    return sources


class Table:
    """One table of an upload. Close it, or use it in a `with` block.

    container, encoding (empty for workbooks), part: where the table was found. header: cleaned names, in order.
    header_row_number: from 1, as in the file. preamble: rows above the header, and notes right below it.
    footer, findings: closing lines, and rows that do not fit; complete once all rows were read.
    """

    def __init__(self, choice: Choice, footer_starts: tuple[str, ...], stack: ExitStack) -> None:
        self._choice, self._footer_starts, self._stack = choice, footer_starts, stack
        self._is_read = False
        match, head = choice.match, choice.part.head
        self.container = choice.source.container
        self.encoding = choice.source.encoding
        self.part = choice.part.name
        self.header = match.names
        self.header_row_number = match.index + 1
        self.preamble = head[: match.index] + head[match.index + 1 : match.data_index]
        self.footer: list[Cells] = []
        self.findings: list[Finding] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give back the file and whatever reads it."""
        self._stack.close()

    def name_of(self, *alternatives: str) -> str | None:
        """The first of some names that the header has, as the header spells it."""
        spelled = {folded(name): name for name in reversed(self.header) if name}
        return next((spelled[folded(name)] for name in alternatives if folded(name) in spelled), None)

    def rows(self) -> Iterator[Row]:
        """The data rows, as wide as the header. Blank rows are left out; numbers stay those of the file.

        In text a record over several lines is one row, as in Excel.
        """
        reading = self._reading()
        while (bundle := reading.take(_BUNDLE))[1]:
            yield from map(Row, *bundle)

    def column_batches(self, names: Sequence[str], size: int = 2000) -> Iterator[Batch]:
        """The wanted columns in batches of at most `size` rows, for importers that clean and store by column.

        names may be spelled as in a HeaderSpec; the batch has them as given. Raises MissingColumn, DuplicateColumn.
        """
        return self._batches({name: self._place_of(name) for name in names}, size)

    def _batches(self, places: dict[str, int], size: int) -> Iterator[Batch]:
        cells = [(name, itemgetter(place)) for name, place in places.items()]
        reading = self._reading()
        batch = Batch([], {name: [] for name in places})
        while (bundle := reading.take(min(_BUNDLE, size - len(batch.numbers))))[1]:
            numbers, rows = bundle
            batch.numbers.extend(numbers)
            for name, cell in cells:
                batch.columns[name].extend(map(cell, rows))
            if len(batch.numbers) == size:
                yield batch
                batch = Batch([], {name: [] for name in places})
        if batch.numbers:
            yield batch

    def _place_of(self, name: str) -> int:
        places = [index for index, known in enumerate(self.header) if folded(known) == folded(name)]
        if not places:
            raise MissingColumn([name])
        if len(places) > 1:
            raise DuplicateColumn(name=name)
        return places[0]

    def _reading(self) -> Reading:
        if self._is_read:
            raise RuntimeError("a table is read once: open it again")
        self._is_read = True
        reading = Reading(self._choice, self._footer_starts)
        self.footer, self.findings = reading.footer, reading.findings
        return reading
