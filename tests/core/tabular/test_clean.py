"""Cells become values, or a reason: nothing is guessed."""

import contextlib
import datetime as dt
from collections.abc import Callable
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.core.calendar import SHANGHAI
from apps.core.tabular import CellError, clean, columns, protected
from apps.core.tabular.marks import lost_digits, no_result

CLEANERS: list[Callable[[str], object]] = [
    clean.text, clean.identifier, clean.amount, clean.quantity, clean.moment, clean.waybills,
]  # fmt: skip


def code_of(cleaner: Callable[[str], object], cell: str) -> str:
    """Why a cell is refused."""
    with pytest.raises(CellError) as refusal:
        cleaner(cell)
    return refusal.value.code


def at(*parts: int) -> dt.datetime:
    """An instant in Shanghai."""
    return dt.datetime(*parts, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("", ""), ("   ", ""), ("null", ""), ("NULL", ""), ("\t", ""), ("'", ""), ('=""', ""), ("`", ""),
        ('="4001"', "4001"), ('="a ""b"" c"', 'a "b" c'), ("'13900000000", "13900000000"), ("\t1\t", "1"),
        ("`2026", "2026"), ("@435233529604913", "435233529604913"), ("收货地址 ", "收货地址"), ("\ufeff订单", "订单"),
        ("\u3000全角\u3000", "全角"), ("a\nb", "a\nb"), ("-", "-"), ("=1+1", "=1+1"), ("'=1+1", "=1+1"),
        ("nullable", "nullable"), ('\'="4001"', "4001"), ("''139", "139"),
    ],
)  # fmt: skip
def test_text_loses_its_wrappers_and_nothing_else(cell: str, text: str) -> None:
    assert clean.text(cell) == text


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("4001260901000010015", "4001260901000010015"), ('="4001260901000010015"', "4001260901000010015"),
        ("\t6920000000000000101", "6920000000000000101"),
        ("`4200000001202609050000000001", "4200000001202609050000000001"),
        ("260901-100000000000101\t", "260901-100000000000101"), ("E20260901100000000101", "E20260901100000000101"),
        ("00123", "00123"), ("0", "0"), ("１２３４", "1234"), ("318000000101.0", "318000000101"),
        ("123456789012345.00", "123456789012345"), ("-", ""), ("--", ""), ("null", ""), ("", ""),
        ("FP301_17", "FP301_17"),
    ],
)  # fmt: skip
def test_an_identifier_keeps_every_digit(cell: str, number: str) -> None:
    assert clean.identifier(cell) == number


@pytest.mark.parametrize(
    "cell",
    ["4.00126E+18", "4.00123E+27", "1.016E13", "4E18", "1e+22", "-1.2E+5", "4001260901000010015.0",
     "1234567890123456.00", '="4.00126E+18"', "４.００１２６Ｅ＋１８", lost_digits("4.00126E+18")],
)  # fmt: skip
def test_a_19_digit_number_in_scientific_notation_is_refused(cell: str) -> None:
    assert code_of(clean.identifier, cell) == "digits_lost"


@pytest.mark.parametrize("cell", ["12.5", "1172 1174", "a\nb", "x" * 65, "9" * 65])
def test_what_cannot_be_one_identifier_is_refused(cell: str) -> None:
    assert code_of(clean.identifier, cell) == "not_an_identifier"


@given(st.integers(10**18, 10**19 - 1))
def test_no_long_number_survives_a_float_unnoticed(number: int) -> None:
    assert clean.identifier(str(number)) == str(number)
    for damaged in (f"{float(number)}", f"{float(number):.14E}", f"{float(number):.5E}", f"{float(number):.1f}"):
        assert code_of(clean.identifier, damaged) == "digits_lost"


