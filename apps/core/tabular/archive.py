"""Zip files, looked at before anything is unpacked and unpacked no further than they say."""

import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

from apps.core.tabular.errors import DamagedFile, PasswordProtected
from apps.core.tabular.limits import MEGABYTE, Limits
from apps.core.tabular.streams import CHUNK
from apps.core.tabular.unsafe import (
    CompressedTooTightly,
    ExpandsTooFar,
    NestedArchive,
    SymbolicLink,
    TooManyMembers,
    UnsafeMemberName,
    WrongSizes,
)

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_BROKEN = (
    zipfile.BadZipFile,
    NotImplementedError,
    ValueError,
    struct.error,
    OSError,
    OverflowError,
    EOFError,
)
_ENCRYPTED, _UTF8_NAME = 0x1, 0x800
_END, _END64, _LOCAL = b"PK\x05\x06", b"PK\x06\x06", b"PK\x03\x04"
_END_SIZE, _LOCATOR_SIZE, _LOCAL_SIZE = 22, 20, 30
_END64_SIZE = 56
_IN_END64, _IN_END64_LONG = 0xFFFF, 0xFFFFFFFF
_COMMENT = 1 << 16
# A directory entry is 46 bytes and a name; this leaves room for long names without making 100,000 objects first.
_ENTRY = 1024
_NO_RATIO_BELOW = MEGABYTE
_ARCHIVES = (_LOCAL, b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"BZh", b"\xfd7zXZ")


@dataclass(frozen=True, slots=True)
class Member:
    """One file in the zip; its sizes are what the archive claims."""

    name: str
    size: int
    packed_size: int
    crc: int
    offset: int
    is_deflated: bool


