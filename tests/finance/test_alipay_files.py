"""Alipay's account detail: read as it is, refused as a whole when it does not hold together."""

import datetime as dt
import io
from decimal import Decimal
from pathlib import Path

import pytest

from apps.core.errors import DomainError
from apps.core.tabular import TabularError, open_table
from apps.finance.imports import alipay
from apps.finance.imports.alipay import Head, Line, Sums
from apps.finance.imports.order_numbers import order_number_of
from tests.finance.files import LONG, SHORT, bill, fee, refund, rows_of, sale, written

CSV = Path(__file__).parents[2] / "fixtures" / "csv" / "alipay"
MONTH = CSV / "20889990000000010156_202609_账务明细_16cols.csv"
DAY = CSV / "20889990000000010156_20260912_账务明细_12cols.csv"
ZIP = CSV / "20889990000000010156_202609.zip"
ORDER = "4001260901000020026"


def read(source: Path | bytes) -> tuple[Head, list[Line], Sums]:
    with open_table(source if isinstance(source, Path) else io.BytesIO(source), header=alipay.HEADER) as table:
        head, sums = alipay.head_of(table.preamble), Sums()
        lines = [line for batch in alipay.lines_of(table, head, sums) for line in batch]
        alipay.close_books(table, sums)
    return head, lines, sums


def refusal_of(source: bytes) -> DomainError:
    with pytest.raises(TabularError) as refusal:
        read(source)
    return refusal.value


def test_the_month_of_sixteen_columns_is_read_with_its_head_and_its_sums() -> None:
    head, lines, sums = read(MONTH)

    assert head == Head("20889990000000010156", dt.date(2026, 9, 1), dt.date(2026, 10, 1))
    assert (sums.incomes, sums.income, sums.outgoes, sums.outgo) == (
        5, Decimal("1799.80"), 10, Decimal("-1263.80"),
    )  # fmt: skip
    assert (sums.opening, sums.closing) == (Decimal("1000.00"), Decimal("1536.00"))
    assert lines[0].serial == "202600000000000000000001"
    assert lines[0].code == "0010001"
    assert lines[0].position == 6


def test_the_day_of_twelve_columns_is_read_the_same_way() -> None:
    head, lines, sums = read(DAY)

    assert (head.first, head.end) == (dt.date(2026, 9, 12), dt.date(2026, 9, 13))
    assert [line.amount for line in lines] == [Decimal("1280.00"), Decimal("-12.80"), Decimal("-6.40")]
    assert {line.order_number for line in lines} == {"4001260910000130137"}
    assert sums.rows == 3


def test_in_the_zip_the_detail_is_read_and_the_summary_passed_over() -> None:
    _head, from_zip, _sums = read(ZIP)

    assert from_zip == read(MONTH)[1]


def test_a_copy_saved_again_with_an_empty_first_column_is_the_same_bill() -> None:
    text = MONTH.read_bytes().decode("gb18030")
    closing = "#收入合计：5笔，共1799.80元"
    grouped = text.replace(closing, f'"{closing.replace("1799", "1,799")}"')
    copy = "\ufeff" + "\r\n".join(f",{line}" + ",," * line.startswith("#") for line in grouped.splitlines())

    head, lines, sums = read(copy.encode("utf-8"))

    assert head.account == "20889990000000010156"
    assert [line.amount for line in lines] == [line.amount for line in read(MONTH)[1]]
    assert sums.income == Decimal("1799.80")


@pytest.mark.parametrize("spelled", ["收入金额(+元)", "收入金额", "收入金额（+元）"])
def test_the_header_may_spell_the_income_column_in_three_ways(spelled: str) -> None:
    header = [spelled if name.startswith("收入") else name for name in LONG]

    _head, lines, _sums = read(written(rows_of([sale("10.00", ORDER)]), header=header))

    assert lines[0].amount == Decimal("10.00")