@given(st.lists(st.integers(10**18, 10**19 - 1), min_size=3, max_size=20, unique_by=lambda number: number // 10**4))
def test_a_column_shortened_to_15_digits_is_noticed(numbers: list[int]) -> None:
    shortened = [str(number // 10**4 * 10**4) for number in numbers]

    values, refused = columns.identifiers(shortened)

    assert values == [""] * len(shortened)
    assert [(index, error.code) for index, error in refused] == [(n, "digits_lost") for n in range(len(shortened))]


def test_two_long_numbers_in_zeros_may_be_chance() -> None:
    cells = ["4001260911000010000", "4001260911000020000", "", "318000000101"]

    assert columns.identifiers(cells) == (cells, [])


@pytest.mark.parametrize(
    ("cell", "amount"),
    [
        ("0", "0"), ("-0.00", "0.00"), ("12.00", "12.00"), ("-5.00", "-5.00"), ("+5.00", "5.00"),
        ("1,299.00", "1299.00"),
        ("-1,000.00", "-1000.00"), ("1,234,567", "1234567"), ("￥12.00", "12.00"), ("¥12.00", "12.00"),
        ("-￥12.00", "-12.00"),
        ("￥-12.00", "-12.00"), ("84.00元", "84.00"), ("84 元", "84"), ("0.52800", "0.52800"),
        ("１，２９９．００", "1299.00"),
        ("－３．００", "-3.00"), ("−3.00", "-3.00"), ("(5.00)", "-5.00"), ("（1,005.00）", "-1005.00"),
        ("(￥5.00)", "-5.00"),
        (".5", "0.5"), ("`0.06", "0.06"), ("\t128.00", "128.00"), ("99999999999999.99", "99999999999999.99"),
        ("000000000000000012.00", "12.00"), ("'-5.00", "-5.00"), ("CNY 5.00", "5.00"),
        ("0.1234567890", "0.1234567890"),
    ],
)  # fmt: skip
def test_an_amount_is_read_in_every_shape_that_platforms_write(cell: str, amount: str) -> None:
    found = clean.amount(cell)

    assert str(found) == amount


@pytest.mark.parametrize("cell", ["", " ", "-", "--", "null", "——", "－", '=""', "\t", "`"])
def test_no_amount_is_not_zero(cell: str) -> None:
    assert clean.amount(cell) is None


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("NaN", "not_finite"), ("-nan", "not_finite"), ("Infinity", "not_finite"), ("-inf", "not_finite"),
        ("1e309", "scientific_notation"), ("1.2E+5", "scientific_notation"), ("7.09434e-39", "scientific_notation"),
        ("123456789012345.00", "amount_too_large"), ("1" * 40, "amount_too_large"),
        ("0.30000000000000004", "amount_too_precise"),
        ("12,34", "not_an_amount"), ("1,2345.00", "not_an_amount"), ("1.2.3", "not_an_amount"),
        ("5.", "not_an_amount"),
        ("1 299.00", "not_an_amount"), ("--5", "not_an_amount"), ("-¥-5", "not_an_amount"),
        ("(-5.00)", "not_an_amount"),
        ("5,00", "not_an_amount"), ("12%", "not_an_amount"), ("满100减10", "not_an_amount"), ("2²", "not_an_amount"),
        ("٣.٠٠", "not_an_amount"), ("0x10", "not_an_amount"), ("1_000", "not_an_amount"), ("$5.00", "not_an_amount"),
        (lost_digits("1E+17"), "digits_lost"), (no_result("#N/A"), "no_result"), ("1\0", "nul_character"),
    ],
)  # fmt: skip
def test_what_is_not_surely_an_amount_is_refused(cell: str, code: str) -> None:
    assert code_of(clean.amount, cell) == code


@given(st.decimals(-(10**13), 10**13, places=2, allow_nan=False))
def test_every_amount_survives_grouping_currency_and_parentheses(amount: Decimal) -> None:
    shapes = [f"{amount}", f"{amount:,}", f"{amount:,}元"]
    shapes.append(f"({-amount:,})" if amount < 0 else f"￥{amount:,}")
    shapes.append(str(amount).translate({ord(sign): ord(sign) + 0xFEE0 for sign in "0123456789.-"}))

    assert {clean.amount(shape) for shape in shapes} == {amount}


@pytest.mark.parametrize(
    ("cell", "count"),
    [("2", 2), ("0", 0), ("-3", -3), ("1,000", 1000), ("2.0", 2), ("１２", 12), ("\t7", 7), ("007", 7)],
)
def test_a_quantity_is_a_whole_number(cell: str, count: int) -> None:
    assert clean.quantity(cell) == count


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("", "quantity_missing"), ("-", "quantity_missing"), ("null", "quantity_missing"), ("1.5", "not_a_quantity"),
        ("两件", "not_a_quantity"), ("1,00", "not_a_quantity"), ("1234567890", "not_a_quantity"),
        ("٣", "not_a_quantity"),
        ("1E3", "scientific_notation"), ("2²", "not_a_quantity"),
    ],
)  # fmt: skip
def test_what_is_not_a_whole_number_is_refused(cell: str, code: str) -> None:
    assert code_of(clean.quantity, cell) == code


