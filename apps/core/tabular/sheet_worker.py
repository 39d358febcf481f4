"""The process that opens workbooks: limited in memory and time, so that a hostile file can only end this process.

Run as a script by `workbooks.py`; imports nothing of the project. Arguments: bytes of the workbook, bytes of memory,
seconds of work, rows of each sheet to show first. Standard input: the workbook, then the index of the wanted sheet on a
line of its own. Standard output, one JSON value a line: the sheets with their first rows, or `{"refused": …}`; then
batches of rows, and `null` at the end. Blank rows and columns before the data are kept, so rows keep their numbers.
"""

import datetime as dt
import json
import resource
import sys
from collections.abc import Iterator
from io import BytesIO
from itertools import islice
from typing import Any

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
    load_workbook,
)

BATCH = 256
OUT_OF_MEMORY = 3
_HALF_A_SECOND = dt.timedelta(microseconds=500_000)


def limit_this_process(memory: int, seconds: int) -> None:
    """Never more than this, whatever the workbook says; no files are written either."""
    for kind, wanted in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
    ):
        hard = resource.getrlimit(kind)[1]
        allowed = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(kind, (allowed, allowed))


def say(value: object) -> None:
    """One line to the parent."""
    sys.stdout.buffer.write(json.dumps(value, ensure_ascii=False, default=written).encode() + b"\n")
    sys.stdout.buffer.flush()


def written(value: object) -> str:
    """Dates and times as the platforms write them, to the nearest second: Excel stores fractions of days."""
    if isinstance(value, dt.datetime):
        return f"{value + _HALF_A_SECOND:%Y-%m-%d %H:%M:%S}"
    if isinstance(value, dt.date):
        return f"{value:%Y-%m-%d} 00:00:00"
    if isinstance(value, dt.time):
        return f"{value:%H:%M:%S}"
    return str(value)


def rows_of(sheet: CalamineSheet) -> Iterator[list[Any]]:
    """All rows from row 1 and column A: calamine itself begins at row 1, but at the first column that is filled."""
    indent = [""] * (sheet.start or (0, 0))[1]
    return (indent + row for row in sheet.iter_rows())


def sheets_of(workbook: CalamineWorkbook) -> list[CalamineSheet]:
    """The worksheets a person sees when the workbook is opened."""
    return [
        workbook.get_sheet_by_index(index)
        for index, sheet in enumerate(workbook.sheets_metadata)
        if sheet.typ == SheetTypeEnum.WorkSheet and sheet.visible == SheetVisibleEnum.Visible
    ]


def described(sheet: CalamineSheet, head_rows: int) -> dict[str, Any]:
    """A sheet's name, extent and first rows."""
    end = sheet.end or (-1, -1)
    head = list(islice(rows_of(sheet), head_rows)) if sheet.end else []
    return {"name": sheet.name, "rows": end[0] + 1, "columns": end[1] + 1, "head": head}


def main() -> None:
    """Answer one parent about one workbook."""
    size, memory, seconds, head_rows = map(int, sys.argv[1:5])
    limit_this_process(memory, seconds)
    try:
        sheets = sheets_of(load_workbook(BytesIO(sys.stdin.buffer.read(size))))
    except PasswordError:
        say({"refused": "password"})
        return
    except CalamineError:
        say({"refused": "damaged"})
        return
    say([described(sheet, head_rows) for sheet in sheets])
    rows = rows_of(sheets[int(sys.stdin.buffer.readline())])
    while batch := list(islice(rows, BATCH)):
        say(batch)
    say(None)


if __name__ == "__main__":
    try:
        main()
    except MemoryError:
        sys.exit(OUT_OF_MEMORY)
