"""Douyin: the order export of 抖店 as csv and as xlsx, one row per sub-order."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal

from apps.core.money import Money
from apps.orders.imports.layout import Columns, Layout
from apps.orders.imports.regions import join_address

STATES = {
    "待支付": "wait_pay",
    "已支付": "wait_ship",
    "备货中": "wait_ship",
    "待发货": "wait_ship",
    "部分发货": "part_shipped",
    "已发货": "shipped",
    "已完成": "done",
}
CLOSED = frozenset({"已关闭", "已取消"})
REFUNDED = frozenset({"退款成功", "同意退款,退款成功"})
REFUNDS = {
    **dict.fromkeys(REFUNDED, "success"),
    "无售后": "none",
    "售后关闭": "closed",
    "售后处理中": "wait_seller",
}
# `SF0220481613112-顺丰速运,商品*1`: the waybill number before the carrier's name.
PARCEL = re.compile(r"([0-9A-Za-z]{8,30})-[^\s\d]")
NOTHING = Decimal("0.00")


def states_of(columns: Mapping[str, list[object]], rows: int) -> list[str]:
    """Canonical states of sub-orders. A closed one is told apart by its payment and its after-sales status."""
    nothing: list[object] = [None] * rows
    texts, paid_times = columns["status_text"], columns.get("paid_at", nothing)
    refunds = columns.get("after_sales", nothing)
    return [_state_of(str(texts[i]), paid_times[i], str(refunds[i] or "")) for i in range(rows)]


def _state_of(text: str, paid_at: object, refund: str) -> str:
    if text not in CLOSED:
        return STATES.get(text, "unknown")
    if paid_at is None:
        return "closed_unpaid"
    return "closed_refund" if refund.replace("，", ",") in REFUNDED else "closed"


def fill_orders(columns: Columns, rows: int) -> None:
    """What each sub-order's buyer paid and owed, the address in one piece, and the first parcel's number."""
    join_address(columns, rows)
    columns["total_amount"] = _payable(columns)
    columns["paid_amount"] = _paid(columns, rows)
    if "parcels" in columns:
        columns["waybill_number"] = [[number.upper() for number in PARCEL.findall(text)] for text in columns["parcels"]]


def fill_lines(columns: Columns, rows: int) -> None:
    """What was paid for each sub-order."""
    columns["paid_amount"] = _paid(columns, rows)


def _paid(columns: Columns, rows: int) -> list[Decimal | None]:
    paid_times = columns.get("paid_at", [None] * rows)
    return [
        NOTHING if at is None and amount is not None else amount
        for amount, at in zip(_payable(columns), paid_times, strict=True)
    ]


def _payable(columns: Columns) -> list[Decimal | None]:
    """What was payable for each sub-order.

    Some exports repeat the whole order's amount on each of its rows. That shows where all rows of an order have the
    same amount and it is more than one of them can cost; it is then shared by list price × quantity.
    """
    payable: list[Decimal | None] = list(columns["payable_amount"])
    times = Counter(columns["number"])
    orders: dict[str, dict[str, list[int]]] = {}
    for index, (number, line) in enumerate(zip(columns["number"], columns["line_key"], strict=True)):
        if times[number] > 1:
            orders.setdefault(number, {}).setdefault(line, []).append(index)
    for lines in orders.values():
        firsts = [rows[0] for rows in lines.values()]
        shares = _shares([payable[index] for index in firsts], [_worth(columns, index) for index in firsts])
        for rows, share in zip(lines.values(), shares, strict=True):
            for index in rows:
                payable[index] = share
    return payable


def _shares(amounts: list[Decimal | None], worth: Sequence[Decimal | None]) -> list[Decimal | None]:
    """The amounts as they are, or the one amount shared if it is the whole order's."""
    amount, known = amounts[0], [value for value in worth if value is not None]
    if amount is None or len(set(amounts)) > 1 or len(known) < len(worth) or len(worth) < 2 or amount <= min(known):
        return amounts
    return [share.amount for share in Money(amount).split(known)]


def _worth(columns: Columns, index: int) -> Decimal | None:
    """List price × quantity, with postage: the most that a sub-order can cost."""
    price = columns["unit_price_amount"][index] if "unit_price_amount" in columns else None
    postage = columns["postage_amount"][index] if "postage_amount" in columns else None
    return None if price is None else price * columns["quantity"][index] + (postage or NOTHING)


# Needed for the order and for its lines, to tell what was paid for each.
SUMS = {
    "number": ("主订单编号",),
    "line_key": ("子订单编号",),
    "paid_at": ("支付完成时间",),
    "payable_amount": ("订单应付金额",),
    "postage_amount": ("运费",),
    "unit_price_amount": ("商品单价", "商品金额"),
    "quantity": ("商品数量",),
}
ORDER_FIELDS = {
    **SUMS,
    "status_text": ("订单状态",),
    "after_sales": ("售后状态",),
    "placed_at": ("订单提交时间",),
    "platform_shipped_at": ("发货时间",),
    "finished_at": ("订单完成时间",),
    "close_reason": ("取消原因",),
    "receiver": ("收件人",),
    "phone": ("收件人手机号",),
    "province": ("省",),
    "city": ("市",),
    "district": ("区",),
    "street": ("街道",),
    "detail": ("详细地址",),
    "buyer_message": ("买家留言",),
    "seller_memo": ("商家备注",),
    "flag": ("旗帜颜色",),
    "parcels": ("快递信息",),
}
LINE_FIELDS = {
    **SUMS,
    "title": ("选购商品",),
    "outer_code": ("商家编码",),
    "properties": ("商品规格",),
    "platform_item_id": ("商品ID",),
    "refund_state": ("售后状态",),
}

REQUIRED = (
    "主订单编号", "子订单编号", "选购商品", "商品数量", "订单应付金额", "订单状态", "订单提交时间", "支付完成时间",
)  # fmt: skip
LAYOUTS = [
    Layout(
        name="douyin_orders",
        platforms=frozenset({"douyin"}),
        required=[(name,) for name in REQUIRED],
        order=ORDER_FIELDS,
        line=LINE_FIELDS,
        state_of=states_of,
        refund_states=REFUNDS,
        fill=fill_orders,
        fill_lines=fill_lines,
        per_row=frozenset({"status_text", "total_amount", "paid_amount", "postage_amount"}),
    ),
]
