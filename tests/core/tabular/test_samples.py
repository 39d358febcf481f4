"""The sample exports of every platform: container, encoding, header and rows as they stand in the files."""

from decimal import Decimal
from pathlib import Path

import pytest

from apps.core.tabular import Container, HeaderSpec, TabularError, columns, open_table, peek
from tests.core.tabular.making import FIXTURES, column_of, whole

TAOBAO_ORDER = HeaderSpec(required=["订单编号", "订单状态", {"买家实际支付金额", "买家实付金额"}])
TAOBAO_ITEM = HeaderSpec(required=[{"标题", "商品标题"}, "购买数量"])
ALIPAY = HeaderSpec(required=["账务流水号", "对方账号"], footer_starts=("#",))
ZUHE = HeaderSpec(required=["序号", "支付宝流水号", "账务类型"])
PDD_BILL = HeaderSpec(
    required=[{"商户订单号", "商品订单号"}, "收入金额(+元)", "业务描述"], forbidden=["账务流水号"], footer_starts=("#",)
)
WECHAT = HeaderSpec(required=["交易时间", "微信订单号"], footer_starts=("总交易单数",))
JD_CASES = HeaderSpec(required=["服务单号", "客户期望"])
ITEMS = HeaderSpec(required=["title", "cid", "num_id"], rows_after=1)

# folder and file, spec, container, encoding, row of the header, columns, data rows, number of the first one
SAMPLES = [
    ("taobao/ExportOrderList202609111042.csv", TAOBAO_ORDER, "text", "gb18030", 1, 46, 14, 2),
    ("taobao/ExportOrderDetailList202609111042.csv", TAOBAO_ITEM, "text", "gb18030", 1, 10, 17, 2),
    ("taobao/ExportOrderList_2022_70cols_gb18030.csv", TAOBAO_ORDER, "text", "gb18030", 1, 70, 6, 2),
    ("taobao/ExportOrderDetailList_2022_18cols.csv", TAOBAO_ITEM, "text", "gb18030", 1, 18, 7, 2),
    ("taobao/qianniu_orders_2026_bad_dimension.xlsx", TAOBAO_ORDER, "xlsx", "", 1, 25, 13, 2),
    ("taobao/qianniu_item_orders_2026.xlsx", TAOBAO_ITEM, "xlsx", "", 1, 35, 17, 2),
    ("taobao/refunds_42cols.xlsx", HeaderSpec(required=["退款编号"]), "xlsx", "", 1, 42, 5, 2),
    ("alipay/20889990000000010156_202609_账务明细_16cols.csv", ALIPAY, "text", "gb18030", 5, 16, 15, 6),
    ("alipay/20889990000000010156_20260912_账务明细_12cols.csv", ALIPAY, "text", "gb18030", 5, 12, 3, 6),
    ("alipay/20889990000000010156_202609.zip", ALIPAY, "text", "gb18030", 5, 16, 15, 6),
    ("alipay/20889990000000010156_202609_业务明细.csv",
     HeaderSpec(required=["支付宝交易号", "商家实收（元）"], footer_starts=("#",)), "text", "gb18030", 5, 25, 3, 6),
    ("alipay/zuhe_query_202609_spreadsheetml.xls", ZUHE, "spreadsheetml", "utf-8", 4, 22, 15, 5),
    ("alipay/账务组合查询_202609.zip", ZUHE, "spreadsheetml", "utf-8", 4, 22, 15, 5),
    ("alipay/qianniu_wechat_channel_14cols.csv", HeaderSpec(required=["入帐类型"]), "text", "utf-8-sig", 1, 14, 3, 2),
    ("jd/jd_orders_30cols_gbk.csv", HeaderSpec(required=["订单号", "京东价"]), "text", "gb18030", 1, 30, 7, 2),
    ("jd/jd_settlement_22cols.csv", HeaderSpec(required=["费用名称"]), "text", "utf-8-sig", 1, 22, 9, 2),
    ("jd/jd_after_sales_group_header.xlsx", JD_CASES, "xlsx", "", 2, 31, 2, 3),
    ("pdd/orders_export2026-09-10.csv", HeaderSpec(required=["商品", "订单号"]), "text", "utf-8", 1, 27, 7, 2),
    ("pdd/pdd_bill_202609.csv", PDD_BILL, "text", "gb18030", 5, 7, 9, 6),
    ("pdd/pdd_ads_report.xlsx", HeaderSpec(required=["推广场景"], footer_starts=("总计",)), "xlsx", "", 1, 14, 2, 2),
    ("douyin/fxg_export_orders_74cols.csv", HeaderSpec(required=["选购商品"]), "text", "utf-8-sig", 1, 74, 7, 2),
    ("douyin/douyin_orders_75cols.xlsx", HeaderSpec(required=["选购商品"]), "xlsx", "", 1, 75, 1, 2),
    ("douyin/douyin_fund_39cols.csv", HeaderSpec(required=["动账方向"]), "text", "utf-8-sig", 1, 39, 6, 2),
    ("douyin/douyin_after_sales_and_settlement.xlsx", HeaderSpec(required=["售后单号"]), "xlsx", "", 1, 50, 2, 2),
    ("douyin/douyin_after_sales_and_settlement.xlsx", HeaderSpec(required=["结算金额"]), "xlsx", "", 1, 34, 1, 3),
    ("youzan/youzan_order_goods.csv", HeaderSpec(required=["订单商品状态"]), "text", "utf-8-sig", 1, 36, 4, 2),
    ("youzan/youzan_bill.csv", HeaderSpec(required=["关联单号"]), "text", "utf-8-sig", 1, 20, 2, 2),
    ("wechat/1900000001All2026-09-05.csv", WECHAT, "text", "utf-8-sig", 1, 27, 4, 2),
    ("sycm/【生意参谋平台】店铺_取数_2026-09-01_2026-09-03.xls",
     HeaderSpec(required=["统计日期", "访客数"]), "xls", "", 6, 105, 3, 7),
    ("sycm/【生意参谋平台】商品_全部_2026-09-03_2026-09-03.xls",
     HeaderSpec(required=["统计日期", {"商品id", "商品ID"}]), "xls", "", 5, 34, 2, 6),
    ("sycm/商品报表_20260904_110309.csv", HeaderSpec(required=["展现量", "花费"]), "text", "gb18030", 1, 77, 2, 2),
    ("taobao_item/qinghe_items_utf16le.csv", ITEMS, "text", "utf-16-le", 2, 63, 2, 4),
    ("express/waybills_utf8.csv", HeaderSpec(required=["运单号"]), "text", "utf-8-sig", 1, 3, 16, 2),
]  # fmt: skip


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample[0])
def test_a_platform_file_is_read_as_it_stands(sample: tuple[str, HeaderSpec, str, str, int, int, int, int]) -> None:
    name, spec, container, encoding, header, width, count, first = sample

    table, rows = whole(FIXTURES / name, spec)

    assert (table.container, table.encoding) == (container, encoding)
    assert (table.header_row_number, len(table.header)) == (header, width)
    assert (len(rows), rows[0].number, {len(row.cells) for row in rows}) == (count, first, {width})
    assert table.findings == []


