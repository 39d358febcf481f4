"""From bytes to the one table that is meant: containers, the files in an archive, the sheets in a workbook."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import BinaryIO

from apps.core.tabular.archive import Archive, Member
from apps.core.tabular.delimited import TextSource
from apps.core.tabular.detect import Container, container_of, workbook_kind
from apps.core.tabular.errors import (
    EmptyFile,
    FileTooLarge,
    NoTableInArchive,
    NotATable,
    PasswordProtected,
    SeveralTables,
    TabularError,
    WebPage,
)
from apps.core.tabular.header import HeaderMatch, HeaderSpec, find_header, why_no_header
from apps.core.tabular.limits import MEGABYTE, Limits
from apps.core.tabular.markup import MarkupSource
from apps.core.tabular.sources import Part, Source
from apps.core.tabular.streams import Opener, from_the_start, size_of
from apps.core.tabular.unsafe import MacroWorkbook, NestedArchive
from apps.core.tabular.workbooks import WorkbookSource
from apps.core.tabular.xlsx import check_workbook

# Directory names inside an OLE file, in its two-byte letters.
_OLE_MACROS = "_VBA_PROJECT".encode("utf-16-le")
_OLE_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_OLE_BOOKS = ("Workbook".encode("utf-16-le"), "Book".encode("utf-16-le"))
_OLE_BYTES_UNPACKED = 3
# Left by the packing programs of some desktops beside the file itself.
_LITTER = ("__macosx", "._", ".ds_store")


@dataclass(frozen=True, slots=True)
class Choice:
    """The table that is meant, and where its header stands."""

    source: Source
    part: Part
    match: HeaderMatch


def sources_in(stream: BinaryIO, limits: Limits, spec: HeaderSpec | None) -> list[Source]:
    """Every file of tables in the upload: itself, or the files in a zip. Raises TabularError."""
    size = size_of(stream)
    if not size:
        raise EmptyFile
    opener = partial(from_the_start, stream)
    with opener() as sample:
        container = container_of(sample)
    limit = limits.text_bytes if container == Container.TEXT else limits.container_bytes
    if size > limit:
        raise FileTooLarge(limit=limit // MEGABYTE)
    if container != Container.ZIP:
        return [_source(container, opener, "", limits, spec)]
    archive = Archive(stream, size, limits)
    if workbook_kind(member.name for member in archive.members) == Container.XLSX:
        return [_xlsx(archive, stream, limits)]
    archive.check_expansion(limits.member_bytes, limits.ratio)
    return _members(archive, limits, spec)


def _source(container: Container, opener: Opener, name: str, limits: Limits, spec: HeaderSpec | None) -> Source:
    if container == Container.TEXT:
        return TextSource(opener, name, limits, spec)
    if container == Container.XLS:
        return _xls(opener, limits)
    return MarkupSource(opener, name, container, limits, spec)


def _xlsx(archive: Archive, stream: BinaryIO, limits: Limits) -> Source:
    unknown = check_workbook(archive, limits)
    expanded = sum(member.size for member in archive.members)
    with from_the_start(stream) as whole:
        return WorkbookSource(Container.XLSX, whole.read(), expanded, limits, unknown)


def _xls(opener: Opener, limits: Limits) -> Source:
    with opener() as whole:
        data = whole.read(limits.container_bytes + 1)
    if len(data) > limits.container_bytes:
        raise FileTooLarge(limit=limits.container_bytes // MEGABYTE)
    if _OLE_ENCRYPTED in data:
        raise PasswordProtected
    if _OLE_MACROS in data:
        raise MacroWorkbook
    if not any(book in data for book in _OLE_BOOKS):
        raise NotATable(kind="office")
    return WorkbookSource(Container.XLS, data, len(data) * _OLE_BYTES_UNPACKED, limits)


def _members(archive: Archive, limits: Limits, spec: HeaderSpec | None) -> list[Source]:
    """The tables among the files of a zip; others, such as a read-me, are passed over unless nothing else is there."""
    sources: list[Source] = []
    refusals: list[TabularError] = []
    for member in archive.members:
        if any(part.casefold().startswith(_LITTER) for part in member.name.split("/")):
            continue
        try:
            sources.append(_member_source(archive, member, limits, spec))
        except (NotATable, EmptyFile, WebPage) as error:
            refusals.append(error)
    if not sources:
        raise refusals[0] if len(refusals) == 1 else NoTableInArchive()
    return sources


def _member_source(archive: Archive, member: Member, limits: Limits, spec: HeaderSpec | None) -> Source:
    opener = partial(archive.open, member)
    with opener() as sample:
        container = container_of(sample)
    if container == Container.ZIP:
        raise NestedArchive(name=member.name)
    if container != Container.TEXT and member.size > limits.workbook_bytes:
        raise FileTooLarge(limit=limits.workbook_bytes // MEGABYTE)
    return _source(container, opener, member.name, limits, spec)


def choose(sources: Sequence[Source], spec: HeaderSpec | None, wanted: str | None) -> Choice:
    """The one table that fits. wanted: the name of a sheet or member, if somebody chose.

    Raises SeveralTables, HeaderNotFound, MissingColumn, EmptyFile.
    """
    parts = [
        (source, part)
        for source in sources
        for part in source.parts()
        if any(map(any, part.head)) and wanted in {None, part.name}
    ]
    if not parts:
        raise EmptyFile
    fitting = [(source, part, match) for source, part in parts if (match := find_header(part.head, spec))]
    if len(fitting) > 1:
        raise SeveralTables([part.name for _, part, _ in fitting])
    if not fitting:
        raise why_no_header([part.head for _, part in parts], spec) if spec else EmptyFile()
    return Choice(*fitting[0])
