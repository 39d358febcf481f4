"""One owner per data folder: a lock that the kernel releases when its holder dies, however it dies."""

import fcntl
import os
from pathlib import Path


class InUse(Exception):
    """Another living process holds the folder; `note` is what it wrote about itself."""

    def __init__(self, path: Path, note: str) -> None:
        """Name the lock and its holder's note."""
        super().__init__(f"{path} is held by another process. {note}".strip())
        self.note = note


class FolderLock:
    """The right to use a data folder, held by one process at a time."""

    def __init__(self, path: Path) -> None:
        """Name the lock file; nothing is taken yet."""
        self._path = path
        self._file: int | None = None

    def acquire(self) -> None:
        """Take the lock, or do nothing when it is ours already. Raises InUse when another holds it."""
        if self._file is not None:
            return
        file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            note = os.read(file, 500).decode("utf-8", errors="replace")
            os.close(file)
            raise InUse(self._path, note) from None
        os.ftruncate(file, 0)
        self._file = file

    def write_note(self, note: str) -> None:
        """Say who holds the lock, for whoever finds it taken."""
        if self._file is not None:
            os.ftruncate(self._file, 0)
            os.pwrite(self._file, note.encode(), 0)

    def release(self) -> None:
        """Give the lock back; harmless when it is not held."""
        if self._file is not None:
            os.close(self._file)
            self._file = None
