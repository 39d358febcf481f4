"""Hostile files: refused by name, before they cost anything."""

import io
import json
import stat
import subprocess
import sys
import zipfile
from collections.abc import Iterable
from pathlib import Path
from random import Random

import pytest

from apps.core.tabular import HeaderSpec, Limits, TabularError, open_table
from tests.core.tabular.bombs import BOMBS, written_to
from tests.core.tabular.making import FIXTURES, lines, refusing, sheet_xml, whole, workbook, workbook_with_sheet, zipped

MOST_MEMORY_MB = 150

Outcome = tuple[dict[str, str], float]


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """What a process with little memory and patience made of every bomb: codes by name, and its peak in MB."""
    paths = written_to(str(tmp_path_factory.mktemp("bombs")))
    command = [sys.executable, "-m", "tests.core.tabular.bombs", *paths]
    ended = subprocess.run(command, cwd=FIXTURES.parents[1], capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    *reports, peak = map(json.loads, ended.stdout.splitlines())
    return {report["name"]: report["code"] for report in reports}, peak


@pytest.mark.parametrize(("make", "code"), BOMBS, ids=lambda value: getattr(value, "__name__", value))
def test_a_bomb_is_refused_by_name_before_its_reader_runs_out_of_work(
    outcome: Outcome, make: object, code: str
) -> None:
    assert outcome[0][make.__name__.strip("_")] == code


def test_all_bombs_together_never_take_much_memory(outcome: Outcome) -> None:
    assert outcome[1] <= MOST_MEMORY_MB


def refusal_of(source: bytes | Path, spec: HeaderSpec | None = None, **options: object) -> TabularError:
    """The refusal; the test fails when there is none."""
    with pytest.raises(TabularError) as refusal:
        whole(source, spec, **options)
    return refusal.value


def rows_read(source: bytes) -> int:
    with open_table(io.BytesIO(source)) as table:
        return sum(len(batch.numbers) for batch in table.column_batches(["a"]))


def test_a_million_data_rows_are_read_and_one_more_is_refused() -> None:
    million = b"a,b\n" + b"1,2\n" * 1_000_000

    assert rows_read(million) == 1_000_000
    with pytest.raises(TabularError) as refusal:
        rows_read(million + b"1,2\n")
    assert (refusal.value.code, refusal.value.data) == ("too_many_rows", {"limit": 1_000_000})


def test_text_and_workbooks_have_their_own_limits_in_bytes(tmp_path: Path) -> None:
    text, book = tmp_path / "text.csv", tmp_path / "book.xlsx"
    for path, start, size in (
        (text, b"a,b\r\n" * 2000, Limits().text_bytes),
        (book, b"PK\x03\x04", Limits().container_bytes),
    ):
        with path.open("wb") as file:
            file.write(start)
            file.truncate(size + 1)

    assert (refusal_of(text).code, refusal_of(text).data) == ("file_too_large", {"limit": 200})
    assert (refusal_of(book).code, refusal_of(book).data) == ("file_too_large", {"limit": 64})


def test_a_hundred_thousand_orders_of_the_widest_export_are_read() -> None:
    rows, columns, random = 100_000, 70, Random(7)
    header = ["a", *(f"column {nth}" for nth in range(1, columns))]
    # More rows than deflate looks back over, so that they pack no better than real orders do.
    orders = [_cells(random.randbytes(5).hex() for _ in range(columns)) for _ in range(500)]
    sheet = [f"<row r='1'>{_cells(header)}</row>"]
    sheet += [f"<row r='{number}'>{orders[number % 500]}</row>" for number in range(2, rows + 2)]
    book = workbook_with_sheet(sheet_xml(sheet))

    assert len(book) > 40_000_000
    assert rows_read(book) == rows


def _cells(texts: Iterable[str]) -> str:
    return "".join(f"<c t='inlineStr'><is><t>{text}</t></is></c>" for text in texts)


def test_a_workbook_over_the_row_limit_is_refused_and_one_at_the_limit_is_read() -> None:
    data = [["订单编号", "金额"], *[[f"{number}", 1] for number in range(30)]]

    assert len(whole(workbook(data), **refusing({"sheet_rows": 30}))[1]) == 30
    assert refusal_of(workbook(data), **refusing({"sheet_rows": 29})).code == "too_many_rows"


def test_empty_rows_with_a_format_do_not_count() -> None:
    rows = ["<row r='1'><c r='A1' t='inlineStr'><is><t>a</t></is></c></row>"]
    rows += [f"<row r='{number}'><c r='A{number}' s='0'/></row>" for number in range(2, 40)]

    table, read = whole(workbook_with_sheet(sheet_xml(rows)), **refusing({"sheet_rows": 10}))

    assert (table.header, read) == (["a"], [])


def test_too_many_columns_and_too_long_cells_are_refused_in_every_container() -> None:
    wide, long = ["c"] * 6, "x" * 11
    limits = refusing({"columns": 5, "cell_characters": 10})
    page = "<html><table><tr>{}</tr><tr>{}</tr></table></html>"
    wide_page = page.format("<td>c</td>" * 6, "<td>c</td>" * 6).encode()
    long_page = page.format("<td>c</td><td>c</td>", f"<td>{long}</td><td>c</td>").encode()

    assert refusal_of(lines(",".join(wide), ",".join(wide)), **limits).code == "too_many_columns"
    assert refusal_of(workbook([wide, wide]), **limits).code == "too_many_columns"
    assert refusal_of(wide_page, **limits).code == "too_many_columns"
    for source in (lines("a,b", f"1,{long}"), workbook([["a", "b"], ["1", long]]), long_page):
        error = refusal_of(source, **limits)
        assert (error.code, error.data) == ("cell_too_long", {"row": 2, "limit": 10})


def test_a_cell_that_is_too_long_over_several_short_lines_is_refused() -> None:
    source = lines("a,b", '1,"' + "xxxx\n" * 5 + '"')

    assert refusal_of(source, **refusing({"cell_characters": 20})).data == {"row": 2, "limit": 20}
    assert len(whole(source, **refusing({"cell_characters": 25}))[1]) == 1


def test_a_zip_over_the_number_of_members_is_refused() -> None:
    members = [(f"{number}.txt", b"a,b") for number in range(4)]

    assert refusal_of(zipped(*members), **refusing({"members": 3})).data == {"limit": 3}


def test_a_link_in_a_zip_is_refused() -> None:
    link = zipfile.ZipInfo("orders.csv")
    link.create_system = 3
    link.external_attr = (stat.S_IFLNK | 0o777) << 16

    error = refusal_of(zipped((link, b"/etc/passwd")))

    assert (error.code, error.data) == ("symbolic_link", {"name": "orders.csv"})


@pytest.mark.parametrize(
    "name", ["../a.csv", "a/../../b.csv", "/etc/a.csv", "..\\a.csv", "C:\\a.csv", "\\\\host\\a.csv"]
)
def test_a_name_that_leads_out_of_the_folder_is_refused(name: str) -> None:
    info = zipfile.ZipInfo("x")
    info.filename = name

    assert refusal_of(zipped((info, lines("a,b", "1,2")))).code == "unsafe_member_name"


def test_the_same_name_twice_is_refused() -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        data = zipped(("a.csv", lines("a,b")), ("a.csv", lines("a,c")))

    assert refusal_of(data).code == "damaged_file"


def test_an_encrypted_zip_is_refused() -> None:
    data = bytearray(zipped(("a.csv", lines("a,b"))))
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.find(mark) + flags] |= 1

    assert refusal_of(bytes(data)).code == "password_protected"


