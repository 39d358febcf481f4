"""Processes that kill themselves at a named point, and the tests' way of starting one on their own database."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from django.db import connection

from tests.faults.house import until

NOWHERE = "nowhere"
ROOT = Path(__file__).parents[2]
# Which module's step, and whether before or after it.
Points = Mapping[str, tuple[Any, str, bool]]


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
    """Run an acting module of this folder on the test's database. Returns how it ended; -9 is killed."""
    base, _mark, query = os.environ["DATABASE_URL"].partition("?")
    address = f"{base.rpartition('/')[0]}/{connection.settings_dict['NAME']}?{query}"
    done = subprocess.run(
        [sys.executable, "-m", f"tests.faults.{module}", point, *map(str, arguments)],
        cwd=ROOT, env={**os.environ, "DATABASE_URL": address}, capture_output=True, timeout=240, check=False,
    )  # fmt: skip
    assert done.returncode in (0, -9), done.stderr[-2000:]
    until(_nobody_else_is_at_work, what="the server to notice")
    return done.returncode


def _nobody_else_is_at_work() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        return bool(cursor.fetchone()[0] == 0)
