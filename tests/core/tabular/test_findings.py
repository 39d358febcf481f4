"""Refusals and findings say what happened in a person's words, and repeat no buyer's data."""

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from apps.core.errors import DomainError
from apps.core.tabular import TabularError, cell_errors, errors, excerpt, finding_of, unsafe
from apps.core.tabular.marks import lost_digits

ROOMS = (errors, unsafe, cell_errors)
REFUSALS = list(
    dict.fromkeys(
        kind
        for room in ROOMS
        for kind in vars(room).values()
        if isinstance(kind, type) and issubclass(kind, TabularError)
    )
)
SAMPLE_DATA = {
    errors.FileTooLarge: {"limit": 200}, errors.NotATable: {"kind": "pdf"}, unsafe.NestedArchive: {"name": "a.zip"},
    unsafe.UnsafeMemberName: {"name": "../a"}, unsafe.SymbolicLink: {"name": "a"},
    unsafe.TooManyMembers: {"limit": 200},
    unsafe.ExpandsTooFar: {"limit": 300}, unsafe.CompressedTooTightly: {"limit": 200}, unsafe.WrongSizes: {"name": "a"},
    errors.HeaderNotFound: {"rows": 20}, errors.DuplicateColumn: {"name": "a"}, errors.CutFile: {"row": 12_345},
    errors.Undecodable: {"line": 7, "encoding": "utf-8"}, errors.BrokenQuotes: {"row": 3},
    errors.DataAfterFooter: {"row": 3},
    errors.CellTooLong: {"row": 3, "limit": 32_767}, errors.TooManyRows: {"limit": 100_000},
    errors.TooManyColumns: {"limit": 512}, errors.RowsDoNotFit: {"count": 1000},
}  # fmt: skip


def made(kind: type[TabularError]) -> TabularError:
    if kind in {errors.SeveralTables, errors.MissingColumn}:
        return kind(["a", "b"])
    return kind(**SAMPLE_DATA.get(kind, {}))


@pytest.mark.parametrize("kind", REFUSALS)
def test_every_refusal_has_a_code_of_its_own_and_a_whole_sentence(kind: type[TabularError]) -> None:
    error = made(kind)

    assert [other.code for other in REFUSALS].count(error.code) == 1
    assert "%" not in translated(error)
    assert translated(error).endswith((".", "?"))
    assert isinstance(error, DomainError)


def test_a_refusal_puts_its_data_into_the_sentence() -> None:
    error = errors.CutFile(row=12_345)

    assert error.data == {"row": 12_345}
    assert "row 12,345" in translated(error)


def test_a_kind_is_spoken_in_words_and_kept_as_a_code() -> None:
    error = errors.NotATable(kind="pdf")

    assert error.data == {"kind": "pdf"}
    assert "a PDF document" in translated(error)


def translated(error: TabularError) -> str:
    with translation.override("en"):
        return str(error.sentence)


def test_a_finding_names_row_column_and_reason() -> None:
    finding = finding_of(7, "订单编号", cell_errors.DigitsLost(), lost_digits("4.00126090100001E+18"))

    assert (finding.row, finding.column, finding.code, finding.severity) == (7, "订单编号", "digits_lost", "refused")
    assert finding.value == "4.001…01E+18"


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ("13800138000", "138…00"), ("138-0013-8000", "13…0"), ("010-8888 1234", "01…4"), ("1,234.5.6", "1,234.5.6"),
        ("2026-13-01 09:00:00", "2026-13-01 09:00:00"), ("4.00126E+18", "4.00126E+18"), ("张三", "张…"), ("张", "张"),
        ("张小三", "张…"), ("浙江省 杭州市 余杭区 示例街道", "浙江…道"), ("110101199001011234X", "11…X"),
        ("", ""), ("-", "-"),
        ("－３．００", "-3.00"), ("１３８００１３８０００", "138…00"), ("NaN", "NaN"), ("-Infinity", "-Infinity"), ("#N/A", "#N/A"),
        ("$12.00", "$12.00"), ("12.005 USD", "12.005 USD"), ("1234567.905", "1234567.905"), ("13800138000.0", "138…00.0"),
        ("0571-8765432.5", "0571-876…32.5"), ("INFANTE", "IN…E"),
        ("4001260901000010015", "400…15"), ("a\0b\nc", "a …c"), ("tb_test_002", "tb…2"),
    ],
)  # fmt: skip
def test_an_excerpt_shows_enough_to_find_the_cell_and_not_the_buyer(cell: str, shown: str) -> None:
    assert excerpt(cell) == shown


@given(st.text(max_size=200))
def test_an_excerpt_is_one_short_line(cell: str) -> None:
    shown = excerpt(cell)

    assert len(shown) <= 24
    assert "\n" not in shown
    assert "\0" not in shown
