"""Which file is it: every known header goes to its layout, or is refused by name."""

import json
import random
from pathlib import Path

import pytest
from django.utils import translation

from apps.core.errors import Invalid
from apps.core.tabular.errors import DuplicateColumn, HeaderNotFound, MissingColumn
from apps.orders.imports.routing import LAYOUTS, layout_of
from tests.orders.imports.staging import staged, table_of

HEADERS: dict[str, list[str]] = json.loads((Path(__file__).parent / "headers.json").read_text())
ORDER_FILES = {
    **dict.fromkeys(
        [
            "taobao_order_2014", "taobao_order_2016", "taobao_order_2017", "taobao_order_2018", "taobao_order_2022",
            "qianniu_order_2026",
        ],
        "taobao_orders",
    ),
    "taobao_detail_2017": "taobao_items_without_ids",
    **dict.fromkeys(["taobao_detail_2022", "qianniu_item_2025", "qianniu_item_2026"], "taobao_items"),
    **dict.fromkeys(["jd_order_2016", "jd_order_2017"], "jd_orders"),
    **dict.fromkeys(["pdd_order_2020", "pdd_order_2026"], "pdd_orders"),
    **dict.fromkeys(["douyin_order_csv", "douyin_order_xlsx"], "douyin_orders"),
    "youzan_order": "youzan_orders",
}  # fmt: skip
PLATFORMS = ["taobao", "tmall", "jd", "pdd", "douyin", "youzan"]


@pytest.mark.parametrize(("key", "layout"), ORDER_FILES.items())
def test_an_order_header_goes_to_its_layout_and_to_no_other(key: str, layout: str) -> None:
    assert [one.name for one in LAYOUTS if one.fits(HEADERS[key])] == [layout]


@pytest.mark.parametrize("key", ORDER_FILES)
@pytest.mark.parametrize("platform", PLATFORMS)
def test_an_order_file_is_taken_by_stores_of_its_platform_only(key: str, platform: str) -> None:
    (layout,) = (one for one in LAYOUTS if one.name == ORDER_FILES[key])

    if platform in layout.platforms:
        assert layout_of(HEADERS[key], platform) is layout
    else:
        with pytest.raises(Invalid) as refused:
            layout_of(HEADERS[key], platform)
        assert refused.value.code == "wrong_platform"
        assert refused.value.data == {"layout": layout.name}


@pytest.mark.parametrize("key", sorted(set(HEADERS) - set(ORDER_FILES)))
@pytest.mark.parametrize("platform", PLATFORMS)
def test_bills_refunds_and_reports_are_nobodys_order_file(key: str, platform: str) -> None:
    with pytest.raises(Invalid) as refused:
        layout_of(HEADERS[key], platform)

    assert refused.value.code == "unknown_layout"


def test_a_wrong_platform_is_refused_by_both_names() -> None:
    with pytest.raises(Invalid) as taobao_for_jd:
        layout_of(HEADERS["taobao_order_2017"], "jd")
    with pytest.raises(Invalid) as jd_for_tmall:
        layout_of(HEADERS["jd_order_2017"], "tmall")

    with translation.override("en"):
        assert str(taobao_for_jd.value) == "This is an export of Tmall / Taobao, but the chosen store is on JD."
        assert str(jd_for_tmall.value) == "This is an export of JD, but the chosen store is on Tmall."


@pytest.mark.parametrize("key", ORDER_FILES)
def test_columns_may_stand_in_any_order_and_carry_blanks_and_wide_signs(key: str) -> None:
    header = [f" {name.replace('(', '（').replace(')', '）')}\t" for name in HEADERS[key]]
    random.Random(7).shuffle(header)

    assert [one.name for one in LAYOUTS if one.fits(header)] == [ORDER_FILES[key]]


def test_the_nine_columns_that_one_shop_ticked_are_an_order_file() -> None:
    header = ["订单编号", "支付单号", "支付详情", "买家实付金额", "订单状态", "订单付款时间", "店铺名称", "发货时间"]

    assert layout_of([*header, "确认收货打款金额"], "taobao").name == "taobao_orders"


@pytest.mark.parametrize(
    ("key", "platform", "missing", "named"),
    [
        ("qianniu_order_2026", "taobao", ["订单状态"], "订单状态"),
        ("qianniu_order_2026", "tmall", ["订单创建时间", "订单付款时间"], "订单创建时间/订单付款时间"),
        ("qianniu_item_2026", "taobao", ["购买数量"], "购买数量"),
        ("jd_order_2017", "jd", ["订单状态"], "订单状态"),
        ("pdd_order_2026", "pdd", ["用户实付金额(元)"], "用户实付金额(元)"),
        ("douyin_order_csv", "douyin", ["支付完成时间"], "支付完成时间"),
        ("youzan_order", "youzan", ["商品数量"], "商品数量"),
    ],
)
def test_a_required_column_that_was_not_ticked_is_named(
    key: str, platform: str, missing: list[str], named: str
) -> None:
    header = [name for name in HEADERS[key] if name.strip() not in missing]

    with pytest.raises(MissingColumn) as refused:
        layout_of(header, platform)

    assert refused.value.data == {"names": named}


def test_several_required_columns_that_were_not_ticked_are_named() -> None:
    missing = ["订单状态", "订单创建时间", "订单付款时间"]
    header = [name for name in HEADERS["taobao_order_2022"] if name.strip() not in missing]

    with pytest.raises(MissingColumn) as refused:
        layout_of(header, "taobao")

    assert refused.value.data == {"names": "订单状态 / 订单创建时间/订单付款时间"}


def test_a_column_that_is_needed_and_stands_there_twice_is_named() -> None:
    header = ",".join([*HEADERS["youzan_order"], "商品数量"])

    with pytest.raises(DuplicateColumn) as refused:
        staged(table_of(header, ",".join("1" for _ in header.split(","))), "youzan")

    assert refused.value.data == {"name": "商品数量"}


@pytest.mark.parametrize(
    ("sample", "platform"),
    [
        ("jd/jd_after_sales_group_header.xlsx", "jd"),
        ("jd/jd_settlement_22cols.csv", "jd"),
        ("pdd/pdd_bill_202609.csv", "pdd"),
        ("douyin/douyin_fund_39cols.csv", "douyin"),
        ("taobao/refunds_42cols.xlsx", "taobao"),
        ("wechat/1900000001All2026-09-05.csv", "youzan"),
        ("alipay/20889990000000010156_202609_账务明细_16cols.csv", "taobao"),
    ],
)
def test_sample_bills_and_refunds_are_refused_as_unknown(sample: str, platform: str) -> None:
    with pytest.raises(Invalid) as refused:
        staged(sample, platform)

    assert refused.value.code == "unknown_layout"


def test_a_report_without_order_numbers_has_no_header_for_us() -> None:
    with pytest.raises(HeaderNotFound):
        staged("pdd/pdd_ads_report.xlsx", "pdd")
