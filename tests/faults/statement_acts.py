"""A worker on the job of a month's statements in a process of its own, which kills itself at a named point.

`python -m tests.faults.statement_acts POINT JOB`; the point `nowhere` lets it end.
"""

import sys

import django

django.setup()

from apps.contracts import jobs
from apps.contracts.actions import draft
from apps.jobs.actions import run_job
from tests.faults.deaths import Points, die_at

# Small enough that a test's month is more than one step.
jobs.CONTRACTS_A_CHUNK = 1
POINTS: Points = {
    "draft.after_statements": (draft, "_born", True),
    "draft.after_rows": (draft, "write_rows", True),
    "draft.after_claims": (draft, "claim_reached", True),
}


if __name__ == "__main__":
    # The first contract is settled, the second is not.
    die_at(POINTS, sys.argv[1], at_call=2)
    run_job(int(sys.argv[2]))
