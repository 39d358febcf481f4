"""Exports: safe to open in a spreadsheet, and read back as they were written."""

import datetime as dt
import io
import unicodedata
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from apps.core.calendar import SHANGHAI
from apps.core.tabular import HeaderSpec, Sheet, TabularError, protected, safe_filename, write_csv, write_xlsx
from apps.core.tabular.writer import Cell
from tests.core.tabular.making import cells_of, whole

# What no workbook can hold is dropped on the way out; everything else must come back.
WRITABLE = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Cn"]) | st.sampled_from("\n\t=+-@＝'`\""), max_size=20
)
ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
RISKY = [
    "=1+1", "+86", "-5.00", "@x", "\t=1", "\r=1", "\n=1", "＝1+1", "＋1", "－1", "＠x", " =1", "  -x", '"=1', "'=1",
    "\ufeff=1", "\u200b=1", "\x01=1", "\x00=1", "\u3000+1", "“=1", "\tx", "\rx", "\nx", " \tx", "﹢1", "=", "-", "@",
]  # fmt: skip


def as_csv(header: list[str], rows: list[list[Cell]]) -> bytes:
    target = io.BytesIO()
    assert write_csv(target, header, rows) == len(rows)
    return target.getvalue()


def as_xlsx(header: list[str], rows: list[list[Cell]], title: str = "订单") -> bytes:
    target = io.BytesIO()
    write_xlsx(target, [Sheet(title, header, rows)])
    return target.getvalue()


def test_a_csv_opens_in_excel_as_it_should() -> None:
    rows: list[list[Cell]] = [
        ["4001260901000010015", Decimal("-5.00"), 3, dt.datetime(2026, 9, 1, 1, 12, 33, tzinfo=dt.UTC), None],
        ["加急，\r\n谢谢", Decimal("1E+3"), -2, dt.date(2026, 9, 1), ""],
    ]

    written = as_csv(["订单号", "金额", "数量", "时间", "备注"], rows)

    assert written.decode("utf-8") == (
        "\ufeff订单号,金额,数量,时间,备注\r\n"
        "4001260901000010015,-5.00,3,2026-09-01 09:12:33,\r\n"
        '"加急，\n谢谢",1000,-2,2026-09-01,\r\n'
    )


def test_the_stream_stays_open_for_its_owner() -> None:
    target = io.BytesIO()

    write_csv(target, ["a"], [["1"]])

    assert not target.closed


@pytest.mark.parametrize("write", [as_csv, as_xlsx])
def test_text_that_a_spreadsheet_could_run_gets_an_apostrophe(write: Callable[..., bytes]) -> None:
    rows = [[text, "x"] for text in RISKY]

    cells = [row[0] for row in cells_of(write(["a", "b"], rows))]

    assert len(cells) == len(RISKY)
    assert [text for text, cell in zip(RISKY, cells, strict=True) if not cell.startswith("'")] == []


@pytest.mark.parametrize(
    "text", ["订单", "a=b", "1-2", "5.00", "4001260901000010015", "x@y", "(5)", "", " ", "·", "a\tb", "a\nb"]
)
def test_other_text_is_left_alone(text: str) -> None:
    assert protected(text) == text


@settings(max_examples=100, deadline=None)
@given(WRITABLE)
@example("0\t\t")  # more columns by tab than by comma: only the header tells which it is, and every reader names it
def test_a_csv_gives_back_the_text_behind_the_apostrophe(text: str) -> None:
    cell = cells_of(as_csv(["a", "b"], [[text, "x"]]), HeaderSpec(required=["a", "b"]))[0][0]

    assert cell == protected(text)
    assert cell.removeprefix("'") == text or cell == text


@settings(max_examples=8, deadline=None)
@given(st.lists(st.tuples(WRITABLE, WRITABLE), min_size=1, max_size=15))
def test_a_workbook_gives_back_the_text_behind_the_apostrophe(rows: list[tuple[str, str]]) -> None:
    written = as_xlsx(["id", "a", "b"], [["x", *row] for row in rows])

    assert [row[1:] for row in cells_of(written)] == [[protected(cell) for cell in row] for row in rows]


@settings(max_examples=15, deadline=None)
@given(
    st.lists(
        st.text(st.characters(exclude_categories=["Cs"]), max_size=20) | st.sampled_from(RISKY), min_size=1, max_size=8
    )
)
def test_no_cell_of_a_workbook_is_ever_a_formula(texts: list[str]) -> None:
    book = openpyxl.load_workbook(io.BytesIO(as_xlsx(["a", "b"], [[text, "x"] for text in texts])))

    kinds = {cell.data_type for row in book.active.iter_rows() for cell in row}

    assert kinds <= {"s", "n", "inlineStr"}
    assert all(cell.value is None or isinstance(cell.value, str) for row in book.active.iter_rows() for cell in row)


