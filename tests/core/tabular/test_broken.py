"""Files as they go wrong in practice: each is refused by name, or read with the bad cells told apart."""

from decimal import Decimal

import pytest

from apps.core.tabular import HeaderSpec, TabularError, columns
from tests.core.tabular.making import BROKEN, ORDERS, cells_of, column_of, whole

REFUSED = [
    ("empty.csv", "empty_file", {}),
    ("cut_in_quotes.csv", "cut_file", {"row": 6}),
    ("cut_in_row.csv", "cut_file", {"row": 6}),
    ("cut_utf8.csv", "undecodable", {"line": 7, "encoding": "utf-8"}),
    ("wrong_bytes.csv", "undecodable", {"line": 7, "encoding": "gb18030"}),
    ("broken_quotes.csv", "broken_quotes", {"row": 3}),
    ("no_header.csv", "header_not_found", {"rows": 20}),
    ("two_sheets.xlsx", "several_tables", {"names": "九月 / 十月"}),
    ("cut_workbook.xlsx", "damaged_file", {}),
    ("macro_workbook.xlsm", "macro_workbook", {}),
    ("external_link.xlsx", "external_links", {}),
    ("document_type.xlsx", "document_type", {}),
    ("document_type.xls", "document_type", {}),
    ("login_page.xls", "web_page", {}),
    ("parent_path.zip", "unsafe_member_name", {"name": "../orders.csv"}),
    ("nested.zip", "nested_archive", {"name": "orders.zip"}),
    ("workbook_in_archive.zip", "nested_archive", {"name": "orders.xlsx"}),
    ("no_table.zip", "no_table_in_archive", {}),
]
READ = {
    "long_row.csv", "two_files_glued.csv", "float_ids.csv", "rounded_ids.csv", "nul_bytes.csv", "amounts.csv",
    "formula_texts.csv", "formulas.xlsx", "numeric_ids.xlsx", "hidden_sheet.xlsx", "sparse_sheet.xls",
    "page_with_table.xls", "missing_column.csv",
}  # fmt: skip


@pytest.mark.parametrize(("name", "code", "data"), REFUSED)
def test_a_broken_file_is_refused_by_name(name: str, code: str, data: dict[str, object]) -> None:
    with pytest.raises(TabularError) as refusal:
        whole(BROKEN / name, ORDERS)

    assert (refusal.value.code, refusal.value.data) == (code, data)


def test_every_broken_file_has_a_test() -> None:
    assert {path.name for path in BROKEN.iterdir()} == {name for name, *_ in REFUSED} | READ


def test_a_header_without_a_required_column_is_refused_with_the_columns_name() -> None:
    with pytest.raises(TabularError) as refusal:
        whole(BROKEN / "missing_column.csv", HeaderSpec(required=["订单编号", "订单状态", {"运单号", "物流单号"}]))

    assert refusal.value.code == "missing_column"
    assert refusal.value.data["names"].split(" / ")[0] == "订单状态"
    assert set(refusal.value.data["names"].split(" / ")[1].split("/")) == {"运单号", "物流单号"}


def test_a_row_with_a_cell_too_many_is_left_out_and_reported() -> None:
    table, rows = whole(BROKEN / "long_row.csv", ORDERS)

    assert [row.number for row in rows] == [2, 4]
    assert [(found.row, found.code, found.severity) for found in table.findings] == [(3, "row_too_long", "refused")]


def test_the_header_of_a_second_file_glued_on_is_left_out_with_a_warning() -> None:
    table, rows = whole(BROKEN / "two_files_glued.csv", ORDERS)

    assert [row.number for row in rows] == [2, 3, 4, 5, 6, 8, 9]
    assert [(found.row, found.code, found.severity) for found in table.findings] == [(7, "repeated_header", "warning")]


def test_order_numbers_that_went_through_a_float_are_refused_and_exact_ones_kept() -> None:
    numbers, refused = columns.identifiers(column_of(BROKEN / "float_ids.csv", "订单编号", ORDERS))

    assert numbers == ["", "4001260911000010000", "318000000101", "", "", "4001260911000000006"]
    assert [(index, error.code) for index, error in refused] == [(index, "digits_lost") for index in (0, 3, 4)]


def test_a_column_of_long_numbers_that_all_end_in_zeros_is_refused() -> None:
    numbers, refused = columns.identifiers(column_of(BROKEN / "rounded_ids.csv", "订单编号", ORDERS))

    assert numbers == [""] * 5
    assert [(index, error.code) for index, error in refused] == [(index, "digits_lost") for index in range(5)]