@pytest.mark.parametrize(
    ("cell", "moment"),
    [
        ("2026-09-01 09:12:33", at(2026, 9, 1, 9, 12, 33)), ("2026/9/1 9:12", at(2026, 9, 1, 9, 12)),
        ("2026-09-01", at(2026, 9, 1)), ("20260901", at(2026, 9, 1)), ("2026年09月01日 00:00:00", at(2026, 9, 1)),
        ("2026年9月1日", at(2026, 9, 1)), ("2026-09-01T09:12:33", at(2026, 9, 1, 9, 12, 33)),
        ("2026-09-01 09:12:33.0", at(2026, 9, 1, 9, 12, 33)), ("20260901091233", at(2026, 9, 1, 9, 12, 33)),
        ("2026.9.1 09:12", at(2026, 9, 1, 9, 12)), ("`2026-09-05 10:00:00", at(2026, 9, 5, 10)),
        ("\t2026-09-05 10:00:00", at(2026, 9, 5, 10)), ("44500.53", at(2021, 10, 31, 12, 43, 12)),
        ("46266", at(2026, 9, 1)), ("46266.999999", at(2026, 9, 2)), ("２０２６－０９－０１", at(2026, 9, 1)),
        ("2026年9月1日 9时12分33秒", at(2026, 9, 1, 9, 12, 33)),
    ],
)  # fmt: skip
def test_a_moment_is_shanghais_whatever_its_shape(cell: str, moment: dt.datetime) -> None:
    found = clean.moment(cell)

    assert found == moment
    assert found is not None
    assert found.tzinfo is SHANGHAI


@pytest.mark.parametrize("cell", ["", "-", "--", "null", "0001-01-01 00:00:00", "0001-01-01", "0000-00-00 00:00:00"])
def test_not_yet_is_no_moment(cell: str) -> None:
    assert clean.moment(cell) is None


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("2026-02-30 00:00:00", "not_a_moment"), ("2026-13-01", "not_a_moment"),
        ("2026-09-01 24:00:00", "not_a_moment"),
        ("昨天", "not_a_moment"), ("04-01", "not_a_moment"), ("09/01/2026", "not_a_moment"),
        ("2026-W36-2", "not_a_moment"),
        ("1970-01-01 08:00:00", "moment_out_of_range"), ("1999-12-31", "moment_out_of_range"),
        ("2100-01-01", "moment_out_of_range"), ("12345", "moment_out_of_range"), ("2026090", "not_a_moment"),
        ("1757670000000", "not_a_moment"), ("2026-09-01 09:12:33+08:00", "not_a_moment"),
    ],
)  # fmt: skip
def test_what_is_not_surely_a_moment_is_refused(cell: str, code: str) -> None:
    assert code_of(clean.moment, cell) == code


@given(st.datetimes(dt.datetime(2000, 1, 1), dt.datetime(2099, 12, 31)))  # noqa: DTZ001 - given its zone below
def test_a_moment_is_the_same_in_every_shape(moment: dt.datetime) -> None:
    expected = moment.replace(microsecond=0, tzinfo=SHANGHAI)
    serial = Decimal(moment.replace(microsecond=0).toordinal() - dt.date(1899, 12, 30).toordinal())
    serial += Decimal(expected.hour * 3600 + expected.minute * 60 + expected.second) / 86400

    shapes = [f"{moment:%Y-%m-%d %H:%M:%S}", f"{moment:%Y/%m/%d %H:%M:%S}", f"{moment:%Y%m%d%H%M%S}", f"{serial:.10f}"]

    assert {clean.moment(shape) for shape in shapes} == {expected}


