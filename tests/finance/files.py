"""Bills as Alipay writes them, made for tests: whole, unless a test breaks one on purpose."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

ACCOUNT = "20889990000000010156"
SHORT = [
    "账务流水号", "业务流水号", "商户订单号", "商品名称", "发生时间", "对方账号", "收入金额（+元）", "支出金额（-元）",
    "账户余额（元）", "交易渠道", "业务类型", "备注",
]  # fmt: skip
LONG = [*SHORT, "业务描述", "业务账单来源", "业务基础订单号", "业务订单号"]


@dataclass(frozen=True)
class Booking:
    """One booking; the rest is made up. order: its number, empty for a booking without one."""

    amount: str
    order: str = ""
    description: str = "0010001|交易收款-交易收款"
    kind: str = "在线支付"
    note: str = ""
    at: str = "2026-09-05 20:31:02"
    serial: str = ""
    merchant: str | None = None


def sale(amount: str, order: str, **columns: str) -> Booking:
    """A buyer's payment that reached the store."""
    return Booking(amount, order, **columns)


def refund(amount: str, order: str, **columns: str) -> Booking:
    """Money that went back to a buyer."""
    return Booking(amount, order, "0020001|交易退款-余额退款", "交易退款", f"售后退款-T200P{order}", **columns)


def fee(amount: str, order: str = "", **columns: str) -> Booking:
    """The platform's commission."""
    return Booking(amount, order, "0030003|天猫佣金（类目）-天猫佣金（类目）", "其它", "类目佣金代扣款", **columns)


def rows_of(bookings: Sequence[Booking], *, opening: str = "1000.00", wide: bool = True) -> list[list[str]]:
    """The rows below the header, with running balances."""
    rows, balance = [], Decimal(opening)
    for nth, b in enumerate(bookings, 1):
        amount = Decimal(b.amount)
        balance += amount
        merchant = b.merchant if b.merchant is not None else (f"T200P{b.order}" if b.order else "")
        row = [
            b.serial or f"2026{nth:020d}", f"20269{nth:023d}", merchant, "青禾小铺订单", b.at, "buy***@example.com(样**)",
            f"{amount:.2f}" if amount > 0 else "", f"{amount:.2f}" if amount < 0 else "", f"{balance:.2f}", "支付宝",
            b.kind, b.note,
        ]  # fmt: skip
        rows.append([*row, b.description, "淘宝", b.order, ""] if wide else row)
    return rows


def written(
    rows: Sequence[Sequence[str]],
    *,
    header: Sequence[str] = (),
    account: str = ACCOUNT,
    first: str = "2026年09月01日 00:00:00",
    last: str = "2026年10月01日 00:00:00",
    footer: Sequence[str] | None = None,
    encoding: str = "gb18030",
) -> bytes:
    """The file around the rows."""
    header = header or (LONG if rows and len(rows[0]) == len(LONG) else SHORT)
    out = io.StringIO()
    out.write(f"#支付宝账务明细查询\r\n#账号：[{account}]\r\n#起始日期：[{first}]   终止日期：[{last}]\r\n")
    out.write(f"#{'-' * 20}账务明细列表{'-' * 20}\r\n")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([[f"{cell}\t" if i < 4 else cell for i, cell in enumerate(row)] for row in rows])
    out.write(f"#{'-' * 20}账务明细列表结束{'-' * 20}\r\n")
    for line in closing_of(rows) if footer is None else footer:
        out.write(f"{line}\r\n")
    out.write("#导出时间：[2026年10月01日 09:05:00]\r\n")
    return out.getvalue().encode(encoding)


def closing_of(rows: Sequence[Sequence[str]]) -> list[str]:
    """The two lines with counts and sums."""
    out = [Decimal(row[7]) for row in rows if row[7]]
    income = [Decimal(row[6]) for row in rows if row[6]]
    return [
        f"#支出合计：{len(out)}笔，共{sum(out, Decimal(0)):.2f}元",
        f"#收入合计：{len(income)}笔，共{sum(income, Decimal(0)):.2f}元",
    ]


def bill(*bookings: Booking, **options: str) -> bytes:
    """A sound month."""
    return written(rows_of(bookings), **options)