class Archive:
    """The checked directory of a zip file, and its members as strict streams.

    Raises TabularError for too many members, claims over the limits, unsafe names, links, encryption, and for a
    directory that does not hold together.
    """

    def __init__(self, stream: BinaryIO, size: int, limits: Limits) -> None:
        self._stream, self._size = stream, size
        self._check_directory_size(limits)
        try:
            infos = zipfile.ZipFile(stream).infolist()
        except _BROKEN as error:
            raise DamagedFile from error
        if len(infos) > limits.members:
            raise TooManyMembers(limit=limits.members)
        self.members = [_checked(info) for info in infos if not info.is_dir()]
        if not all(0 <= member.offset < size for member in self.members):
            raise DamagedFile
        if len({member.name.replace("\\", "/").casefold() for member in self.members}) < len(self.members):
            raise DamagedFile

    def check_expansion(self, limit: int, ratio: int) -> None:
        """Hold the claimed sizes against a limit in bytes and the ratio. Raises ExpandsTooFar, CompressedTooTightly."""
        total = sum(member.size for member in self.members)
        if total > limit:
            raise ExpandsTooFar(limit=limit // MEGABYTE)
        if total > _NO_RATIO_BELOW and total > self._size * ratio:
            raise CompressedTooTightly(limit=ratio)

    def chunks(self, member: Member) -> Iterator[bytes]:
        """The member's bytes. Raises NestedArchive, WrongSizes, DamagedFile as soon as it shows."""
        produced = checksum = 0
        for chunk in self._unpacked(member):
            if not produced and chunk.startswith(_ARCHIVES):
                raise NestedArchive(name=member.name)
            produced += len(chunk)
            if produced > member.size:
                raise WrongSizes(name=member.name)
            checksum = zlib.crc32(chunk, checksum)
            yield chunk
        if produced != member.size:
            raise WrongSizes(name=member.name)
        if checksum != member.crc:
            raise DamagedFile

    def open(self, member: Member) -> BinaryIO:
        """The member as a stream that is read forwards."""
        return io.BufferedReader(_MemberStream(self.chunks(member)), CHUNK)

    def _unpacked(self, member: Member) -> Iterator[bytes]:
        packed = self._packed(member)
        if not member.is_deflated:
            yield from packed
            return
        inflate = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            for data in packed:
                yield from _inflated(inflate, data)
        except zlib.error as error:
            raise DamagedFile from error
        if not inflate.eof or inflate.unused_data:
            raise DamagedFile

    def _packed(self, member: Member) -> Iterator[bytes]:
        position = self._data_start(member)
        end = position + member.packed_size
        while position < end:
            self._stream.seek(position)
            data = self._stream.read(min(CHUNK, end - position))
            if not data:
                raise DamagedFile
            position += len(data)
            yield data

    def _data_start(self, member: Member) -> int:
        self._stream.seek(member.offset)
        header = self._stream.read(_LOCAL_SIZE)
        if len(header) < _LOCAL_SIZE or not header.startswith(_LOCAL):
            raise DamagedFile
        name_size, extra_size = struct.unpack("<HH", header[26:30])
        return member.offset + _LOCAL_SIZE + int(name_size) + int(extra_size)

    def _check_directory_size(self, limits: Limits) -> None:
        start = max(0, self._size - _COMMENT - _END_SIZE)
        self._stream.seek(start)
        tail = self._stream.read()
        at = tail.rfind(_END)
        if at < 0 or len(tail) - at < _END_SIZE:
            raise DamagedFile
        self.has_comment = len(tail) - at > _END_SIZE
        count, directory_size = struct.unpack("<HL", tail[at + 10 : at + 16])
        if count == _IN_END64 or directory_size == _IN_END64_LONG:
            count, directory_size = self._end64(start + at)
        if count > limits.members or directory_size > limits.members * _ENTRY:
            raise TooManyMembers(limit=limits.members)

    def _end64(self, end: int) -> tuple[int, int]:
        self._stream.seek(max(0, end - _LOCATOR_SIZE))
        locator = self._stream.read(_LOCATOR_SIZE)
        if not locator.startswith(b"PK\x06\x07"):
            raise DamagedFile
        offset = struct.unpack("<Q", locator[8:16])[0]
        if offset > self._size:
            raise DamagedFile
        self._stream.seek(offset)
        record = self._stream.read(_END64_SIZE)
        if len(record) < _END64_SIZE or not record.startswith(_END64):
            raise DamagedFile
        count, directory_size = struct.unpack("<QQ", record[32:48])
        return int(count), int(directory_size)


class _MemberStream(io.RawIOBase):
    """Chunks as a raw stream."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer", /) -> int:
        view = memoryview(buffer).cast("B")
        while not self._rest:
            chunk = next(self._chunks, None)
            if chunk is None:
                return 0
            self._rest = memoryview(chunk)
        size = min(len(view), len(self._rest))
        view[:size] = self._rest[:size]
        self._rest = self._rest[size:]
        return size


def _inflated(inflate: "zlib._Decompress", data: bytes) -> Iterator[bytes]:
    while True:
        chunk = inflate.decompress(data, CHUNK)
        if chunk:
            yield chunk
        data = inflate.unconsumed_tail
        if not data and len(chunk) < CHUNK:
            return


def _checked(info: zipfile.ZipInfo) -> Member:
    name = _readable_name(info)
    if info.flag_bits & _ENCRYPTED:
        raise PasswordProtected
    if info.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise DamagedFile
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind not in {0, stat.S_IFREG}:
        raise SymbolicLink(name=name)
    parts = name.replace("\\", "/").split("/")
    if ".." in parts or not parts[0] or name[1:2] == ":":
        raise UnsafeMemberName(name=name)
    is_deflated = info.compress_type == zipfile.ZIP_DEFLATED
    return Member(name, info.file_size, info.compress_size, info.CRC, info.header_offset, is_deflated)


def _readable_name(info: zipfile.ZipInfo) -> str:
    """Chinese platforms write names in GBK without saying so; zipfile reads such names as code page 437."""
    if info.flag_bits & _UTF8_NAME:
        return info.filename
    try:
        return info.filename.encode("cp437").decode("gb18030")
    except UnicodeError:
        return info.filename
