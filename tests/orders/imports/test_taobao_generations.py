"""The order and item files of Taobao, in every generation of which there is a sample."""

from decimal import Decimal

import pytest

from tests.orders.conftest import ITEMS_2017, ITEMS_2022, ITEMS_2026, ORDERS_2017, ORDERS_2022, ORDERS_2026
from tests.orders.imports.staging import staged

FIRST_SIX = {
    "4001260901000010015": "done",
    "4001260901000020026": "done",
    "4001260902000030037": "shipped",
    "4001260903000040048": "wait_ship",
    "4001260903000050059": "wait_pay",
    "4001260904000060060": "closed_unpaid",
}
THIRTEEN = {
    **FIRST_SIX,
    "4001260904000070071": "closed_refund",
    "4001260905000080082": "closed_refund",
    "4001260906000090093": "done",
    "4001260907000100104": "shipped",
    "4001260908000110115": "part_shipped",
    "4001260909000120126": "wait_ship",
    "4001260910000130137": "done",
}


@pytest.mark.parametrize(
    ("sample", "rows", "states", "paid"),
    [
        # The last row repeats the first order.
        (ORDERS_2017, 14, THIRTEEN, "2560.70"),
        (ORDERS_2022, 6, FIRST_SIX, "511.80"),
        (ORDERS_2026, 13, THIRTEEN, "2432.70"),
    ],
)
def test_every_generation_of_order_files_tells_the_same_orders(
    sample: str, rows: int, states: dict[str, str], paid: str
) -> None:
    found = staged(sample, "taobao")

    assert (found.rows, found.states(), found.findings) == (rows, states, [])
    assert sum(order["paid_amount"] for order in found.orders) == Decimal(paid)
    assert found.source.store_name == "青禾小铺(示例)"


@pytest.mark.parametrize(
    ("sample", "layout", "lines", "keys"),
    [
        (ITEMS_2017, "taobao_items_without_ids", 17, ["#1", "#2"]),
        (ITEMS_2022, "taobao_items", 7, ["4001260901000020500", "4001260901000020501"]),
        (ITEMS_2026, "taobao_items", 17, ["4001260901000020500", "4001260901000020501"]),
    ],
)
def test_every_generation_of_item_files_tells_the_same_lines(
    sample: str, layout: str, lines: int, keys: list[str]
) -> None:
    found = staged(sample, "tmall")

    assert (found.layout.name, len(found.lines), found.findings, found.orders) == (layout, lines, [], [])
    assert [line["line_key"] for line in found.lines_of("4001260901000020026")] == keys
    assert [line["outer_code"] for line in found.lines_of("4001260901000020026")] == ["QH-TBC-140"] * 2


def test_a_message_over_two_lines_with_commas_and_quotes_is_one_message() -> None:
    order = staged(ORDERS_2017, "taobao").order("4001260907000100104")

    assert order["buyer_message"] == '请在周末送货,谢谢\n门口有"密码锁",提前打电话'
    assert order["row"] == 11


def test_wrappers_labels_and_units_are_stripped() -> None:
    found = staged(ORDERS_2017, "taobao")

    order = found.order("4001260901000020026")
    assert (order["waybill_number"], order["seller_memo"]) == ("SF9990000000202", "已加急")
    assert (order["phone_masked"], order["receiver_masked"], order["buyer_masked"]) == ("138****0026", "样**", "t**")
    assert (order["province"], order["city"], order["district"]) == ("浙江省", "杭州市", "余杭区")


def test_the_gb18030_file_keeps_its_emoji_its_null_times_and_its_amounts_in_yuan() -> None:
    found = staged(ORDERS_2022, "taobao")

    done, shipped = found.order("4001260901000010015"), found.order("4001260902000030037")
    assert done["received_amount"] == Decimal("128.00")
    assert f"{done['finished_at']:%Y-%m-%d %H:%M}" == "2026-09-08 10:00"
    assert shipped["buyer_message"] == "生日礼物🎂谢谢"
    assert shipped["finished_at"] is None
    assert found.order("4001260903000040048")["phone_masked"] == "1380000****-1234"


def test_a_price_with_a_thousands_comma_and_the_word_null_are_read() -> None:
    (line,) = staged(ITEMS_2017, "taobao").lines_of("4001260910000130137")

    assert (line["unit_price_amount"], line["outer_code"]) == (Decimal("1280.00"), "QH-GIFT-01")


def test_a_sheet_that_claims_one_cell_is_read_to_its_end() -> None:
    found = staged(ORDERS_2026, "taobao")

    assert [order["row"] for order in found.orders] == list(range(2, 15))
    assert found.orders[0]["number"] == "4001260901000010015"
    assert found.orders[0]["contact_digest"] is None


def test_the_item_file_of_2026_knows_what_was_paid_and_refunded_for_each_line() -> None:
    found = staged(ITEMS_2026, "taobao")

    assert sum(line["paid_amount"] for line in found.lines) == Decimal("2432.70")
    (line,) = found.lines_of("4001260906000090093")
    assert (line["refund_state"], line["quantity"], line["platform_item_id"]) == ("success", 3, "7100000000010")


@pytest.mark.parametrize(
    ("name", "stamp"),
    [
        ("ExportOrderList202609111042.csv", "2026-09-11 10:42+0800"),
        ("ExportOrderDetailList20260911104259(1).csv", "2026-09-11 10:42+0800"),
        ("ExportOrderList202613111042.csv", None),
        ("ExportOrderList1202609111042.csv", None),
        ("202609011200-202609021200.csv", None),
        ("订单.xlsx", None),
    ],
)
def test_the_time_of_an_export_is_read_from_its_name_when_it_is_certain(name: str, stamp: str | None) -> None:
    exported_at = staged(ORDERS_2017, "taobao", name).source.exported_at

    assert (exported_at and f"{exported_at:%Y-%m-%d %H:%M%z}") == stamp
