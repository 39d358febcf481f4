"""Comma- and tab-separated text, read in a stream: a file of 200 MB costs no more memory than one of 2 MB."""

import csv
import io
from collections.abc import Iterator
from itertools import chain, islice

from apps.core.tabular.detect import Container, first_bad_line, text_form
from apps.core.tabular.errors import (
    BrokenQuotes,
    CellTooLong,
    CutFile,
    TabularError,
    TooManyColumns,
    Undecodable,
)
from apps.core.tabular.header import HeaderSpec, find_header
from apps.core.tabular.limits import Limits
from apps.core.tabular.sources import HEAD_ROWS, Cells, Part, check_cell_lengths
from apps.core.tabular.streams import Opener

DELIMITERS = (",", "\t")
_LINES_HINT = 1 << 16
# These two would leave the mark in front of the first quotation mark, where the csv reader trips over it.
_READ_AS = {"utf-16-le": "utf-16", "utf-16-be": "utf-16"}


class TextSource:
    """A csv or tsv file. The delimiter is the one under which the header is found, a comma if both would do."""

    container = Container.TEXT

    def __init__(self, opener: Opener, name: str, limits: Limits, spec: HeaderSpec | None) -> None:
        self._opener, self._name, self._limits, self._spec = opener, name, limits, spec
        self._form = text_form(opener, line_bytes=limits.line_bytes)
        self.encoding = self._form.encoding
        self.data_rows = limits.text_rows

    def parts(self) -> list[Part]:
        """The one table of the file."""
        heads = [self._head(delimiter) for delimiter in DELIMITERS]
        best = self._best(heads)
        rows, error = heads[best]
        if error and find_header(rows, self._spec) is None:
            raise error
        return [Part(self._name, rows, best)]

    def records(self, part: Part) -> "DelimitedRecords":
        """The file's records from the first."""
        return self._open(DELIMITERS[part.key])

    def close(self) -> None:
        """Nothing is held."""

    def _open(self, delimiter: str) -> "DelimitedRecords":
        return DelimitedRecords(self._opener, self.encoding, delimiter, self._limits)

    def _head(self, delimiter: str) -> tuple[list[Cells], TabularError | None]:
        records = self._open(delimiter)
        rows: list[Cells] = []
        try:
            while len(rows) < HEAD_ROWS and (taken := records.take(1)):
                if any(taken[0][self._limits.columns + 1 :]):
                    raise TooManyColumns(limit=self._limits.columns)
                rows += taken
        except TabularError as error:
            return rows, error
        return rows, None

    def _best(self, heads: list[tuple[list[Cells], TabularError | None]]) -> int:
        by_comma, by_tab = (self._width(rows) for rows, _ in heads)
        if by_comma or by_tab:
            return 1 if by_tab > max(by_comma, 1) else 0
        # Of a file that is none of ours, what it is not says more than where commas trip over its quotation marks.
        (_by_comma, trips), (_by_tab, trips_too) = heads
        return 1 if trips and not trips_too else 0

    def _width(self, head: list[Cells]) -> int:
        match = find_header(head, self._spec)
        return len(match.names) if match else 0

    @property
    def ends_with_newline(self) -> bool:
        """Whether the last row was written to its end."""
        return self._form.ends_with_newline


class DelimitedRecords:
    """Records of a text file; a record over several lines counts as one row, a blank line too, as Excel shows them."""

    def __init__(self, opener: Opener, encoding: str, delimiter: str, limits: Limits) -> None:
        self._opener, self._encoding = opener, encoding
        self._limit = limits.cell_characters
        self._taken = 0
        self._has_long_line = False
        text = io.TextIOWrapper(opener(), _READ_AS.get(encoding, encoding), newline="")
        self._reader = csv.reader(chain.from_iterable(self._lines(text)), delimiter=delimiter, strict=True)

    def take(self, count: int) -> list[Cells]:
        """At most `count` records. Raises CutFile, BrokenQuotes, CellTooLong, Undecodable, each naming the place."""
        rows: list[Cells] = []
        lines_before = self._reader.line_num
        try:
            rows.extend(islice(self._reader, count))
        except csv.Error as error:
            raise self._refusal(str(error), self._taken + len(rows) + 1) from error
        except UnicodeDecodeError as error:
            bad_line = first_bad_line(self._opener, self._encoding)
            raise Undecodable(line=bad_line, encoding=self._encoding) from error
        # Only records over several lines have cells longer than a line.
        if self._has_long_line or self._reader.line_num - lines_before > len(rows):
            check_cell_lengths(rows, self._taken + 1, self._limit)
        self._taken += len(rows)
        return rows

    def _lines(self, text: io.TextIOWrapper) -> Iterator[list[str]]:
        with text:
            while lines := text.readlines(_LINES_HINT):
                self._has_long_line = self._has_long_line or max(map(len, lines)) > self._limit
                yield lines

    def _refusal(self, message: str, row: int) -> TabularError:
        if "unexpected end" in message:
            return CutFile(row=row)
        if "field limit" in message:
            return CellTooLong(row=row, limit=self._limit)
        return BrokenQuotes(row=row)
