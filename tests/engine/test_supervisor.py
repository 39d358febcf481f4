"""`make run` as a whole: it opens, puts back what is killed, and leaves nothing behind however it ends."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from opsdesk.embedded import CHECKOUT, processes
from opsdesk.supervisor import plan
from tests.engine.runs import WITHIN, Run, wait_until

pytestmark = pytest.mark.faults

STUBBORN_PROCESSES = 2  # the stand-in for the worker and its child


@pytest.fixture
def start(folder: Path) -> Iterator[Callable[[str], Run]]:
    """Starts a supervisor over the data folder of this name, and waits until it is open."""
    runs: list[Run] = []
    # Whoever runs the tests may have asked not to be hung up; the supervisor would inherit that.
    signal.signal(signal.SIGHUP, signal.SIG_DFL)

    def begin(name: str = "data", **named: str) -> Run:
        output = folder / f"{name}-{len(runs)}.txt"
        usual = {key: value for key, value in os.environ.items() if key not in {plan.DATABASE, plan.REDIS}}
        env = {**usual, "OPSDESK_DATA": str(folder / name), **named}
        with output.open("wb") as console:
            process = subprocess.Popen(
                [sys.executable, "-m", "tests.engine.small_house"],
                cwd=CHECKOUT,
                env=env,
                stdout=console,
                stderr=console,
            )
        runs.append(Run(process, folder / name, output))
        return runs[-1]

    yield begin
    for run in runs:
        run.process.kill()
        run.process.wait(WITHIN)
        processes.end(run.family(), signal.SIGKILL, WITHIN)


StartRun = Callable[..., Run]


def test_it_prints_the_address_and_the_log_ins_and_answers(start: StartRun) -> None:
    run = start()
    wait_until(run.is_open)

    assert run.answers()
    assert f"opsdesk is open at {run.address()}" in run.text()
    assert "lin / demo" in run.text()
    assert "Starting PostgreSQL …" in run.text()


def test_servers_that_the_environment_names_are_used_and_none_of_our_own_are_started(start: StartRun) -> None:
    theirs = {plan.DATABASE: "postgres://somebody@db.test/opsdesk", plan.REDIS: "redis://cache.test/3"}
    run = start(**theirs)
    wait_until(run.is_open)

    (web,) = [psutil.Process(pid) for pid in run.children("http.server")]

    assert {name: web.environ()[name] for name in theirs} == theirs
    assert not (run.data / "postgres").exists()
    assert not (run.data / "valkey").exists()
    assert run.text().startswith(
        "DATABASE_URL is set: opsdesk works in the database “opsdesk” on db.test, not in its own."
    )
    assert "Using the server that DATABASE_URL names." in run.text()
    assert "Starting PostgreSQL …" not in run.text()


def test_one_named_server_leaves_the_other_to_us(start: StartRun) -> None:
    run = start(REDIS_URL="redis://cache.test/3")
    wait_until(run.is_open)

    (web,) = [psutil.Process(pid) for pid in run.children("http.server")]

    assert str(run.data) in web.environ()[plan.DATABASE]
    assert (run.data / "postgres" / "PG_VERSION").exists()
    assert not (run.data / "valkey").exists()


@pytest.mark.parametrize("words", ["http.server", "SIG_IGN"])
def test_a_killed_program_comes_back_and_what_it_had_started_is_gone(start: StartRun, words: str) -> None:
    run = start()
    wait_until(run.is_open)
    wait_until(lambda: len(run.children("sleep(600)")) == STUBBORN_PROCESSES)
    before = run.children(words)

    os.kill(min(before), signal.SIGKILL)
    wait_until(lambda: "was ended by SIGKILL. Starting it again in 0.5 s." in run.text())
    wait_until(lambda: bool(run.children(words) - before))
    wait_until(run.answers)
    wait_until(lambda: len(run.children("sleep(600)")) == STUBBORN_PROCESSES)

    assert run.children(words).isdisjoint(before)


@pytest.mark.parametrize("server", ["postgres", "valkey"])
def test_a_killed_server_comes_back(start: StartRun, server: str) -> None:
    run = start()
    wait_until(run.is_open)
    before = run.children(f"{run.data}/{server}")

    os.kill(min(before), signal.SIGKILL)
    wait_until(lambda: f"{server} was ended by SIGKILL." in run.text())
    wait_until(lambda: bool(run.children(f"{run.data}/{server}") - before))

    assert run.process.poll() is None


@pytest.mark.parametrize("request_to_stop", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_request_to_stop_ends_everything_even_what_does_not_listen(
    start: StartRun, request_to_stop: signal.Signals
) -> None:
    run = start()
    wait_until(run.is_open)

    run.process.send_signal(request_to_stop)
    code = run.process.wait(WITHIN)

    assert code == 0
    assert run.family() == []
    assert run.text().endswith("opsdesk has stopped.\n")


def test_a_second_start_ends_what_a_killed_supervisor_left_and_opens(start: StartRun) -> None:
    first = start()
    wait_until(first.is_open)
    family = first.family()

    first.process.kill()
    first.process.wait(WITHIN)
    second = start()
    wait_until(second.is_open)

    assert [p for p in family if processes.is_alive(p)] == []
    assert second.answers()


def test_the_children_of_a_killed_supervisor_end_by_themselves(start: StartRun) -> None:
    run = start()
    wait_until(run.is_open)
    names = ("http.server", "SIG_IGN", "postgres", "valkey-server")
    started = {pid for name in names for pid in run.children(name)}

    run.process.kill()
    run.process.wait(WITHIN)

    wait_until(lambda: started.isdisjoint(process.pid for process in run.family()))


def test_a_second_run_over_the_same_data_is_refused_and_told_the_address(start: StartRun) -> None:
    first = start()
    wait_until(first.is_open)

    second = start()
    code = second.process.wait(WITHIN)

    assert code == 1
    assert second.text() == f"opsdesk already runs from this folder: {first.address()}\n"
    assert first.answers()


def test_two_checkouts_run_side_by_side_on_two_ports(start: StartRun) -> None:
    first, second = start("first"), start("second")
    wait_until(lambda: first.is_open() and second.is_open())

    assert first.address() != second.address()
    assert first.answers()
    assert second.answers()
