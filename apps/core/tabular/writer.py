"""Tables that leave the house: csv and xlsx that no spreadsheet can mistake for a program, and names for downloads."""

import csv
import datetime as dt
import io
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import BinaryIO

import xlsxwriter
from django.utils.functional import Promise
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from apps.core.calendar import SHANGHAI
from apps.core.tabular.errors import CellTooLong, TooManyRows

Cell = str | Promise | int | Decimal | dt.datetime | dt.date | None

_CELL_CHARACTERS = 32_767
_SHEET_ROWS = 1_048_576
# More digits than this a spreadsheet does not keep, so such numbers go out as text.
_NUMBER_DIGITS = 15
_LINE_ENDS = re.compile(r"\r\n?")
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
# What may stand before a sign and be skipped by a program that looks for a formula.
_SKIPPED = r"[\s\x00-\x1f\x7f-\x9f\"'‘’“”„«»`´\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]"
_RISKY = re.compile(rf"['`\t\r\n]|{_SKIPPED}*[=+\-@＝＋－＠﹦﹢﹣﹫]|{_SKIPPED}*[\t\r\n]")


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of a workbook: its title, column names and rows."""

    title: str | Promise
    header: Sequence[str | Promise]
    rows: Iterable[Sequence[Cell]]


def write_csv(stream: BinaryIO, header: Sequence[str | Promise], rows: Iterable[Sequence[Cell]]) -> int:
    """Write a table as Excel in China opens it: UTF-8 with byte order mark, CRLF. Returns the number of data rows.

    Amounts are plain digits, instants Shanghai's time, both as text of the file; see `protected` for texts.
    """
    text = io.TextIOWrapper(stream, "utf-8-sig", newline="", write_through=True)
    out = csv.writer(text)
    out.writerow([protected(str(name)) for name in header])
    count = 0
    for count, row in enumerate(rows, 1):
        out.writerow([_csv_text(cell, count) for cell in row])
    text.flush()
    text.detach()
    return count


def write_xlsx(target: Path | BinaryIO, sheets: Sequence[Sheet]) -> None:
    """Write a workbook row by row. Texts stay texts, identifiers among them; amounts and dates get their format.

    Raises CellTooLong, TooManyRows: nothing is cut silently.
    """
    options = {
        "constant_memory": True,
        "strings_to_numbers": False,
        "strings_to_formulas": False,
        "strings_to_urls": False,
    }
    with xlsxwriter.Workbook(target, options) as book:
        titles: set[str] = set()
        for sheet in sheets:
            page = book.add_worksheet(_sheet_title(str(sheet.title), titles))
            _SheetWriter(book, page).write(sheet)


def protected(value: str) -> str:
    r"""A text that no spreadsheet runs: an apostrophe goes before anything that could be taken for a formula.

    Also before a leading apostrophe or backtick, so that the reader, which strips one, gives the same text back.
    Line ends become `\n`; characters that a workbook cannot hold are dropped.
    """
    clean = _UNWRITABLE.sub("", _LINE_ENDS.sub("\n", value))
    return f"'{clean}" if _RISKY.match(value) or _RISKY.match(clean) else clean


def _csv_text(cell: Cell, number: int) -> str:
    if cell is None:
        return ""
    if isinstance(cell, dt.datetime):
        return f"{_local(cell):%Y-%m-%d %H:%M:%S}"
    if isinstance(cell, dt.date):
        return f"{cell:%Y-%m-%d}"
    if isinstance(cell, Decimal):
        return f"{_finite(cell):f}"
    return str(cell) if isinstance(cell, int) else _checked(protected(str(cell)), number + 1)


def _local(moment: dt.datetime) -> dt.datetime:
    if moment.tzinfo is None:
        raise ValueError("a naive instant cannot be written: nobody knows its zone")
    return moment.astimezone(SHANGHAI).replace(tzinfo=None)


def _finite(number: Decimal) -> Decimal:
    if not number.is_finite():
        raise ValueError("NaN and infinity are not written")
    return number


def _checked(value: str, row: int) -> str:
    if len(value) > _CELL_CHARACTERS:
        raise CellTooLong(row=row, limit=_CELL_CHARACTERS)
    return value


class _SheetWriter:
    """Writes cells of one worksheet with the formats it needs, each made once."""

    def __init__(self, book: xlsxwriter.Workbook, page: Worksheet) -> None:
        self._book, self._page = book, page
        self._formats: dict[str, Format] = {}

    def write(self, sheet: Sheet) -> None:
        bold = self._book.add_format({"bold": True})
        self._page.freeze_panes(1, 0)
        for column, name in enumerate(sheet.header):
            self._page.write_string(0, column, _checked(protected(str(name)), 1), bold)
        for number, row in enumerate(sheet.rows, 1):
            if number >= _SHEET_ROWS:
                raise TooManyRows(limit=_SHEET_ROWS - 1)
            for column, cell in enumerate(row):
                self._write_cell(number, column, cell)

    def _write_cell(self, row: int, column: int, cell: Cell) -> None:
        if cell is None:
            return
        if isinstance(cell, dt.datetime):
            self._page.write_datetime(row, column, _local(cell), self._format("yyyy-mm-dd hh:mm:ss"))
        elif isinstance(cell, dt.date):
            self._page.write_datetime(row, column, cell, self._format("yyyy-mm-dd"))
        elif isinstance(cell, int | Decimal) and _is_exact(cell):
            self._page.write_number(row, column, cell, self._format(_number_format(cell)))
        else:
            text = str(cell) if isinstance(cell, int | Decimal) else protected(str(cell))
            self._page.write_string(row, column, _checked(text, row + 1))

    def _format(self, code: str) -> Format:
        if code not in self._formats:
            self._formats[code] = self._book.add_format({"num_format": code})
        return self._formats[code]


def _is_exact(number: int | Decimal) -> bool:
    digits = Decimal(number).as_tuple().digits
    return len(digits) <= _NUMBER_DIGITS if _finite(Decimal(number)) else True


def _number_format(number: int | Decimal) -> str:
    exponent = Decimal(number).as_tuple().exponent
    places = -exponent if isinstance(exponent, int) and exponent < 0 else 0
    return f"0.{'0' * places}" if places else "0"


_FORBIDDEN_IN_TITLE = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_TITLE_CHARACTERS = 31


def _sheet_title(title: str, taken: set[str]) -> str:
    """A title that Excel accepts and that no other sheet of the workbook has."""
    base = _FORBIDDEN_IN_TITLE.sub(" ", _UNWRITABLE.sub("", title)).strip().strip("'") or "Sheet"
    name, number = base[:_TITLE_CHARACTERS], 1
    while name.casefold() in taken:
        number += 1
        suffix = f" {number}"
        name = base[: _TITLE_CHARACTERS - len(suffix)] + suffix
    taken.add(name.casefold())
    return name


_UNSAFE_IN_NAMES = re.compile(r'[<>:"|?*;%\\/]')
_DEVICES = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|$)", re.IGNORECASE)
_NAME_BYTES = 180


def safe_filename(name: str, fallback: str = "export") -> str:
    """A name for a download that means the same to every browser and file system.

    No path, no control, invisible or direction characters, no signs with a meaning in headers or on disks, at most
    180 bytes of UTF-8 with its extension kept. Chinese stays: Django encodes it in the header as RFC 6266 asks.
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    visible = "".join(
        character for character in last if unicodedata.category(character)[0] not in "CZ" or character == " "
    )
    tidy = re.sub(r" +", " ", _UNSAFE_IN_NAMES.sub("_", visible)).rstrip(" .")
    stem, dot, extension = tidy.rpartition(".")
    if not dot or len(extension) > 10:
        stem, extension = tidy, ""
    stem = _shortened(stem, _NAME_BYTES - len(extension.encode()) - 1).strip(" .") or fallback
    if _DEVICES.match(stem):
        stem = f"_{stem}"
    return f"{stem}.{extension}" if extension else stem


def _shortened(text: str, size: int) -> str:
    return text.encode()[:size].decode(errors="ignore")