def test_thousands_in_the_closing_lines_that_a_spreadsheet_took_apart_are_put_together() -> None:
    footer = ["#支出合计：0笔，共0.00元,,,", "#收入合计：1笔，共1,280.00元,,,"]

    _head, _lines, sums = read(written(rows_of([sale("1280.00", ORDER)]), footer=footer))

    assert sums.income == Decimal("1280.00")


def test_an_end_given_as_the_last_second_is_the_same_period() -> None:
    head, _lines, _sums = read(bill(sale("10.00", ORDER), first="2026-09-01 00:00:00", last="2026-09-30 23:59:59"))

    assert (head.first, head.end) == (dt.date(2026, 9, 1), dt.date(2026, 10, 1))


def test_a_bill_without_its_account_line_is_refused() -> None:
    assert refusal_of(bill(sale("10.00", ORDER), account="未知")).code == "account_missing"


def test_a_bill_whose_days_cannot_be_read_is_refused() -> None:
    assert refusal_of(bill(sale("10.00", ORDER), first="九月")).code == "period_missing"
    assert refusal_of(bill(sale("10.00", ORDER), last="2026-09-30 12:00:00")).code == "period_missing"


def test_a_bill_without_closing_lines_was_cut_off() -> None:
    refusal = refusal_of(written(rows_of([sale("10.00", ORDER)]), footer=[]))

    assert refusal.code == "closing_missing"


def test_a_bill_that_lost_its_last_row_disagrees_with_its_closing_lines() -> None:
    rows = rows_of([sale("10.00", ORDER), sale("20.00", ORDER), fee("-1.00")])
    footer = ["#支出合计：1笔，共-1.00元", "#收入合计：2笔，共30.00元"]

    refusal = refusal_of(written(rows[:2], footer=footer))

    assert refusal.code == "count_differs"
    assert refusal.data == {"column": "支出金额", "said": 1, "found": 0}


def test_a_closing_sum_that_the_rows_do_not_give_is_refused() -> None:
    footer = ["#支出合计：0笔，共0.00元", "#收入合计：1笔，共11.00元"]

    refusal = refusal_of(written(rows_of([sale("10.00", ORDER)]), footer=footer))

    assert refusal.code == "sum_differs"
    assert "11.00" in str(refusal)


def test_a_balance_that_does_not_continue_names_its_row_and_column() -> None:
    rows = rows_of([sale("10.00", ORDER), sale("20.00", ORDER), sale("30.00", ORDER)])

    refusal = refusal_of(written([rows[0], rows[2]]))

    assert refusal.code == "balance_broken"
    assert refusal.data == {"row": 7, "column": "账户余额（元）", "said": "1,060.00", "found": "1,040.00"}


def test_a_row_with_both_amounts_is_refused() -> None:
    rows = rows_of([sale("10.00", ORDER)])
    rows[0][7] = "-3.00"

    refusal = refusal_of(written(rows))

    assert refusal.code == "both_filled"
    assert refusal.data["row"] == 6


def test_a_row_without_an_amount_is_refused() -> None:
    rows = rows_of([sale("10.00", ORDER)])
    rows[0][6] = "0.00"

    assert refusal_of(written(rows)).code == "nothing_filled"


def test_an_outgo_without_its_minus_is_refused() -> None:
    rows = rows_of([fee("-3.00")])
    rows[0][7] = "3.00"

    refusal = refusal_of(written(rows))

    assert refusal.code == "wrong_sign"
    assert refusal.data == {"row": 6, "column": "支出金额（-元）", "value": "3.00"}


def test_a_negative_income_is_refused() -> None:
    rows = rows_of([sale("10.00", ORDER)])
    rows[0][6] = "-10.00"

    assert refusal_of(written(rows)).code == "wrong_sign"


def test_a_booking_outside_of_the_named_days_is_refused() -> None:
    assert refusal_of(bill(sale("10.00", ORDER, at="2026-10-01 00:00:00"))).code == "outside_of_period"