@pytest.mark.parametrize(
    "inner", [zipped(("b.csv", b"a,b")), b"Rar!\x1a\x07\x00", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b\x08\x00"]
)
def test_an_archive_in_a_zip_is_refused_even_beside_a_table(inner: bytes) -> None:
    error = refusal_of(zipped(("orders.csv", lines("a,b", "1,2")), ("more.bin", inner)))

    assert (error.code, error.data) == ("nested_archive", {"name": "more.bin"})


def test_a_workbook_with_a_workbook_inside_is_refused() -> None:
    sheet = sheet_xml(["<row r='1'><c r='A1' t='inlineStr'><is><t>a</t></is></c></row>"])

    error = refusal_of(workbook_with_sheet(sheet, ("xl/embeddings/book.xlsx", workbook([["a"]]))))

    assert error.code == "nested_archive"


@pytest.mark.parametrize("part", ["xl/vbaProject.bin", "XL/VBAPROJECT.BIN", "xl/macrosheets/sheet1.xml"])
def test_macros_are_refused_wherever_they_lie(part: str) -> None:
    error = refusal_of(workbook_with_sheet(sheet_xml([]), (part, b"<x/>")))

    assert error.code == "macro_workbook"


def test_text_after_the_directory_of_a_workbook_is_refused() -> None:
    data = bytearray(workbook([["a"], ["1"]]))
    data[-2:] = (4).to_bytes(2, "little")

    assert refusal_of(bytes(data) + b"PK\x05\x06").code == "damaged_file"
    assert refusal_of(bytes(data) + b"text").code == "damaged_file"


def test_a_password_protected_workbook_is_refused_as_such() -> None:
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "EncryptedPackage".encode("utf-16-le") + bytes(512)

    assert refusal_of(ole).code == "password_protected"


def test_an_old_workbook_with_macros_is_refused() -> None:
    path = next((FIXTURES / "sycm").glob("*店铺*.xls"))

    assert refusal_of(path.read_bytes() + "_VBA_PROJECT".encode("utf-16-le")).code == "macro_workbook"


def test_a_two_byte_encoding_cannot_hide_a_document_type() -> None:
    sheet = sheet_xml([]).decode().replace("<worksheet", "<!DOCTYPE a><worksheet").encode("utf-16")

    assert refusal_of(workbook_with_sheet(sheet)).code == "damaged_file"


def test_a_stream_that_cannot_be_read_twice_is_a_programming_mistake() -> None:
    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

    with pytest.raises(ValueError, match="seekable"):
        whole(Pipe(b"a,b"))
