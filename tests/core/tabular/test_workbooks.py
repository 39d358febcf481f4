"""xlsx, xls, SpreadsheetML and web pages: what a person sees in Excel is what the reader gives."""

import datetime as dt
import io
import struct

import pytest
import xlsxwriter
import xlwt

from apps.core.tabular import Container, HeaderSpec, TabularError, columns, open_table
from apps.core.tabular.detect import workbook_kind
from tests.core.tabular.making import (
    FIXTURES,
    ORDERS,
    cells_of,
    lines,
    sheet_xml,
    whole,
    workbook,
    workbook_with_sheet,
    zipped,
)

NAMESPACE = "urn:schemas-microsoft-com:office:spreadsheet"


def refusal_of(source: bytes, spec: HeaderSpec | None = None) -> str:
    with pytest.raises(TabularError) as refusal:
        whole(source, spec)
    return refusal.value.code


def text_cell(place: str, text: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


def page(*rows: str, around: str = "<html><body>{}</body></html>") -> bytes:
    return around.format("<table>" + "".join(f"<tr>{row}</tr>" for row in rows) + "</table>").encode()


def spreadsheet(*rows: str, encoding: str = "utf-8", said: str = "UTF-8", name: str = "1") -> bytes:
    head = f'<?xml version="1.0" encoding="{said}"?><Workbook xmlns="{NAMESPACE}" xmlns:ss="{NAMESPACE}">'
    body = f'<Worksheet ss:Name="{name}"><Table>{"".join(rows)}</Table></Worksheet></Workbook>'
    return (head + body).encode(encoding)


def data(text: str, kind: str = "String") -> str:
    return f'<Cell><Data ss:Type="{kind}">{text}</Data></Cell>'


def test_rows_keep_their_numbers_below_blank_rows_and_beside_blank_columns() -> None:
    table, rows = whole(workbook([[], [], [None, "订单编号", "金额"], [None, "1", "2"], [], [None, "3", "4"]]), ORDERS)

    assert (table.header_row_number, table.header) == (3, ["", "订单编号", "金额"])
    assert [(row.number, row.cells) for row in rows] == [(4, ["", "1", "2"]), (6, ["", "3", "4"])]


def test_every_kind_of_cell_becomes_the_text_that_a_csv_would_hold() -> None:
    day, moment = dt.date(2026, 9, 1), dt.datetime(2026, 9, 1, 9, 12, 33)  # noqa: DTZ001 - a sheet knows no zone
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as book:
        sheet = book.add_worksheet()
        formats = [book.add_format({"num_format": code}) for code in ("yyyy-mm-dd", "yyyy-mm-dd hh:mm:ss")]
        sheet.write_row(0, 0, ["a", "b", "c", "d", "e", "f", "g"])
        sheet.write_datetime(1, 0, day, formats[0])
        sheet.write_datetime(1, 1, moment, formats[1])
        sheet.write_boolean(1, 2, True)
        sheet.write_row(1, 3, [12, 12.5, 0.00003, -7])

    assert cells_of(target.getvalue()) == [
        ["2026-09-01 00:00:00", "2026-09-01 09:12:33", "TRUE", "12", "12.5", "0.00003", "-7"]
    ]


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (9007199254740991, "9007199254740991"), (318000000101, "318000000101"), (0.1 + 0.2, "0.3"), (64.0, "64"),
        (10160000000000.0, "10160000000000"), (1e-12, "1E-12"), (1234567.891, "1234567.891"), (-0.5, "-0.5"),
    ],
)  # fmt: skip
def test_a_number_is_written_with_all_the_digits_it_has(number: float, text: str) -> None:
    assert cells_of(workbook([["a"], [number]])) == [[text]]


