"""Whatever stands in the cells: a row is staged so that it fits its columns, or refused by row and column."""

import csv
import io
import json
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import models
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.core.tabular import TabularError
from apps.orders.imports.routing import LAYOUTS
from apps.orders.imports.rows import ORDER_NUMBER
from apps.orders.models import StagedLine, StagedOrder
from apps.orders.workflows.order import OrderState
from tests.orders.imports.staging import CSV, Row, Staged, staged

SAMPLES = {
    "taobao_orders": "taobao/ExportOrderList_2022_70cols_gb18030.csv",
    "taobao_items": "taobao/ExportOrderDetailList_2022_18cols.csv",
    "taobao_items_without_ids": "taobao/ExportOrderDetailList202609111042.csv",
    "jd_orders": "jd/jd_orders_30cols_gbk.csv",
    "pdd_orders": "pdd/orders_export2026-09-10.csv",
    "douyin_orders": "douyin/fxg_export_orders_74cols.csv",
    "youzan_orders": "youzan/youzan_order_goods.csv",
}
WRAPPERS = '="\t '
HOSTILE = [
    "",
    " ",
    "-",
    "null",
    "0",
    "-1",
    "1",
    "999999999",
    "1000000000",
    "1.005",
    "-0.01",
    "1e99",
    "NaN",
    "inf",
    "１２３",
    "99999999999999",
    "999999999999.99",
    "1000000000000",
    "999999999.99",
    "4001260901000010015",
    "1.016E13",
    "4.00126E+18",
    "=1+1",
    '=HYPERLINK("http://x.invalid","x")',
    "+cmd|' /C calc'!A0",
    "@SUM(A1)",
    "<script>alert(1)</script>",
    "'; DROP TABLE x--",
    "\\.",
    "\\N",
    "a\n\\.\nb",
    'say "hi"',
    "comma, and\ttab",
    "\u202eevil",
    "e\u0301",
    "🎂" * 30,
    "订" * 300,
    "9" * 41,
    "9" * 64,
    "x" * 65,
    "2026-09-01 10:00:00",
    "0001-01-01 00:00:00",
    "9999-12-31",
    "2026-02-30",
    "已取消",
    "退款成功",
    "**",
    "张*",
    "13800001111",
    "广东省 深圳市 南山区 虚构路1号",
    "订单拆分为  318000000104",
    "../../etc/passwd",
    "%s%n",
    "{{7*7}}",
    "\x01\x1b[31m",
]


def _rows_of(sample: str) -> list[list[str]]:
    data = (CSV / sample).read_bytes()
    text = data.decode("gb18030" if "taobao" in sample or "jd" in sample else "utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


def _file(rows: list[list[str]]) -> bytes:
    buffer = io.StringIO()
    csv.writer(buffer).writerows(rows)
    return buffer.getvalue().encode("utf-8", "surrogatepass")


def _assert_fits(row: Row, model: type[models.Model]) -> None:
    for field in model._meta.concrete_fields:
        value = row.get(field.column)
        if isinstance(field, models.CharField) and value is not None:
            assert len(value) <= (field.max_length or 0), (field.name, value)
        if isinstance(field, models.DecimalField) and value is not None:
            assert abs(value) < Decimal(10) ** 12
            assert value == value.quantize(Decimal("0.01"))
        if isinstance(field, models.CharField | models.TextField):
            assert "\0" not in (value or "")
        assert value is not None or field.null or field.column not in row or field.column == "file_id", field.name


def _assert_sound(found: Staged) -> None:
    for order in found.orders:
        _assert_fits(order, StagedOrder)
        assert order["state"] in OrderState.values
        assert ORDER_NUMBER.fullmatch(order["number"])
        assert order["placed_at"] or order["paid_at"]
    for line in found.lines:
        _assert_fits(line, StagedLine)
        assert 1 <= line["quantity"] <= 999_999_999
        assert line["line_key"]
    if found.layout.has_orders and found.layout.has_lines:
        ready = {line["number"] for line in found.lines if not line["verdict"]}
        assert ready == {order["number"] for order in found.orders}


@pytest.mark.parametrize("layout", [layout.name for layout in LAYOUTS])
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_hostile_cells_are_taken_as_text_or_refused(layout: str, data: st.DataObject) -> None:
    header, *rows = _rows_of(SAMPLES[layout])
    cells = st.sampled_from(HOSTILE) | st.text(max_size=40)
    for _change in range(data.draw(st.integers(1, 8))):
        row = rows[data.draw(st.integers(0, len(rows) - 1))]
        row[data.draw(st.integers(0, len(row) - 1))] = data.draw(cells)

    (one,) = (each for each in LAYOUTS if each.name == layout)

    try:
        found = staged(_file([header, *rows]), min(one.platforms))
    except TabularError:
        # The file as a whole: nothing was staged.
        return

    _assert_sound(found)


@pytest.mark.parametrize("layout", [layout.name for layout in LAYOUTS])
def test_every_hostile_cell_in_every_column_that_is_read(layout: str) -> None:
    (one,) = (each for each in LAYOUTS if each.name == layout)
    header, *rows = _rows_of(SAMPLES[layout])
    wanted = {**one.wanted(header, one.order), **one.wanted(header, one.line)}
    columns = {header.index(name) for names in wanted.values() for name in names} - {_place(header, "店铺名称")}
    number = header.index(wanted["number"][0])

    for column in sorted(columns):
        changed = [list(rows[0]) for _cell in HOSTILE]
        for nth, (row, cell) in enumerate(zip(changed, HOSTILE, strict=True)):
            # Orders of their own: one bad row would take all of one order along.
            row[number] = f"{row[number].strip(WRAPPERS)[:-2]}{nth:02d}"
            row[column] = cell
        found = staged(_file([header, *changed]), min(one.platforms))

        _assert_sound(found)
        assert found.orders or found.lines or column == number


def _place(header: list[str], name: str) -> int:
    return header.index(name) if name in header else -1


def test_findings_repeat_no_buyers_data() -> None:
    header, *rows = _rows_of(SAMPLES["taobao_orders"])
    row = rows[0]
    hostile = {
        "收货人姓名": "样例人\0",
        "联系手机": "13800001111\0",
        "收货地址": "浙江省 杭州市 余杭区 虚构路1号\0",
        "买家留言": "打电话给样例人13800001111\0",
        "订单状态": "样例人13800001111",
        "买家实际支付金额": "样例人13800001111",
    }
    for name, cell in hostile.items():
        row[header.index(name)] = cell

    found = staged(_file([header, row]), "taobao")

    assert {finding.column for finding in found.findings} >= {
        "收货人姓名",
        "联系手机",
        "收货地址",
        "买家留言",
        "买家实际支付金额",
    }
    said = json.dumps([(finding.value, str(finding.sentence)) for finding in found.findings], ensure_ascii=False)
    for plain in ("样例人", "13800001111", "虚构路"):
        assert plain not in said


def test_the_samples_are_all_here() -> None:
    assert set(SAMPLES) == {layout.name for layout in LAYOUTS}
    assert all(Path(CSV / sample).exists() for sample in SAMPLES.values())
