"""Comma- and tab-separated text: encodings, quotes, row numbers, headers that move, closing lines."""

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.core.tabular import HeaderSpec, TabularError, open_table
from tests.core.tabular.making import ORDERS, cells_of, lines, refusing, whole

HEADER = "订单编号,买家留言,金额"
# A file of many control characters is no text; the odd line end or TAB is.
CELL = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from('\r\n\t,"'), max_size=12)


def refusal_of(source: bytes, spec: HeaderSpec | None = None, **options: Any) -> tuple[str, dict[str, Any]]:
    with pytest.raises(TabularError) as refusal:
        whole(source, spec, **options)
    return refusal.value.code, refusal.value.data


@pytest.mark.parametrize(
    ("encoding", "found"),
    [
        ("utf-8", "utf-8"), ("utf-8-sig", "utf-8-sig"), ("gbk", "gb18030"), ("gb18030", "gb18030"),
        ("utf-16", "utf-16-le"),
    ],
)  # fmt: skip
def test_the_same_rows_come_out_of_every_encoding(encoding: str, found: str) -> None:
    table, rows = whole(lines(HEADER, '1,"加急，谢谢",64.00', "2,,3.50", encoding=encoding), ORDERS)

    assert table.encoding == found
    assert [row.cells for row in rows] == [["1", "加急，谢谢", "64.00"], ["2", "", "3.50"]]


def test_big_endian_text_with_its_mark_is_read() -> None:
    source = b"\xfe\xff" + '"订单编号"\t金额\r\n1\t2\r\n'.encode("utf-16-be")

    table, rows = whole(source, ORDERS)

    assert (table.encoding, table.header, rows[0].cells) == ("utf-16-be", ["订单编号", "金额"], ["1", "2"])


def test_a_file_of_another_kind_is_not_blamed_for_quotation_marks_that_its_own_delimiter_would_read() -> None:
    package = 'title\tdescription\r\n杯子\t"<p style=""x"">白, 蓝</p>"\r\n'.encode("utf-16")

    assert refusal_of(package, ORDERS) == ("header_not_found", {"rows": 20})


def test_an_emoji_in_gb18030_survives() -> None:
    assert cells_of(lines(HEADER, "1,谢谢😊,2", encoding="gb18030"), ORDERS) == [["1", "谢谢😊", "2"]]


def test_chinese_that_comes_late_does_not_mislead_the_encoding() -> None:
    plain = [f"{number},,1.00" for number in range(25_000)]

    for encoding, found in (("utf-8", "utf-8"), ("gb18030", "gb18030")):
        source = lines("id,note,amount", *plain, "9,加急,1.00", encoding=encoding)
        table, rows = whole(source)
        assert (table.encoding, rows[-1].cells[1]) == (found, "加急")


def test_a_bad_byte_far_into_a_file_is_named_by_its_line() -> None:
    good = lines(HEADER, *[f"{number},谢谢,1.00" for number in range(40_000)], encoding="gb18030")

    assert refusal_of(good + b"1,\xff\xff,2\r\n" + good, ORDERS) == (
        "undecodable",
        {"line": 40_002, "encoding": "gb18030"},
    )


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_every_kind_of_line_end_is_understood(end: str) -> None:
    _, rows = whole(lines(HEADER, "1,a,2", '2,"b\nc",3', end=end), ORDERS)

    assert [(row.number, row.cells) for row in rows] == [(2, ["1", "a", "2"]), (3, ["2", "b\nc", "3"])]


def test_row_numbers_are_those_of_a_spreadsheet() -> None:
    source = lines("说明", "", HEADER, '1,"两\n行\n字",2', "", "2,b,3", ",,", "3,c,4")

    table, rows = whole(source, ORDERS)

    assert (table.header_row_number, table.preamble) == (3, [["说明"], []])
    assert [row.number for row in rows] == [4, 6, 8]


def test_short_rows_are_filled_up_and_empty_cells_too_many_are_cut() -> None:
    table, rows = whole(lines(HEADER, "1", "2,b,3,", "3,c,4,,,  "), ORDERS)

    assert [row.cells for row in rows] == [["1", "", ""], ["2", "b", "3"], ["3", "c", "4"]]
    assert table.findings == []


