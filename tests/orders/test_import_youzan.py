"""Youzan's goods-level order export: one row per line, and no time of creation."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.db.models import Sum

from apps.orders.models import ImportBatch, Order, ShippingOrder
from apps.org.models import Store
from tests.orders.imports.staging import staged, table_of, text_of

YOUZAN = "youzan/youzan_order_goods.csv"
HEADER = (
    "订单号,订单商品状态,交易成功时间,商品名称,商品规格,规格编码,商品编码,商品单价,商品数量,商品实际成交金额,收货人/提货人,收货人手机号/提货人手机号,"
    "收货人省份,收货人城市,收货人地区,详细收货地址/提货地址,商品发货物流单号,商品退款状态,商品已退款金额"
)


def _row(number: str = "E20260902100000000102", code: str = "YZ-S1", **cells: str) -> str:
    said = {
        "订单号": number,
        "订单商品状态": "待发货",
        "商品名称": "示例香薰蜡烛",
        "规格编码": code,
        "商品编码": "YZ-1",
        "商品单价": "88.00",
        "商品数量": "1",
        "商品实际成交金额": "80.00",
        "商品已退款金额": "0.00",
        **cells,
    }
    return ",".join(said.get(name, "") for name in HEADER.split(","))


@pytest.mark.django_db
def test_the_sample_becomes_four_orders_of_which_one_is_to_ship(
    imported: Callable[..., ImportBatch], store_on: Callable[[str], Store]
) -> None:
    batch = imported(YOUZAN, store=store_on("youzan"))

    assert batch.counts["orders"] == {"new": 4}
    assert Order.objects.aggregate(paid=Sum("paid_amount"))["paid"] == Decimal("432.00")
    (shipping,) = ShippingOrder.objects.all()
    assert (shipping.lead_order.number, shipping.quantity) == ("E20260902100000000102", 2)


def test_the_states_and_days_of_the_sample() -> None:
    found = staged(YOUZAN, "youzan")

    assert found.findings == []
    assert list(found.states().values()) == ["done", "wait_ship", "closed_refund", "shipped"]
    assert [f"{order['placed_at']:%m-%d %H:%M%z}" for order in found.orders] == [
        "09-01 00:00+0800", "09-02 00:00+0800", "09-03 00:00+0800", "09-04 00:00+0800",
    ]  # fmt: skip


def test_what_a_line_really_cost_was_paid_for_it() -> None:
    found = staged(YOUZAN, "youzan")

    (line,) = found.lines_of("E20260904100000000104")
    assert (line["unit_price_amount"], line["paid_amount"]) == (Decimal("88.00"), Decimal("80.00"))
    assert found.order("E20260904100000000104")["paid_amount"] == Decimal("80.00")
    assert found.order("E20260903100000000103")["refund_amount"] == Decimal("88.00")


def test_the_lines_of_an_order_make_up_its_amounts_and_its_state() -> None:
    rows = (
        _row(),
        _row(code="YZ-S2", 订单商品状态="已发货", 商品发货物流单号="YT9990000004101"),
        _row("E20260903100000000103"),
    )

    found = staged(table_of(HEADER, *rows), "youzan")

    order = found.orders[0]
    assert (order["state"], order["paid_amount"], order["goods_amount"]) == (
        "part_shipped", Decimal("160.00"), Decimal("160.00"),
    )  # fmt: skip
    assert order["waybill_number"] == "YT9990000004101"
    assert len(found.orders) == 2


def test_lines_are_known_by_their_code_and_its_nth_appearance_in_the_order() -> None:
    rows = _row(), _row(), _row(code=""), _row("E20260903100000000103")

    found = staged(table_of(HEADER, *rows), "youzan")

    assert [line["line_key"] for line in found.lines] == ["YZ-S1/1", "YZ-S1/2", "YZ-1/1", "YZ-S1/1"]
    assert [line["outer_code"] for line in found.lines] == ["YZ-S1", "YZ-S1", "YZ-1", "YZ-S1"]
    assert found.findings == []


def test_a_line_that_nobody_paid_for_counts_nothing_and_of_a_closed_one_nothing_is_known() -> None:
    rows = _row("E20260901100000000101", 订单商品状态="待付款"), _row("E20260902100000000102", 订单商品状态="交易关闭")

    found = staged(table_of(HEADER, *rows), "youzan")

    assert [order["paid_amount"] for order in found.orders] == [Decimal("0.00"), None]
    assert [order["state"] for order in found.orders] == ["wait_pay", "closed"]


def test_a_number_without_a_day_is_refused_because_nothing_else_tells_the_time() -> None:
    found = staged(table_of(HEADER, _row("E20261399100000000102"), _row("12345")), "youzan")

    assert found.said() == [(2, "订单号", "time_missing", "refused"), (3, "订单号", "time_missing", "refused")]
    assert (found.orders, found.lines) == ([], [])


def test_a_file_in_gb18030_is_read_as_well() -> None:
    text = text_of(YOUZAN)

    assert staged(text.encode("gb18030"), "youzan").states() == staged(YOUZAN, "youzan").states()


def test_the_full_contact_is_sealed() -> None:
    contact = {
        "收货人/提货人": "样例人",
        "收货人手机号/提货人手机号": "13800004001",
        "收货人省份": "上海市",
        "收货人城市": "上海市",
        "收货人地区": "浦东新区",
        "详细收货地址/提货地址": "虚构路1号",
    }

    (order,) = staged(table_of(HEADER, _row(**contact)), "youzan").orders

    assert (order["phone_masked"], order["receiver_masked"], order["district"]) == ("138****4001", "样**", "浦东新区")
    assert order["sealed"] is not None
    assert "虚构路" not in repr(order)
