"""The cells of some rows, column by column: found by name, cleaned, and what cannot be taken kept as findings."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from apps.core.money import CENT
from apps.core.tabular import Batch, Finding, clean, columns
from apps.core.tabular.cell_errors import CellError
from apps.core.tabular.findings import Severity, finding_of
from apps.orders.imports.fields import MOMENTS
from apps.orders.imports.refusals import AmountBeyond, NegativeAmount, NotWholeCents

Refused = list[tuple[int, CellError]]
# Together with MOST_LINES: no sum of an order outgrows its column.
BEYOND = Decimal(10) ** 9
NEVER_NEGATIVE = ("paid_amount", "total_amount", "unit_price_amount")
# A parcel's number that cannot be read is no reason to leave an order out.
ONLY_WARNED = frozenset({"waybill_number"})
_BLANK = frozenset({"", "-", "--", "null", "NULL"})
_WRAPPERS = " \t\r\n'\"=`\u3000\ufeff"


def _amounts(cells: Sequence[str]) -> tuple[list[Decimal | None], Refused]:
    return columns.cleaned(_amount, cells, None)


def _amount(cell: str) -> Decimal | None:
    value = clean.amount(cell)
    if value is None:
        return None
    if abs(value) >= BEYOND:
        raise AmountBeyond
    cents = value.quantize(CENT)
    if cents != value:
        raise NotWholeCents
    return cents


def _payments(cells: Sequence[str]) -> tuple[list[Decimal | None], Refused]:
    return columns.cleaned(_payment, cells, None)


def _payment(cell: str) -> Decimal | None:
    value = _amount(cell)
    if value is not None and value < 0:
        raise NegativeAmount
    return value


Cleaner = Callable[[Sequence[str]], tuple[list[Any], Refused]]
CLEANERS: dict[str, Cleaner] = {
    "number": columns.identifiers,
    "line_key": columns.identifiers,
    "platform_item_id": columns.identifiers,
    "quantity": columns.quantities,
    "waybill_number": columns.waybill_lists,
    **dict.fromkeys(MOMENTS, columns.moments),
    **dict.fromkeys(NEVER_NEGATIVE, _payments),
}


def _cleaner_of(field: str) -> Cleaner:
    return CLEANERS.get(field, _amounts if field.endswith("_amount") else columns.texts)


class Cells:
    """One batch of rows by our field names, cleaned; `bad` are the places whose row is refused."""

    def __init__(self, batch: Batch, wanted: Mapping[str, Sequence[str]]) -> None:
        self.numbers = batch.numbers
        self.size = len(batch.numbers)
        self.bad: set[int] = set()
        self.findings: list[Finding] = []
        self._names = {ours: names[0] for ours, names in wanted.items()}
        self.by_name: dict[str, list[Any]] = {ours: self._cleaned(batch, ours, names) for ours, names in wanted.items()}

    def _cleaned(self, batch: Batch, ours: str, names: Sequence[str]) -> list[Any]:
        cells, other = _first_filled(batch, names)
        values, refused = _cleaner_of(ours)(cells)
        for index, error in refused:
            severity: Severity = "warning" if ours in ONLY_WARNED else "refused"
            column = other.get(index, names[0])
            self.findings.append(finding_of(self.numbers[index], column, error, cells[index], severity))
        if ours not in ONLY_WARNED:
            self.bad |= {index for index, _error in refused}
        return values

    def refuse(self, index: int, ours: str, error: CellError, cell: str = "") -> None:
        """Leave a row out and say why."""
        self.bad.add(index)
        self.remark(index, ours, error, cell, "refused")

    def remark(self, index: int, ours: str, error: CellError, cell: str = "", severity: Severity = "warning") -> None:
        """Say something about a row; what becomes of it is decided elsewhere."""
        self.findings.append(finding_of(self.numbers[index], self._names.get(ours, ""), error, cell, severity))

    def column(self, name: str, default: Any = None) -> list[Any]:
        """A field's values, or the default for every row when the file does not have it."""
        return self.by_name.get(name) or [default] * self.size


def _first_filled(batch: Batch, names: Sequence[str]) -> tuple[list[str], dict[int, str]]:
    """Row by row the cell of the first column that is filled; and where it comes from another than the first."""
    cells = batch.columns[names[0]]
    if len(names) == 1:
        return cells, {}
    cells = list(cells)
    other: dict[int, str] = {}
    for name in names[1:]:
        for index, cell in enumerate(batch.columns[name]):
            if cells[index].strip(_WRAPPERS) in _BLANK and cell.strip(_WRAPPERS) not in _BLANK:
                cells[index], other[index] = cell, name
    return cells, other
