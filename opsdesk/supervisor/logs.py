"""Logs that stay small: one file per service and one older copy."""

import os
import shutil
from pathlib import Path

LARGEST = 20 * 1024 * 1024


def rotate(log: Path, largest: int = LARGEST) -> None:
    """Set a log aside once it is too large. largest: bytes.

    The service keeps its file open in append mode, so the file is copied and emptied, not renamed. Lines
    written between the two are lost, which a log can bear.
    """
    if not log.exists() or log.stat().st_size <= largest:
        return
    older = log.with_name(f"{log.name}.1")
    shutil.copyfile(log, older)
    older.chmod(0o600)
    os.truncate(log, 0)


def rotate_all(folder: Path) -> None:
    """Look at every log in the folder."""
    for log in folder.glob("*.log"):
        rotate(log)
