"""JD: the order export of 京麦, one row per SKU, the order's amounts repeated on each of its rows."""

import re
from collections.abc import Mapping
from decimal import Decimal

from apps.orders.imports.layout import Columns, Layout

STATES = {
    "待付款": "wait_pay",
    "等待出库": "wait_ship",
    "等待发货": "wait_ship",
    "等待确认收货": "shipped",
    "完成": "done",
    "已锁定": "hold",
    "暂停": "hold",
    "配送退货": "closed_refund",
    "NOT_PAY": "wait_pay",
    "WAIT_SELLER_STOCK_OUT": "wait_ship",
    "WAIT_SELLER_DELIVERY": "wait_ship",
    "WAIT_GOODS_RECEIVE_CONFIRM": "shipped",
    "FINISHED_L": "done",
    "LOCKED": "hold",
    "PAUSE": "hold",
    "POP_ORDER_PAUSE": "hold",
    "DELIVERY_RETURN": "closed_refund",
}
CANCELLED = frozenset({"取消", "已取消", "TRADE_CANCELED"})
CANCELLED_IF_PAID = {True: "closed_refund", False: "closed_unpaid"}
DELETED = re.compile(r"[(（]删除[)）]")
# A memo of the platform, not of a clerk: the numbers of the orders that took the parent's place follow.
SPLIT = re.compile(r"订单拆分为\s*\d{9,}")
NOTHING = Decimal("0.00")


def states_of(columns: Mapping[str, list[object]], rows: int) -> list[str]:
    """Canonical states. A cancelled or deleted order ends by refund if it was paid; a split one made way for others."""
    nothing: list[object] = [None] * rows
    texts, paid_times = columns["status_text"], columns.get("paid_at")
    memos = columns.get("seller_memo", nothing)
    cancelled = ["closed"] * rows if paid_times is None else [CANCELLED_IF_PAID[at is not None] for at in paid_times]
    return [_state_of(str(texts[i]), cancelled[i], str(memos[i] or "")) for i in range(rows)]


def _state_of(text: str, cancelled: str, memo: str) -> str:
    if SPLIT.search(memo):
        return "closed"
    if text in CANCELLED or DELETED.match(text):
        return cancelled
    return STATES.get(text, "unknown")


def fill_orders(columns: Columns, rows: int) -> None:
    """What the buyer paid: what was payable in the end and what the balance covered, nothing before the payment.

    A split order keeps its total and names the platform's memo as the reason; its payment counts with the orders that
    took its place.
    """
    memos = columns.get("seller_memo", [""] * rows)
    columns["close_reason"] = [memo if SPLIT.search(memo) else "" for memo in memos]
    payable, balance = columns["payable_amount"], columns.get("balance_amount", [None] * rows)
    columns["paid_amount"] = [
        NOTHING if is_unpaid else None if amount is None else amount + (more or NOTHING)
        for amount, more, is_unpaid in zip(payable, balance, _unpaid(columns, rows), strict=True)
    ]


def _unpaid(columns: Columns, rows: int) -> list[bool]:
    """Whether nothing counts as paid: no time of payment, or split. Cash on delivery has been paid once completed."""
    texts, reasons = columns["status_text"], columns["close_reason"]
    paid_times = columns.get("paid_at")
    if paid_times is None:
        return [STATES.get(texts[i]) == "wait_pay" or bool(reasons[i]) for i in range(rows)]
    return [(paid_times[i] is None and STATES.get(texts[i]) != "done") or bool(reasons[i]) for i in range(rows)]


ORDER_FIELDS = {
    "number": ("订单号",),
    "status_text": ("订单状态",),
    "placed_at": ("下单时间",),
    "paid_at": ("付款确认时间",),
    "finished_at": ("订单完成时间",),
    "total_amount": ("订单金额",),
    "postage_amount": ("运费金额",),
    "payable_amount": ("应付金额", "订单金额"),
    "balance_amount": ("余额支付",),
    "buyer": ("下单帐号", "下单账号"),
    "receiver": ("客户姓名",),
    "phone": ("联系电话",),
    "address": ("客户地址",),
    "buyer_message": ("订单备注",),
    "seller_memo": ("商家备注",),
    "flag": ("商家备注等级（等级1-5为由高到低）", "商家备注等级"),
    "waybill_number": ("快递单号", "运单号"),
}
# One line per SKU: JD gives its lines no number of their own.
LINE_FIELDS = {
    "number": ("订单号",),
    "line_key": ("商品ID",),
    "title": ("商品名称",),
    "unit_price_amount": ("京东价",),
    "quantity": ("订购数量",),
    "outer_code": ("商家SKUID", "货号"),
    "platform_item_id": ("商品ID",),
}

REQUIRED = ("订单号", "商品ID", "商品名称", "订购数量", "京东价", "订单状态", "下单时间")
LAYOUTS = [
    Layout(
        name="jd_orders",
        platforms=frozenset({"jd"}),
        required=[*((name,) for name in REQUIRED), ("应付金额", "订单金额")],
        order=ORDER_FIELDS,
        line=LINE_FIELDS,
        state_of=states_of,
        fill=fill_orders,
        shares_paid=True,
    ),
]
