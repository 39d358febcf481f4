"""What `make run` really runs: its commands exist with their options, and the whole of it opens."""

import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import get_commands, load_command_class

from opsdesk.embedded import CHECKOUT, EmbeddedPostgres, processes
from opsdesk.supervisor import plan
from opsdesk.wsgi import application
from tests.engine.test_supervisor import Run
from tests.faults.house import until
from tests.schema_cache import lay_schema

OPEN_WITHIN = 240.0
ENV = {"PATH": "/usr/bin"}


def _says(*, demo: bool) -> list[str]:
    return [" ".join(step.program.argv[2:]) for step in plan.steps(ENV, demo=demo)]


def test_the_demo_company_is_loaded_last_and_only_when_it_is_wanted() -> None:
    usual = ["compile_catalogues", "migrate --noinput"]

    assert _says(demo=True) == [*usual, "load_demo --if-empty"]
    assert _says(demo=False) == usual


def test_every_command_of_the_plan_is_there_and_knows_its_options() -> None:
    steps = [step.program for step in plan.steps(ENV, demo=True)] + [plan.demo_accounts(ENV)]

    for program in steps:
        python, script, name, *options = program.argv
        command = load_command_class(get_commands()[name], name)
        command.create_parser("manage.py", name).parse_args(options)
        assert (python, script, program.folder) == (sys.executable, "manage.py", CHECKOUT)


def test_the_programs_run_this_application_and_this_queue(tmp_path: Path) -> None:
    web, worker, beat = plan.programs(ENV, tmp_path, web_socket=7)

    assert web.argv[1:4] == ["-m", "gunicorn", "opsdesk.wsgi:application"]
    assert callable(application)
    assert (web.sockets, "fd://7" in web.argv, "--access-logfile" in web.argv) == ((7,), True, False)
    assert [program.argv[2:6] for program in (worker, beat)] == [
        ["celery", "-A", "opsdesk.celery:app", name] for name in ("worker", "beat")
    ]
    assert str(tmp_path / "beat-schedule") in beat.argv


def _log(run: Run, name: str) -> str:
    path = run.data / "logs" / f"{name}.log"
    return path.read_text(encoding="utf-8") if path.exists() else ""


@pytest.fixture
def opened(folder: Path) -> Iterator[Run]:
    """`make run DEMO=0`, over a database with the schema and nothing in it, and a queue of its own."""
    with EmbeddedPostgres(folder / "theirs", durable=False) as server:
        server.ensure_database()
        lay_schema(server.url())
        usual = {
            key: value for key, value in os.environ.items() if not key.startswith(("DJANGO_", "REDIS_", "OPSDESK_"))
        }
        env = {**usual, plan.DATABASE: server.url(), "OPSDESK_DATA": str(folder / "data")}
        with (folder / "console.txt").open("wb") as console:
            command = [sys.executable, "-m", "opsdesk.supervisor", "--empty"]
            process = subprocess.Popen(command, cwd=CHECKOUT, env=env, stdout=console, stderr=console)
        run = Run(process, folder / "data", folder / "console.txt")
        try:
            until(run.is_open, within=OPEN_WITHIN, what="the box with the address")
            yield run
        finally:
            process.kill()
            process.wait(OPEN_WITHIN)
            processes.end(run.family(), signal.SIGKILL, OPEN_WITHIN)


@pytest.mark.faults
def test_make_run_without_the_demo_opens_on_the_first_run_page_and_works_on_what_is_due(opened: Run) -> None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(opened.address(), timeout=60) as answer:
        first = answer.url

    assert first == opened.address() + "desk/setup/"
    assert "While there is no user, the first page sets up the company and its administrator." in opened.text()
    assert "Loading the demo company" not in opened.text()
    until(lambda: "Task jobs.sweep" in _log(opened, "worker") and "succeeded" in _log(opened, "worker"), what="a sweep")
    opened.process.send_signal(signal.SIGINT)
    assert opened.process.wait(OPEN_WITHIN) == 0
    assert opened.family() == []
