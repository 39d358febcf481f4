"""Douyin's order export, csv and xlsx: one row per sub-order."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.db import connection
from django.db.models import Sum

from apps.core.calendar import today
from apps.orders.models import ImportBatch, Order, OrderLine, ShippingOrder
from apps.org.models import Store
from tests.orders.imports.staging import staged, table_of

CSV_FILE = "douyin/fxg_export_orders_74cols.csv"
XLSX_FILE = "douyin/douyin_orders_75cols.xlsx"
HEADER = (
    "主订单编号,子订单编号,选购商品,商品规格,商品数量,商品ID,商家编码,商品单价,订单应付金额,运费,订单状态,售后状态,取消原因,订单提交时间,支付完成时间,"
    "旗帜颜色,快递信息,收件人,收件人手机号,省,市,区,街道,详细地址"
)


def _row(number: str, line: str, **cells: str) -> str:
    said = {
        "主订单编号": number,
        "子订单编号": line,
        "选购商品": "示例",
        "商品数量": "1",
        "商品单价": "50.00",
        "订单应付金额": "50.00",
        "运费": "0.00",
        "订单状态": "待发货",
        "订单提交时间": "2026-09-02 20:00:00",
        "支付完成时间": "2026-09-02 20:00:20",
        **cells,
    }
    return ",".join(f"\t{said.get(name, '')}" for name in HEADER.split(","))


@pytest.mark.django_db
def test_the_sample_becomes_six_orders_of_which_one_is_to_ship(
    imported: Callable[..., ImportBatch], store_on: Callable[[str], Store]
) -> None:
    batch = imported(CSV_FILE, store=store_on("douyin"))

    assert batch.counts["orders"] == {"new": 6}
    assert batch.counts["lines"] == {"ready": 7}
    assert Order.objects.aggregate(paid=Sum("paid_amount"))["paid"] == Decimal("1593.50")
    assert OrderLine.objects.aggregate(paid=Sum("paid_amount"))["paid"] == Decimal("1593.50")
    (shipping,) = ShippingOrder.objects.all()
    assert shipping.lead_order.number == "6920000000000000305"


def test_the_states_of_the_sample() -> None:
    found = staged(CSV_FILE, "douyin")

    assert found.findings == []
    assert list(found.states().values()) == [
        "done",
        "shipped",
        "wait_ship",
        "closed_unpaid",
        "closed_refund",
        "wait_pay",
    ]


def test_the_amounts_of_sub_orders_make_up_the_order() -> None:
    found = staged(CSV_FILE, "douyin")

    assert found.order("6920000000000000202")["paid_amount"] == Decimal("1418.80")
    assert [line["paid_amount"] for line in found.lines_of("6920000000000000202")] == [
        Decimal("119.80"), Decimal("1299.00"),
    ]  # fmt: skip


def test_what_is_not_paid_yet_counts_nothing_but_is_owed() -> None:
    order = staged(CSV_FILE, "douyin").order("6920000000000000608")

    assert (order["paid_amount"], order["total_amount"], order["paid_at"]) == (Decimal("0.00"), Decimal("59.90"), None)


def test_a_workbook_of_the_same_shop_tells_the_same_order_and_its_parcel() -> None:
    sheet, text = staged(XLSX_FILE, "douyin"), staged(CSV_FILE, "douyin")

    one, other = sheet.order("6920000000000000101"), text.order("6920000000000000101")
    same = (
        "state",
        "placed_at",
        "paid_at",
        "finished_at",
        "paid_amount",
        "total_amount",
        "province",
        "receiver_masked",
    )
    assert {name: one[name] for name in same} == {name: other[name] for name in same}
    assert (one["waybill_number"], sheet.findings) == ("SF9990000000701", [])
    assert sheet.lines[0]["unit_price_amount"] == text.lines[0]["unit_price_amount"] == Decimal("59.90")


@pytest.mark.parametrize(
    ("parcels", "waybill"),
    [
        ("SF0220481613112-顺丰速运,示例T恤*1", "SF0220481613112"),
        ("YT9990000000701-圆通速递;ZT9990000000702-中通快递", "YT9990000000701"),
        ("无需物流", None),
        ("", None),
    ],
)
def test_the_first_parcel_in_the_courier_text_is_the_orders(parcels: str, waybill: str | None) -> None:
    (order,) = staged(table_of(HEADER, _row("69201", "69201", 快递信息=f'"{parcels}"')), "douyin").orders

    assert order["waybill_number"] == waybill


def test_an_order_with_a_shipped_and_an_unshipped_sub_order_is_partly_shipped() -> None:
    rows = _row("69201", "1", 订单状态="已发货"), _row("69201", "2", 订单状态="待发货")

    (order,) = staged(table_of(HEADER, *rows), "douyin").orders

    assert (order["state"], order["status_text"], order["paid_amount"]) == (
        "part_shipped",
        "已发货、待发货",
        Decimal("100.00"),
    )


def test_a_refunded_sub_order_does_not_close_its_order() -> None:
    closed = {"订单状态": "已关闭", "售后状态": "同意退款，退款成功", "取消原因": "不想要了"}
    rows = _row("69201", "1", **closed), _row("69201", "2"), _row("69202", "3", **closed), _row("69202", "4", **closed)

    found = staged(table_of(HEADER, *rows), "douyin")

    assert found.states() == {"69201": "wait_ship", "69202": "closed_refund"}
    assert [order["close_reason"] for order in found.orders] == ["", "不想要了"]
    assert [line["refund_state"] for line in found.lines] == ["success", "", "success", "success"]


def test_an_amount_that_every_row_repeats_is_the_orders_when_no_row_can_cost_so_much() -> None:
    rows = _row("69201", "1", 订单应付金额="90.00"), _row("69201", "2", 订单应付金额="90.00")

    found = staged(table_of(HEADER, *rows), "douyin")

    assert found.orders[0]["paid_amount"] == Decimal("90.00")
    assert [line["paid_amount"] for line in found.lines] == [Decimal("45.00"), Decimal("45.00")]


def test_equal_amounts_that_the_rows_can_cost_are_summed() -> None:
    rows = _row("69201", "1", 订单应付金额="45.00"), _row("69201", "2", 订单应付金额="45.00")

    assert staged(table_of(HEADER, *rows), "douyin").orders[0]["paid_amount"] == Decimal("90.00")


def test_a_dear_sub_order_that_is_there_twice_is_not_halved() -> None:
    row = _row("69201", "1", 订单应付金额="60.00")

    found = staged(table_of(HEADER, row, row), "douyin")

    assert found.orders[0]["paid_amount"] == Decimal("60.00")


def test_a_negative_price_is_refused_with_its_whole_order() -> None:
    rows = _row("69201", "1", 商品单价="-50.00"), _row("69201", "2"), _row("69202", "3")

    found = staged(table_of(HEADER, *rows), "douyin")

    assert found.states() == {"69202": "wait_ship"}
    assert found.said() == [
        (2, "商品单价", "negative_amount", "refused"),
        (3, "主订单编号", "left_out_whole", "refused"),
    ]


def test_a_sub_order_that_is_there_twice_counts_once() -> None:
    rows = _row("69201", "1"), _row("69201", "2"), _row("69201", "1")

    found = staged(table_of(HEADER, *rows), "douyin")

    assert found.orders[0]["paid_amount"] == Decimal("100.00")
    assert found.said() == [(4, "主订单编号", "line_repeated", "warning")]


def test_the_address_is_put_together_and_only_the_region_stays_in_plain() -> None:
    contact = {
        "收件人": "样例人",
        "收件人手机号": "13800003001",
        "省": "广东省",
        "市": "广州市",
        "区": "天河区",
        "街道": "示例街道",
        "详细地址": "虚构路1号",
    }

    (order,) = staged(table_of(HEADER, _row("69201", "69201", **contact)), "douyin").orders

    assert (order["province"], order["city"], order["district"]) == ("广东省", "广州市", "天河区")
    assert (order["receiver_masked"], order["phone_masked"], order["is_masked"]) == ("样**", "138****3001", False)
    assert order["contact_digest"] is not None
    assert "虚构路" not in repr(order)


def test_an_unknown_state_of_one_sub_order_makes_the_order_unknown_and_is_flagged() -> None:
    rows = _row("69201", "1", 订单状态="已发货"), _row("69201", "2", 订单状态="平台处理中")

    found = staged(table_of(HEADER, *rows), "douyin")

    assert found.states() == {"69201": "unknown"}
    assert found.orders[0]["status_text"] == "已发货、平台处理中"
    assert found.said() == [(2, "订单状态", "unknown_status", "warning")]


@pytest.mark.django_db
@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Etc/GMT+12"])
def test_a_shipping_order_is_numbered_by_shanghais_day_whatever_the_sessions_zone(
    imported: Callable[..., ImportBatch], store_on: Callable[[str], Store], zone: str
) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL TIME ZONE '{zone}'")

    imported(CSV_FILE, store=store_on("douyin"))

    number = ShippingOrder.objects.values_list("number", flat=True).get()
    assert number.startswith(f"FH{today():%y%m%d}-")
