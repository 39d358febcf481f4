"""The data rows of a table, apart from blank rows, closing lines and rows that do not fit the header."""

from collections.abc import Sequence
from operator import itemgetter

from apps.core.tabular.delimited import TextSource
from apps.core.tabular.errors import CutFile, DataAfterFooter, RowsDoNotFit, TooManyRows
from apps.core.tabular.findings import Finding, repeated_header, row_too_long
from apps.core.tabular.header import clean_name
from apps.core.tabular.opening import Choice
from apps.core.tabular.sources import Cells

_MOST_FINDINGS = 1000
_MOST_FOOTER_ROWS = 50
_WRAPPERS = " \t'`\ufeff"

Bundle = tuple[Sequence[int], list[Cells]]


class Reading:
    """One walk through the rows below the header. Fills `footer` and `findings` on its way."""

    def __init__(self, choice: Choice, footer_starts: tuple[str, ...]) -> None:
        self.footer: list[Cells] = []
        self.findings: list[Finding] = []
        self._source = choice.source
        self._records = choice.source.records(choice.part)
        self._next = choice.match.data_index + 1
        self._names = choice.match.names
        self._width = len(self._names)
        self._header = choice.part.head[choice.match.index][: self._width]
        # Copies saved again in a spreadsheet have an empty first column: look where the first name stands.
        self._lead = next(index for index, name in enumerate(self._names) if name)
        self._starts = footer_starts
        self._may_be_footer = {start[:1] for start in footer_starts} | set(_WRAPPERS) | {""}
        self._data_rows = 0
        self._last: Cells = []
        self._records.take(choice.match.data_index)

    def take(self, count: int) -> Bundle:
        """Up to `count` data rows with their numbers, each as wide as the header; none at the end of the table.

        Raises TabularError.
        """
        while rows := self._records.take(count):
            first, self._next, self._last = self._next, self._next + len(rows), rows[-1]
            bundle = (range(first, self._next), rows) if self._is_regular(rows) else self._fitted(rows, first)
            self._data_rows += len(bundle[1])
            if self._data_rows > self._source.data_rows:
                raise TooManyRows(limit=self._source.data_rows)
            if bundle[1]:
                return bundle
        self._check_end()
        return (), []

    def _is_regular(self, rows: list[Cells]) -> bool:
        """Whether the rows need no second look: the case of nearly all bundles, so it must cost next to nothing."""
        if set(map(len, rows)) != {self._width} or self.footer or not all(map(any, rows)):
            return False
        if self._header[-1] in map(itemgetter(-1), rows):
            return False
        if not self._starts or self._may_be_footer.isdisjoint({row[self._lead][:1] for row in rows}):
            return True
        return not any(self._is_footer(row) for row in rows)

    def _is_footer(self, row: Cells) -> bool:
        return row[self._lead].lstrip(_WRAPPERS).startswith(self._starts)

    def _fitted(self, rows: list[Cells], first: int) -> Bundle:
        numbers: list[int] = []
        fitted: list[Cells] = []
        for number, row in enumerate(rows, first):
            if not any(row) or self._belongs_to_footer(row, number):
                continue
            if finding := self._misfit(row, number):
                self._report(finding)
                continue
            numbers.append(number)
            fitted.append(row[: self._width] + [""] * (self._width - len(row)))
        return numbers, fitted

    def _misfit(self, row: Cells, number: int) -> Finding | None:
        if len(row) > self._width and any(map(str.strip, row[self._width :])):
            return row_too_long(number, len(row), self._width)
        # Its first cell may wear the byte order mark of the second file.
        if row[1 : self._width] == self._header[1:] and clean_name(row[0]) == self._names[0]:
            return repeated_header(number)
        return None

    def _belongs_to_footer(self, row: Cells, number: int) -> bool:
        if not self.footer and not (self._starts and len(row) > self._lead and self._is_footer(row)):
            return False
        if len(self.footer) == _MOST_FOOTER_ROWS:
            raise DataAfterFooter(row=number)
        self.footer.append(row)
        return True

    def _report(self, finding: Finding) -> None:
        if len(self.findings) == _MOST_FINDINGS:
            raise RowsDoNotFit(count=_MOST_FINDINGS)
        self.findings.append(finding)

    def _check_end(self) -> None:
        """A text that stops without a line end and before its last column was cut off on its way."""
        if not isinstance(self._source, TextSource) or self._source.ends_with_newline or self.footer:
            return
        if any(self._last) and len(self._last) < self._width:
            raise CutFile(row=self._next - 1)
