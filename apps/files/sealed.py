"""Sealed bytes on disk: frames of AES-GCM, so that a 200 MB file is written, read and sought without holding it.

Each frame is bound to its file, its place and whether it is the last: frames cannot be swapped, cut or appended.
"""

import io
import os
import struct
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from apps.core.crypto import CannotDecrypt, decrypt, encrypt

FRAME = 1 << 20
LENGTH = struct.Struct(">I")


def _place(key: str, index: int, is_last: bool) -> str:
    return f"file:{key}:{index}:{'last' if is_last else 'more'}"


def path_of(key: str) -> Path:
    """Where a file's bytes lie; two levels, so that no folder grows without end."""
    return Path(settings.FILES_DIR) / key[:2] / key


def write_sealed(key: str, source: BinaryIO) -> tuple[int, bytes]:
    """Seal the whole stream under a key. Returns its plain size and SHA-256.

    Written beside its place, flushed to disk, then renamed: a reader never meets half a file.
    """
    path = path_of(key)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    digest, size, index = sha256(), 0, 0
    partial = path.with_suffix(".part")
    with partial.open("wb") as sink:
        frame = source.read(FRAME)
        while True:
            following = source.read(FRAME) if len(frame) == FRAME else b""
            digest.update(frame)
            size += len(frame)
            sealed = encrypt(frame, place=_place(key, index, not following))
            sink.write(LENGTH.pack(len(sealed)) + sealed)
            if not following:
                break
            frame, index = following, index + 1
        sink.flush()
        os.fsync(sink.fileno())
    partial.replace(path)
    return size, digest.digest()


class SealedReader(io.RawIOBase):
    """A sealed file as a plain, seekable stream. Raises CannotDecrypt for changed, cut or foreign frames."""

    def __init__(self, key: str) -> None:
        super().__init__()
        self._key = key
        self._file = path_of(key).open("rb")
        self._offsets = self._index()
        self._position = 0
        self._frame_number = -1
        self._frame = b""

    def _index(self) -> list[int]:
        offsets, end = [], os.fstat(self._file.fileno()).st_size
        while self._file.tell() < end:
            offsets.append(self._file.tell())
            head = self._file.read(LENGTH.size)
            if len(head) < LENGTH.size:
                raise CannotDecrypt(f"file {self._key} is cut")
            self._file.seek(LENGTH.unpack(head)[0], os.SEEK_CUR)
        if not offsets:
            raise CannotDecrypt(f"file {self._key} is empty")
        return offsets

    def _load(self, number: int) -> bytes:
        if number != self._frame_number:
            self._file.seek(self._offsets[number])
            (length,) = LENGTH.unpack(self._file.read(LENGTH.size))
            is_last = number == len(self._offsets) - 1
            self._frame = decrypt(self._file.read(length), place=_place(self._key, number, is_last))
            self._frame_number = number
        return self._frame

    def readable(self) -> bool:
        """Yes."""
        return True

    def seekable(self) -> bool:
        """Yes."""
        return True

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]  # the stub's Buffer is wider
        """Fill the buffer from the current frame; 0 at the end."""
        number, inside = divmod(self._position, FRAME)
        if number >= len(self._offsets):
            return 0
        part = self._load(number)[inside : inside + len(buffer)]
        buffer[: len(part)] = part
        self._position += len(part)
        return len(part)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Move to a plain byte position."""
        if whence == os.SEEK_SET:
            self._position = offset
        elif whence == os.SEEK_CUR:
            self._position += offset
        else:
            last = len(self._offsets) - 1
            self._position = last * FRAME + len(self._load(last)) + offset
        return self._position

    def tell(self) -> int:
        """The plain byte position."""
        return self._position

    def close(self) -> None:
        """Close the file underneath."""
        self._file.close()
        super().close()