def test_a_header_without_quotes_blanks_or_mark_is_found_by_clean_names() -> None:
    source = lines("\ufeff" + '\t订单编号 ,收货地址 ,"\'金 额"', "1,x,2")

    table, _ = whole(source, ORDERS)

    assert table.header == ["订单编号", "收货地址", "金 额"]
    assert table.name_of("没有", "金额") == "金 额"
    assert table.name_of("没有") is None


def test_a_header_on_row_21_is_not_looked_for() -> None:
    notes = ["说明"] * 20

    assert len(whole(lines(*notes[:19], HEADER, "1,2,3"), ORDERS)[1]) == 1
    assert refusal_of(lines(*notes, HEADER, "1,2,3"), ORDERS) == ("header_not_found", {"rows": 20})


def test_without_a_spec_the_first_full_row_is_the_header() -> None:
    table, rows = whole(lines("说明", "", "a,b,c", "1,2,3"))

    assert (table.header, table.header_row_number, [row.cells for row in rows]) == (
        ["a", "b", "c"],
        3,
        [["1", "2", "3"]],
    )


def test_tabs_part_columns_when_the_header_is_found_that_way() -> None:
    assert cells_of(lines("订单编号\t备注, 可空\t金额", "1\ta,b\t2"), ORDERS) == [["1", "a,b", "2"]]


def test_commas_with_a_tab_before_each_cell_stay_commas() -> None:
    assert cells_of(lines("订单编号,备注,金额", "\t1,\ta,\t2"), ORDERS) == [["\t1", "\ta", "\t2"]]


def test_closing_lines_are_kept_apart_even_with_commas_in_them() -> None:
    spec = HeaderSpec(required=["订单编号"], footer_starts=("#",))
    table, rows = whole(lines(HEADER, "1,a,2", "#合计：1笔，共-1,263.80元", "", "#完", "注,意,事"), spec)

    assert [row.cells for row in rows] == [["1", "a", "2"]]
    assert table.footer == [["#合计：1笔，共-1", "263.80元"], ["#完"], ["注", "意", "事"]]


def test_closing_lines_in_full_width_and_behind_an_empty_column_are_recognised() -> None:
    spec = HeaderSpec(required=["订单编号"], footer_starts=("#",))

    table, rows = whole(lines("," + HEADER, ",1,a,2", ",#合计,,", ",,,"), spec)

    assert (table.header[0], [row.cells for row in rows]) == ("", [["", "1", "a", "2"]])
    assert table.footer == [["", "#合计", "", ""]]


def test_a_text_that_starts_like_a_closing_line_is_data_where_none_are_expected() -> None:
    assert cells_of(lines("商品,订单号", "#新品# 杯子,1", "杯子,2")) == [["#新品# 杯子", "1"], ["杯子", "2"]]


def test_many_rows_after_the_closing_lines_refuse_the_file() -> None:
    spec = HeaderSpec(required=["订单编号"], footer_starts=("#",))

    code, data = refusal_of(lines(HEADER, "1,a,2", "#完", *["2,b,3"] * 60), spec)

    assert (code, data) == ("data_after_footer", {"row": 53})


def test_so_many_misfits_that_the_header_must_be_wrong_refuse_the_file() -> None:
    spec = HeaderSpec(required=["a", "b"])

    assert refusal_of(lines("a,b", *["1,2,3"] * 1001), spec) == ("rows_do_not_fit", {"count": 1000})


def test_rows_between_header_and_data_are_told_by_the_spec() -> None:
    spec = HeaderSpec(required=["id", "name"], rows_after=1)

    table, rows = whole(lines("id,name,price", "编号,名称,价格", "1,a,2"), spec)

    assert ([row.number for row in rows], table.preamble) == ([3], [["编号", "名称", "价格"]])


def test_a_wanted_column_that_is_there_twice_is_refused_and_others_may_be() -> None:
    source = lines("订单编号,完结时间,金额,完结时间", "1,a,2,b")
    with open_table(io.BytesIO(source), header=ORDERS) as table:
        with pytest.raises(TabularError) as refusal:
            table.column_batches(["订单编号", "完结时间"])
        batch = next(table.column_batches(["订单编号", "金额"]))

    assert (refusal.value.code, refusal.value.data) == ("duplicate_column", {"name": "完结时间"})
    assert batch.columns == {"订单编号": ["1"], "金额": ["2"]}


