"""`make run` itself, nothing replaced: the demo company opens, people log in, Ctrl-C ends it, it is found again."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import psycopg2
import pytest

from apps.org.permissions import ROLES
from opsdesk.embedded import CHECKOUT, EmbeddedPostgres, processes
from opsdesk.embedded.places import database_url
from tests.engine.runs import WITHIN, Run, wait_until
from tests.faults.house import Web
from tests.schema_cache import lay_schema

pytestmark = pytest.mark.faults
OPEN_WITHIN = 420.0
STOPS_WITHIN = 60.0
CLERK, FINANCE = "xu.anran", "zheng.yunhe"
NOT_HANDED_ON = ("DJANGO_", "PYTEST_", "OPSDESK_", "MAKE", "MFLAGS", "DATABASE_URL", "REDIS_URL")
LOG_IN_BOX = 'id="id_password"'
LOG_IN_LINE = re.compile(r"│ .+?\s(?P<user>[a-z]+\.[a-z]+)\s+(?P<password>\S+) │")


@pytest.fixture
def make_run(folder: Path) -> Iterator[Callable[[], Run]]:
    """Types `make run` in a console of its own, over one data folder; the packages are there already."""
    runs: list[Run] = []
    _migrated(folder / "data" / "postgres")
    env = {name: value for name, value in os.environ.items() if not name.startswith(NOT_HANDED_ON)}
    env["OPSDESK_DATA"] = str(folder / "data")

    def begin() -> Run:
        with socket.create_server(("127.0.0.1", 0)) as probe:
            port = probe.getsockname()[1]
        output = folder / f"console-{len(runs)}.txt"
        command = ["make", "--old-file=install", "run", f"PORT={port}", f"PY={sys.executable}"]
        with output.open("wb") as console:
            process = subprocess.Popen(
                command, cwd=CHECKOUT, env=env, stdout=console, stderr=console, start_new_session=True
            )
        runs.append(Run(process, folder / "data", output))
        wait_until(runs[-1].is_open, within=OPEN_WITHIN)
        return runs[-1]

    yield begin
    for run in runs:
        processes.end([*_console(run), *run.family()], signal.SIGKILL, WITHIN)
        run.process.wait(WITHIN)


def _migrated(place: Path) -> None:
    """The schema that other runs have kept, so that this one does not wait for every migration once more."""
    server = EmbeddedPostgres(place)
    server.start()
    try:
        server.ensure_database()
        lay_schema(database_url(place))
    finally:
        server.stop()


def _console(run: Run) -> list[psutil.Process]:
    """Whoever hears Ctrl-C in this console: `make` and the supervisor."""
    return [each for each in psutil.process_iter() if _group_of(each) == run.process.pid]


def _group_of(process: psutil.Process) -> int:
    try:
        return os.getpgid(process.pid)
    except ProcessLookupError:  # it ended while we looked
        return 0


def _log_ins(run: Run) -> dict[str, str]:
    return {found["user"]: found["password"] for found in LOG_IN_LINE.finditer(run.text())}


def _press_ctrl_c(run: Run) -> None:
    os.killpg(run.process.pid, signal.SIGINT)
    run.process.wait(STOPS_WITHIN)


def _at_work(run: Run, user: str) -> Web:
    web = Web(run.address().rstrip("/"), run.process)
    web.log_in(user, _log_ins(run)[user])
    return web


def _value(run: Run, statement: str) -> Any:
    connection = psycopg2.connect(database_url(run.data / "postgres"))
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchone()[0]
    finally:
        connection.close()


def test_the_demo_company_opens_lets_people_in_stops_on_ctrl_c_and_is_found_again(make_run: Callable[[], Run]) -> None:
    first = make_run()
    log_ins, orders = _log_ins(first), _value(first, "SELECT count(*) FROM orders_order")
    clerk, finance = _at_work(first, CLERK), _at_work(first, FINANCE)
    clerks_page, closed_page = clerk.get("/desk/orders/"), clerk.get("/desk/bills/")
    bills_page = finance.get("/desk/bills/")
    clerk.post("/desk/profile/", [("theme", "dark")], page=clerk.get("/desk/profile/")[1])
    _press_ctrl_c(first)
    left = [*_console(first), *first.family()]

    second = make_run()
    kept = _at_work(second, CLERK).get("/desk/")

    assert len(log_ins) == len(ROLES)
    assert orders > 15_000
    assert [status for status, _page in (clerks_page, closed_page, bills_page)] == [200, 403, 200]
    assert 'data-theme="dark"' not in clerks_page[1]
    assert [LOG_IN_BOX in page for _status, page in (clerks_page, bills_page)] == [False, False]
    assert (left, "opsdesk has stopped." in first.text()) == ([], True)
    assert (kept[0], 'data-theme="dark"' in kept[1]) == (200, True)
    assert _value(second, "SELECT count(*) FROM orders_order") == orders
    assert _log_ins(second) == log_ins
    _press_ctrl_c(second)
    assert [*_console(second), *second.family()] == []
