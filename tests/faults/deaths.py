"""Processes that kill themselves at a named point, and the tests' way of starting one on their own database.

Each act is a process of its own, so that the server sees a client vanish. They are forked from one helper that has Django
and every acting module loaded: to load them anew costs some seconds each time. The helper connects to nothing, and ends with
the tests, however they end, since it then reads the end of a pipe.
"""

import atexit
import multiprocessing
import os
import signal
import tempfile
from collections.abc import Callable, Mapping
from importlib import import_module
from multiprocessing import forkserver
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from tests.faults.house import until

NOWHERE = "nowhere"
PATIENCE = 240.0
# Which module's step, and whether before or after it.
Points = Mapping[str, tuple[Any, str, bool]]
HELPER = multiprocessing.get_context("forkserver")
HELPER.set_forkserver_preload(sorted(f"{__package__}.{path.stem}" for path in Path(__file__).parent.glob("*_acts.py")))
atexit.register(forkserver._forkserver._stop)  # waits until it is gone; without one there is nothing to do


def die_at(points: Points, point: str, *, at_call: int = 1) -> None:
    """Have this process killed, as by kill -9, when it comes to the point for the nth time; `nowhere` lets it live."""
    if point == NOWHERE:
        return
    module, name, after = points[point]
    step: Callable[..., Any] = getattr(module, name)
    calls = iter(range(1, at_call + 1))

    def deadly(*arguments: Any, **options: Any) -> Any:
        last = next(calls) == at_call
        done = step(*arguments, **options) if after or not last else None
        if last:
            os.kill(os.getpid(), signal.SIGKILL)
        return done

    setattr(module, name, deadly)


def act(module: str, point: str, *arguments: object) -> int:
    """Run an acting module of this folder on the test's database and files. Returns how it ended; -9 is killed."""
    with tempfile.NamedTemporaryFile() as said:
        own = (said.name, connection.settings_dict["NAME"], settings.FILES_DIR)
        process = HELPER.Process(target=_perform, args=(*own, module, point, *arguments))
        process.start()
        try:
            process.join(PATIENCE)
            ended = process.exitcode  # None when it hangs: our own kill below is no death that a test asked for
        finally:
            process.kill()
        assert ended in (0, -9), f"{ended}: {said.read()[-2000:].decode(errors='replace')}"
    until(_nobody_else_is_at_work, what="the server to notice")
    return ended


def _perform(said: str, database: str, files: Path, module: str, point: str, *arguments: object) -> None:
    """Be the process that acts: what it says on its way out is kept, and what it does is done where the test looks."""
    with open(said, "wb") as sink:
        os.dup2(sink.fileno(), 2)
    assert connection.connection is None, "a connection that is the helper's"
    connection.settings_dict["NAME"] = database
    settings.FILES_DIR = files
    import_module(f"{__package__}.{module}").main(point, *arguments)


def _nobody_else_is_at_work() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        return bool(cursor.fetchone()[0] == 0)
