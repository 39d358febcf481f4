"""Message catalogues in their compiled form, made where they are missing or older than their source."""

from collections.abc import Iterable
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po


def compile_catalogues(folders: Iterable[Path | str]) -> list[Path]:
    """Compile every `.po` below the folders that is newer than its `.mo`; needs no gettext. Returns what was made."""
    made = []
    for folder in folders:
        for source in sorted(Path(folder).glob("*/LC_MESSAGES/*.po")):
            target = source.with_suffix(".mo")
            if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
                _compile(source, target)
                made.append(target)
    return made


def _compile(source: Path, target: Path) -> None:
    with source.open("rb") as stream:
        catalogue = read_po(stream)
    partial = target.with_suffix(".part")
    with partial.open("wb") as sink:
        write_mo(sink, catalogue)
    partial.replace(target)
