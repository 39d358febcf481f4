"""A printer in a process of its own, which kills itself at a named point.

`python -m tests.faults.paper_acts POINT DOCUMENT`; the point `nowhere` lets it end.
"""

import sys

import django

django.setup()

from apps.documents.actions import render  # noqa: E402 - Django must be ready first
from apps.documents.render_server import render_server  # noqa: E402
from tests.faults.deaths import Points, die_at  # noqa: E402

POINTS: Points = {
    "render.after_hold": (render, "_held", True),
    "render.after_layout": (render, "printed", True),
    "render.after_file": (render, "keep_file", True),
    "render.before_commit": (render, "move", True),
}

if __name__ == "__main__":
    die_at(POINTS, sys.argv[1])
    try:
        render.render_waiting(int(sys.argv[2]))
    finally:
        render_server().close()
