"""The clock that lets decisions take effect, in a process of its own that kills itself at a named point."""

import django

django.setup()

from apps.approvals.actions import carry_out
from tests.faults.deaths import Points, die_at

POINTS: Points = {
    "carry_out.begins": (carry_out, "_effected", False),
    "carry_out.decided": (carry_out, "decide_subject", True),
    "carry_out.committed": (carry_out, "_effected", True),
}


def main(point: str) -> None:
    """Let what is due take effect."""
    die_at(POINTS, point)
    carry_out.carry_out_due()