@pytest.mark.parametrize("number", [9007199254740992, 4001260901000010015, -1e18, 1e300])
def test_a_number_that_lost_digits_is_refused_as_identifier_amount_and_text(number: float) -> None:
    cells = [row[0] for row in cells_of(workbook([["a"], [number]]))]

    for cleaner in (columns.identifiers, columns.amounts, columns.texts):
        assert [error.code for _, error in cleaner(cells)[1]] == ["digits_lost"]


def test_a_wrong_dimension_changes_nothing() -> None:
    xml = sheet_xml([f'<row r="{n}">{text_cell(f"A{n}", f"a{n}")}{text_cell(f"B{n}", "b")}</row>' for n in (1, 2, 3)])
    wrong = xml.replace(b"<sheetData>", b'<dimension ref="A1"/><sheetData>')

    assert cells_of(workbook_with_sheet(wrong)) == [["a2", "b"], ["a3", "b"]]


def test_cells_without_value_are_told_apart_even_with_a_namespace_prefix() -> None:
    rows = "<x:row r='1'><x:c r='A1' t='inlineStr'><x:is><x:t>a</x:t></x:is></x:c></x:row>" + (
        '<x:row r="2"><x:c r="A2" t="e"><x:v>#N/A</x:v></x:c></x:row>'
        '<x:row r="3"><x:c r="A3"><x:f>1+1</x:f></x:c></x:row>'
    )
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    sheet = f'<x:worksheet xmlns:x="{main}"><x:sheetData>{rows}</x:sheetData></x:worksheet>'.encode()

    cells = [row[0] for row in cells_of(workbook_with_sheet(sheet))]

    assert [(index, error.code) for index, error in columns.texts(cells)[1]] == [(0, "no_result"), (1, "no_result")]


def test_cells_without_value_are_found_across_the_pieces_a_large_sheet_is_read_in() -> None:
    def amount(n: int) -> str:
        return f'<c r="B{n}" t="e"><v>#N/A</v></c>' if n % 50 == 0 else f'<c r="B{n}"><v>{n}</v></c>'

    rows = [f'<row r="{n}">{text_cell(f"A{n}", "x" * (n % 97))}{amount(n)}</row>' for n in range(1, 12_001)]

    cells = cells_of(workbook_with_sheet(sheet_xml(rows)), HeaderSpec(required=["x"]))

    assert [index + 2 for index, _ in columns.amounts([row[1] for row in cells])[1]] == list(range(50, 12_001, 50))


def test_the_sheet_with_the_header_is_found_among_others() -> None:
    source = workbook([["目录"]], [["订单编号", "金额"], ["1", "2"]], [["别的", "表"]], names=["目录", "订单", "其他"])

    table, rows = whole(source, ORDERS)

    assert (table.part, [row.cells for row in rows]) == ("订单", [["1", "2"]])


def test_other_office_documents_are_not_tables() -> None:
    document = zipped(("[Content_Types].xml", b"<Types/>"), ("word/document.xml", b"<w/>"))
    letter = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2048) + "WordDocument".encode("utf-16-le")

    assert [refusal_of(document), refusal_of(letter)] == ["not_a_table", "not_a_table"]
    assert workbook_kind(["[Content_Types].xml", "XL\\Workbook.xml"]) == Container.XLSX


def test_an_old_workbook_gives_numbers_and_dates_like_a_new_one() -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("订单")
    style = xlwt.easyxf(num_format_str="yyyy-mm-dd hh:mm:ss")
    for column, cell in enumerate(("订单编号", "金额", "时间")):
        sheet.write(2, column, cell)
    sheet.write(3, 0, 318000000101)
    sheet.write(3, 1, 64.5)
    sheet.write(3, 2, dt.datetime(2026, 9, 1, 9, 12, 33), style)  # noqa: DTZ001 - a sheet knows no zone
    sheet.write(4, 0, 4001260901000010015)
    target = io.BytesIO()
    book.save(target)

    table, rows = whole(target.getvalue(), ORDERS)

    assert (table.container, table.part, table.header_row_number) == ("xls", "订单", 3)
    assert rows[0].cells == ["318000000101", "64.5", "2026-09-01 09:12:33"]
    assert columns.identifiers([rows[1].cells[0]])[1][0][1].code == "digits_lost"