@pytest.mark.parametrize(
    ("cell", "numbers"),
    [
        ("SF9990000000202", ["SF9990000000202"]), ("No:78990000000305", ["78990000000305"]),
        ("yt9990000000101", ["YT9990000000101"]),
        ("YT9990000000106,YT9990000000107", ["YT9990000000106", "YT9990000000107"]),
        ("78990000000305、78990000000306；78990000000307\n78990000000308", ["7899000000030" + end for end in "5678"]),
        ("78990000000305 78990000000305", ["78990000000305"]), ("", []), ("null", []), ("-", []),
        ("'78990000000305", ["78990000000305"]),
        ("78990000000305.0", ["78990000000305"]), ("No: 78990000000305", ["78990000000305"]),
        ("JD123456-1-1-", ["JD123456-1-1-"]),
    ],
)  # fmt: skip
def test_waybill_numbers_are_told_apart(cell: str, numbers: list[str]) -> None:
    assert clean.waybills(cell) == numbers


@pytest.mark.parametrize(
    ("cell", "code"),
    [("7.899E+13", "digits_lost"), ("圆通速递", "not_a_waybill"), ("ABCDEF", "not_a_waybill"), ("12", "not_a_waybill"),
     ("SF0220481613112-顺丰速运", "not_a_waybill"), ("7899000000030512.0", "digits_lost")],
)  # fmt: skip
def test_what_is_not_surely_a_waybill_is_refused(cell: str, code: str) -> None:
    assert code_of(clean.waybills, cell) == code


@pytest.mark.parametrize("cleaner", CLEANERS)
def test_marked_cells_are_refused_by_every_cleaner(cleaner: Callable[[str], object]) -> None:
    assert code_of(cleaner, lost_digits("4.00126E+18")) == "digits_lost"
    assert code_of(cleaner, no_result("#REF!")) == "no_result"
    assert code_of(cleaner, "1\x002") == "nul_character"


@given(st.text(max_size=40), st.sampled_from(CLEANERS))
def test_a_cleaner_answers_or_refuses_and_never_fails(cell: str, cleaner: Callable[[str], object]) -> None:
    with contextlib.suppress(CellError):
        cleaner(cell)


@given(st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn"]), max_size=30))
def test_a_cell_that_was_exported_again_means_the_same(cell: str) -> None:
    assert clean.text(protected(cell)) == clean.text(cell)


@given(st.lists(st.sampled_from(["1.00", "x", "", "-", "1E5", "2,000.00"]), max_size=30))
def test_a_column_is_cleaned_like_its_cells(cells: list[str]) -> None:
    values, refused = columns.amounts(cells)

    codes = {index: error.code for index, error in refused}
    assert [index for index, _ in refused] == sorted(codes)
    for index, cell in enumerate(cells):
        if index in codes:
            assert (values[index], code_of(clean.amount, cell)) == (None, codes[index])
        else:
            assert values[index] == clean.amount(cell)


def test_every_column_cleaner_gives_a_value_for_each_cell() -> None:
    cells = ["2", "x\0", "2"]

    blanks: list[tuple[Callable[..., tuple[list[object], object]], object]] = [
        (columns.texts, ""), (columns.identifiers, ""), (columns.amounts, None), (columns.quantities, 0),
        (columns.moments, None), (columns.waybill_lists, []),
    ]  # fmt: skip

    for cleaner, blank in blanks:
        assert cleaner(cells)[0][1] == blank


def test_equal_cells_do_not_share_their_list_of_waybills() -> None:
    values, _ = columns.waybill_lists(["YT9990000000106", "YT9990000000106"])

    values[0].append("x")

    assert values[1] == ["YT9990000000106"]


@pytest.mark.parametrize(
    "text", ["9" * 32_767, "," * 32_767, " " * 32_767, "1," * 16_000, "'" * 32_767, "1.1" * 10_000]
)
def test_the_longest_cell_is_cleaned_at_once(text: str) -> None:
    for cleaner in CLEANERS:
        with contextlib.suppress(CellError):
            cleaner(text + "x")
