"""A whole house on real servers that a test may hit: PostgreSQL, Valkey, worker with clock, web server."""

import http.client
import http.cookiejar
import json
import os
import re
import select
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, cast

import psycopg2
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from opsdesk.embedded import CHECKOUT, EmbeddedPostgres, EmbeddedValkey
from opsdesk.embedded.places import database_url, redis_url
from tests.schema_cache import keep_schema, lay_schema

PATIENCE = 60.0
ACTED_WITHIN = 240.0
PASSWORD = "Tide-pool-77"
POLL = 0.1


def until(condition: Callable[[], Any], *, within: float = PATIENCE, what: str = "") -> Any:
    """Wait for something to be true and give it back; fail when it does not become so in time."""
    end = time.monotonic() + within
    while time.monotonic() < end:
        if found := condition():
            return found
        time.sleep(POLL)
    raise AssertionError(f"not within {within} s: {what}")


class House:
    """Starts what a test needs and ends only what it started."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.passing = folder / "passing"
        self.passing.mkdir()
        self.postgres = EmbeddedPostgres(folder / "postgres")
        self.valkey = EmbeddedValkey(folder / "valkey")
        self.database_url = database_url(folder / "postgres")
        self._processes: list[subprocess.Popen[bytes]] = []
        # Not the parent's settings: these processes are a house of their own.
        self.env = {
            **{k: v for k, v in os.environ.items() if not k.startswith(("DJANGO_", "PYTEST_", "OPSDESK_"))},
            "DJANGO_SETTINGS_MODULE": "opsdesk.settings.local",
            "OPSDESK_DATA": str(folder),
            "TMPDIR": str(self.passing),
            "DATABASE_URL": self.database_url,
            "REDIS_URL": redis_url(folder / "valkey"),
        }

    def open(self) -> None:
        """Servers up, schema in, a company founded."""
        self.postgres.start()
        self.postgres.ensure_database()
        self.valkey.start()
        lay_schema(self.database_url)
        self._acting = self._start("tests.faults.acts", log="acts.log", spoken_to=True)
        self.act("migrate")
        keep_schema(self.database_url)
        self.act("found")

    def close(self) -> None:
        """End what still runs."""
        for process in self._processes:
            self.kill(process)
        self.valkey.stop()
        self.postgres.stop()

    def act(self, *words: str) -> dict[str, Any]:
        """Ask for one of tests.faults.acts."""
        asked, answers = cast(IO[bytes], self._acting.stdin), cast(IO[bytes], self._acting.stdout)
        asked.write(json.dumps(words).encode() + b"\n")
        asked.flush()
        answered, _, _ = select.select([answers], [], [], ACTED_WITHIN)
        answer: dict[str, Any] | None = json.loads(answers.readline() or "null") if answered else None
        assert answer is not None, (self.folder / "acts.log").read_text()[-2000:]
        return answer

    def sql(self, statement: str) -> Any:
        """One value from the database, asked apart from Django."""
        connection = psycopg2.connect(self.database_url)
        try:
            with connection.cursor() as cursor:
                cursor.execute(statement)
                return cursor.fetchone()[0]
        finally:
            connection.close()

    @contextmanager
    def held(self, lock: str) -> Iterator[None]:
        """Hold what a statement locks, so that others come to a stop there."""
        connection = psycopg2.connect(self.database_url)
        try:
            with connection.cursor() as cursor:
                cursor.execute(lock)
                yield
        except psycopg2.OperationalError:
            pass  # the server was killed under us, which is the point
        finally:
            connection.close()

    def somebody_waits(self) -> bool:
        """Whether a transaction has come to a lock that is held."""
        return bool(self.sql("SELECT count(*) FROM pg_locks WHERE NOT granted"))

    def _start(self, *command: str, log: str, spoken_to: bool = False) -> "subprocess.Popen[bytes]":
        with (self.folder / log).open("ab") as sink:
            process = subprocess.Popen(
                [sys.executable, "-m", *command],
                cwd=CHECKOUT,
                env=self.env,
                stdin=subprocess.PIPE if spoken_to else None,
                stdout=subprocess.PIPE if spoken_to else sink,
                stderr=sink,
                start_new_session=True,
            )
        self._processes.append(process)
        return process

    def worker(self) -> "subprocess.Popen[bytes]":
        """A worker of two processes with the clock inside."""
        schedule = str(self.folder / "beat")
        return self._start(
            "celery", "-A", "opsdesk.celery:app", "worker", "--beat", "--schedule", schedule, "--concurrency", "2",
            "--without-gossip", "--without-mingle", "--loglevel", "INFO", log="worker.log",
        )  # fmt: skip

    def web(self) -> "Web":
        """A web server on a free port of 127.0.0.1."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        process = self._start(
            "gunicorn", "opsdesk.wsgi:application", "--bind", f"127.0.0.1:{port}", "--workers", "1", "--threads", "4",
            "--timeout", "120", log="web.log",
        )  # fmt: skip
        web = Web(f"http://127.0.0.1:{port}", process)
        until(web.is_live, what="web server")
        return web

    def kill(self, process: "subprocess.Popen[bytes]") -> None:
        """Kill -9 for a process that we started and all its children, and wait until it is gone."""
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(PATIENCE)


