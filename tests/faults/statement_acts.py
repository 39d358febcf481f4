"""A worker on the job of a month's statements in a process of its own, which kills itself at a named point.

`python -m tests.faults.statement_acts POINT JOB`; the point `nowhere` lets it end.
"""

import os
import signal
import sys
from collections.abc import Callable
from typing import Any

import django

django.setup()

from apps.contracts import jobs  # noqa: E402 - Django must be ready first
from apps.contracts.actions import draft  # noqa: E402
from apps.jobs.actions import run_job  # noqa: E402

# Small enough that a test's month is more than one step.
jobs.CONTRACTS_A_CHUNK = 1
# Where a process dies: which module's step, and whether before or after it.
POINTS: dict[str, tuple[Any, str, bool]] = {
    "draft.after_statements": (draft, "_born", True),
    "draft.after_rows": (draft, "write_rows", True),
    "draft.after_claims": (draft, "claim_reached", True),
}


def die_at(point: str) -> None:
    """Have this process killed, as by kill -9, when it comes to the point for the second time."""
    module, name, after = POINTS[point]
    step: Callable[..., Any] = getattr(module, name)
    times = iter((False, True))

    def deadly(*arguments: Any, **options: Any) -> Any:
        done = step(*arguments, **options) if after else None
        if next(times):
            os.kill(os.getpid(), signal.SIGKILL)
        return done

    setattr(module, name, deadly)


if __name__ == "__main__":
    if sys.argv[1] != "nowhere":
        die_at(sys.argv[1])
    run_job(int(sys.argv[2]))
