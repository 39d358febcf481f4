"""xlsx before it is opened: what it may not contain, what it really unpacks to, and cells nobody can know."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import chain
from posixpath import join, normpath
from xml.parsers import expat

from apps.core.tabular.archive import Archive, Member
from apps.core.tabular.errors import DamagedFile, TooComplex, TooManyRows
from apps.core.tabular.limits import Limits
from apps.core.tabular.sources import HEAD_ROWS
from apps.core.tabular.unsafe import DocumentType, ExternalLinks, MacroWorkbook

_MACROS = ("vbaproject.bin", "xl/macrosheets/")
_LINKS = "xl/externallinks/"
_MARKUP = (".xml", ".rels", ".vml")
_BOOK, _RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
_LARGEST_INDEX = 1 << 20
_FORBIDDEN = (b"<!DOCTYPE", b"<!ENTITY")
# Excel writes UTF-8; in a two-byte encoding none of the checks below would see anything.
_TWO_BYTES = (b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<")
_OVERLAP = 64
_LONGEST_CELL = 1 << 16

_ROOT = re.compile(rb"<(\w+:)?worksheet[\s>]")
_CELL = re.compile(rb"<(?:\w+:)?c(?=[\s>])")
_PLACE = re.compile(rb"""\br\s*=\s*["']([A-Z]{1,3})([0-9]{1,7})["']""")
_ERROR = re.compile(rb"""\bt\s*=\s*["']e["']""")
_TEXT = re.compile(rb"""\bt\s*=\s*["']str["']""")
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
_VALUE = re.compile(rb"<(?:\w+:)?(?:v|t)(?:\s[^<>]*)?>[^<]")
_MOST_UNKNOWN = 100_000

Unknown = dict[str, dict[int, set[int]]]


def check_workbook(archive: Archive, limits: Limits) -> Unknown:
    """Unpack every part once, counting, without keeping it.

    Returns the cells whose value cannot be known (Excel errors, formulas that were never calculated): sheet name →
    row → columns from 0. Raises TabularError for whatever a table does not need, and for too many rows or cells.
    """
    # With text after its directory a zip can be read in two ways: what is checked here must be what is opened later.
    if archive.has_comment:
        raise DamagedFile
    archive.check_expansion(limits.workbook_bytes, limits.ratio)
    unknown: dict[str, dict[int, set[int]]] = {}
    for member in archive.members:
        name = member.name.replace("\\", "/").casefold()
        _check_name(name)
        cells = _unknown_cells(archive.chunks(member), limits, is_markup=name.endswith(_MARKUP))
        if cells:
            unknown[name] = cells
    return {sheet: unknown.get(path, {}) for sheet, path in _sheet_paths(archive).items()} if unknown else {}


def _unknown_cells(chunks: Iterator[bytes], limits: Limits, *, is_markup: bool) -> dict[int, set[int]]:
    if is_markup:
        chunks = _without_document_type(chunks)
    first = next(chunks, b"")
    whole = chain([first], chunks)
    if is_markup and (root := _ROOT.search(first)):
        return _SheetScan(limits, root[1] or b"").run(whole)
    for _ in whole:
        pass
    return {}


def _check_name(name: str) -> None:
    if any(name.endswith(macro) or name.startswith(macro) for macro in _MACROS):
        raise MacroWorkbook
    if name.startswith(_LINKS):
        raise ExternalLinks


def _without_document_type(chunks: Iterator[bytes]) -> Iterator[bytes]:
    tail = b""
    for index, chunk in enumerate(chunks):
        if index == 0 and chunk.startswith(_TWO_BYTES):
            raise DamagedFile
        seen = tail + chunk[:_OVERLAP]
        if any(word in chunk or word in seen for word in _FORBIDDEN):
            raise DocumentType
        tail = chunk[-_OVERLAP:]
        yield chunk


class _SheetScan:
    """Counts rows and cells of one sheet, and notes the cells without a value."""

    def __init__(self, limits: Limits, prefix: bytes) -> None:
        self._limits = limits
        self._rows = self._cells = self._noted = 0
        self._unknown: dict[int, set[int]] = defaultdict(set)
        self._row_tag, self._cell_tag, self._formula_tag = (b"<" + prefix + tag for tag in (b"row", b"c ", b"f"))

    def run(self, chunks: Iterable[bytes]) -> dict[int, set[int]]:
        rest = b""
        for chunk in chunks:
            self._count(chunk)
            data = rest + chunk
            # A cell that is cut by the end of the chunk is looked at together with the next chunk.
            cut = self._last_cell(data)
            rest = data[cut:]
            self._note(data[:cut])
        self._note(rest)
        return self._unknown

    def _count(self, chunk: bytes) -> None:
        self._rows += chunk.count(self._row_tag)
        self._cells += chunk.count(self._cell_tag)
        # Sheets saved by some programs end in empty rows with a format: the worker counts what is filled.
        if self._rows > (self._limits.sheet_rows + HEAD_ROWS) * 2:
            raise TooManyRows(limit=self._limits.sheet_rows)
        if self._cells > self._limits.sheet_cells:
            raise TooComplex

    def _last_cell(self, data: bytes) -> int:
        start = max(data.rfind(self._cell_tag), 0)
        return start if len(data) - start <= _LONGEST_CELL else len(data)

    def _note(self, data: bytes) -> None:
        if b't="e"' not in data and self._formula_tag not in data:
            return
        for cell in _CELL.split(data)[1:]:
            attributes, _, body = cell.partition(b">")
            if _ERROR.search(attributes) or _is_uncalculated(attributes, body):
                self._add(attributes)

    def _add(self, attributes: bytes) -> None:
        place = _PLACE.search(attributes)
        self._noted += 1
        if place is None or self._noted > _MOST_UNKNOWN:
            raise TooComplex
        self._unknown[int(place[2])].add(_column_index(place[1]))


def _is_uncalculated(attributes: bytes, body: bytes) -> bool:
    # A formula whose result is an empty text says so by its type; one that was never calculated has none.
    return bool(_FORMULA.search(body)) and not _VALUE.search(body) and not _TEXT.search(attributes)


def _column_index(letters: bytes) -> int:
    index = 0
    for letter in letters:
        index = index * 26 + letter - 64
    return index - 1


def _sheet_paths(archive: Archive) -> dict[str, str]:
    """Sheet names and the paths of their parts, lower case."""
    targets = {
        relation.get("Id"): relation.get("Target", "") for relation in _elements(archive, _RELATIONS, "Relationship")
    }
    paths = {}
    for sheet in _elements(archive, _BOOK, "sheet"):
        relation = next((value for name, value in sheet.items() if name.endswith(":id")), None)
        target = targets.get(relation, "")
        path = target.removeprefix("/") if target.startswith("/") else normpath(join("xl", target))
        paths[sheet.get("name", "")] = path.casefold()
    return paths


def _elements(archive: Archive, path: str, wanted: str) -> list[dict[str, str]]:
    """The attributes of all elements of a name in a small part."""
    member = _member(archive, path)
    if member is None or member.size > _LARGEST_INDEX:
        raise DamagedFile
    found: list[dict[str, str]] = []

    def note(name: str, attributes: dict[str, str]) -> None:
        if name.rpartition(":")[2] == wanted:
            found.append(attributes)

    parser = expat.ParserCreate()
    parser.StartElementHandler = note
    try:
        parser.Parse(b"".join(archive.chunks(member)), True)
    except expat.ExpatError as error:
        raise DamagedFile from error
    return found


def _member(archive: Archive, path: str) -> Member | None:
    return next((member for member in archive.members if member.name.casefold() == path), None)
