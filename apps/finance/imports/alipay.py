"""Alipay's account detail (账务明细): both layouts, plain or in its zip, checked as a whole while it is read.

The file names its account and days above the table, and counts and sums below it. Each booking continues the balance of
the one before. A file for which any of this does not hold is refused: the sentence names the row and the column.
"""

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from apps.core.calendar import business_day
from apps.core.money import rounded
from apps.core.tabular import CellError, HeaderSpec, Table, clean
from apps.finance.imports import refusals
from apps.finance.imports.order_numbers import order_number_of

SERIAL, MERCHANT, TITLE, MOMENT = "账务流水号", "商户订单号", "商品名称", "发生时间"
INCOME = ("收入金额（+元）", "收入金额")
OUTGO = ("支出金额（-元）", "支出金额")
BALANCE = ("账户余额（元）", "账户余额")
KIND, NOTE, DESCRIPTION, BASE = "业务类型", "备注", "业务描述", "业务基础订单号"
HEADER = HeaderSpec(required=[SERIAL, MOMENT, INCOME, OUTGO, KIND, NOTE], footer_starts=("#",))

_ACCOUNT = re.compile(r"账号[：:]\s*\[?([0-9]{16,32})\]?")
_FIRST = re.compile(r"起始日期[：:]\s*\[([^\]]+)\]")
_LAST = re.compile(r"终止日期[：:]\s*\[([^\]]+)\]")
_OUT_TOTAL = re.compile(r"支出合计[：:]\s*([0-9,]+)笔[，,]\s*共(-?[0-9,]+(?:\.[0-9]+)?)元")
_IN_TOTAL = re.compile(r"收入合计[：:]\s*([0-9,]+)笔[，,]\s*共(-?[0-9,]+(?:\.[0-9]+)?)元")
_LAST_SECOND = dt.time(23, 59, 59)
_MIDNIGHT = dt.time()


@dataclass(frozen=True, slots=True)
class Head:
    """What stands above the table. The last day is excluded."""

    account: str
    first: dt.date
    end: dt.date


@dataclass(frozen=True, slots=True)
class Line:
    """One booking. amount: signed. balance: after it, None when the file does not say. text: all words in it."""

    position: int
    serial: str
    happened_at: dt.datetime
    amount: Decimal
    balance: Decimal | None
    kind_text: str
    code: str
    description: str
    note: str
    title: str
    merchant_number: str
    order_number: str


@dataclass(slots=True)
class Counted:
    """Counts and sums of bookings, in and out. outgo: negative."""

    incomes: int = 0
    outgoes: int = 0
    income: Decimal = Decimal(0)
    outgo: Decimal = Decimal(0)

    @property
    def rows(self) -> int:
        """Bookings."""
        return self.incomes + self.outgoes

    def add(self, amount: Decimal) -> None:
        """One booking more."""
        if amount > 0:
            self.incomes, self.income = self.incomes + 1, self.income + amount
        else:
            self.outgoes, self.outgo = self.outgoes + 1, self.outgo + amount


@dataclass(slots=True)
class Sums(Counted):
    """What was read so far: counts and sums, also by kind, and the balances at both ends."""

    opening: Decimal | None = None
    closing: Decimal | None = None
    serials: dict[str, int] = field(default_factory=dict)
    kinds: dict[str, Counted] = field(default_factory=dict)

    def count(self, line: Line) -> None:
        """Add one booking."""
        self.add(line.amount)
        self.kinds.setdefault(line.kind_text, Counted()).add(line.amount)
        if line.balance is not None:
            if self.opening is None:
                self.opening = line.balance - line.amount
            self.closing = line.balance


def head_of(preamble: Sequence[Sequence[str]]) -> Head:
    """Account and days. Raises AccountMissing, PeriodMissing."""
    text = _joined(preamble)
    account = _ACCOUNT.search(text)
    if not account:
        raise refusals.AccountMissing
    first, last = _FIRST.search(text), _LAST.search(text)
    if not first or not last:
        raise refusals.PeriodMissing
    return Head(account[1], *_days(first[1], last[1]))


def lines_of(table: Table, head: Head, sums: Sums, *, size: int = 2000) -> Iterator[list[Line]]:
    """The bookings in batches, checked one against the next; `sums` grows with them.

    Raises the refusals of this file's rows. Nothing may be kept before the last batch was read and `close_books` agreed.
    """
    columns = {name: table.name_of(*names) for name, names in _COLUMNS.items()}
    wanted = {name: spelled for name, spelled in columns.items() if spelled}
    for batch in table.column_batches(list(wanted.values()), size):
        cells = [batch.columns[spelled] for spelled in wanted.values()]
        reader = _Reader(wanted, head, sums)
        yield [
            reader.line(number, values) for number, values in zip(batch.numbers, zip(*cells, strict=True), strict=True)
        ]


def close_books(table: Table, sums: Sums) -> None:
    """Hold the closing lines against what was read. Raises ClosingMissing, CountDiffers, SumDiffers, RowMisfits."""
    if table.findings:
        worst = table.findings[0]
        raise refusals.RowMisfits(row=worst.row, why=worst.sentence)
    if not sums.rows:
        raise refusals.NoLines
    text = _joined(table.footer)
    out, incoming = _OUT_TOTAL.search(text), _IN_TOTAL.search(text)
    if not out or not incoming:
        raise refusals.ClosingMissing
    _agree(OUTGO[1], out, sums.outgoes, sums.outgo)
    _agree(INCOME[1], incoming, sums.incomes, sums.income)