@pytest.mark.parametrize(
    ("encoding", "said"), [("utf-8", "UTF-8"), ("gb18030", "GB2312"), ("utf-8", "GBK"), ("utf-16", "UTF-16")]
)
def test_spreadsheetml_is_read_in_the_encoding_it_has_and_not_in_the_one_it_claims(encoding: str, said: str) -> None:
    rows = (f"<Row>{data('订单编号')}{data('金额')}</Row>", f"<Row>{data('四&amp;五')}{data('2')}</Row>")

    assert cells_of(spreadsheet(*rows, encoding=encoding, said=said), ORDERS) == [["四&五", "2"]]


def test_spreadsheetml_leaves_gaps_merged_cells_and_comments_where_they_are() -> None:
    merged = f'<Cell ss:MergeAcross="1"><Data ss:Type="String">a</Data></Cell>{data("b")}'
    noted = '<Cell><Comment><ss:Data>批注</ss:Data></Comment><Data ss:Type="String">x</Data></Cell><Cell ss:Index="4"/>'

    source = spreadsheet(f"<Row>{data('p')}{data('q')}{data('r')}</Row>", f"<Row>{merged}</Row>", f"<Row>{noted}</Row>")

    assert cells_of(source, HeaderSpec(required=["p"])) == [["a", "", "b"], ["x", "", ""]]


@pytest.mark.parametrize(
    ("text", "kind", "cell"),
    [
        ("4001260901000010015", "Number", "4001260901000010015"), ("64.00", "Number", "64.00"),
        ("12.199999999999999", "Number", "12.2"), ("1.016E13", "Number", "10160000000000"),
        ("2026-09-01T09:12:32.999", "DateTime", "2026-09-01 09:12:33"), ("1", "Boolean", "1"),
    ],
)  # fmt: skip
def test_spreadsheetml_numbers_and_dates_are_text(text: str, kind: str, cell: str) -> None:
    assert cells_of(spreadsheet(f"<Row>{data('a')}</Row>", f"<Row>{data(text, kind)}</Row>")) == [[cell]]


@pytest.mark.parametrize(
    ("text", "kind", "code"),
    [
        ("4.00126E+18", "Number", "digits_lost"), ("9" * 400 + ".5", "Number", "no_result"),
        ("#REF!", "Error", "no_result"),
        ("gestern", "DateTime", "no_result"),
    ],
)  # fmt: skip
def test_spreadsheetml_values_that_cannot_be_known_are_refused(text: str, kind: str, code: str) -> None:
    cells = [row[0] for row in cells_of(spreadsheet(f"<Row>{data('a')}</Row>", f"<Row>{data(text, kind)}</Row>"))]

    assert [error.code for _, error in columns.texts(cells)[1]] == [code]


def test_a_sheet_of_several_in_spreadsheetml_is_found_by_its_header() -> None:
    first = spreadsheet(f"<Row>{data('目录')}</Row>", name="目录")
    second = (
        f'<Worksheet ss:Name="账单"><Table><Row>{data("订单编号")}{data("金额")}</Row></Table></Worksheet></Workbook>'
    )

    table, _ = whole(first.replace(b"</Workbook>", second.encode()), ORDERS)

    assert table.part == "账单"


def test_cells_that_html_leaves_open_are_closed_by_the_next() -> None:
    source = b"<table><tr><th>a<th>b<tr><td>1<td>2<tr><td>3</td><td>4</table>"

    assert cells_of(source) == [["1", "2"], ["3", "4"]]


def test_blanks_entities_and_line_breaks_of_a_page_read_as_they_look() -> None:
    source = page("<th>a</th><th>b</th>", "<td> x\n  y&nbsp;</td><td>1<br/>2 &lt;3</td>", "<td>3</td><td></td>")

    assert cells_of(source) == [["x y", "1\n2 <3"], ["3", ""]]


