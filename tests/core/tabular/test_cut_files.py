"""Half-written and scrambled files: read or refused, never anything else."""

import io
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.core.tabular import HeaderSpec, TabularError, open_table
from tests.core.tabular.making import BROKEN, FIXTURES, ORDERS, lines, workbook, zipped

ROWS = ["订单编号,买家留言,金额", '1,"加急，谢谢",64.00', '2,"两行\n字",3.50', "3,,1.00"]
HEADER = HeaderSpec(required=["订单编号", "金额"])
BOOK = workbook([["订单编号", "金额"], ["1", "2"]])


def outcome(data: bytes, spec: HeaderSpec | None = HEADER) -> str:
    """`read`, or the code of the refusal; anything else fails the test."""
    try:
        with open_table(io.BytesIO(data), header=spec) as table:
            for _ in table.rows():
                pass
    except TabularError as error:
        return error.code
    return "read"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_text_cut_at_any_byte_is_read_or_refused(encoding: str) -> None:
    whole = lines(*ROWS, encoding=encoding)

    found = Counter(outcome(whole[:size]) for size in range(len(whole)))

    assert set(found) <= {
        "read", "empty_file", "header_not_found", "missing_column", "cut_file", "undecodable", "broken_quotes",
    }  # fmt: skip
    assert found["cut_file"] > 10


def test_a_text_cut_before_its_last_column_is_never_taken_for_a_whole_one() -> None:
    whole = lines(*ROWS)
    ends = [len(lines(*ROWS[:count])) for count in range(1, 5)]
    in_last_cells = {size for end in ends for size in range(whole.rindex(b",", 0, end) + 1, end + 1)}

    taken = {size for size in range(ends[0], len(whole)) if outcome(whole[:size]) == "read"}

    assert taken == {size for size in in_last_cells if ends[0] <= size < len(whole)}


def test_a_workbook_cut_at_any_byte_is_refused() -> None:
    found = Counter(outcome(BOOK[:size]) for size in range(len(BOOK)))

    assert set(found) == {"empty_file", "header_not_found", "not_a_table", "damaged_file"}
    assert found["damaged_file"] == len(BOOK) - 4


def test_a_zip_cut_at_any_byte_is_refused() -> None:
    data = zipped(("a.csv", lines(*ROWS)))

    assert "read" not in {outcome(data[:size]) for size in range(len(data))}


def test_spreadsheetml_cut_at_any_byte_is_refused() -> None:
    data = (BROKEN / "sparse_sheet.xls").read_bytes().rstrip()

    assert "read" not in {outcome(data[:size], ORDERS) for size in range(len(data))}


def test_a_page_cut_at_any_byte_is_read_or_refused() -> None:
    data = (BROKEN / "page_with_table.xls").read_bytes()

    found = {outcome(data[:size], ORDERS) for size in range(len(data))}

    assert found <= {
        "read",
        "empty_file",
        "web_page",
        "missing_column",
        "header_not_found",
        "not_a_table",
        "undecodable",
    }


def test_an_old_workbook_that_is_cut_is_refused_although_its_reader_breaks() -> None:
    data = next((FIXTURES / "sycm").glob("*商品_全部*.xls")).read_bytes()

    found = {outcome(data[:size]) for size in range(len(data) // 24, len(data), len(data) // 24)}

    assert found <= {"damaged_file", "not_a_table", "empty_file"}


SOUND = [
    BOOK,
    zipped(("a.csv", lines(*ROWS))),
    lines(*ROWS, encoding="gb18030"),
    (BROKEN / "sparse_sheet.xls").read_bytes(),
]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(which=st.sampled_from(range(len(SOUND))), data=st.data())
def test_a_scrambled_file_is_read_or_refused(which: int, data: st.DataObject) -> None:
    damaged = bytearray(SOUND[which])
    for _ in range(data.draw(st.integers(1, 6))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))

    assert outcome(bytes(damaged))


@settings(max_examples=150, deadline=None)
@given(
    st.binary(max_size=300),
    st.sampled_from([b"", b"PK\x03\x04", b"PK\x05\x06", b"\xff\xfe", b"\xef\xbb\xbf", b"<?xml", b"<table"]),
)
def test_any_bytes_at_all_are_read_or_refused(data: bytes, start: bytes) -> None:
    assert outcome(start + data)
    assert outcome(start + data, None)


def test_a_path_is_closed_after_a_refusal(tmp_path: Path) -> None:
    path = tmp_path / "cut.csv"
    path.write_bytes(lines(*ROWS)[:-8])

    with pytest.raises(TabularError), open_table(path, header=HEADER) as table:
        list(table.rows())

    path.unlink()
    assert not path.exists()
