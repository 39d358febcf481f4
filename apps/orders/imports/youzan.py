"""Youzan: the goods-level order export, one row per line."""

import datetime as dt
import re
from collections import Counter
from collections.abc import Mapping
from decimal import Decimal

from apps.orders.imports.layout import Columns, Layout
from apps.orders.imports.regions import join_address
from apps.orders.imports.stamps import moment_in

DAY_IN_NUMBER = re.compile(r"^E(20\d{6})")

STATES = {"待付款": "wait_pay", "待发货": "wait_ship", "已发货": "shipped", "交易完成": "done"}
CLOSED = "交易关闭"
REFUNDS = {"退款成功": "success", "退款关闭": "closed"}
NOTHING = Decimal("0.00")
CODE_CHARACTERS = 50


def states_of(columns: Mapping[str, list[object]], rows: int) -> list[str]:
    """Canonical states of lines. A closed one ended by refund if all that it cost went back."""
    nothing: list[object] = [None] * rows
    texts = columns["status_text"]
    costs, refunds = columns.get("goods_amount", nothing), columns.get("refund_amount", nothing)
    return [_state_of(str(texts[i]), costs[i], refunds[i]) for i in range(rows)]


def _state_of(text: str, cost: object, refund: object) -> str:
    if text != CLOSED:
        return STATES.get(text, "unknown")
    return "closed_refund" if refund and refund == cost else "closed"


def fill_orders(columns: Columns, rows: int) -> None:
    """The day stands in the order number: the file has no time of creation. Postage is not in it either."""
    join_address(columns, rows)
    columns["placed_at"] = [day_in(number) for number in columns["number"]]
    columns["paid_amount"] = paid_amounts(columns, rows)


def day_in(number: str) -> dt.datetime | None:
    """The midnight of the day in `E20260901…`; None if there is no such day."""
    return moment_in(number, DAY_IN_NUMBER, "%Y%m%d")


def paid_amounts(columns: Columns, rows: int) -> list[Decimal | None]:
    """What was paid for each line: nothing while payment is awaited; not said for a closed line without a refund."""
    refunds = columns.get("refund_amount", [None] * rows)
    return [
        _paid(text, cost, refund)
        for text, cost, refund in zip(columns["status_text"], columns["goods_amount"], refunds, strict=True)
    ]


def _paid(text: str, cost: Decimal | None, refund: Decimal | None) -> Decimal | None:
    if STATES.get(text) == "wait_pay":
        return NOTHING
    return None if text == CLOSED and not refund else cost


def fill_lines(columns: Columns, rows: int) -> None:
    """Lines have no number: their code serves, with a count of how often it stands in the order."""
    columns["paid_amount"] = paid_amounts(columns, rows)
    nth: Counter[tuple[str, str]] = Counter()
    keys = []
    for number, code in zip(columns["number"], columns.get("outer_code", [""] * rows), strict=True):
        line = (number, code[:CODE_CHARACTERS])
        nth[line] += 1
        keys.append(f"{line[1]}/{nth[line]}")
    columns["line_key"] = keys


# Needed for the order and for its lines, to tell what was paid for each.
SUMS = {
    "number": ("订单号",),
    "status_text": ("订单商品状态",),
    "goods_amount": ("商品实际成交金额",),
    "refund_amount": ("商品已退款金额",),
}
ORDER_FIELDS = {
    **SUMS,
    "finished_at": ("交易成功时间",),
    "platform_shipped_at": ("商品发货时间",),
    "receiver": ("收货人/提货人", "收货人"),
    "phone": ("收货人手机号/提货人手机号", "收货人手机号"),
    "province": ("收货人省份",),
    "city": ("收货人城市",),
    "district": ("收货人地区",),
    "detail": ("详细收货地址/提货地址", "详细收货地址"),
    "buyer_message": ("买家备注",),
    "seller_memo": ("商家订单备注",),
    "waybill_number": ("商品发货物流单号",),
}
LINE_FIELDS = {
    **SUMS,
    "title": ("商品名称",),
    "unit_price_amount": ("商品单价",),
    "quantity": ("商品数量",),
    "outer_code": ("规格编码", "商品编码"),
    "properties": ("商品规格",),
    "refund_state": ("商品退款状态",),
}

LAYOUTS = [
    Layout(
        name="youzan_orders",
        platforms=frozenset({"youzan"}),
        required=[("订单号",), ("订单商品状态",), ("商品名称",), ("商品数量",), ("商品实际成交金额",)],
        order=ORDER_FIELDS,
        line=LINE_FIELDS,
        state_of=states_of,
        refund_states=REFUNDS,
        fill=fill_orders,
        fill_lines=fill_lines,
        per_row=frozenset({"status_text", "goods_amount", "paid_amount", "refund_amount"}),
    ),
]
