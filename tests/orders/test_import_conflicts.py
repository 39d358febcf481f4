"""Files of one upload that contradict each other: which one counts, and what is said about the others."""

from collections.abc import Callable
from decimal import Decimal
from itertools import permutations
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from apps.jobs.models import Finding
from apps.orders.models import ImportBatch, ImportFile, Order, OrderLine, StagedOrder

pytestmark = pytest.mark.django_db
Importer = Callable[..., ImportBatch]
Upload = Callable[..., SimpleUploadedFile]
NUMBER = "4001260901000010015"
PAID, SENT, DONE = "买家已付款，等待卖家发货", "卖家已发货，等待买家确认", "交易成功"
EARLIER, LATER = "ExportOrderList202609111042.csv", "ExportOrderList202609111043.csv"


@pytest.fixture
def file(upload: Upload) -> Callable[..., SimpleUploadedFile]:
    """An order file with one order for each pair of state and memo: `file(LATER, (DONE, ""))`."""

    def make(name: str, *orders: tuple[str, str]) -> SimpleUploadedFile:
        rows = [f"{NUMBER},1.50,{state},2026-09-01 09:12:33,{memo}" for state, memo in orders]
        return upload(name, "\n".join(["订单编号,买家实付金额,订单状态,订单创建时间,商家备注", *rows, ""]).encode())

    return make


def _findings() -> list[tuple[str, int | None, str, str, str]]:
    rows = Finding.objects.order_by("place", "row", "pk")
    return [(row.place, row.row, row.code, row.severity, row.text["en"]) for row in rows]


@pytest.mark.parametrize("order", list(permutations([0, 1])))
def test_of_two_files_the_one_that_was_exported_later_counts(
    imported: Importer, file: Callable[..., SimpleUploadedFile], order: tuple[int, ...]
) -> None:
    files = [file(EARLIER, (DONE, "旧")), file(LATER, (SENT, "新"))]

    batch = imported(files=[files[place] for place in order])

    assert (Order.objects.get().state, Order.objects.get().seller_memo) == ("shipped", "新")
    assert batch.counts["orders"] == {"new": 1, "duplicate": 1}
    assert _findings() == [
        (EARLIER, 2, "newer_elsewhere", "warning",
         f"This order is also in {LATER}, which is newer; this row was left out."),
    ]  # fmt: skip


@pytest.mark.parametrize("order", list(permutations([0, 1])))
def test_where_a_name_does_not_tell_when_the_state_that_is_further_on_counts_and_is_flagged(
    imported: Importer, file: Callable[..., SimpleUploadedFile], order: tuple[int, ...]
) -> None:
    files = [file("订单.csv", (DONE, "远")), file(LATER, (PAID, "近"))]

    imported(files=[files[place] for place in order])

    assert (Order.objects.get().state, Order.objects.get().seller_memo) == ("done", "远")
    assert _findings() == [
        (LATER, 2, "further_elsewhere", "warning",
         "This order is also in 订单.csv. Which file is newer is not known, so its row was taken, whose state is further on."),
    ]  # fmt: skip


def test_the_same_row_in_two_files_is_told_from_the_same_row_twice_in_one(
    imported: Importer, file: Callable[..., SimpleUploadedFile]
) -> None:
    imported(files=[file(EARLIER, (DONE, ""), (DONE, ""), (SENT, "")), file(LATER, (DONE, ""))])

    assert _findings() == [
        (EARLIER, 2, "same_elsewhere", "warning",
         f"This order is also in {LATER}, with the same contents; this row was left out."),
        (EARLIER, 3, "repeated", "warning",
         "This order is in the file twice; the second row is the same and was left out."),
        (EARLIER, 4, "contradicted", "refused",
         "This order is in the file twice, with different contents; only the first row is used."),
    ]  # fmt: skip
    assert Order.objects.get().state == "done"


