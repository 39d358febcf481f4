"""A worker that prints what waits, and goes on until it is told to stop: `python -m tests.benchmarks.printing`."""

import signal
import sys
import time
from types import FrameType

import django

IDLE_SECONDS = 0.2


def main() -> None:
    """Print, ten papers a call, as the house's workers do."""
    signal.signal(signal.SIGTERM, _stop)
    django.setup()
    from apps.documents.actions import render_waiting
    from apps.documents.render_server import render_server

    try:
        while True:
            if not render_waiting():
                time.sleep(IDLE_SECONDS)
    finally:
        render_server().close()


def _stop(_signal: int, _frame: FrameType | None) -> None:
    sys.exit(0)


if __name__ == "__main__":
    main()
