"""Taobao and Tmall: the order file and the item file of 千牛, in every generation since 2014."""

import datetime as dt
import re
from collections.abc import Mapping

from apps.orders.imports.layout import Layout
from apps.orders.imports.stamps import moment_in

PLATFORMS = frozenset({"taobao", "tmall"})
STAMP = re.compile(r"(?<!\d)(20\d{10})(?:\d\d)?(?!\d)")

STATES = {
    "等待买家付款": "wait_pay",
    "买家已付款,等待卖家发货": "wait_ship",
    "卖家部分发货": "part_shipped",
    "卖家已发货,等待买家确认": "shipped",
    "买家已签收": "signed",
    "交易成功": "done",
    "WAIT_BUYER_PAY": "wait_pay",
    "TRADE_NO_CREATE_PAY": "wait_pay",
    "PAY_PENDING": "wait_pay",
    "WAIT_PRE_AUTH_CONFIRM": "wait_pay",
    "WAIT_SELLER_SEND_GOODS": "wait_ship",
    "SELLER_CONSIGNED_PART": "part_shipped",
    "WAIT_BUYER_CONFIRM_GOODS": "shipped",
    "TRADE_BUYER_SIGNED": "signed",
    "TRADE_FINISHED": "done",
    "TRADE_CLOSED_BY_TAOBAO": "closed_unpaid",
    "PAID_FORBID_CONSIGN": "hold",
}
CLOSED = {"交易关闭", "TRADE_CLOSED"}
REFUNDS = {
    "没有申请退款": "none",
    "退款成功": "success",
    "退款关闭": "closed",
    "买家已经申请退款,等待卖家同意": "wait_seller",
    "卖家已经同意退款,等待买家退货": "wait_buyer_return",
    "买家已经退货,等待卖家确认收货": "wait_seller_receive",
    "卖家拒绝退款": "seller_refused",
}


def states_of(columns: Mapping[str, list[object]], rows: int) -> list[str]:
    """Canonical states. A closed trade is told apart by its payment: the file has one text for both endings."""
    nothing: list[object] = [None] * rows
    texts = columns["status_text"]
    paid, refunds = columns.get("paid_amount", nothing), columns.get("refund_amount", nothing)
    # Where the shop left the time of payment out of its export, the amount must do.
    paid_times = columns.get("paid_at", paid)
    reasons = columns.get("close_reason", nothing)
    return [_state_of(str(texts[i]), paid_times[i], paid[i], refunds[i], reasons[i]) for i in range(rows)]


def _state_of(text: str, was_paid: object, paid: object, refund: object, reason: object) -> str:
    text = text.replace("，", ",")
    if text not in CLOSED:
        return STATES.get(text, "unknown")
    if not was_paid:
        return "closed_unpaid"
    return "closed_refund" if (refund and refund == paid) or reason == "退款" else "closed"


def exported_at(name: str) -> dt.datetime | None:
    """The minute in `ExportOrderList202609111042.csv`; None when the name has no such stamp."""
    return moment_in(name, STAMP, "%Y%m%d%H%M")


ORDER_FIELDS = {
    "number": ("订单编号",),
    "status_text": ("订单状态",),
    "placed_at": ("订单创建时间",),
    "paid_at": ("订单付款时间",),
    "platform_shipped_at": ("发货时间",),
    "finished_at": ("确认收货时间",),
    "close_reason": ("订单关闭原因",),
    "goods_amount": ("买家应付货款",),
    "postage_amount": ("买家应付邮费",),
    "total_amount": ("总金额",),
    "paid_amount": ("买家实付金额", "买家实际支付金额"),
    "refund_amount": ("退款金额",),
    "received_amount": ("确认收货打款金额", "打款商家金额"),
    "buyer": ("买家会员名",),
    "receiver": ("收货人姓名",),
    "address": ("收货地址",),
    "changed_address": ("修改后的收货地址",),
    "phone": ("联系手机",),
    "telephone": ("联系电话",),
    "buyer_message": ("买家留言",),
    "seller_memo": ("商家备注", "商家备忘", "订单备注"),
    "waybill_number": ("物流单号",),
    "store_name": ("店铺名称",),
}
LINE_FIELDS = {
    "number": ("主订单编号", "订单编号"),
    "title": ("商品标题", "标题"),
    "unit_price_amount": ("商品价格", "价格"),
    "quantity": ("购买数量",),
    "outer_code": ("商家编码", "外部系统编号"),
    "properties": ("商品属性",),
    "platform_item_id": ("商品ID",),
    "paid_amount": ("买家实付金额", "买家实际支付金额"),
    "refund_state": ("退款状态",),
}
TITLE = ("商品标题", "标题")

LAYOUTS = [
    Layout(
        name="taobao_items",
        platforms=PLATFORMS,
        required=[("子订单编号",), ("主订单编号",), TITLE, ("购买数量",)],
        line={"line_key": ("子订单编号",), **LINE_FIELDS},
        refund_states=REFUNDS,
        exported_at=exported_at,
    ),
    Layout(
        name="taobao_items_without_ids",
        platforms=PLATFORMS,
        required=[("订单编号",), TITLE, ("购买数量",), ("外部系统编号", "商家编码")],
        without=("子订单编号", "买家实际支付金额", "买家实付金额"),
        line=LINE_FIELDS,
        refund_states=REFUNDS,
        exported_at=exported_at,
    ),
    Layout(
        name="taobao_orders",
        platforms=PLATFORMS,
        required=[("订单编号",), ("订单状态",), ("订单创建时间", "订单付款时间"), ("买家实际支付金额", "买家实付金额")],
        without=("子订单编号", "退款编号"),
        order=ORDER_FIELDS,
        state_of=states_of,
        exported_at=exported_at,
    ),
]
