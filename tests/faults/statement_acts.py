"""A worker on the job of a month's statements in a process of its own, which kills itself at a named point."""

import django

django.setup()

from apps.contracts import jobs
from apps.contracts.actions import draft
from apps.jobs.actions import run_job
from tests.faults.deaths import Points, die_at

POINTS: Points = {
    "draft.after_statements": (draft, "_born", True),
    "draft.after_rows": (draft, "write_rows", True),
    "draft.after_claims": (draft, "claim_reached", True),
}


def main(point: str, job: int) -> None:
    """Work on the job."""
    # Small enough that a test's month is more than one step.
    jobs.CONTRACTS_A_CHUNK = 1
    # The first contract is settled, the second is not.
    die_at(POINTS, point, at_call=2)
    run_job(job)