def test_every_file_but_one_is_told_which_one_counts(
    checked: Importer, file: Callable[..., SimpleUploadedFile]
) -> None:
    third = "ExportOrderList202609111041.csv"

    checked(files=[file(EARLIER, (SENT, "b")), file(third, (PAID, "a")), file(LATER, (DONE, "c"))])

    assert [(place, code) for place, _row, code, *_rest in _findings()] == [
        (third, "newer_elsewhere"), (EARLIER, "newer_elsewhere"),
    ]  # fmt: skip
    assert StagedOrder.objects.get(verdict="new").file.name == LATER


def test_a_name_from_the_future_does_not_beat_every_later_file(
    imported: Importer, file: Callable[..., SimpleUploadedFile]
) -> None:
    imported(files=[file("ExportOrderList209909111042.csv", (PAID, ""))])
    assert ImportFile.objects.get().exported_at is None

    imported(files=[file(LATER, (SENT, ""))])

    assert Order.objects.get().state == "shipped"


def test_a_file_whose_every_row_is_too_long_is_not_called_empty(checked: Importer, upload: Upload) -> None:
    rows = [f"{NUMBER},1.50,{PAID},2026-09-01 09:12:33,A,B,C"] * 3
    text = "\n".join(["订单编号,买家实付金额,订单状态,订单创建时间", *rows, ""])

    batch = checked(files=[upload("订单.csv", text.encode())])

    assert batch.state == "refused"
    refusal: Any = batch.check_job.refusal if batch.check_job else None
    assert refusal["code"] == "rows_do_not_fit"
    assert refusal["text"]["en"] == ("订单.csv: 3 rows do not fit the header. The columns cannot be told apart.")
    assert not StagedOrder.objects.exists()


ITEMS = "子订单编号,主订单编号,标题,价格,购买数量,商家编码,买家实付金额"


def _items(upload: Upload, name: str, *rows: str) -> SimpleUploadedFile:
    return upload(name, "\n".join([ITEMS, *rows, ""]).encode())


def test_an_unreadable_line_in_one_file_keeps_the_orders_other_lines_out_wherever_they_stand(
    imported: Importer, upload: Upload, file: Callable[..., SimpleUploadedFile]
) -> None:
    sound = _items(upload, "甲.csv", f"{NUMBER}01,{NUMBER},示例,1.50,1,A,1.50")
    spoiled = _items(upload, "乙.csv", f"{NUMBER}02,{NUMBER},示例,1.50,none,B,1.50")

    imported(files=[file(LATER, (PAID, "")), sound, spoiled])

    assert not OrderLine.objects.exists()
    assert [(place, row, code) for place, row, code, *_rest in _findings()] == [
        ("乙.csv", 2, "not_a_quantity"), ("甲.csv", 2, "left_out_whole"),
    ]  # fmt: skip


@pytest.mark.parametrize("order", list(permutations([0, 1])))
def test_of_a_line_in_two_files_the_one_that_was_exported_later_counts(
    imported: Importer, upload: Upload, file: Callable[..., SimpleUploadedFile], order: tuple[int, ...]
) -> None:
    line = f"{NUMBER}01,{NUMBER},示例,1.50,1,A"
    files = [
        _items(upload, "ExportOrderDetailList202609111042.csv", f"{line},1.50"),
        _items(upload, "ExportOrderDetailList202609111043.csv", f"{line},1.20"),
    ]

    imported(files=[file(LATER, (PAID, "")), *(files[place] for place in order)])

    assert OrderLine.objects.get().paid_amount == Decimal("1.20")


def test_rows_of_a_batch_are_looked_up_by_its_number_and_theirs_together() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tablename, indexdef FROM pg_indexes WHERE tablename IN ('orders_stagedorder', 'orders_stagedline')"
        )
        by_batch = [
            definition.partition("(")[2] for _table, definition in cursor.fetchall() if "(batch_id" in definition
        ]

    assert by_batch == ["batch_id, number)", "batch_id, number)"]