def test_every_sound_sample_is_looked_at() -> None:
    listed = {name for name, *_ in SAMPLES}

    sound = {str(path.relative_to(FIXTURES)) for path in FIXTURES.glob("*/*") if path.parent.name != "broken"}

    assert sound == listed


def test_the_columns_are_the_same_whether_read_by_row_or_by_column() -> None:
    path = FIXTURES / "taobao/ExportOrderList202609111042.csv"
    table, rows = whole(path, TAOBAO_ORDER)
    places = [table.header.index(name) for name in ("订单编号", "收货地址")]

    with open_table(path, header=TAOBAO_ORDER) as again:
        batches = list(again.column_batches(["订单编号", "收货地址"], size=5))

    assert [len(batch.numbers) for batch in batches] == [5, 5, 4]
    assert [number for batch in batches for number in batch.numbers] == [row.number for row in rows]
    for name, place in zip(("订单编号", "收货地址"), places, strict=True):
        assert [cell for batch in batches for cell in batch.columns[name]] == [row.cells[place] for row in rows]


def test_taobao_order_numbers_are_text_without_their_wrapper() -> None:
    cells = column_of(FIXTURES / "taobao/ExportOrderList202609111042.csv", "订单编号", TAOBAO_ORDER)

    numbers, refused = columns.identifiers(cells)

    assert cells[0] == '="4001260901000010015"'
    assert (numbers[0], numbers[-1], len(set(numbers)), refused) == ("4001260901000010015", numbers[0], 13, [])


