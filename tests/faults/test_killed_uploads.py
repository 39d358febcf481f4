"""The web server really killed while a clerk's files come in: nothing half there, and no address left lying about."""

import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from tests.benchmarks.invented import write_files
from tests.faults.house import PASSWORD, House, Web, until

pytestmark = pytest.mark.faults
ORDERS = 2_000
UPLOAD = "/desk/imports/upload/"
BATCHES = "SELECT count(*) FROM orders_importbatch"
STORED = "SELECT count(*) FROM files_storedfile"
JOBS = "SELECT count(*) FROM jobs_job"
WEB_IS_GONE = """
    SELECT count(*) = 0 FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""


def _clerk(house: House) -> tuple[Web, str]:
    web = house.web()
    web.log_in("lin", PASSWORD)
    return web, web.get("/desk/imports/")[1]


def _form(house: House) -> dict[str, Any]:
    files = write_files(house.folder, ORDERS)
    store = house.sql("SELECT id FROM org_store")
    return {"store": str(store), "files": [files.orders.open("rb"), files.items.open("rb")]}


def _plain(folder: Path) -> list[Path]:
    """Whatever a killed server left of the files, where it kept them on their way."""
    return [path for path in folder.rglob("*") if path.is_file() and "upload" in path.name]


def _expect_nothing_then_everything(house: House) -> None:
    until(lambda: house.sql(WEB_IS_GONE), what="the server to notice")
    assert [house.sql(count) for count in (BATCHES, STORED, JOBS)] == [0, 0, 0]
    assert _plain(house.passing) == []
    web, page = _clerk(house)
    status, _answer = web.upload(UPLOAD, _form(house), page=page)
    assert (status, house.sql(BATCHES), house.sql(STORED)) == (200, 1, 2)
    house.worker()
    until(lambda: house.sql("SELECT state FROM orders_importbatch") == "checked", within=120, what="the check")


def test_a_web_server_killed_while_the_bytes_arrive_leaves_nothing_of_them(house: House) -> None:
    web, page = _clerk(house)

    with web.uploading(UPLOAD, _form(house), page=page, kept_back=100):
        until(lambda: _bytes_on_disk(web), what="the first bytes")
        house.kill(web.process)

    _expect_nothing_then_everything(house)


def test_a_web_server_killed_while_it_keeps_the_files_leaves_no_batch(house: House) -> None:
    web, page = _clerk(house)

    with house.held("LOCK TABLE jobs_job IN SHARE MODE"):
        sent = threading.Thread(target=_send, args=[web, _form(house), page])
        sent.start()
        until(house.somebody_waits, what="the upload to wait")
        house.kill(web.process)
    sent.join(60)

    _expect_nothing_then_everything(house)


def _send(web: Web, form: dict[str, Any], page: str) -> None:
    """Upload where the answer may never come."""
    with suppress(OSError):
        web.upload(UPLOAD, form, page=page)


def _bytes_on_disk(web: Web) -> bool:
    """Whether the server's worker holds a part of an upload, named or not."""
    held = [
        Path("/proc", line, "fd")
        for line in Path("/proc", str(web.process.pid), "task", str(web.process.pid), "children").read_text().split()
    ]
    return any(
        fd.stat().st_size > 1_000 for folder in held for fd in folder.iterdir() if "passing" in str(fd.readlink())
    )
