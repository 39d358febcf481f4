"""A worker on a bill's job in a process of its own, which kills itself at a named point."""

import django

django.setup()

from apps.finance.actions import check, match, run_import
from apps.jobs.actions import run_job
from tests.faults.deaths import Points, die_at

POINTS: Points = {
    "check.after_staging": (check, "_keep", True),
    "import.after_lines": (run_import, "run", True),
    "import.before_match": (run_import, "match_store", False),
    "match.after_moves": (match, "mirror_many", True),
    "match.after_receipts": (match, "book", True),
    "match.after_settling": (run_import, "match_store", True),
    "import.before_commit": (run_import, "follow_bills", True),
}


def main(point: str, job: int) -> None:
    """Work on the job."""
    # Small enough that a test's bill is more than one step.
    run_import.CHUNK = 4
    die_at(POINTS, point)
    run_job(job)