def test_a_buyer_message_keeps_its_comma_quotes_and_line_end() -> None:
    cells = column_of(FIXTURES / "taobao/ExportOrderList202609111042.csv", "买家留言", TAOBAO_ORDER)

    messages = [cell for cell in columns.texts(cells)[0] if "\n" in cell]

    assert len(messages) == 1
    assert "," in messages[0]
    assert '"' in messages[0]


def test_alipay_rows_add_up_to_the_closing_lines() -> None:
    path = FIXTURES / "alipay/20889990000000010156_202609_账务明细_16cols.csv"
    table, rows = whole(path, ALIPAY)
    income, outgo = (table.header.index(name) for name in ("收入金额（+元）", "支出金额（-元）"))

    received = [value for value in columns.amounts([row.cells[income] for row in rows])[0] if value is not None]
    paid = [value for value in columns.amounts([row.cells[outgo] for row in rows])[0] if value is not None]

    assert (len(paid), sum(paid)) == (10, Decimal("-1263.80"))
    assert (len(received), sum(received)) == (5, Decimal("1799.80"))
    assert [line[0] for line in table.footer][1:3] == ["#支出合计：10笔，共-1263.80元", "#收入合计：5笔，共1799.80元"]
    assert table.preamble[1] == ["#账号：[20889990000000010156]"]


def test_the_zip_holds_the_same_lines_as_the_bare_file() -> None:
    bare = whole(FIXTURES / "alipay/20889990000000010156_202609_账务明细_16cols.csv", ALIPAY)[1]

    table, rows = whole(FIXTURES / "alipay/20889990000000010156_202609.zip", ALIPAY)

    assert rows == bare
    assert table.part == "20889990000000010156_202609_账务明细.csv"


def test_the_pdd_bill_is_told_from_alipays_by_a_name_it_must_not_have() -> None:
    with pytest.raises(TabularError) as refusal:
        whole(FIXTURES / "alipay/20889990000000010156_202609_账务明细_16cols.csv", PDD_BILL)

    assert refusal.value.code == "header_not_found"


def test_the_totals_of_wechat_and_of_adverts_are_kept_apart_from_the_rows() -> None:
    wechat, _ = whole(FIXTURES / "wechat/1900000001All2026-09-05.csv", WECHAT)
    adverts, _ = whole(FIXTURES / "pdd/pdd_ads_report.xlsx", HeaderSpec(required=["推广场景"], footer_starts=("总计",)))

    assert [line[:2] for line in wechat.footer] == [["总交易单数", "应结订单总金额"], ["`4", "`168.00"]]
    assert [line[0] for line in adverts.footer] == ["总计"]


def test_a_note_below_the_header_is_no_data() -> None:
    path = FIXTURES / "douyin/douyin_after_sales_and_settlement.xlsx"

    table, rows = whole(path, HeaderSpec(required=["结算金额"]))

    assert table.part == "结算账单"
    assert table.preamble[0][0] == "（说明：金额单位为元）"
    assert rows[0].cells[3] == "52.03"


def test_waybills_of_the_sample_are_cleaned_as_its_notes_say() -> None:
    cells = column_of(FIXTURES / "express/waybills_utf8.csv", "运单号")

    found, refused = columns.waybill_lists(cells)

    assert refused == []
    assert found[10:] == [
        ["9990000000102"], ["YT9990000000103"], ["YT9990000000104"], ["78990000000305"], ["YT99900000000105"],
        ["YT9990000000106", "YT9990000000107"],
    ]  # fmt: skip


def test_a_look_at_a_file_shows_each_of_its_tables() -> None:
    parts = peek(FIXTURES / "douyin/douyin_after_sales_and_settlement.xlsx")
    listing = peek(FIXTURES / "taobao_item/qinghe_items_utf16le.csv")

    assert [(part.name, len(part.head)) for part in parts] == [("售后表", 3), ("结算账单", 3)]
    assert [row[0] for row in listing[0].head[:3]] == ["version 1.00", "title", "宝贝名称"]


def test_a_file_is_judged_by_its_bytes_and_not_by_its_name(tmp_path: Path) -> None:
    renamed = tmp_path / "orders.csv"
    renamed.write_bytes((FIXTURES / "taobao/refunds_42cols.xlsx").read_bytes())

    table, rows = whole(renamed)

    assert (table.container, len(rows)) == (Container.XLSX, 5)