def test_a_zero_character_refuses_its_cell_only() -> None:
    messages, refused = columns.texts(column_of(BROKEN / "nul_bytes.csv", "买家留言", ORDERS))

    assert messages == ["", "", ""]
    assert [(index, error.code) for index, error in refused] == [(1, "nul_character")]


def test_amounts_in_every_shape_become_decimals_or_get_a_reason() -> None:
    values, refused = columns.amounts(column_of(BROKEN / "amounts.csv", "买家实际支付金额", ORDERS))

    expected = ["1234.50", "12.00", "123.45", "84.00", "-5.00", None, None, "-3.00", *[None] * 6]
    assert values == [text if text is None else Decimal(text) for text in expected]
    assert [(index, error.code) for index, error in refused] == [
        (8, "not_finite"), (9, "scientific_notation"), (10, "not_finite"), (11, "not_an_amount"),
        (12, "amount_too_large"), (13, "not_an_amount"),
    ]  # fmt: skip


def test_texts_that_look_like_formulas_stay_texts() -> None:
    messages, refused = columns.texts(column_of(BROKEN / "formula_texts.csv", "买家留言", ORDERS))

    assert messages == ['=HYPERLINK("http://example.invalid","点我")', "+86 010", "小明", "-轻放", "＝1+1", "=1+1"]
    assert refused == []


def test_a_formula_counts_by_its_result_and_is_refused_without_one() -> None:
    cells = cells_of(BROKEN / "formulas.xlsx", ORDERS)

    amounts, refused = columns.amounts([row[1] for row in cells])

    assert amounts[3:] == [Decimal("193.5"), None, None, Decimal(1)]
    assert [(index, error.code) for index, error in refused] == [(4, "no_result"), (5, "no_result")]
    assert [row[2] for row in cells[3:]] == ["=1+1", "+交易成功", "@交易成功", ""]


def test_numbers_of_a_workbook_are_text_without_a_decimal_point_or_marked_as_lost() -> None:
    cells = cells_of(BROKEN / "numeric_ids.xlsx", ORDERS)

    numbers, refused = columns.identifiers([row[0] for row in cells])

    assert numbers[3:] == ["", "318000000101"]
    assert [(index, error.code) for index, error in refused] == [(3, "digits_lost")]
    assert [row[1] for row in cells] == ["64.5", "129", "193.5", "12.2", "0.3"]
    assert [row[3] for row in cells[3:]] == ["2026-09-11 09:12:33", "44500.53"]


def test_a_hidden_sheet_is_not_read() -> None:
    table, rows = whole(BROKEN / "hidden_sheet.xlsx", ORDERS)

    assert (table.part, len(rows)) == ("订单", 3)


def test_one_of_two_sheets_can_be_chosen() -> None:
    table, rows = whole(BROKEN / "two_sheets.xlsx", ORDERS, part="十月")

    assert (table.part, len(rows)) == ("十月", 3)


def test_spreadsheetml_keeps_its_gaps_and_the_digits_it_has() -> None:
    table, rows = whole(BROKEN / "sparse_sheet.xls", ORDERS)

    numbers, refused = columns.identifiers([row.cells[0] for row in rows])

    assert (table.header_row_number, table.header) == (3, ["订单编号", "", "金额", "时间"])
    assert [row.number for row in rows] == [4, 7]
    assert rows[0].cells == ["4001260911000000001", "", "12.2", "2026-09-11 09:12:33"]
    assert (numbers, [error.code for _, error in refused]) == (["4001260911000000001", ""], ["digits_lost"])
    assert columns.amounts([rows[1].cells[2]])[1][0][1].code == "no_result"


def test_a_web_page_with_a_table_of_data_is_read_like_a_sheet_with_merged_cells() -> None:
    table, rows = whole(BROKEN / "page_with_table.xls", ORDERS)

    assert (table.container, table.encoding, table.header_row_number) == ("html", "gb18030", 2)
    assert [row.cells for row in rows] == [
        ["4001260911000000001", "青禾手作陶瓷马克杯\n雾蓝", "2", "128.00"],
        ["", "青禾竹制收纳盒 & 盖", "1", "33.00"],
        ["4001260911000000002", "青禾亚麻桌布", "1", "1,280.00"],
    ]
