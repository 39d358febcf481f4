"""What a file is, told by its bytes and never by its name: a `.csv` may be a workbook, a `.xls` a log-in page."""

import codecs
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import BinaryIO

from apps.core.tabular.errors import EmptyFile, LineTooLong, NotATable, Undecodable
from apps.core.tabular.streams import CHUNK, Opener

UTF8, UTF8_BOM, GB18030 = "utf-8", "utf-8-sig", "gb18030"
_BOMS = {codecs.BOM_UTF8: UTF8_BOM, codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
_SIGNATURES = {
    b"%PDF": "pdf",
    b"\x89PNG": "picture",
    b"\xff\xd8\xff": "picture",
    b"GIF8": "picture",
    b"Rar!": "archive",
    b"7z\xbc\xaf": "archive",
    b"\x1f\x8b": "archive",
    b"BZh": "archive",
    b"\xfd7zXZ": "archive",
    b"MZ": "program",
    b"\x7fELF": "program",
}
_CONTROLS = bytes(set(range(0x20)) - set(b"\t\n\r\x0c\x1b"))
_PAGE = re.compile(r"<(?:!doctype\s+html|html|head|body|table|meta|title|script|style|div|form)\b", re.IGNORECASE)
_SHEET_MARKUP = "urn:schemas-microsoft-com:office:spreadsheet"
SAMPLE = 8192
# So many wide characters in a row are UTF-8 by intent: GB18030 text hits that form once or twice by chance.
_WIDE_BY_INTENT = 10


class Container(StrEnum):
    """The outer form of a table file."""

    TEXT = "text"
    XLSX = "xlsx"
    XLS = "xls"
    SPREADSHEETML = "spreadsheetml"
    HTML = "html"
    ZIP = "zip"


def container_of(stream: BinaryIO) -> Container:
    """The container, by the first bytes. A zip is ZIP here, whatever is in it: see `workbook_kind`.

    Raises EmptyFile, NotATable.
    """
    sample = stream.read(SAMPLE)
    if not sample:
        raise EmptyFile
    if sample.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return Container.ZIP
    if sample.startswith(b"\xd0\xcf\x11\xe0"):
        return Container.XLS
    for signature, kind in _SIGNATURES.items():
        if sample.startswith(signature):
            raise NotATable(kind=kind)
    return _text_or_markup(sample)


def _text_or_markup(sample: bytes) -> Container:
    encoding = bom_encoding(sample)
    if encoding in {None, UTF8_BOM} and _is_binary(sample):
        raise NotATable(kind="unknown")
    text = sample.decode(encoding or UTF8, "replace").lstrip("\ufeff \t\r\n")
    if not text.startswith("<"):
        return Container.TEXT
    if text.startswith("<?xml") and _SHEET_MARKUP in text:
        return Container.SPREADSHEETML
    if _PAGE.search(text):
        return Container.HTML
    raise NotATable(kind="markup")


def _is_binary(sample: bytes) -> bool:
    controls = len(sample) - len(sample.translate(None, _CONTROLS))
    return controls * 10 > len(sample)


def workbook_kind(member_names: Iterable[str]) -> Container:
    """XLSX or plain ZIP, by what the zip contains. Raises NotATable for other office documents."""
    names = {name.replace("\\", "/").casefold() for name in member_names}
    if "xl/workbook.xml" in names:
        return Container.XLSX
    if names & {"[content_types].xml", "mimetype"}:
        raise NotATable(kind="office")
    return Container.ZIP


def bom_encoding(sample: bytes) -> str | None:
    """The encoding that a byte order mark announces."""
    return next((encoding for bom, encoding in _BOMS.items() if sample.startswith(bom)), None)


@dataclass(frozen=True, slots=True)
class TextForm:
    """How the bytes of a text file become characters. ends_with_newline: the last row was written to its end."""

    encoding: str
    ends_with_newline: bool


def text_form(opener: Opener, *, line_bytes: int) -> TextForm:
    """Decide a text's encoding: byte order mark, else UTF-8 if the whole file is, else GB18030.

    Walks through the whole file once, without keeping it. GB18030 is tried on the first part only; a bad byte
    further on is found by the reader. Raises Undecodable with the line, LineTooLong.
    """
    with opener() as stream:
        scan = _Scan(line_bytes)
        for chunk in iter(lambda: stream.read(CHUNK), b""):
            scan.feed(chunk)
    encoding = scan.encoding()
    if encoding is None or not scan.is_sound:
        encoding = encoding or GB18030
        raise Undecodable(line=first_bad_line(opener, encoding), encoding=encoding)
    return TextForm(encoding, scan.ends_with_newline)


class _Scan:
    """One pass over the bytes: is it UTF-8, is the start GB18030, how does it end, is any line endless."""

    def __init__(self, line_bytes: int) -> None:
        self._line_bytes = line_bytes
        self._open_line = 0
        self._announced: str | None = None
        self._utf8 = codecs.getincrementaldecoder(UTF8)()
        self._gb18030: bool | None = None
        self._utf8_fails = False
        self._wide = 0
        self._tail = b""

    def feed(self, chunk: bytes) -> None:
        if self._gb18030 is None:
            self._look_at_start(chunk)
        self._tail = (self._tail + chunk[-2:])[-2:]
        self._measure_line(chunk)
        if not self._utf8_fails and self._announced in {None, UTF8_BOM}:
            self._try_utf8(chunk)

    def _look_at_start(self, chunk: bytes) -> None:
        self._announced = bom_encoding(chunk)
        self._gb18030 = _decodes(chunk, GB18030)

    def _measure_line(self, chunk: bytes) -> None:
        last_end = max(chunk.rfind(b"\n"), chunk.rfind(b"\r"))
        self._open_line = self._open_line + len(chunk) if last_end < 0 else len(chunk) - last_end
        if self._open_line > self._line_bytes:
            raise LineTooLong

    def _try_utf8(self, chunk: bytes) -> None:
        try:
            text = self._utf8.decode(chunk)
        except UnicodeDecodeError as error:
            self._utf8_fails = True
            text = error.object[: error.start].decode(UTF8, "ignore")
        if self._wide < _WIDE_BY_INTENT and not text.isascii():
            self._wide += sum(character > "\u2e7f" for character in text)

    def encoding(self) -> str | None:
        """The encoding, None when nothing fits."""
        if self._announced:
            return self._announced
        if not self._utf8_fails or self._wide >= _WIDE_BY_INTENT:
            return UTF8
        return GB18030 if self._gb18030 else None

    @property
    def is_sound(self) -> bool:
        """Whether a text that is meant as UTF-8 is UTF-8 to its last byte."""
        if self.encoding() not in {UTF8, UTF8_BOM}:
            return True
        return not self._utf8_fails and not self._utf8.getstate()[0]

    @property
    def ends_with_newline(self) -> bool:
        return self._tail.endswith((b"\n", b"\r", b"\n\0", b"\r\0"))


def _decodes(chunk: bytes, encoding: str) -> bool:
    try:
        codecs.getincrementaldecoder(encoding)().decode(chunk)
    except UnicodeDecodeError:
        return False
    return True


def first_bad_line(opener: Opener, encoding: str) -> int:
    """The line (1-based) that holds the first undecodable byte; the last line if the file ends inside a character."""
    decoder = codecs.getincrementaldecoder(encoding)()
    line = 1
    with opener() as stream:
        for chunk in iter(lambda: stream.read(CHUNK), b""):
            try:
                line += decoder.decode(chunk).count("\n")
            except UnicodeDecodeError as error:
                return line + error.object[: error.start].decode(encoding, "ignore").count("\n")
    return line
