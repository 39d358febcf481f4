"""The month of staff in a process of its own, which kills itself at a named point."""

import datetime as dt
from collections.abc import Callable

import django

django.setup()

from apps.org.actors import SYSTEM
from apps.staff.actions import close, close_month, compute_pay, open_month
from apps.staff.models import ItemScore, PayLine, ScoreSheet
from tests.faults.deaths import Points, die_at

VERBS: dict[str, Callable[..., object]] = {"open": open_month, "close": close_month, "pay": compute_pay}
POINTS: Points = {
    "open.after_sheets": (ScoreSheet.objects, "bulk_create", True),
    "open.after_events": (ItemScore.objects, "bulk_create", True),
    "close.after_moves": (close, "move_many", True),
    "close.before_commit": (close, "tell_of_low_months", True),
    "pay.before_lines": (PayLine.objects, "bulk_create", False),
    "pay.after_lines": (PayLine.objects, "bulk_create", True),
}


def main(point: str, verb: str, month: dt.date) -> None:
    """Do the verb for the month."""
    die_at(POINTS, point)
    VERBS[verb](month, by=SYSTEM)
