"""Byte streams that can be read from the start again and again, without closing what belongs to the caller."""

import io
from collections.abc import Callable
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

CHUNK = 1 << 18

Opener = Callable[[], BinaryIO]


class _Borrowed(io.RawIOBase):
    """Reads another stream from its start; closing it leaves that stream open."""

    def __init__(self, source: BinaryIO) -> None:
        source.seek(0)
        self._source = source

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer", /) -> int:
        view = memoryview(buffer).cast("B")
        data = self._source.read(len(view))
        view[: len(data)] = data
        return len(data)


def from_the_start(source: BinaryIO) -> BinaryIO:
    """A buffered reader over the whole source. Only the newest one of a source may be read."""
    return io.BufferedReader(_Borrowed(source), CHUNK)


def size_of(source: BinaryIO) -> int:
    """Bytes in the source. Raises ValueError when it cannot be read twice: a table is always looked at first."""
    if not source.seekable():
        raise ValueError("a table is read from a seekable stream or a path")
    return source.seek(0, io.SEEK_END)
