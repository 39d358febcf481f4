"""Where a checkout keeps its data, and the addresses that follow from it. Computes only; starts nothing."""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit

from opsdesk.embedded.accounts import is_root, open_to_others

CHECKOUT = Path(__file__).resolve().parents[2]
SYSTEM_FOLDER = Path("/var/lib/opsdesk")
DATABASE = "opsdesk"
DATABASE_USER = "opsdesk"
POSTGRES_SOCKET = ".s.PGSQL.5432"
VALKEY_SOCKET = "valkey.sock"
LONGEST_SOCKET_PATH = 107  # bytes that fit into sockaddr_un.sun_path on Linux


@dataclass(frozen=True)
class Urls:
    """The addresses of this checkout's servers.

    database: understood by libpq (psql, pg_dump), Django and django-environ.
    redis: understood by redis-py and Django's cache; Celery wants `broker_url(redis)`.
    """

    database: str
    redis: str


def data_folder() -> Path:
    """Everything this checkout remembers: databases, uploaded files, keys, logs.

    OPSDESK_DATA names it, a relative path counting from the checkout; otherwise `var/` in the checkout. A
    PostgreSQL started by root runs under a system user of its own, so when root's checkout lies under a
    folder closed to others, the data lies under /var/lib/opsdesk instead.
    """
    named = os.environ.get("OPSDESK_DATA")
    if named:
        return CHECKOUT / Path(named).expanduser()
    if is_root() and not open_to_others(CHECKOUT):
        return SYSTEM_FOLDER / fingerprint(CHECKOUT)
    return CHECKOUT / "var"


def urls() -> Urls:
    """The addresses of this checkout's servers, whether or not they run."""
    data = data_folder()
    return Urls(database=database_url(data / "postgres"), redis=redis_url(data / "valkey"))


def database_url(data: Path, dbname: str = DATABASE) -> str:
    """The address of one database in the PostgreSQL whose data folder is given."""
    host = quote(str(socket_folder(data, POSTGRES_SOCKET)))
    return f"postgres://{DATABASE_USER}@/{quote(dbname, safe='')}?host={host}"


def redis_url(data: Path, number: int = 0) -> str:
    """The address of one numbered database in the Valkey whose data folder is given."""
    return f"unix://{quote(str(socket_folder(data, VALKEY_SOCKET) / VALKEY_SOCKET))}?db={number}"


def broker_url(redis: str) -> str:
    """A Redis address as Celery spells it: only unix sockets differ, anything else comes back unchanged."""
    parts = urlsplit(redis)
    if parts.scheme != "unix":
        return redis
    number = parts.query.removeprefix("db=") or "0"
    return f"redis+socket://{parts.path}?virtual_host={number}"


def socket_folder(data: Path, socket: str) -> Path:
    """The folder of a server's unix socket: its data folder, or a stand-in when that path will not do.

    It will not do when it is too long for the kernel, or holds a comma or quote, which separate hosts and
    folders in PostgreSQL's settings.
    """
    fits = len(os.fsencode(data / socket)) <= LONGEST_SOCKET_PATH
    if fits and not {",", '"'} & set(str(data)):
        return data
    if is_root():
        return Path("/run/opsdesk") / fingerprint(data)
    # Not the environment's temporary folder: each process of this checkout must compute the same path.
    return Path(f"/tmp/opsdesk-{os.geteuid()}-{fingerprint(data)}")  # noqa: S108 - make_private checks its owner


def fingerprint(path: Path) -> str:
    """A short name for a long path, the same on every call."""
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:12]


@contextmanager
def scratch_folder(prefix: str = "opsdesk-") -> Iterator[Path]:
    """A folder for a throw-away server, removed afterwards.

    Unlike a plain temporary folder it lets the system user pass, under which a root's PostgreSQL runs.
    """
    folder = Path(tempfile.mkdtemp(prefix=prefix))
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