def _agree(column: str, said: re.Match[str], count: int, total: Decimal) -> None:
    stated = int(said[1].replace(",", ""))
    if stated != count:
        raise refusals.CountDiffers(column=column, said=stated, found=count)
    amount = Decimal(said[2].replace(",", ""))
    if amount != total:
        raise refusals.SumDiffers(column=column, said=f"{amount:,.2f}", found=f"{total:,.2f}")


def _joined(rows: Sequence[Sequence[str]]) -> str:
    """Lines as they were before commas took them apart: copies saved again are padded, and thousands have commas."""
    return "\n".join(",".join(row).strip(", \t") for row in rows)


def _days(first: str, last: str) -> tuple[dt.date, dt.date]:
    """Whole days. The end is given as the next midnight, or as the last second of the last day."""
    try:
        start, end = clean.moment(first), clean.moment(last)
    except CellError as error:
        raise refusals.PeriodMissing from error
    if start is None or end is None or start.time() != _MIDNIGHT:
        raise refusals.PeriodMissing
    if end.time() == _LAST_SECOND:
        end += dt.timedelta(seconds=1)
    if end.time() != _MIDNIGHT or end <= start:
        raise refusals.PeriodMissing
    return business_day(start), business_day(end)


_COLUMNS: dict[str, tuple[str, ...]] = {
    "serial": (SERIAL,), "merchant": (MERCHANT,), "title": (TITLE,), "moment": (MOMENT,), "income": INCOME,
    "outgo": OUTGO, "balance": BALANCE, "kind": (KIND,), "note": (NOTE,), "description": (DESCRIPTION,), "base": (BASE,),
}  # fmt: skip


_TEXTS = ("merchant", "title", "kind", "note", "description", "base")


class _Reader:
    """Rows to bookings. Knows how the file spells its columns, to name them when something is wrong."""

    def __init__(self, spelled: dict[str, str], head: Head, sums: Sums) -> None:
        self._names = list(spelled)
        self._spelled = spelled
        self._head, self._sums = head, sums

    def line(self, row: int, values: Sequence[str]) -> Line:
        """One row. Raises the refusal that names it."""
        cells = dict(zip(self._names, values, strict=True))
        texts = {name: self._text(row, name, cells.get(name, "")) for name in _TEXTS}
        code, _bar, description = texts["description"].rpartition("|")
        line = Line(
            position=row,
            serial=self._serial(row, cells["serial"]),
            happened_at=self._moment(row, cells["moment"]),
            amount=self._amount(row, cells),
            balance=self._number(row, "balance", cells.get("balance", "")),
            kind_text=texts["kind"],
            code=code.strip(),
            description=description.strip(),
            note=texts["note"],
            title=texts["title"],
            merchant_number=texts["merchant"],
            order_number=order_number_of(texts["base"], texts["merchant"], texts["note"]),
        )
        self._continue_balance(line)
        self._sums.count(line)
        return line

    def _text(self, row: int, name: str, cell: str) -> str:
        try:
            return clean.text(cell)
        except CellError as error:
            raise self._refused(row, name, error) from error

    def _serial(self, row: int, cell: str) -> str:
        try:
            serial = clean.identifier(cell)
        except CellError as error:
            raise self._refused(row, "serial", error) from error
        if not serial:
            raise refusals.CellRefused(row=row, column=self._spelled["serial"], why=refusals.NUMBER_MISSING)
        first = self._sums.serials.setdefault(serial, row)
        if first != row:
            raise refusals.RepeatedSerial(row=row, column=self._spelled["serial"], first=first)
        return serial

    def _moment(self, row: int, cell: str) -> dt.datetime:
        try:
            moment = clean.moment(cell)
        except CellError as error:
            raise self._refused(row, "moment", error) from error
        if moment is None or not self._head.first <= business_day(moment) < self._head.end:
            day = "" if moment is None else business_day(moment).isoformat()
            raise refusals.OutsideOfPeriod(row=row, column=self._spelled["moment"], day=day)
        return moment

    def _amount(self, row: int, cells: dict[str, str]) -> Decimal:
        income, outgo = (self._number(row, name, cells[name]) for name in ("income", "outgo"))
        if income and outgo:
            raise refusals.BothFilled(row=row, column=self._spelled["outgo"])
        name, amount = ("income", income) if income else ("outgo", outgo)
        if not amount:
            raise refusals.NothingFilled(row=row, column=self._spelled["income"])
        if (amount > 0) != (name == "income"):
            raise refusals.WrongSign(row=row, column=self._spelled[name], value=f"{amount:,.2f}")
        return amount

    def _number(self, row: int, name: str, cell: str) -> Decimal | None:
        try:
            number = clean.amount(cell)
        except CellError as error:
            raise self._refused(row, name, error) from error
        if number is not None and rounded(number) != number:
            raise refusals.CellRefused(row=row, column=self._spelled[name], why=refusals.NOT_CENTS)
        return number

    def _continue_balance(self, line: Line) -> None:
        before = self._sums.closing
        if before is not None and line.balance is not None and before + line.amount != line.balance:
            raise refusals.BalanceBroken(
                row=line.position, column=self._spelled["balance"], said=f"{line.balance:,.2f}",
                found=f"{before + line.amount:,.2f}",
            )  # fmt: skip

    def _refused(self, row: int, name: str, error: CellError) -> refusals.CellRefused:
        return refusals.CellRefused(row=row, column=self._spelled[name], why=error.sentence)
