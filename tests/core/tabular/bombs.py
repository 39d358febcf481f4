"""Files made to exhaust the machine, and a process that opens them all with little memory.

Run as a script: opens every bomb in turn and writes one JSON line each: its name, the code it was refused with, and the
seconds of work that took. The last line is the most memory this process and its children ever used, in MB.
"""

import io
import json
import os
import resource
import struct
import sys
import zipfile
from collections.abc import Callable
from typing import BinaryIO

import xlwt

from apps.core.tabular import TabularError, open_table
from tests.core.tabular.making import lines, sheet_xml, workbook_with_sheet, zipped

MEGABYTE = 1024 * 1024
MEMORY = 600 * MEGABYTE
# Seconds of processor for all of them; a bomb that goes off takes minutes, and the kernel ends the process.
PATIENCE = 90
_ROWS = "<row r='{0}'><c r='A{0}' t='inlineStr'><is><t>{0}</t></is></c></row>"


def _claiming(data: bytes, size: int) -> bytes:
    """The zip with another unpacked size in the directory entry of its last member."""
    at = data.rfind(b"PK\x01\x02")
    return data[: at + 24] + struct.pack("<L", size) + data[at + 28 :]


def _bloated_workbook() -> bytes:
    return workbook_with_sheet(b"<worksheet>" + b" " * (30 * MEGABYTE))


def _archive_of_zeros() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("orders.csv", "w") as member:
        for _ in range(60):
            member.write(b"0" * MEGABYTE)
    return target.getvalue()


def _huge_by_its_own_account() -> bytes:
    return _claiming(zipped(("orders.csv", lines("a,b", "1,2"))), 3 * 1024 * MEGABYTE)


def _larger_than_it_says() -> bytes:
    return _claiming(zipped(("orders.csv", b"a,b\r\n" + b"1,2\r\n" * 500_000)), 1000)


def _smaller_than_it_says() -> bytes:
    return _claiming(zipped(("orders.csv", lines("a,b", "1,2"))), 900)


def _hundred_thousand_members(said: int = 100_000 & 0xFFFF) -> bytes:
    count, offset = 100_000, 0
    local, entries = [], []
    for number in range(count):
        name = b"%06d.csv" % number
        local.append(struct.pack("<4s5H3L2H", b"PK\x03\x04", 20, 0, 0, 0, 33, 0, 0, 0, len(name), 0) + name)
        entry = struct.pack(
            "<4s6H3L5H2L", b"PK\x01\x02", 20, 20, 0, 0, 0, 33, 0, 0, 0, len(name), 0, 0, 0, 0, 0, offset
        )
        entries.append(entry + name)
        offset += len(local[-1])
    directory = b"".join(entries)
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, said, said, len(directory), offset, 0)
    return b"".join(local) + directory + end


def _hundred_thousand_members_that_say_they_are_two() -> bytes:
    return _hundred_thousand_members(2)


def _two_cells_far_apart() -> bytes:
    cell = '<row r="{1}"><c r="{0}{1}" t="inlineStr"><is><t>订单编号</t></is></c></row>'
    return workbook_with_sheet(sheet_xml([cell.format("A", 1), cell.format("XFD", 1_048_576)]))


def _two_cells_far_apart_in_an_old_workbook() -> bytes:
    book = xlwt.Workbook()
    sheet = book.add_sheet("1")
    sheet.write(0, 0, "a")
    sheet.write(65_535, 255, "b")
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _two_hundred_thousand_rows() -> bytes:
    return workbook_with_sheet(sheet_xml(_ROWS.format(number) for number in range(1, 201_001)))


def _one_long_text_in_every_cell() -> bytes:
    cell = "<c t='s'><v>0</v></c>"
    sheet = sheet_xml(f"<row r='{number}'>{cell * 20}</row>" for number in range(1, 20_001))
    shared = b"<sst xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'><si><t>"
    noise = "".join(chr(0x4E00 + number * 7919 % 20_000) for number in range(30_000))
    return workbook_with_sheet(sheet, shared=shared + noise.encode() + b"</t></si></sst>")


