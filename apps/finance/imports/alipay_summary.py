"""Alipay's account summary (账务汇总), which lies beside the detail in the same archive: both must say the same."""

from decimal import Decimal
from typing import BinaryIO

from apps.core.tabular import CellError, HeaderSpec, Row, Table, clean, find_header, open_table, peek
from apps.finance.imports import refusals
from apps.finance.imports.alipay import INCOME, OUTGO, Counted, Head, Sums, head_of

KIND, INCOMES, OUTGOES = "类型", "收入笔数", "支出笔数"
TOTAL = ("总金额（元）", "总金额")
ALL = "合计"
HEADER = HeaderSpec(required=[KIND, INCOMES, INCOME, OUTGOES, OUTGO], footer_starts=("#",))


def check(stream: BinaryIO, head: Head, sums: Sums) -> None:
    """Hold the summary in an archive, if there is one, against what was read from the detail: by kind, and in all.

    Raises SummaryHeadMissing, SummaryOfAnother, SummaryDiffers, SummaryMisses, SummaryRepeats, CellRefused; all name the
    summary's file.
    """
    names = [part.name for part in peek(stream) if find_header(part.head, HEADER)]
    for name in names:
        with open_table(stream, header=HEADER, part=name) as table:
            _Summary(table).check(head, sums)


class _Summary:
    """One summary, read row by row."""

    def __init__(self, table: Table) -> None:
        self._table, self._file = table, table.part
        spelled = {name: table.name_of(*names) for name, names in _COLUMNS.items()}
        self._places = {name: table.header.index(found) for name, found in spelled.items() if found is not None}
        self._kind = str(spelled["kind"])

    def check(self, head: Head, sums: Sums) -> None:
        if self._head() != head:
            raise refusals.SummaryOfAnother(file=self._file)
        seen: set[str] = set()
        for row in self._table.rows():
            kind = clean.text(row.cells[self._places["kind"]])
            if kind in seen:
                raise refusals.SummaryRepeats(file=self._file, row=row.number, column=self._kind, kind=kind)
            seen.add(kind)
            self._agree(row, sums if kind == ALL else sums.kinds.get(kind, Counted()))
        for kind in sums.kinds.keys() - seen:
            found = sums.kinds[kind].rows
            raise refusals.SummaryMisses(file=self._file, column=self._kind, kind=kind, found=found)

    def _head(self) -> Head:
        """Whose summary it is; what it lacks is told of the summary's file, not of the detail."""
        try:
            return head_of(self._table.preamble)
        except (refusals.AccountMissing, refusals.PeriodMissing) as error:
            raise refusals.SummaryHeadMissing(file=self._file, why=error.sentence) from error

    def _agree(self, row: Row, found: Counted) -> None:
        figures = {
            "incomes": Decimal(found.incomes), "income": found.income, "outgoes": Decimal(found.outgoes),
            "outgo": found.outgo, "total": found.income + found.outgo,
        }  # fmt: skip
        for name, figure in figures.items():
            if name in self._places and self._said(row, name) != figure:
                said, added = (f"{each:,}" for each in (self._said(row, name), figure))
                column = self._table.header[self._places[name]]
                raise refusals.SummaryDiffers(file=self._file, row=row.number, column=column, said=said, found=added)

    def _said(self, row: Row, name: str) -> Decimal:
        """A figure of the summary; an empty cell is nothing."""
        try:
            return clean.amount(row.cells[self._places[name]]) or Decimal(0)
        except CellError as error:
            column = f"{self._file}, {self._table.header[self._places[name]]}"
            raise refusals.CellRefused(row=row.number, column=column, why=error.sentence) from error


_COLUMNS: dict[str, tuple[str, ...]] = {
    "kind": (KIND,), "incomes": (INCOMES,), "income": INCOME, "outgoes": (OUTGOES,), "outgo": OUTGO, "total": TOTAL,
}  # fmt: skip
