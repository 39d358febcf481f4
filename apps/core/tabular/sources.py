"""What every kind of file looks like to the reader: one or more tables, each a stream of rows of text."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Protocol

from apps.core.tabular.detect import Container
from apps.core.tabular.errors import CellTooLong
from apps.core.tabular.header import NOTE_ROWS, SEARCH_ROWS

# Rows of each table that are looked at to find the header and what follows it.
HEAD_ROWS = SEARCH_ROWS + NOTE_ROWS

Cells = list[str]


@dataclass(frozen=True, slots=True)
class Part:
    """One table in a file: a sheet, a table of a page, a file in a zip. `head` holds its first rows."""

    name: str
    head: list[Cells]
    key: int = field(default=0, compare=False)


class Records(Protocol):
    """The rows of one part from its very first, as a person counts them."""

    def take(self, count: int) -> list[Cells]:
        """At most `count` rows; none when the table is at its end. Raises TabularError."""
        ...


class Source(Protocol):
    """A file whose container is known."""

    container: Container
    encoding: str
    data_rows: int

    def parts(self) -> list[Part]:
        """The tables in the file."""
        ...

    def records(self, part: Part) -> Records:
        """Start reading a part from its first row."""
        ...

    def close(self) -> None:
        """Give back what the source holds."""
        ...


class IteratedRecords:
    """Records from any iterator of rows, with the length of cells checked."""

    def __init__(self, rows: Iterable[Cells], cell_characters: int) -> None:
        self._rows: Iterator[Cells] = iter(rows)
        self._cell_characters = cell_characters
        self._taken = 0

    def take(self, count: int) -> list[Cells]:
        """See Records."""
        rows = list(islice(self._rows, count))
        check_cell_lengths(rows, self._taken + 1, self._cell_characters)
        self._taken += len(rows)
        return rows


def check_cell_lengths(rows: list[Cells], first: int, limit: int) -> None:
    """Refuse rows with a cell over the limit. first: the number of the first row. Raises CellTooLong."""
    for number, row in enumerate(rows, first):
        if len("".join(row)) > limit and max(map(len, row)) > limit:
            raise CellTooLong(row=number, limit=limit)
