"""Bad files: one clear sentence that names the file and the place, nothing changed, and the file may come again."""

import io
import zipfile
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from apps.core.errors import DomainError
from apps.jobs.models import Finding
from apps.orders.actions import receive_files
from apps.orders.models import (
    BuyerContact,
    ImportBatch,
    ImportFile,
    Order,
    OrderLine,
    ShippingOrder,
    StagedLine,
    StagedOrder,
)
from apps.org.actors import Actor
from apps.org.models import Store
from tests.orders.conftest import CSV, ITEMS_2017, ITEMS_2022, ITEMS_2026, ORDERS_2017, ORDERS_2022, ORDERS_2026

pytestmark = pytest.mark.django_db
Importer = Callable[..., ImportBatch]
Upload = Callable[..., SimpleUploadedFile]
Change = Callable[[bytes], bytes]


def _counts() -> dict[str, int]:
    models: list[Any] = [Order, OrderLine, BuyerContact, ShippingOrder, StagedOrder, StagedLine]
    return {model.__name__: model.objects.count() for model in models}


def _text(change: Callable[[str], str]) -> Change:
    return lambda data: change(data.decode("gb18030")).encode("gb18030")


def _line(data: bytes, number: int) -> bytes:
    return data.split(b"\r\n")[number - 1]


def _cut(at: int) -> Change:
    return lambda data: data[:at]


def _refusal(batch: ImportBatch) -> tuple[str, str]:
    assert batch.check_job is not None
    return batch.check_job.refusal["code"], batch.check_job.refusal["text"]["en"]


