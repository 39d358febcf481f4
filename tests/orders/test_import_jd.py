"""JD's order export: one row per SKU, the order's amounts on each of them."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.db.models import Sum

from apps.core.tabular import TabularError
from apps.orders.models import ImportBatch, Order, OrderLine, ShippingOrder
from apps.org.models import Store
from tests.orders.imports.staging import staged, table_of, text_of

JD = "jd/jd_orders_30cols_gbk.csv"
TICKED = (
    "订单号,商品ID,商品名称,订购数量,下单时间,京东价,订单金额,应付金额,订单状态,"
    "付款确认时间,商家备注,快递单号,商家SKUID,货号"
)


def _row(number: str, sku: str, price: str = "10.00", total: str = "30.00", **cells: str) -> str:
    said = {
        "订单号": number,
        "商品ID": sku,
        "商品名称": "示例",
        "订购数量": "1",
        "下单时间": "2026-09-02 11:00:00",
        "京东价": price,
        "订单金额": total,
        "应付金额": total,
        "订单状态": "等待出库",
        "付款确认时间": "2026-09-02 11:01:00",
        **cells,
    }
    return ",".join(said.get(name, "") for name in TICKED.split(","))


@pytest.mark.django_db
def test_the_sample_becomes_six_orders_of_which_one_is_to_ship(
    imported: Callable[..., ImportBatch], store_on: Callable[[str], Store]
) -> None:
    batch = imported(JD, store=store_on("jd"))

    assert batch.counts["orders"] == {"new": 6}
    assert batch.counts["lines"] == {"ready": 7}
    assert Order.objects.aggregate(paid=Sum("paid_amount"))["paid"] == Decimal("476.70")
    assert OrderLine.objects.aggregate(paid=Sum("paid_amount"))["paid"] == Decimal("476.70")
    (shipping,) = ShippingOrder.objects.all()
    assert (shipping.lead_order.number, shipping.quantity, shipping.paid_amount) == (
        "318000000102",
        3,
        Decimal("58.80"),
    )


def test_the_states_of_the_sample() -> None:
    found = staged(JD, "jd")

    assert found.findings == []
    assert found.states() == {
        "318000000101": "done",
        "318000000102": "wait_ship",
        "318000000103": "closed",
        "318000000106": "closed_refund",
        "318000000107": "closed_unpaid",
        "318000000108": "hold",
    }


def test_an_amount_repeated_on_each_row_counts_once_and_is_shared_by_list_price_and_quantity() -> None:
    found = staged(JD, "jd")

    assert found.order("318000000102")["total_amount"] == Decimal("58.80")
    assert found.order("318000000102")["paid_amount"] == Decimal("58.80")
    assert [line["paid_amount"] for line in found.lines_of("318000000102")] == [Decimal("39.80"), Decimal("19.00")]


def test_shares_are_whole_cents_that_sum_up_to_what_was_paid() -> None:
    found = staged(table_of(TICKED, *(_row("318000000201", sku, total="10.00") for sku in ("1", "2", "3"))), "jd")

    assert [line["paid_amount"] for line in found.lines] == [Decimal("3.34"), Decimal("3.33"), Decimal("3.33")]


def test_what_the_balance_covered_was_paid_too() -> None:
    text = text_of(JD, "gb18030").replace("订单拆分为  318000000104 318000000105", "")

    order = staged(text.encode("gb18030"), "jd").order("318000000103")

    assert (order["state"], order["paid_amount"], order["total_amount"]) == (
        "shipped", Decimal("189.00"), Decimal("189.00"),
    )  # fmt: skip


def test_a_split_order_is_closed_with_its_reason_and_its_payment_is_left_to_its_parts() -> None:
    order = staged(JD, "jd").order("318000000103")

    assert (order["state"], order["paid_amount"]) == ("closed", Decimal("0.00"))
    assert order["close_reason"] == order["seller_memo"] == "订单拆分为  318000000104 318000000105"
    assert order["status_text"] == "等待确认收货"


def test_year_one_means_unpaid() -> None:
    order = staged(JD, "jd").order("318000000107")

    assert (order["paid_at"], order["paid_amount"], order["state"]) == (None, Decimal("0.00"), "closed_unpaid")


def test_cash_on_delivery_counts_as_paid_once_the_order_is_completed() -> None:
    unpaid = {"付款确认时间": "0001-01-01 00:00:00"}
    rows = (
        _row("318000000201", "1", 订单状态="等待出库", **unpaid),
        _row("318000000202", "1", 订单状态="完成", **unpaid),
    )

    found = staged(table_of(TICKED, *rows), "jd")

    assert [order["paid_amount"] for order in found.orders] == [Decimal("0.00"), Decimal("30.00")]


def test_a_municipality_stands_for_its_province_and_no_street_is_kept_in_plain() -> None:
    order = staged(JD, "jd").order("318000000101")

    assert (order["province"], order["city"], order["district"]) == ("北京市", "北京市", "朝阳区")
    assert (order["is_masked"], order["contact_digest"]) == (True, None)


def test_columns_that_the_shop_ticked_itself_and_cells_that_stay_text_are_read() -> None:
    row = _row("'318000000201\t", "100200300401", 快递单号="'jd0012345678\t", 商家SKUID="", 货号="EAR-BK")

    found = staged(table_of(TICKED, row), "jd")

    assert found.orders[0]["waybill_number"] == "JD0012345678"
    assert (found.lines[0]["outer_code"], found.lines[0]["line_key"]) == ("EAR-BK", "100200300401")
    assert found.findings == []


def test_rows_with_fewer_cells_than_the_header_are_read() -> None:
    row = _row("318000000201", "1").rstrip(",")

    assert staged(table_of(TICKED, row), "jd").states() == {"318000000201": "wait_ship"}


@pytest.mark.parametrize(("number", "code"), [("1.016E13", "digits_lost"), ("", "number_missing")])
def test_a_row_whose_order_number_is_gone_is_refused(number: str, code: str) -> None:
    found = staged(table_of(TICKED, _row(number, "1"), _row("318000000202", "1")), "jd")

    assert found.said() == [(2, "订单号", code, "refused")]
    assert [line["number"] for line in found.lines] == ["318000000202"]


def test_a_number_that_a_spreadsheet_gave_a_decimal_point_is_the_same_number() -> None:
    found = staged(table_of(TICKED, _row("318000000201.0", "1"), _row("318000000201", "2")), "jd")

    assert found.states() == {"318000000201": "wait_ship"}
    assert len(found.lines) == 2


def test_a_row_that_is_there_twice_is_taken_once() -> None:
    rows = _row("318000000201", "1"), _row("318000000202", "1"), _row("318000000201", "1")

    found = staged(table_of(TICKED, *rows), "jd")

    assert found.said() == [(4, "订单号", "line_repeated", "warning")]
    assert [line["verdict"] for line in found.lines] == ["", "", "duplicate"]
    assert len(found.orders) == 2


def test_of_a_sku_with_two_contents_the_first_row_counts() -> None:
    rows = _row("318000000201", "1", 订购数量="2"), _row("318000000201", "1", 订购数量="5")

    found = staged(table_of(TICKED, *rows), "jd")

    assert found.said() == [(3, "订单号", "line_contradicts", "refused")]
    assert [line["quantity"] for line in found.lines_of("318000000201")] == [2]
    assert found.lines[0]["paid_amount"] == Decimal("30.00")


def test_an_order_whose_rows_contradict_each_other_is_left_out_whole() -> None:
    rows = _row("318000000201", "1", total="30.00"), _row("318000000201", "2", total="31.00"), _row("318000000202", "1")

    found = staged(table_of(TICKED, *rows), "jd")

    assert found.states() == {"318000000202": "wait_ship"}
    assert [line["number"] for line in found.lines] == ["318000000202"]
    assert found.said() == [(3, "订单金额", "order_contradicts", "refused")]


def test_an_order_with_one_bad_row_is_left_out_whole_and_stops_nobody() -> None:
    rows = _row("318000000201", "1"), _row("318000000201", "2", 订购数量="0"), _row("318000000202", "1")

    found = staged(table_of(TICKED, *rows), "jd")

    assert found.states() == {"318000000202": "wait_ship"}
    assert [line["number"] for line in found.lines] == ["318000000202"]
    assert found.said() == [
        (2, "订单号", "left_out_whole", "refused"),
        (3, "订购数量", "quantity_not_positive", "refused"),
    ]


def test_rows_of_an_order_need_not_follow_each_other() -> None:
    rows = _row("318000000201", "1"), _row("318000000202", "1"), _row("318000000201", "2")

    found = staged(table_of(TICKED, *rows), "jd")

    assert [line["paid_amount"] for line in found.lines] == [Decimal("15.00"), Decimal("30.00"), Decimal("15.00")]


def test_an_order_with_more_lines_than_a_buyer_can_order_is_left_out() -> None:
    rows = [_row("318000000201", str(sku)) for sku in range(1, 502)]

    found = staged(table_of(TICKED, *rows, _row("318000000202", "1")), "jd")

    assert found.said() == [(502, "订单号", "too_many_lines", "refused")]
    assert (len(found.orders), len(found.lines)) == (1, 1)


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two rows a batch, and an order's rows are looked for within three."""
    monkeypatch.setattr("apps.orders.imports.rows.BATCH", 2)
    monkeypatch.setattr("apps.orders.imports.whole_orders.NEAR", 3)


