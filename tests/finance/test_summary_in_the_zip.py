"""The archive of a month holds the detail and its summary: both say the same, or the bill is refused as a whole."""

import io
import zipfile
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from apps.finance.models import Bill, StagedBillLine
from tests.finance.files import ACCOUNT, Booking, bill, fee, refund, sale
from tests.finance.test_bills import refusal_of

ZIP = Path(__file__).parents[2] / "fixtures" / "csv" / "alipay" / f"{ACCOUNT}_202609.zip"
DETAIL, SUMMARY = f"{ACCOUNT}_202609_账务明细.csv", f"{ACCOUNT}_202609_账务明细(汇总).csv"
A, B = "4001260901000010015", "4001260901000020026"
BOOKINGS = (sale("128.00", A), sale("80.00", B), fee("-6.40", A), refund("-15.00", A))
SOUND = [
    "在线支付,2,208.00,0,0.00,208.00",
    "其它,0,0.00,1,-6.40,-6.40",
    "交易退款,0,0.00,1,-15.00,-15.00",
    "合计,2,208.00,2,-21.40,186.60",
]
FIRST_ROW = 6
Make = Callable[..., Any]
pytestmark = pytest.mark.django_db


def summary(rows: list[str], *, account: str = ACCOUNT, first: str = "2026年09月01日 00:00:00") -> bytes:
    """The summary file around its rows."""
    lines = [
        "#支付宝账务汇总查询", f"#账号：[{account}]", f"#起始日期：[{first}]   终止日期：[2026年10月01日 00:00:00]",
        "#--------账务汇总列表--------", "类型,收入笔数,收入金额（+元）,支出笔数,支出金额（-元）,总金额（元）", *rows,
        "#--------账务汇总列表结束--------", "#导出时间：[2026年10月01日 09:05:00]",
    ]  # fmt: skip
    return "\r\n".join(lines).encode("gb18030")


def archive(rows: list[str], *, bookings: tuple[Booking, ...] = BOOKINGS, **head: str) -> bytes:
    """Detail and summary in one zip."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr(DETAIL, bill(*bookings))
        packed.writestr(SUMMARY, summary(rows, **head))
    return out.getvalue()


def with_row(nth: int, row: str) -> list[str]:
    """The sound summary with one row written otherwise."""
    return [*SOUND[:nth], row, *SOUND[nth + 1 :]]


def refused(checked: Make, content: bytes) -> str:
    """The sentence; nothing of the bill was kept."""
    row: Bill = checked(content=content, name="九月.zip")

    assert row.state == "refused"
    assert (row.rows, row.income_amount) == (None, None)
    assert not StagedBillLine.objects.exists()
    return refusal_of(row.check_job)


@pytest.mark.rule("FIN-21")
def test_a_month_whose_summary_agrees_is_checked(checked: Make) -> None:
    row = checked(content=archive(SOUND), name="九月.zip")

    assert (row.state, row.rows, row.income_amount) == ("checked", 4, Decimal("208.00"))


def test_the_archive_as_it_is_downloaded_agrees(checked: Make) -> None:
    row = checked(content=ZIP.read_bytes(), name=ZIP.name)

    assert (row.state, row.rows) == ("checked", 15)


@pytest.mark.parametrize(
    ("row", "place", "column", "said", "found"),
    [
        ("在线支付,3,208.00,0,0.00,208.00", 6, "收入笔数", "3", "2"),
        ("在线支付,2,1208.00,0,0.00,208.00", 6, "收入金额（+元）", "1,208.00", "208.00"),
        ("其它,0,0.00,2,-6.40,-6.40", 7, "支出笔数", "2", "1"),
        ("交易退款,0,0.00,1,-16.00,-15.00", 8, "支出金额（-元）", "-16.00", "-15.00"),
        ("交易退款,0,0.00,1,-15.00,-14.00", 8, "总金额（元）", "-14.00", "-15.00"),
        ("合计,2,208.00,2,-21.40,186.61", 9, "总金额（元）", "186.61", "186.60"),
    ],
)
def test_a_figure_that_disagrees_is_named_by_file_row_and_column(
    checked: Make, row: str, place: int, *, column: str, said: str, found: str
) -> None:
    sentence = refused(checked, archive(with_row(place - FIRST_ROW, row)))

    assert sentence == (
        f"九月.zip: {SUMMARY}, row {place}, column {column}: the summary says {said}, the lines of the detail add up to "
        f"{found}. One of the two files was cut off or changed."
    )


def test_a_kind_that_the_detail_lacks_is_a_disagreement(checked: Make) -> None:
    sentence = refused(checked, archive([*SOUND[:3], "提现,0,0.00,1,-1000.00,-1000.00", SOUND[3]]))

    assert f"{SUMMARY}, row 9, column 支出笔数: the summary says 1, the lines of the detail add up to 0." in sentence


def test_a_kind_that_the_summary_lacks_is_a_disagreement(checked: Make) -> None:
    sentence = refused(checked, archive([SOUND[0], SOUND[2], SOUND[3]]))

    assert f"{SUMMARY}, column 类型: the summary has no row for “其它” (lines in the detail: 1)." in sentence


def test_a_kind_that_the_summary_gives_twice_is_refused(checked: Make) -> None:
    sentence = refused(checked, archive([SOUND[0], *SOUND]))

    assert sentence == f"九月.zip: {SUMMARY}, row 7, column 类型: the summary has “在线支付” twice."


@pytest.mark.parametrize("head", [{"account": "20881234567890120156"}, {"first": "2026年08月01日 00:00:00"}])
def test_a_summary_of_another_account_or_of_other_days_is_refused(checked: Make, head: dict[str, str]) -> None:
    sentence = refused(checked, archive(SOUND, **head))

    assert sentence.startswith(f"九月.zip: {SUMMARY}: the summary is about another account or other days")


@pytest.mark.parametrize(
    ("head", "why"),
    [
        ({"account": ""}, "The line with the account number above the table is missing."),
        ({"first": ""}, "The line with the first and last day above the table is missing or not readable."),
    ],
)
def test_a_summary_without_its_head_is_refused_by_its_own_name(checked: Make, head: dict[str, str], why: str) -> None:
    assert refused(checked, archive(SOUND, **head)).startswith(f"九月.zip: {SUMMARY}: {why}")


def test_a_figure_that_is_none_is_refused(checked: Make) -> None:
    sentence = refused(checked, archive(with_row(0, "在线支付,2,viel,0,0.00,208.00")))

    assert sentence.startswith(f"九月.zip: Row 6, column {SUMMARY}, 收入金额（+元）: ")
