"""Waybill files, as carriers' printing programs and other systems write them: order, carrier, waybill number."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.core.speech import filled
from apps.core.tabular import CellError, Finding, HeaderSpec, Table, clean, finding_of
from apps.warehouse.rules.waybills import folded, one_waybill

ORDER_COLUMNS = (
    "发货单号", "订单编号", "订单号", "平台单号", "线上订单号", "内部订单号", "商家订单号", "shipping order", "order number",
)  # fmt: skip
WAYBILL_COLUMNS = ("运单号", "快递单号", "物流单号", "面单号", "运单编号", "物流运单号", "waybill number", "waybill")
CARRIER_COLUMNS = ("物流公司", "快递公司", "承运商", "快递", "物流公司名称", "快递公司名称", "carrier")
HEADER = HeaderSpec(required=[set(ORDER_COLUMNS), set(WAYBILL_COLUMNS)])

NO_ORDER = _("There is no order number in this row.")
NO_WAYBILL = _("There is no waybill number in this row.")
NO_CARRIER = _("No carrier is named, and none was chosen for the whole file.")
UNKNOWN_CARRIER = _("No carrier of ours is called “%(name)s”; add the name to a carrier's other names.")
TWICE = _("This order is in the file twice, with different waybill numbers; only the first row is used.")
TWO_ORDERS = _("Two orders have the waybill number %(number)s in this file; only the first row is used.")


class WaybillRow(NamedTuple):
    """One row, cleaned. row: as a person sees it in Excel. order: a shipping order's number or a platform's."""

    row: int
    order: str
    carrier: int
    number: str


class WaybillFile:
    """Reads a table row by row. findings: what had to be left out or looks wrong, complete after the last row."""

    def __init__(self, table: Table, carriers: Mapping[str, int], carrier_id: int | None = None) -> None:
        self.findings: list[Finding] = []
        self._table, self._carriers, self._carrier_id = table, carriers, carrier_id
        self._orders: dict[str, tuple[int, str]] = {}
        self._numbers: dict[tuple[int, str], str] = {}
        self._order = table.name_of(*ORDER_COLUMNS) or ""
        self._waybill = table.name_of(*WAYBILL_COLUMNS) or ""
        self._carrier = table.name_of(*CARRIER_COLUMNS) or ""
        self._places = {name: table.header.index(name) for name in (self._order, self._waybill, self._carrier) if name}

    def rows(self) -> Iterator[WaybillRow]:
        """The rows that can be used; each order and each waybill number once."""
        for number, cells in self._table.rows():
            row = self._row(number, cells)
            if row is not None and self._is_first(row):
                yield row

    def _row(self, number: int, cells: Sequence[str]) -> WaybillRow | None:
        order = self._cleaned(number, cells, self._order, clean.identifier)
        waybill = self._cleaned(number, cells, self._waybill, one_waybill)
        if order is None or waybill is None:
            return None
        if not order or not waybill:
            self._refuse(number, self._waybill if order else self._order, "empty", NO_WAYBILL if order else NO_ORDER)
            return None
        named = clean.text(cells[self._places[self._carrier]]) if self._carrier else ""
        carrier = self._carrier_in(number, named)
        return None if carrier is None else WaybillRow(number, order, carrier, waybill)

    def _cleaned(self, number: int, cells: Sequence[str], column: str, cleaner: Callable[[str], str]) -> str | None:
        cell = cells[self._places[column]]
        try:
            return cleaner(cell)
        except CellError as error:
            self.findings.append(finding_of(number, column, error, cell))
            return None

    def _carrier_in(self, number: int, name: str) -> int | None:
        if not name:
            if self._carrier_id is None:
                self._refuse(number, self._carrier, "no_carrier", NO_CARRIER)
            return self._carrier_id
        found = self._carriers.get(folded(name))
        if found is None:
            self._refuse(number, self._carrier, "unknown_carrier", filled(UNKNOWN_CARRIER, name=name[:40]))
        return found

    def _is_first(self, row: WaybillRow) -> bool:
        told = self._orders.setdefault(row.order, (row.carrier, row.number))
        if told != (row.carrier, row.number):
            self._refuse(row.row, self._order, "order_twice", TWICE)
            return False
        owner = self._numbers.setdefault((row.carrier, row.number), row.order)
        if owner != row.order:
            self._refuse(row.row, self._waybill, "waybill_twice", filled(TWO_ORDERS, number=row.number))
            return False
        return True

    def _refuse(self, row: int, column: str, code: str, sentence: str | Promise) -> None:
        self.findings.append(Finding(row, column, code, sentence))