@pytest.mark.usefixtures("small_batches")
def test_rows_of_an_order_too_far_apart_to_be_summed_stop_the_file() -> None:
    rows = [*(_row(f"31800000020{n}", "1") for n in range(1, 9)), _row("318000000201", "2")]

    with pytest.raises(TabularError) as refused:
        staged(table_of(TICKED, *rows), "jd")

    assert (refused.value.code, refused.value.data) == ("rows_apart", {"number": "318000000201", "row": 10})


@pytest.mark.usefixtures("small_batches")
def test_an_order_over_several_batches_stays_one_order() -> None:
    rows = [
        _row("318000000201", "1"),
        *(_row("318000000202", sku) for sku in "12345"),
        _row("318000000203", "1"),
        _row("318000000202", "6"),
        _row("318000000204", "1"),
    ]

    found = staged(table_of(TICKED, *rows), "jd")

    assert (found.rows, len(found.orders), len(found.lines)) == (9, 4, 9)
    assert [line["paid_amount"] for line in found.lines_of("318000000202")] == [Decimal("5.00")] * 6


@pytest.mark.usefixtures("small_batches")
def test_a_repeated_row_far_below_is_still_a_repeated_row() -> None:
    rows = [*(_row(f"31800000020{n}", "1") for n in range(1, 9)), _row("318000000201", "1")]

    found = staged(table_of(TICKED, *rows), "jd")

    assert found.said() == [(10, "订单号", "line_repeated", "warning")]
    assert (len(found.orders), len(found.lines_of("318000000201"))) == (8, 1)
