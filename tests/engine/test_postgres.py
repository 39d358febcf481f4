"""A PostgreSQL of our own: kept data, clean ends, crashes, leftovers and neighbours."""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from opsdesk.embedded import EmbeddedPostgres, InUse, ServerFailed, processes, scratch_folder
from tests.engine.conftest import MakePostgres
from tests.engine.runs import wait_until

pytestmark = pytest.mark.faults


@contextmanager
def connected(server: EmbeddedPostgres, dbname: str = "opsdesk") -> Iterator[Any]:
    """A cursor whose statements commit one by one."""
    connection = psycopg2.connect(server.url(dbname))
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            yield cursor
    finally:
        connection.close()


def answer(server: EmbeddedPostgres, question: str, dbname: str = "opsdesk") -> Any:
    """The first value of the first row."""
    with connected(server, dbname) as cursor:
        cursor.execute(question)
        return cursor.fetchone()[0]


def a_running(server: EmbeddedPostgres) -> EmbeddedPostgres:
    """The server started, with its database and one noted number."""
    server.start()
    server.ensure_database()
    with connected(server) as cursor:
        cursor.execute("CREATE TABLE note (number integer)")
        cursor.execute("INSERT INTO note VALUES (42)")
    return server


def test_a_second_start_finds_the_data_again(a_postgres: MakePostgres) -> None:
    first = a_running(a_postgres("postgres"))
    first.stop()

    second = a_postgres("postgres")
    second.start()
    second.ensure_database()

    assert answer(second, "SELECT number FROM note") == 42


def test_a_clean_stop_leaves_no_process_and_no_lock(a_postgres: MakePostgres) -> None:
    server = a_running(a_postgres("postgres"))

    server.stop()

    assert server.pid is None
    assert not server.is_ready()
    assert processes.running_in(server.data, "postgres") == []
    assert not (server.data / "postmaster.pid").exists()


def test_what_was_committed_survives_a_kill(a_postgres: MakePostgres) -> None:
    server = a_running(a_postgres("postgres", durable=True))

    server.kill()
    gone = processes.running_in(server.data, "postgres")
    server.start()

    assert gone == []
    assert answer(server, "SELECT number FROM note") == 42


def test_a_stopped_server_that_cannot_answer_is_ended_all_the_same(a_postgres: MakePostgres) -> None:
    server = a_running(a_postgres("postgres"))
    assert server.pid is not None
    os.kill(server.pid, signal.SIGSTOP)

    server.stop(patience=2)

    assert processes.running_in(server.data, "postgres") == []


def test_a_lock_file_with_the_number_of_a_stranger_does_not_keep_it_from_starting(
    a_postgres: MakePostgres,
) -> None:
    server = a_running(a_postgres("postgres", durable=True))
    server.kill()
    stale = (server.data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
    (server.data / "postmaster.pid").write_text("\n".join([str(os.getppid()), *stale[1:]]), encoding="utf-8")

    server.start()

    assert answer(server, "SELECT number FROM note") == 42


def test_a_server_left_over_from_an_earlier_run_is_ended_first(a_postgres: MakePostgres) -> None:
    server = a_running(a_postgres("postgres"))
    user = server.account.uid if server.account else None
    command = server.command()
    server.stop()
    with server.log.open("ab") as log:
        leftover = subprocess.Popen(command, user=user, cwd="/", stdout=log, stderr=log)
    # What is left over has been at work for long: it is known by the folder, which it enters a moment after its start.
    wait_until(lambda: bool(processes.running_in(server.data, "postgres")))

    server.start()

    assert leftover.wait(5) is not None
    assert server.is_ready()
    assert answer(server, "SELECT number FROM note") == 42


def test_another_server_in_the_same_folder_does_not_answer_for_ours(
    a_postgres: MakePostgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = a_running(a_postgres("postgres"))
    ours = server.answers()
    monkeypatch.setattr(EmbeddedPostgres, "pid", os.getpid())

    another = server.answers()
    monkeypatch.undo()

    assert ours
    assert not another


def test_a_folder_in_use_is_refused_and_its_server_left_alone(a_postgres: MakePostgres) -> None:
    first = a_running(a_postgres("postgres"))
    pid = first.pid

    with pytest.raises(InUse):
        a_postgres("postgres").start()

    assert first.pid == pid
    assert answer(first, "SELECT number FROM note") == 42


def test_two_servers_run_side_by_side(a_postgres: MakePostgres) -> None:
    first, second = a_running(a_postgres("first")), a_running(a_postgres("second"))

    with connected(second) as cursor:
        cursor.execute("UPDATE note SET number = 7")

    assert answer(first, "SELECT number FROM note") == 42
    assert answer(second, "SELECT number FROM note") == 7


def test_another_server_at_its_address_is_not_taken_for_it(
    a_postgres: MakePostgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = a_postgres("first"), a_postgres("second")
    first.start()
    second.start()

    monkeypatch.setattr(second, "url", first.url)

    assert first.is_ready()
    assert not second.is_ready()


def test_a_folder_too_deep_for_a_socket_works(a_postgres: MakePostgres) -> None:
    server = a_postgres("deep/" + "a-rather-deep-folder/" * 5 + "postgres")

    server.start()
    server.ensure_database()

    assert server.socket_folder != server.data
    assert Path(answer(server, "SHOW data_directory")) == server.data
    server.stop()
    assert not server.socket_folder.exists()


def test_a_folder_made_by_an_older_postgres_is_refused_untouched(a_postgres: MakePostgres) -> None:
    server = a_running(a_postgres("postgres"))
    server.stop()
    (server.data / "PG_VERSION").write_text("15\n", encoding="ascii")

    with pytest.raises(ServerFailed, match=r"made by PostgreSQL 15.*brings PostgreSQL 18"):
        server.start()

    assert (server.data / "PG_VERSION").read_text(encoding="ascii") == "15\n"
    assert server.pid is None


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("max_connections", "100"),
        ("shared_buffers", "256MB"),
        ("TimeZone", "Asia/Shanghai"),
        ("log_lock_waits", "on"),
        ("jit", "off"),
        ("listen_addresses", ""),
        ("data_checksums", "on"),
        ("server_encoding", "UTF8"),
        ("fsync", "on"),
        ("synchronous_commit", "on"),
        ("full_page_writes", "on"),
    ],
)
def test_a_durable_server_runs_with_the_house_settings(
    durable_server: EmbeddedPostgres, setting: str, value: str
) -> None:
    assert answer(durable_server, f"SHOW {setting}", "postgres") == value


def test_a_forgetful_server_for_tests_waits_for_no_disk(a_postgres: MakePostgres) -> None:
    server = a_postgres("postgres")

    server.start()

    assert answer(server, "SHOW fsync", "postgres") == "off"
    assert answer(server, "SHOW synchronous_commit", "postgres") == "off"


def test_similarity_search_sees_chinese_characters(durable_server: EmbeddedPostgres) -> None:
    with connected(durable_server, "postgres") as cursor:
        cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")

    assert answer(durable_server, "SELECT similarity('真丝连衣裙', '连衣裙') > 0", "postgres") is True


def test_nobody_but_the_servers_user_may_enter_its_folder(durable_server: EmbeddedPostgres) -> None:
    assert durable_server.data.stat().st_mode & 0o777 == 0o700
    assert durable_server.log.stat().st_mode & 0o777 == 0o600


@pytest.fixture(scope="module")
def durable_server() -> Iterator[EmbeddedPostgres]:
    """One server as `make run` starts it, for the tests that only look."""
    with scratch_folder() as folder, EmbeddedPostgres(folder / "postgres") as server:
        yield server
