"""Small files for one test each, and what the reader makes of them."""

import io
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

from apps.core.tabular import HeaderSpec, Limits, Row, Table, open_table

FIXTURES = Path(__file__).parents[3] / "fixtures" / "csv"
BROKEN = FIXTURES / "broken"
ORDERS = HeaderSpec(required=["订单编号", {"买家实际支付金额", "买家实付金额", "金额"}])


def whole(source: bytes | Path, spec: HeaderSpec | None = None, **options: Any) -> tuple[Table, list[Row]]:
    """The table of a file, closed again, and all its rows."""
    with open_table(io.BytesIO(source) if isinstance(source, bytes) else source, header=spec, **options) as table:
        return table, list(table.rows())


def cells_of(source: bytes | Path, spec: HeaderSpec | None = None, **options: Any) -> list[list[str]]:
    """The cells of all rows."""
    return [row.cells for row in whole(source, spec, **options)[1]]


def column_of(source: bytes | Path, name: str, spec: HeaderSpec | None = None) -> list[str]:
    """One column."""
    table, rows = whole(source, spec)
    place = table.header.index(name)
    return [row.cells[place] for row in rows]


def lines(*rows: str, encoding: str = "utf-8", end: str = "\r\n") -> bytes:
    """A text file of these lines."""
    return "".join(row + end for row in rows).encode(encoding)


def workbook(*sheets: Sequence[Sequence[Any]], names: Sequence[str] = ()) -> bytes:
    """An xlsx of these rows: texts as texts, numbers as numbers, None left out."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        for index, rows in enumerate(sheets):
            page = book.add_worksheet(names[index] if names else None)
            for number, row in enumerate(rows):
                for column, cell in enumerate(row):
                    if isinstance(cell, str):
                        page.write_string(number, column, cell)
                    elif cell is not None:
                        page.write(number, column, cell)
    return target.getvalue()


def zipped(*members: tuple[str | zipfile.ZipInfo, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip of these files."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, data in members:
            archive.writestr(name, data, compress_type=method)
    return target.getvalue()


def workbook_with_sheet(sheet: bytes, *more: tuple[str, bytes], shared: bytes = b"") -> bytes:
    """An xlsx whose first sheet is this XML."""
    texts = (("xl/sharedStrings.xml", shared),) if shared else ()
    return zipped(*PLAIN_PARTS, ("xl/worksheets/sheet1.xml", sheet), *texts, *more)


def sheet_xml(rows: Iterable[str]) -> bytes:
    """A worksheet part of these rows."""
    return (f'<?xml version="1.0"?><worksheet xmlns="{_MAIN}"><sheetData>' + "".join(rows)).encode() + (
        b"</sheetData></worksheet>"
    )


_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_RELATIONS = "application/vnd.openxmlformats-package.relationships+xml"
PLAIN_PARTS: tuple[tuple[str, bytes], ...] = (
    (
        "[Content_Types].xml",
        f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" ContentType="{_RELATIONS}"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_KIND}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_KIND}.worksheet+xml"/></Types>'.encode(),
    ),
    (
        "_rels/.rels",
        f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="r1" Type="{_OFFICE}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>'.encode(),
    ),
    (
        "xl/workbook.xml",
        f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets><sheet name="订单" sheetId="1" r:id="r1"/></sheets>'
        "</workbook>".encode(),
    ),
    (
        "xl/_rels/workbook.xml.rels",
        f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="r1" Type="{_OFFICE}/worksheet" '
        f'Target="worksheets/sheet1.xml"/><Relationship Id="r2" Type="{_OFFICE}/sharedStrings" '
        'Target="sharedStrings.xml"/></Relationships>'.encode(),
    ),
)


def refusing(limits: dict[str, int]) -> dict[str, Limits]:
    """Options with smaller limits."""
    return {"limits": Limits(**limits)}