def _nested_entities() -> bytes:
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    head = f'<?xml version="1.0"?><!DOCTYPE Workbook [<!ENTITY a0 "aaaaaaaaaa">{entities}]>'
    return (head + '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">&a11;</Workbook>').encode()


def _sheet_markup(body: str) -> bytes:
    name = "urn:schemas-microsoft-com:office:spreadsheet"
    return f'<?xml version="1.0"?><Workbook xmlns="{name}" xmlns:ss="{name}">{body}</Workbook>'.encode()


def _row_number_a_thousand_million() -> bytes:
    row = '<Row ss:Index="999999999"><Cell><Data ss:Type="String">a</Data></Cell></Row>'
    return _sheet_markup(f'<Worksheet ss:Name="1"><Table>{row}</Table></Worksheet>')


def _deep_elements() -> bytes:
    return _sheet_markup("<a>" * 1_000_000)


def _page_without_end() -> bytes:
    return b"<html><body>" + b"<p>please log in " * (10 * MEGABYTE // 17)


def _page_of_tables_in_tables() -> bytes:
    return b"<html><body>" + b"<table><tr><td>" * 100_000


def _page_of_brackets() -> bytes:
    return b"<html><table>" + b"<" * (3 * MEGABYTE)


def _wide_cell_of_a_page() -> bytes:
    return b"<html><table><tr><td colspan=999999>a</td><td>b</td></tr></table>"


def _one_endless_line() -> bytes:
    return b"a,b\r\n" + b"1" * (20 * MEGABYTE)


def _one_endless_cell() -> bytes:
    return b'a,b\r\n"1' + b"1,2\r\n" * MEGABYTE


def _a_hundred_thousand_columns() -> bytes:
    return lines(",".join(f"c{number}" for number in range(100_000)), ",".join("1" for _ in range(100_000)))


BOMBS: list[tuple[Callable[[], bytes], str]] = [
    (_bloated_workbook, "compressed_too_tightly"),
    (_archive_of_zeros, "compressed_too_tightly"),
    (_huge_by_its_own_account, "expands_too_far"),
    (_larger_than_it_says, "wrong_sizes"),
    (_smaller_than_it_says, "wrong_sizes"),
    (_hundred_thousand_members, "too_many_members"),
    (_hundred_thousand_members_that_say_they_are_two, "too_many_members"),
    (_two_cells_far_apart, "too_complex"),
    (_two_cells_far_apart_in_an_old_workbook, "too_complex"),
    (_two_hundred_thousand_rows, "too_many_rows"),
    (_one_long_text_in_every_cell, "too_complex"),
    (_nested_entities, "document_type"),
    (_row_number_a_thousand_million, "too_many_rows"),
    (_deep_elements, "damaged_file"),
    (_page_without_end, "web_page"),
    (_page_of_tables_in_tables, "damaged_file"),
    (_page_of_brackets, "too_complex"),
    (_wide_cell_of_a_page, "too_many_columns"),
    (_one_endless_line, "line_too_long"),
    (_one_endless_cell, "cell_too_long"),
    (_a_hundred_thousand_columns, "too_many_columns"),
]


def _refusal(source: BinaryIO) -> str:
    try:
        with open_table(source) as table:
            for _ in table.rows():
                pass
    except TabularError as error:
        return error.code
    return "read"


def _main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (PATIENCE, PATIENCE))
    for name in sys.argv[1:]:
        with open(name, "rb") as source:
            print(json.dumps({"name": os.path.basename(name), "code": _refusal(source)}))
    with open("/proc/self/status") as status:
        own = next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))
    print(json.dumps(max(own, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss) / 1024))


def written_to(folder: str) -> list[str]:
    """Make every bomb; returns the paths in the order of BOMBS."""
    paths = []
    for make, _ in BOMBS:
        path = os.path.join(folder, make.__name__.strip("_"))
        with open(path, "wb") as target:
            target.write(make())
        paths.append(path)
    return paths


if __name__ == "__main__":
    _main()