def test_a_column_that_nobody_has_is_refused_before_reading() -> None:
    with open_table(io.BytesIO(lines(HEADER, "1,a,2")), header=ORDERS) as table, pytest.raises(TabularError) as refusal:
        table.column_batches(["运单号"])

    assert (refusal.value.code, refusal.value.data) == ("missing_column", {"names": "运单号"})


def test_a_table_is_read_once() -> None:
    with open_table(io.BytesIO(lines(HEADER, "1,a,2")), header=ORDERS) as table:
        list(table.rows())
        with pytest.raises(RuntimeError, match="once"):
            next(table.rows())


def test_the_callers_stream_stays_open_and_a_path_does_not(tmp_path: Path) -> None:
    stream = io.BytesIO(lines(HEADER, "1,a,2"))
    with open_table(stream, header=ORDERS) as table:
        list(table.rows())

    assert not stream.closed


def test_pictures_papers_and_programs_are_refused_whatever_their_name() -> None:
    kinds = {"pdf": b"%PDF-1.7 x", "picture": b"\x89PNG\r\n\x1a\n", "archive": b"Rar!\x1a\x07", "program": b"MZ\x90\0"}
    kinds |= {"markup": b"<svg xmlns='http://www.w3.org/2000/svg'/>", "unknown": bytes(range(32)) * 9}

    assert [refusal_of(data) for data in kinds.values()] == [("not_a_table", {"kind": kind}) for kind in kinds]


def test_a_file_of_blank_rows_is_empty() -> None:
    assert refusal_of(b"\r\n,,\r\n\r\n") == ("empty_file", {})


def test_a_header_without_rows_is_an_empty_table() -> None:
    assert cells_of(lines(HEADER), ORDERS) == []


def test_a_quotation_mark_that_never_closes_is_a_cut_file_or_an_endless_cell() -> None:
    open_quote = lines(HEADER, '1,"a,2', *["2,b,3"] * 20)

    assert refusal_of(open_quote, ORDERS) == ("cut_file", {"row": 2})
    assert refusal_of(lines(HEADER, '1,"a,2', *["2,b,3"] * 30_000), ORDERS)[0] == "cell_too_long"


def test_a_last_row_without_line_end_is_fine_when_it_is_whole() -> None:
    assert cells_of(lines(HEADER, "1,a,2") + b"2,b,3", ORDERS) == [["1", "a", "2"], ["2", "b", "3"]]
    assert refusal_of(lines(HEADER, "1,a,2") + b"2,b", ORDERS) == ("cut_file", {"row": 3})


@settings(max_examples=60, deadline=None)
@given(rows=st.lists(st.tuples(CELL, CELL, CELL), max_size=8), encoding=st.sampled_from(["utf-8", "gb18030", "utf-16"]))
def test_whatever_is_in_the_cells_comes_back_as_it_was(rows: list[tuple[str, str, str]], encoding: str) -> None:
    target = io.StringIO()
    writer = csv.writer(target, quoting=csv.QUOTE_ALL)
    writer.writerow(["订单编号", "买家留言", "金额"])
    writer.writerows(("n" + number, message, amount) for number, message, amount in rows)

    cells = cells_of(target.getvalue().encode(encoding), ORDERS)

    assert cells == [["n" + number, message, amount] for number, message, amount in rows]


@settings(max_examples=40, deadline=None)
@given(size=st.integers(1, 9), count=st.integers(0, 40), limit=st.integers(1, 50))
def test_batches_are_full_but_for_the_last(size: int, count: int, limit: int) -> None:
    source = lines("a,b", *[f"{number},x" for number in range(count)])
    with open_table(io.BytesIO(source), **refusing({"text_rows": max(limit, count, 1)})) as table:
        batches = list(table.column_batches(["a"], size=size))

    assert [len(batch.numbers) for batch in batches] == [size] * (count // size) + [count % size] * (count % size > 0)
    assert [cell for batch in batches for cell in batch.columns["a"]] == [str(number) for number in range(count)]