def test_the_same_booking_twice_names_both_rows() -> None:
    refusal = refusal_of(bill(sale("10.00", ORDER, serial="7" * 24), sale("10.00", ORDER, serial="7" * 24)))

    assert refusal.code == "repeated_serial"
    assert refusal.data == {"row": 7, "column": "账务流水号", "first": 6}


def test_a_serial_that_a_spreadsheet_shortened_is_refused_with_its_place() -> None:
    refusal = refusal_of(bill(sale("10.00", ORDER, serial="2.026E+23")))

    assert refusal.code == "cell_refused"
    assert (refusal.data["row"], refusal.data["column"]) == (6, "账务流水号")


def test_an_amount_of_three_decimals_is_refused() -> None:
    rows = rows_of([sale("10.00", ORDER)])
    rows[0][6] = "10.005"

    assert refusal_of(written(rows)).code == "cell_refused"


def test_a_row_with_a_cell_too_many_is_not_left_out_but_refuses_the_bill() -> None:
    rows = rows_of([sale("10.00", ORDER), sale("20.00", ORDER)])

    refusal = refusal_of(written([rows[0], [*rows[1], "", "", "x"]]))

    assert refusal.code == "row_misfits"


def test_a_bill_without_bookings_is_refused() -> None:
    assert refusal_of(written([], header=SHORT)).code == "no_lines"


def test_the_trade_bill_is_another_kind_of_file() -> None:
    refusal = refusal_of((CSV / "20889990000000010156_202609_业务明细.csv").read_bytes())

    assert refusal.code in {"missing_column", "header_not_found"}


@pytest.mark.parametrize(
    ("base", "merchant", "note", "number"),
    [
        (ORDER, "T200P999999999999999", "", ORDER),
        ("FP301_55", f"T200P{ORDER}", "", ORDER),
        ("", f"T500P{ORDER}", "", ORDER),
        ("", f"CAE_CHARITY_{ORDER}", "", ORDER),
        ("", f"CAE_POINT_{ORDER}", "", ORDER),
        ("", f"HJCAE_FEE==77=={ORDER}", "", ORDER),
        ("", "", f"订单号：{ORDER}", ORDER),
        ("", "", f"订单编号：{ORDER}，请查收", ORDER),
        ("", "", f"支付宝转账小额打款-关联订单号：{ORDER}", ORDER),
        ("", "", f"交易单号：{ORDER}", ORDER),
        ("", "", f"淘宝联盟佣金代扣 tradeid:{ORDER} memberid:0000", ORDER),
        ("", "", f"类目佣金代扣款：{{{ORDER}}}", ORDER),
        ("", "", f"(KY_ITEM)({ORDER})扣款", ORDER),
        ("", "", f"淘宝客佣金代扣款[{ORDER}]", ORDER),
        ("LW2026", "CHARGE_2026", "提现到银行卡", ""),
        ("", "", "联系电话 13800000000", ""),
    ],
)
def test_the_order_number_is_looked_for_in_the_documented_order(
    base: str, merchant: str, note: str, number: str
) -> None:
    assert order_number_of(base, merchant, note) == number


@pytest.mark.parametrize("merchant", [f"HJCAE{'=' * 32_000}{ORDER}", f"CAE_{'_' * 32_000}{ORDER}"])
def test_a_merchants_number_longer_than_any_names_no_order(merchant: str) -> None:
    assert order_number_of("", merchant, "") == ""


def test_a_merchants_number_of_full_length_still_names_its_order() -> None:
    assert order_number_of("", f"CAE_{'X' * 40}_{ORDER}", "") == ORDER


def test_a_refund_keeps_its_sign() -> None:
    _head, lines, sums = read(bill(sale("99.00", ORDER), refund("-15.00", ORDER)))

    assert [line.amount for line in lines] == [Decimal("99.00"), Decimal("-15.00")]
    assert sums.closing == Decimal("1084.00")
