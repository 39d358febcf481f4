"""Pinduoduo: the order export, one row per order, each with one product."""

import datetime as dt
import re
from collections.abc import Mapping
from decimal import Decimal

from apps.core.money import CENT
from apps.orders.imports.layout import Columns, Layout
from apps.orders.imports.regions import join_address
from apps.orders.imports.stamps import moment_in

STAMP = re.compile(r"(?<!\d)20\d\d-\d\d-\d\d(?!\d)")
DAY_IN_NUMBER = re.compile(r"^(\d{6})-")

STATES = {
    "待付款": "wait_pay",
    "待发货": "wait_ship",
    "已发货待签收": "shipped",
    "已发货待收货": "shipped",
    "已签收": "signed",
    "已收货": "done",
    "未发货退款成功": "closed_refund",
    "已发货退款成功": "closed_refund",
    "已收货退款成功": "closed_refund",
}
CANCELLED = frozenset({"已取消", "交易关闭"})
REFUNDED = "退款成功"
REFUNDS = {"无售后或售后取消": "none", "售后处理中": "wait_seller", REFUNDED: "success"}
UNPAID = frozenset({"wait_pay", "closed_unpaid"})
NOTHING = Decimal("0.00")


def states_of(columns: Mapping[str, list[object]], rows: int) -> list[str]:
    """Canonical states. A cancelled order was closed before payment, unless the file speaks of money."""
    nothing: list[object] = [None] * rows
    texts, refunds = columns["status_text"], columns.get("after_sales", nothing)
    paid, paid_times = columns.get("paid_amount", nothing), columns.get("paid_at", nothing)
    return [_state_of(str(texts[i]), refunds[i], bool(paid[i] and paid_times[i])) for i in range(rows)]


def _state_of(text: str, refund: object, was_paid: bool) -> str:
    if text not in CANCELLED:
        return STATES.get(re.sub("[，, ]", "", text), "unknown")
    if refund == REFUNDED:
        return "closed_refund"
    return "closed" if was_paid else "closed_unpaid"


def fill_orders(columns: Columns, rows: int) -> None:
    """The day of the order stands in its number, for rows without any time; nothing is paid before the payment."""
    join_address(columns, rows)
    placed = columns.get("placed_at", [None] * rows)
    columns["placed_at"] = [at or day_in(number) for at, number in zip(placed, columns["number"], strict=True)]
    states = states_of(columns, rows)
    paid = columns["paid_amount"]
    columns["paid_amount"] = [
        NOTHING if state in UNPAID and amount is not None else amount
        for state, amount in zip(states, paid, strict=True)
    ]
    goods, postage = columns.get("goods_amount"), columns.get("postage_amount")
    if goods and postage:
        columns["total_amount"] = [
            None if one is None or other is None else one + other for one, other in zip(goods, postage, strict=True)
        ]


def day_in(number: str) -> dt.datetime | None:
    """The midnight of the day in `260901-…`; None if there is no such day."""
    return moment_in(number, DAY_IN_NUMBER, "%y%m%d")


def fill_lines(columns: Columns, rows: int) -> None:
    """The list price of one piece, where the goods amount is a whole number of cents for each."""
    goods = columns.get("goods_amount", [None] * rows)
    columns["unit_price_amount"] = [
        _each(amount, quantity) for amount, quantity in zip(goods, columns["quantity"], strict=True)
    ]


def _each(amount: Decimal | None, quantity: int) -> Decimal | None:
    if amount is None or amount < 0 or quantity < 1 or amount % (quantity * CENT):
        return None
    return amount / quantity


def exported_at(name: str) -> dt.datetime | None:
    """The day in `orders_export2026-09-10.csv`, from its beginning: of two files of one day neither is older."""
    return moment_in(name, STAMP, "%Y-%m-%d")


DEAL = ("订单成交时间", "拼单成功时间")
ORDER_FIELDS = {
    "number": ("订单号",),
    "status_text": ("订单状态",),
    "after_sales": ("售后状态",),
    "placed_at": (*DEAL, "支付时间"),
    # A deal is closed by its payment; newer exports give the time of the deal alone.
    "paid_at": ("支付时间", *DEAL),
    "platform_shipped_at": ("发货时间",),
    "finished_at": ("确认收货时间",),
    "goods_amount": ("商品总价(元)",),
    "postage_amount": ("邮费(元)",),
    "paid_amount": ("用户实付金额(元)",),
    "received_amount": ("商家实收金额(元)",),
    "receiver": ("收货人",),
    "phone": ("手机",),
    "province": ("省",),
    "city": ("市",),
    "district": ("区",),
    "street": ("街道",),
    "buyer_message": ("买家留言",),
    "seller_memo": ("商家备注",),
    "waybill_number": ("快递单号",),
}
LINE_FIELDS = {
    "number": ("订单号",),
    "line_key": ("订单号",),
    "title": ("商品", "商品名称"),
    "goods_amount": ("商品总价(元)",),
    "quantity": ("商品数量(件)",),
    "outer_code": ("商家编码-规格维度", "商家编码-SKU维度", "商家编码-商品维度"),
    "properties": ("商品规格",),
    "platform_item_id": ("商品id",),
    "refund_state": ("售后状态",),
}

LAYOUTS = [
    Layout(
        name="pdd_orders",
        platforms=frozenset({"pdd"}),
        required=[("订单号",), ("订单状态",), ("商品", "商品名称"), ("商品数量(件)",), ("用户实付金额(元)",)],
        order=ORDER_FIELDS,
        line=LINE_FIELDS,
        state_of=states_of,
        refund_states=REFUNDS,
        exported_at=exported_at,
        fill=fill_orders,
        fill_lines=fill_lines,
        shares_paid=True,
    ),
]
