"""A worker on a bill's job in a process of its own, which kills itself at a named point.

`python -m tests.faults.finance_acts POINT JOB…`; the point `nowhere` lets it end.
"""

import os
import signal
import sys
from collections.abc import Callable
from typing import Any

import django

django.setup()

from apps.finance.actions import check, match, run_import  # noqa: E402 - Django must be ready first
from apps.jobs.actions import run_job  # noqa: E402

# Small enough that a test's bill is more than one step.
run_import.CHUNK = 4
# Where a process dies: which module's step, and whether before or after it.
POINTS: dict[str, tuple[Any, str, bool]] = {
    "check.after_staging": (check, "_keep", True),
    "import.after_lines": (run_import, "run", True),
    "import.before_match": (run_import, "match_store", False),
    "match.after_moves": (match, "mirror_many", True),
    "match.after_receipts": (match, "book", True),
    "match.after_settling": (run_import, "match_store", True),
    "import.before_commit": (run_import, "follow_bills", True),
}


def die_at(point: str) -> None:
    """Have this process killed, as by kill -9, when it comes to the point."""
    module, name, after = POINTS[point]
    step: Callable[..., Any] = getattr(module, name)

    def deadly(*arguments: Any, **options: Any) -> Any:
        if after:
            step(*arguments, **options)
        os.kill(os.getpid(), signal.SIGKILL)

    setattr(module, name, deadly)


if __name__ == "__main__":
    if sys.argv[1] != "nowhere":
        die_at(sys.argv[1])
    run_job(int(sys.argv[2]))
