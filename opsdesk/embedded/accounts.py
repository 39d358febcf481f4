"""Under whom a server runs: root hands it to a system user of its own, anybody else runs it as themselves."""

import os
import pwd
import shutil
import stat
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

SERVICE_USER = "opsdesk"
SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
CHOOSE_ANOTHER = "Run opsdesk as that folder's user, or set OPSDESK_DATA to a folder of your own."


class Unreachable(Exception):
    """A folder that the server's user cannot enter, or that belongs to somebody else; says what to do."""


@dataclass(frozen=True)
class Account:
    """The system user that owns the data of a server started by root."""

    uid: int
    gid: int


def is_root() -> bool:
    """Whether this process runs as root, under whom PostgreSQL refuses to work."""
    return os.geteuid() == 0


def service_account() -> Account | None:
    """The system user for servers started by root, made on first use; None for anybody but root.

    Raises Unreachable when the system refuses to make the user.
    """
    if not is_root():
        return None
    entry = _lookup() or _create()
    return Account(uid=entry.pw_uid, gid=entry.pw_gid)


def open_to_others(path: Path) -> bool:
    """Whether a user without any special right can walk into this folder."""
    places = [path, *path.parents]
    return all(not place.exists() or place.stat().st_mode & stat.S_IXOTH for place in places)


def make_passage(folder: Path, account: Account | None) -> None:
    """Make a folder, and those above it, that the server's user may walk through but not list.

    Folders that are there already keep their mode. Raises Unreachable when we may not write there.
    """
    missing = [place for place in (folder, *folder.parents) if not place.exists()]
    try:
        for place in reversed(missing):
            place.mkdir(exist_ok=True)
            place.chmod(0o711 if account else 0o700)
    except PermissionError as refusal:
        problem = f"{refusal.filename} cannot be made: {refusal.strerror}."
        raise Unreachable(f"{problem} {CHOOSE_ANOTHER}") from refusal


def make_private(folder: Path, account: Account | None) -> None:
    """Make a folder that only its server's user may enter.

    Raises Unreachable if somebody else owns the folder, or if the user cannot walk to it.
    """
    make_passage(folder.parent, account)
    folder.mkdir(mode=0o700, exist_ok=True)
    owner = account.uid if account else os.geteuid()
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in {owner, os.geteuid()}:
        raise Unreachable(f"{folder} belongs to another user. {CHOOSE_ANOTHER}")
    if account:
        if not open_to_others(folder.parent):
            raise Unreachable(
                f"{folder} lies under a folder that is closed to other users, and PostgreSQL does not run "
                "as root. Set OPSDESK_DATA to a folder that everybody may walk into, for example "
                "/var/lib/opsdesk/data."
            )
        os.chown(folder, account.uid, account.gid)
    folder.chmod(0o700)


def _lookup() -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(SERVICE_USER)
    except KeyError:
        return None


def _create() -> pwd.struct_passwd:
    """Make the user. Two checkouts may start at once and useradd locks its files: it is tried for a while."""
    useradd = shutil.which("useradd", path=SYSTEM_PATH)
    if not useradd:
        raise Unreachable("The command useradd is missing. Install it with: apt-get install -y passwd")
    options = ["--system", "--no-create-home", "--home-dir", "/nonexistent", "--shell", "/usr/sbin/nologin"]
    problem = ""
    for _ in range(20):
        command = [useradd, *options, SERVICE_USER]
        made = subprocess.run(command, check=False, capture_output=True, text=True)  # noqa: S603 - constants only
        entry = _lookup()
        if entry:
            return entry
        problem = made.stderr.strip()
        time.sleep(0.25)
    raise Unreachable(f"The system user {SERVICE_USER} for PostgreSQL could not be made: {problem}")