def test_merged_cells_of_a_page_leave_blanks_behind() -> None:
    source = page(
        "<th>a</th><th>b</th><th>c</th>",
        '<td rowspan=2 colspan="2">x</td><td>1</td>',
        "<td>2</td>",
        "<td>y</td><td>z</td>",
    )

    assert cells_of(source) == [["x", "", "1"], ["", "", "2"], ["y", "z", ""]]


def test_a_table_of_data_is_found_inside_a_table_for_layout() -> None:
    inner = "<table><tr><th>订单编号<th>金额</tr><tr><td>1<td>2</tr></table>"

    assert cells_of(page(f"<td>菜单</td><td>{inner}</td>"), ORDERS) == [["1", "2"]]


def test_scripts_and_comments_of_a_page_are_not_its_text() -> None:
    source = page(
        "<th>a</th><th>b</th>", "<td><script>x='<td>'</script>1<!-- <td>9 --></td><td><style>p{}</style>2</td>"
    )

    assert cells_of(source) == [["1", "2"]]


@pytest.mark.parametrize(
    "source",
    [b"<!DOCTYPE html><html><body>login", b"<html><table><tr><td>user</td><td><input></td></tr></table></html>",
     b"  \r\n<HTML><HEAD><TITLE>x</TITLE></HEAD></HTML>", b"<script>location='/login'</script>",
     "<html><table></table></html>".encode("utf-16")],
)  # fmt: skip
def test_a_page_without_data_is_an_expired_log_in(source: bytes) -> None:
    assert refusal_of(source) == "web_page"
    assert refusal_of(source, ORDERS) == "web_page"


def test_a_page_with_other_data_lacks_the_columns() -> None:
    assert refusal_of(page("<td>订单编号</td><td>b</td>", "<td>1</td><td>2</td>"), ORDERS) == "missing_column"


def test_names_in_gbk_without_their_flag_are_read_in_a_zip() -> None:
    data_ = zipped(("AAAAAAAA.csv", lines("a,b", "1,2"))).replace(b"AAAAAAAA", "账务明细".encode("gbk"))

    assert whole(data_)[0].part == "账务明细.csv"


def test_what_packing_programs_leave_behind_is_passed_over() -> None:
    litter = (("__MACOSX/._a.csv", b"\0\5\x16\7"), (".DS_Store", b"\0\0"), ("read me.pdf", b"%PDF"), ("empty.csv", b""))

    assert cells_of(zipped(*litter, ("a.csv", lines("a,b", "1,2")))) == [["1", "2"]]


def test_two_fitting_files_in_a_zip_are_refused_and_one_can_be_chosen() -> None:
    source = zipped(("a.csv", lines("a,b", "1,2")), ("b.csv", lines("a,b", "3,4")))

    assert refusal_of(source) == "several_tables"
    assert cells_of(source, part="b.csv") == [["3", "4"]]


@pytest.mark.parametrize("force", [False, True])
def test_zip_files_in_the_long_form_that_java_writes_are_read(force: bool) -> None:
    plain = zipped(("a.csv", lines("a,b", "1,2")))
    if force:
        end = plain.rfind(b"PK\x05\x06")
        count, size, start = struct.unpack("<10xHLL", plain[end : end + 20])
        record = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, count, count, size, start)
        locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, end, 1)
        last = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
        plain = plain[:end] + record + locator + last

    assert cells_of(plain) == [["1", "2"]]


def test_the_worker_ends_when_the_table_is_closed_before_its_end() -> None:
    with (FIXTURES / "taobao/refunds_42cols.xlsx").open("rb") as source:
        table = open_table(source)
        rows = table.rows()
        next(rows)
        table.close()
        worker = table._choice.source._worker

    assert worker._process.poll() is not None
