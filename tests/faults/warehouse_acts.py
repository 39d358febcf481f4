"""One verb of the warehouse in a process of its own, which kills itself at a named point."""

import sys
from typing import Any

import django

django.setup()

from apps.documents.actions import render
from apps.documents.tasks import render as render_task
from apps.org.actors import SYSTEM
from apps.warehouse.actions import dispatch_shipments, plan_wave
from apps.warehouse.actions.reserve import reserve_waiting
from apps.warehouse.tasks import reserve
from tests.faults.deaths import Points, die_at

RESERVING: Any = sys.modules[reserve_waiting.__module__]
RENDERING: Any = sys.modules[render.__module__]
PLANNING: Any = sys.modules[plan_wave.__module__]
DISPATCHING: Any = sys.modules[dispatch_shipments.__module__]
POINTS: Points = {
    "reserve.after_lock": (RESERVING, "_locked", True),
    "reserve.after_marking": (RESERVING, "mark_reserved", True),
    "reserve.before_commit": (RESERVING, "_set_aside", True),
    "render.after_hold": (RENDERING, "_held", True),
    "render.after_laying_out": (RENDERING, "printed", True),
    "render.after_file": (RENDERING, "keep_file", True),
    "plan.before_claim": (PLANNING, "_claimed", False),
    "plan.after_claim": (PLANNING, "_claimed", True),
    "plan.after_marking": (PLANNING, "mark_picking", True),
    "plan.before_commit": (PLANNING, "_fill", True),
    "dispatch.after_lock": (DISPATCHING, "_locked", True),
    "dispatch.after_shipping": (DISPATCHING, "mark_shipped", True),
    "dispatch.after_moves": (DISPATCHING, "_move_goods", True),
    "dispatch.before_commit": (DISPATCHING, "issue_handover_sheet", True),
}


def main(point: str, verb: str, *keys: int) -> None:
    """Do the verb that the point belongs to."""
    die_at(POINTS, point)
    if verb == "reserve":
        reserve()
    elif verb == "render":
        render_task(keys[0])
    elif verb == "plan":
        plan_wave(keys[0], by=SYSTEM)
    else:
        dispatch_shipments(keys[1:], keys[0], by=SYSTEM)