def test_numbers_of_a_workbook_are_numbers_with_their_decimals_and_identifiers_are_text() -> None:
    moment = dt.datetime(2026, 9, 1, 9, 12, 33, tzinfo=SHANGHAI)
    row: list[Cell] = ["4001260901000010015", Decimal("-1299.50"), Decimal("0.05280"), 3, moment, dt.date(2026, 9, 1)]

    sheet = openpyxl.load_workbook(io.BytesIO(as_xlsx([*"abcdef"], [row]))).active

    assert [cell.value for cell in sheet[2]] == [
        "4001260901000010015", -1299.5, 0.0528, 3, moment.replace(tzinfo=None), dt.datetime(2026, 9, 1),  # noqa: DTZ001
    ]  # fmt: skip
    assert [cell.number_format for cell in sheet[2]] == [
        "General", "0.00", "0.00000", "0", "yyyy-mm-dd hh:mm:ss", "yyyy-mm-dd",
    ]  # fmt: skip
    assert sheet.freeze_panes == "A2"


def test_a_number_with_more_digits_than_a_spreadsheet_keeps_goes_out_as_text() -> None:
    written = as_xlsx(["a", "b"], [[4001260901000010015, Decimal("12345678901234.56")]])

    assert cells_of(written) == [["4001260901000010015", "12345678901234.56"]]


@settings(max_examples=6, deadline=None)
@given(st.lists(st.decimals(-(10**12), 10**12, places=2), min_size=1, max_size=20))
def test_amounts_survive_a_workbook(amounts: list[Decimal]) -> None:
    written = as_xlsx(["id", "a"], [["x", amount] for amount in amounts])

    assert [Decimal(row[1]) for row in cells_of(written)] == amounts


def test_nan_and_naive_instants_are_programming_mistakes() -> None:
    with pytest.raises(ValueError, match="NaN"):
        as_csv(["a"], [[Decimal("NaN")]])
    with pytest.raises(ValueError, match="NaN"):
        as_xlsx(["a"], [[Decimal("Infinity")]])
    with pytest.raises(ValueError, match="naive"):
        as_csv(["a"], [[dt.datetime(2026, 9, 1)]])  # noqa: DTZ001 - the mistake


def test_a_text_too_long_for_a_cell_is_refused_and_not_cut() -> None:
    for write in (as_csv, as_xlsx):
        with pytest.raises(TabularError) as refusal:
            write(["a"], [["x" * 32_768]])
        assert (refusal.value.code, refusal.value.data) == ("cell_too_long", {"row": 2, "limit": 32_767})


def test_sheet_titles_are_made_to_fit(tmp_path: Path) -> None:
    titles = ["订单/九月[1]", "订单 九月 1", "'x'", "y" * 40, "Y" * 31, "", "\x01"]
    path = tmp_path / "book.xlsx"

    write_xlsx(path, [Sheet(title, ["a"], [["1"]]) for title in titles])

    assert openpyxl.load_workbook(path).sheetnames == [
        "订单 九月 1", "订单 九月 1 2", "x", "y" * 31, "Y" * 29 + " 2", "Sheet", "Sheet 2",
    ]  # fmt: skip


def test_a_long_export_is_written_from_a_generator() -> None:
    target = io.BytesIO()

    count = write_csv(target, ["a", "b"], ([str(number), number] for number in range(5_000)))

    assert (count, len(whole(target.getvalue())[1])) == (5_000, 5_000)


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("订单 2026-09.csv", "订单 2026-09.csv"), ("../../etc/passwd", "passwd"), ("C:\\x\\订单.xlsx", "订单.xlsx"),
        ("a\r\nSet-Cookie: x.csv", "aSet-Cookie_ x.csv"), ("订单\u202exslx.exe", "订单xslx.exe"),
        ("a\u200bb.csv", "ab.csv"),
        ('a"b;c%41.csv', "a_b_c_41.csv"), ("", "export"), ("...", "export"), (".csv", "export.csv"),
        ("con.csv", "_con.csv"),
        ("LPT1", "_LPT1"), ("a  b .csv", "a b.csv"), ("a\0b.csv", "ab.csv"),
        ("x" * 300 + ".csv", "x" * 176 + ".csv"),
        ("单" * 100 + ".csv", "单" * 58 + ".csv"), ("e\u0301.csv", "é.csv"), ("a\u3000b.csv", "ab.csv"),
    ],
)  # fmt: skip
def test_a_download_name_is_harmless(name: str, safe: str) -> None:
    assert safe_filename(name) == safe


@given(st.text(max_size=80))
def test_no_download_name_has_a_path_a_control_or_a_direction_character(name: str) -> None:
    safe = safe_filename(name)

    assert safe
    assert not set(safe) & set('/\\<>:"|?*;%')
    assert all(unicodedata.category(character) != "Cc" for character in safe)
    assert all(
        unicodedata.bidirectional(character) not in {"RLO", "LRO", "RLE", "LRE", "PDF", "RLI"} for character in safe
    )
    assert len(safe.encode()) <= 180
    assert safe_filename(safe) == safe