class Web:
    """A browser without a screen: cookies, forms, nothing else."""

    def __init__(self, address: str, process: "subprocess.Popen[bytes]") -> None:
        self.address, self.process = address, process
        self._jar = http.cookiejar.CookieJar()
        self._opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(self._jar)
        )

    def is_live(self) -> bool:
        """Whether it answers."""
        try:
            return self.get("/live")[0] == 200
        except OSError:
            return False

    def get(self, path: str) -> tuple[int, str]:
        """Status and body."""
        return self._open(urllib.request.Request(self.address + path))

    def post(self, path: str, fields: list[tuple[str, str]], *, page: str) -> tuple[int, str]:
        """Send a form with the token of a page that was read before."""
        body = urllib.parse.urlencode([("csrfmiddlewaretoken", _token(page)), *fields]).encode()
        return self._open(
            urllib.request.Request(self.address + path, data=body, headers={"Referer": self.address + path})
        )

    def upload(self, path: str, fields: dict[str, Any], *, page: str) -> tuple[int, str]:
        """Send a form with files as a browser does."""
        return self._open(self._form(path, fields, page))

    @contextmanager
    def uploading(self, path: str, fields: dict[str, Any], *, page: str, kept_back: int) -> Iterator[None]:
        """Send such a form but for its last bytes, and hold the line."""
        form = self._form(path, fields, page)
        self._jar.add_cookie_header(form)
        body = cast(bytes, form.data)
        line = http.client.HTTPConnection(form.host, timeout=PATIENCE)
        try:
            line.putrequest("POST", path)
            for name, value in [*form.header_items(), ("Content-Length", str(len(body)))]:
                line.putheader(name, value)
            line.endheaders(body[:-kept_back])
            yield
        finally:
            line.close()

    def _form(self, path: str, fields: dict[str, Any], page: str) -> urllib.request.Request:
        body = encode_multipart(BOUNDARY, {"csrfmiddlewaretoken": _token(page), **fields})
        headers = {"Referer": self.address + path, "Content-Type": MULTIPART_CONTENT}
        return urllib.request.Request(self.address + path, data=body, headers=headers)

    def _open(self, request: urllib.request.Request) -> tuple[int, str]:
        try:
            with self._opener.open(request, timeout=PATIENCE) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def log_in(self, user: str, password: str) -> None:
        """Log in as a person would."""
        _status, page = self.get("/desk/login/")
        status, _page = self.post("/desk/login/", [("username", user), ("password", password)], page=page)
        assert status == 200


def _token(page: str) -> str:
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert found is not None, page[:300]
    return found[1]