# name of the sample, what became of it on its way, the code, and the sentence after the file's name
BROKEN: dict[str, tuple[str, Change, str, str]] = {
    "cut in the middle of a row": (
        ORDERS_2022, lambda data: data[: data.rindex(b'","2026-09-04')], "cut_file",
        "The file ends in the middle of row 7: it is cut off. Download it from the platform again.",
    ),
    "cut between two cells": (
        ITEMS_2017, lambda data: data[: data.rindex(b',"","')], "cut_file",
        "The file ends in the middle of row 18: it is cut off. Download it from the platform again.",
    ),
    "cut inside a message": (
        ORDERS_2017, lambda data: data[: data.index("谢谢".encode("gb18030")) + 2], "cut_file",
        "The file ends in the middle of row 11: it is cut off. Download it from the platform again.",
    ),
    "cut workbook": (
        ORDERS_2026, _cut(2000), "damaged_file", "The file is cut off or damaged. Download it from the platform again.",
    ),
    "header only": (
        ORDERS_2017, lambda data: _line(data, 1) + b"\r\n", "no_rows", "The file has a header but no rows.",
    ),
    "blank lines only": (
        ORDERS_2017, lambda _data: b"\r\n \r\n", "header_not_found",
        "None of the first 20 rows holds the column names of this kind of file. Was another export chosen?",
    ),
    "two encodings": (
        ORDERS_2017, lambda data: data + _line(data, 2).decode("gb18030").encode() + b"\r\n", "undecodable",
        "Line 17 is not readable as text (gb18030). The file is damaged or of mixed encodings.",
    ),
    "a quotation mark too many": (
        ITEMS_2022, _text(lambda text: text.replace('"129.90","1"', '"129".90","1"', 1)), "broken_quotes",
        "The quotation marks in row 3 do not pair up, so its columns cannot be told apart.",
    ),
    "a picture": (
        ORDERS_2017, lambda _data: b"\x89PNG\r\n\x1a\n" + bytes(100), "not_a_table",
        "This is not a table but a picture. Upload the export as csv or xlsx.",
    ),
    "a log-in page": (
        ORDERS_2017, lambda _data: b"<html><head><title>login</title></head><body></body></html>", "web_page",
        "This is a web page, probably an expired log-in. Log in to the platform again and repeat the export.",
    ),
    "a column that was not ticked": (
        ORDERS_2022, _text(lambda text: text.replace("订单状态", "状态", 1)), "missing_column",
        "These columns are missing: 订单状态. Choose them in the platform's export and repeat it.",
    ),
    "several columns that were not ticked": (
        "broken/missing_column.csv", bytes, "missing_column",
        "These columns are missing: 订单状态 / 订单创建时间/订单付款时间. Choose them in the platform's export and repeat it.",
    ),
    "a column twice": (
        ITEMS_2022, _text(lambda text: text.replace('"支付单号"', '"购买数量"', 1)), "duplicate_column",
        "The column “购买数量” appears more than once. Use the file as the platform wrote it.",
    ),
    "another store": (
        ORDERS_2022, _text(lambda text: text.replace("青禾小铺(示例)", "青禾小铺(示例)二店")), "wrong_store",
        "This file is from the store “青禾小铺(示例)二店”, but “青禾小铺” was chosen. If the two are one store, have its name "
        "in the platform's files entered in the store's record.",
    ),
    "another store in one row": (
        ORDERS_2022, _text(lambda text: "枫渡旗舰店".join(text.rsplit("青禾小铺(示例)", 1))), "several_stores",
        "From row 7 on the file is of another store than before: 青禾小铺(示例) / 枫渡旗舰店. Export each store alone.",
    ),
    "another platform": (
        "jd/jd_orders_30cols_gbk.csv", bytes, "wrong_platform",
        "This is an export of JD, but the chosen store is on Taobao.",
    ),
    "a bill": (
        "jd/jd_settlement_22cols.csv", bytes, "unknown_layout",
        "The columns of this file are not those of an order or item export. Export it again with all columns.",
    ),
    "refunds": (
        "taobao/refunds_42cols.xlsx", bytes, "unknown_layout",
        "The columns of this file are not those of an order or item export. Export it again with all columns.",
    ),
    "a report": (
        "pdd/pdd_ads_report.xlsx", bytes, "header_not_found",
        "None of the first 20 rows holds the column names of this kind of file. Was another export chosen?",
    ),
    "a package of items": (
        "taobao_item/qinghe_items_utf16le.csv", bytes, "header_not_found",
        "None of the first 20 rows holds the column names of this kind of file. Was another export chosen?",
    ),
    "two tables": (
        "douyin/douyin_after_sales_and_settlement.xlsx", bytes, "several_tables", "Several tables fit: ",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_file_is_refused_by_name_changes_nothing_and_may_come_again(
    case: str, checked: Importer, upload: Upload, qinghe: Store, as_lin: Actor
) -> None:
    sample, change, code, sentence = BROKEN[case]
    content = change((CSV / sample).read_bytes())
    before = _counts()

    batch = checked(files=[upload("订单.csv", content)])

    assert batch.state == "refused"
    assert _refusal(batch)[0] == code
    assert _refusal(batch)[1].startswith(f"订单.csv: {sentence}")
    assert _counts() == before
    assert not Finding.objects.exists()
    again = receive_files(qinghe.pk, [upload("订单.csv", content)], by=as_lin)
    assert (again.state, ImportFile.objects.filter(is_current=True).count()) == ("received", 1)


def test_a_file_without_a_byte_is_not_even_taken(upload: Upload, qinghe: Store, as_lin: Actor) -> None:
    with pytest.raises(DomainError) as refused:
        receive_files(qinghe.pk, [upload("订单.csv", b"")], by=as_lin)

    assert (refused.value.code, refused.value.data) == ("empty_file", {"file": "订单.csv"})
    assert not ImportBatch.objects.exists()


def test_a_broken_second_file_takes_the_sound_first_one_back(checked: Importer, upload: Upload) -> None:
    items = upload(ITEMS_2017, (CSV / ITEMS_2017).read_bytes()[:-30])

    batch = checked(files=[upload(ORDERS_2017), items])

    assert batch.state == "refused"
    assert _refusal(batch)[1].startswith("ExportOrderDetailList202609111042.csv: The file ends in the middle of row 18")
    assert set(_counts().values()) == {0}


def test_after_the_repair_the_same_upload_goes_in(imported: Importer, checked: Importer, upload: Upload) -> None:
    sound = (CSV / ITEMS_2017).read_bytes()
    assert checked(files=[upload(ORDERS_2017), upload(ITEMS_2017, sound[:-30])]).state == "refused"

    batch = imported(files=[upload(ORDERS_2017), upload(ITEMS_2017, sound)])

    assert batch.state == "imported"
    assert (Order.objects.count(), OrderLine.objects.count()) == (13, 17)


def test_a_zip_with_two_order_files_asks_which_one(checked: Importer, upload: Upload) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for sample in (ORDERS_2017, ORDERS_2022):
            archive.write(CSV / sample, sample.rpartition("/")[2])

    batch = checked(files=[upload("订单.zip", packed.getvalue())])

    assert batch.state == "refused"
    assert _refusal(batch)[0] == "several_tables"
    assert set(_counts().values()) == {0}


def test_bad_rows_are_named_by_file_row_and_column_and_stop_nobody(imported: Importer, upload: Upload) -> None:
    lines = (CSV / ORDERS_2022).read_bytes().decode("gb18030").split("\r\n")
    lines[1] = lines[1].replace("4001260901000010015", "4.00126E+18", 1)
    lines[2] = lines[2].replace("247.80", "247.805", 1)
    lines[3] = lines[3].replace("2026-09-02 20:05:41", "2026-02-30 20:05:41")
    lines[4] = lines[4].replace("买家已付款，等待卖家发货", "买家已付款，等待平台审核")
    orders = upload("订单.csv", "\r\n".join(lines).encode("gb18030"))

    batch = imported(files=[orders, upload(ITEMS_2022)])

    found = list(Finding.objects.order_by("place", "row").values_list("place", "row", "column", "code", "severity"))
    lost = [("ExportOrderDetailList_2022_18cols.csv", row, "", "order_not_known", "refused") for row in (2, 3, 4, 5)]
    assert found == [
        *lost,
        ("订单.csv", 2, "订单编号", "digits_lost", "refused"),
        ("订单.csv", 3, "买家实际支付金额", "not_whole_cents", "refused"),
        ("订单.csv", 4, "订单创建时间", "not_a_moment", "refused"),
        ("订单.csv", 5, "订单状态", "unknown_status", "warning"),
    ]
    assert batch.counts["imported"]["new"] == 3
    flagged = Order.objects.get(number="4001260903000040048")
    assert (flagged.state, flagged.status_text) == ("unknown", "买家已付款，等待平台审核")
    assert not ShippingOrder.objects.exists()


def test_an_order_whose_lines_cannot_all_be_read_gets_none_and_is_not_shipped_short(
    imported: Importer, upload: Upload
) -> None:
    items = (CSV / ITEMS_2017).read_bytes().decode("gb18030")
    bad = items.replace(
        '"149.00","1","QH-TBC-140","颜色分类：原麻色;尺寸：140*200cm","","\'桌布',
        '"149.00","0","QH-TBC-140","","","\'桌布',
    )

    batch = imported(files=[upload(ORDERS_2017), upload("商品.csv", bad.encode("gb18030"))])

    assert OrderLine.objects.count() == 14
    assert not OrderLine.objects.filter(order__number="4001260908000110115").exists()
    assert ShippingOrder.objects.count() == 2
    found = batch.check_job.findings.filter(place="商品.csv").order_by("row")
    assert list(found.values_list("row", "column", "code")) == [
        (14, "订单编号", "left_out_whole"),
        (15, "订单编号", "left_out_whole"),
        (16, "购买数量", "quantity_not_positive"),
    ]


@pytest.mark.rule("ORD-05")
def test_an_order_of_another_store_is_refused_and_left_alone(
    imported: Importer, checked: Importer, upload: Upload, store_on: Callable[[str], Store]
) -> None:
    other = store_on("taobao")
    imported(ORDERS_2017, ITEMS_2017)
    before = set(Order.objects.values_list("pk", "store", "state", "paid_amount"))
    header = "订单编号,买家实付金额,订单状态,订单创建时间"
    row = "4001260901000010015,1.00,交易关闭,2026-09-01 09:12:33"

    batch = checked(files=[upload("订单.csv", f"{header}\n{row}\n".encode())], store=other)

    assert batch.counts["orders"] == {"refused": 1}
    assert list(batch.check_job.findings.values_list("place", "row", "code")) == [("订单.csv", 2, "foreign_order")]
    assert set(Order.objects.values_list("pk", "store", "state", "paid_amount")) == before


def test_hostile_cells_are_kept_as_the_text_they_are(imported: Importer, upload: Upload) -> None:
    messages = [
        '=HYPERLINK("http://x.invalid","看")',
        "+86 请电联",
        "-1+1|cmd",
        "<script>alert(1)</script>",
        "第一行\n\\.\n第三行",
        "谢谢'); DROP TABLE orders_order; --",
        "\\N",
        "{{ 7*7 }} %s %(x)s",
    ]
    header = "订单编号,买家实付金额,订单状态,订单创建时间,买家留言,商家备注,店铺名称"
    rows = [
        f'40012609010000{n:05d},1.00,等待买家付款,2026-09-01 09:12:33,"{text.replace(chr(34), chr(34) * 2)}",,青禾小铺'
        for n, text in enumerate(messages)
    ]

    batch = imported(files=[upload("订单.csv", "\n".join([header, *rows, ""]).encode())])

    assert batch.counts["imported"]["new"] == len(messages)
    assert list(Order.objects.order_by("number").values_list("buyer_message", flat=True)) == messages


def test_twenty_thousand_orders_and_their_lines_are_checked_in_one_go(checked: Importer, upload: Upload) -> None:
    numbers = range(4001260901000010000, 4001260901000030000)
    orders = ["订单编号,买家实付金额,订单状态,订单创建时间,店铺名称"]
    orders += [f"{number},1.50,交易成功,2026-09-01 09:12:33,青禾小铺" for number in numbers]
    items = ["子订单编号,主订单编号,标题,价格,购买数量,商家编码"]
    items += [f"{number}0{nth},{number},示例,0.75,1,A" for number in numbers for nth in (1, 2)]

    files = [upload("订单.csv", "\n".join(orders).encode()), upload("商品.csv", "\n".join(items).encode())]
    batch = checked(files=files)

    assert batch.counts["orders"] == {"new": 20_000}
    assert batch.counts["lines"] == {"ready": 40_000}
    assert (Order.objects.count(), sum(file.rows or 0 for file in batch.files.all())) == (0, 60_000)
    assert StagedOrder.objects.filter(batch=batch, paid_amount=Decimal("1.50")).count() == 20_000


def test_a_file_in_which_every_row_is_bad_says_the_first_five_thousand(checked: Importer, upload: Upload) -> None:
    header = "订单编号,买家实付金额,订单状态,订单创建时间,店铺名称"
    rows = ["4.00126E+18,1.50,交易成功,2026-09-01 09:12:33,青禾小铺"] * 6_000

    batch = checked(files=[upload("订单.csv", "\n".join([header, *rows, ""]).encode())])

    assert batch.state == "checked"
    assert Finding.objects.count() == 5_000
    assert batch.counts["orders"] == {}


def test_the_same_line_twice_in_an_item_file_is_taken_once_and_said(imported: Importer, upload: Upload) -> None:
    data = (CSV / ITEMS_2022).read_bytes()
    doubled = data + _line(data, 3) + b"\r\n" + _line(data, 4).replace(b'"123.90"', b'"99.00"') + b"\r\n"

    imported(files=[upload(ORDERS_2022), upload("商品.csv", doubled)])

    assert OrderLine.objects.count() == 7
    assert list(Finding.objects.order_by("row").values_list("place", "row", "code", "severity")) == [
        ("商品.csv", 9, "line_repeated", "warning"),
        ("商品.csv", 10, "line_contradicts", "refused"),
    ]
    assert OrderLine.objects.get(line_key="4001260901000020501").paid_amount == Decimal("123.90")


def test_an_order_with_two_contents_in_one_file_counts_by_its_first_row(imported: Importer, upload: Upload) -> None:
    data = (CSV / ORDERS_2022).read_bytes()
    doubled = data + _line(data, 2).replace("交易成功".encode("gb18030"), "等待买家付款".encode("gb18030")) + b"\r\n"

    batch = imported(files=[upload("订单.csv", doubled)])

    assert batch.counts["orders"] == {"new": 6, "refused": 1}
    assert list(Finding.objects.values_list("place", "row", "code", "severity")) == [
        ("订单.csv", 8, "contradicted", "refused")
    ]
    assert Order.objects.get(number="4001260901000010015").state == "done"


def test_a_masked_export_does_not_look_like_a_changed_contact(imported: Importer, upload: Upload) -> None:
    header = "订单编号,买家实付金额,订单状态,订单创建时间,收货人姓名,联系手机,收货地址"
    row = "4001260901000010015,1.50,买家已付款，等待卖家发货,2026-09-01 09:12:33"
    full = f"{header}\n{row},样例人,13800001111,浙江省 杭州市 余杭区 虚构路1号\n"
    masked = f"{header}\n{row},样*,138****1111,浙江省 杭州市 余杭区 ***\n"
    imported(files=[upload("一.csv", full.encode())])
    sealed = bytes(BuyerContact.objects.get().sealed)

    batch = imported(files=[upload("二.csv", masked.encode())])

    assert batch.counts["orders"] == {"same": 1}
    contact = BuyerContact.objects.get()
    assert (bytes(contact.sealed), contact.is_masked) == (sealed, False)


def test_an_export_with_empty_contact_columns_does_not_empty_the_contact(imported: Importer, upload: Upload) -> None:
    header = "订单编号,买家实付金额,订单状态,订单创建时间,收货人姓名,联系手机,收货地址,商家备注"
    row = "4001260901000010015,1.50,买家已付款，等待卖家发货,2026-09-01 09:12:33"
    full = f"{header}\n{row},样例人,13800001111,浙江省 杭州市 余杭区 虚构路1号,加急\n"
    imported(files=[upload("一.csv", full.encode())])

    imported(files=[upload("二.csv", f"{header}\n{row},,,,加急\n".encode())])

    order = Order.objects.get()
    assert (order.receiver_masked, order.phone_masked, order.province) == ("样**", "138****1111", "浙江省")
    assert BuyerContact.objects.get().is_masked is False


def test_the_sample_files_are_the_ones_that_break(upload: Upload) -> None:
    assert {ORDERS_2017, ITEMS_2017, ORDERS_2022, ITEMS_2022, ORDERS_2026} <= {sample for sample, *_ in BROKEN.values()}
    assert ITEMS_2026 not in {sample for sample, *_ in BROKEN.values()}
