"""Pinduoduo's order export: one row per order, one product per order."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.db.models import Sum

from apps.orders.models import ImportBatch, Order, ShippingOrder
from apps.org.models import Store
from tests.orders.imports.staging import staged, table_of, text_of

PDD = "pdd/orders_export2026-09-10.csv"
OLDER = (
    "商品,订单号,订单状态,商品总价(元),邮费(元),用户实付金额(元),商家实收金额(元),商品数量(件),收货人,手机,省,市,区,街道,支付时间,拼单成功时间,"
    "发货时间,商品id,商品规格,商家编码-SKU维度,商家编码-商品维度,快递单号,商家备注,售后状态,买家留言"
)


def _row(number: str, **cells: str) -> str:
    said = {
        "商品": "示例玻璃杯",
        "订单号": number,
        "订单状态": "待发货",
        "商品总价(元)": "39.90",
        "邮费(元)": "0.00",
        "用户实付金额(元)": "39.90",
        "商家实收金额(元)": "39.90",
        "商品数量(件)": "1",
        "支付时间": "2026-09-03 12:12:12",
        "商家编码-SKU维度": "CUP-01",
        "售后状态": "无售后或售后取消",
        **cells,
    }
    return ",".join(said.get(name, "") for name in OLDER.split(","))


@pytest.mark.django_db
def test_the_sample_becomes_seven_orders_of_which_one_is_to_ship(
    imported: Callable[..., ImportBatch], store_on: Callable[[str], Store]
) -> None:
    batch = imported(PDD, store=store_on("pdd"))

    assert batch.counts["orders"] == {"new": 7}
    assert Order.objects.aggregate(paid=Sum("paid_amount"))["paid"] == Decimal("276.80")
    (shipping,) = ShippingOrder.objects.all()
    assert (shipping.lead_order.number, shipping.paid_amount) == ("260903-100000000000303", Decimal("39.90"))


def test_the_states_of_the_sample() -> None:
    found = staged(PDD, "pdd")

    assert found.findings == []
    assert list(found.states().values()) == [
        "done", "shipped", "wait_ship", "closed_refund", "closed_unpaid", "closed_refund", "shipped",
    ]  # fmt: skip


def test_an_order_without_any_time_has_its_day_in_its_number() -> None:
    order = staged(PDD, "pdd").order("260905-100000000000505")

    assert f"{order['placed_at']:%Y-%m-%d %H:%M%z}" == "2026-09-05 00:00+0800"
    assert (order["paid_at"], order["paid_amount"]) == (None, Decimal("0.00"))


def test_a_number_without_a_day_needs_a_time() -> None:
    rows = _row("261399-100000000000101", 支付时间=""), _row("100000000000102", 支付时间=""), _row("100000000000103")

    found = staged(table_of(OLDER, *rows), "pdd")

    assert found.said() == [
        (2, "拼单成功时间", "time_missing", "refused"),
        (3, "拼单成功时间", "time_missing", "refused"),
    ]
    assert [order["number"] for order in found.orders] == ["100000000000103"]


def test_tabs_after_numbers_go_and_the_parts_of_the_payment_stay() -> None:
    found = staged(PDD, "pdd")

    order, (line,) = found.order("260901-100000000000101"), found.lines_of("260901-100000000000101")
    assert (order["paid_amount"], order["received_amount"], order["goods_amount"]) == (
        Decimal("31.40"), Decimal("34.90"), Decimal("39.90"),
    )  # fmt: skip
    assert (line["paid_amount"], line["unit_price_amount"]) == (Decimal("31.40"), Decimal("39.90"))
    assert (line["platform_item_id"], line["outer_code"], line["properties"]) == (
        "600100200300",
        "CUP-01",
        "透明,6只装",
    )


def test_the_price_of_one_piece_is_told_when_it_is_whole_cents() -> None:
    found = staged(
        table_of(OLDER, _row("260903-1", **{"商品数量(件)": "2"}), _row("260903-2", **{"商品数量(件)": "4"})), "pdd"
    )

    assert [line["unit_price_amount"] for line in found.lines] == [Decimal("19.95"), None]


def test_refunds_come_from_the_after_sales_status() -> None:
    found = staged(PDD, "pdd")

    assert [line["refund_state"] for line in found.lines] == [
        "none", "none", "none", "success", "none", "success", "wait_seller",
    ]  # fmt: skip


def test_an_unknown_after_sales_status_is_kept_and_flagged() -> None:
    found = staged(table_of(OLDER, _row("260903-1", 售后状态="平台介入中")), "pdd")

    assert found.said() == [(2, "售后状态", "unknown_refund", "warning")]
    assert (found.lines[0]["refund_state"], found.orders[0]["state"]) == ("unknown", "wait_ship")


def test_the_day_in_the_files_name_is_when_it_was_made() -> None:
    assert f"{staged(PDD, 'pdd').source.exported_at:%Y-%m-%d %H:%M}" == "2026-09-10 00:00"
    assert staged(PDD, "pdd", "orders_export.csv").source.exported_at is None
    assert staged(PDD, "pdd", "2026-09-01~2026-09-10.csv").source.exported_at is None


def test_the_newer_export_says_nothing_about_the_buyer_and_the_older_has_columns_of_its_own() -> None:
    contact = {
        "收货人": "样**",
        "手机": "138****3001",
        "省": "广东省",
        "市": "广州市",
        "区": "天河区",
        "街道": "虚构路**号",
    }

    newer, older = staged(PDD, "pdd").orders[0], staged(table_of(OLDER, _row("260903-1", **contact)), "pdd").orders[0]

    assert (newer["receiver_masked"], newer["sealed"], newer["province"]) == (None, None, None)
    assert (older["receiver_masked"], older["phone_masked"]) == ("样**", "138****3001")
    assert (older["province"], older["city"], older["district"]) == ("广东省", "广州市", "天河区")


def test_masked_regions_are_no_regions() -> None:
    masked = dict.fromkeys(("收货人", "手机", "省", "市", "区", "街道"), "****")

    (order,) = staged(table_of(OLDER, _row("260903-1", **masked)), "pdd").orders

    assert (order["province"], order["city"], order["district"], order["is_masked"]) == (None, None, None, True)


def test_the_same_row_twice_counts_once_and_a_contradicting_one_is_refused() -> None:
    rows = _row("260903-1"), _row("260903-1"), _row("260903-2"), _row("260903-2", 订单状态="已收货")

    found = staged(table_of(OLDER, *rows), "pdd")

    assert found.states() == {"260903-1": "wait_ship", "260903-2": "wait_ship"}
    assert found.said() == [
        (3, "订单号", "line_repeated", "warning"),
        (5, "订单号", "line_contradicts", "refused"),
    ]


def test_a_waybill_that_cannot_be_read_leaves_the_order_in() -> None:
    found = staged(table_of(OLDER, _row("260903-1", 快递单号="无需物流")), "pdd")

    assert found.said() == [(2, "快递单号", "not_a_waybill", "warning")]
    assert found.orders[0]["waybill_number"] is None


def test_wide_brackets_in_the_header_make_no_difference() -> None:
    text = text_of(PDD).replace("(元)", "（元）").replace("(件)", "（件）")

    assert staged(text.encode(), "pdd").states() == staged(PDD, "pdd").states()
