"""The command line behind `make run`."""

import argparse
import sys

from opsdesk.embedded import InUse, ServerFailed, Unreachable
from opsdesk.supervisor import console
from opsdesk.supervisor.engine import Engine, StepFailed
from opsdesk.supervisor.ports import PortTaken
from opsdesk.supervisor.signals import Signals


def main() -> int:
    """Run opsdesk until it is asked to stop. Returns the exit code."""
    parser = argparse.ArgumentParser(prog="make run", description="Run opsdesk on this machine.")
    parser.add_argument(
        "--port",
        type=int,
        choices=range(1, 65536),
        metavar="PORT",
        help="the web port; if left out, the first free one from 8000 up",
    )
    parser.add_argument("--empty", action="store_true", help="do not load the demo company")
    options = parser.parse_args()
    try:
        with Signals() as signals:
            Engine(signals, port=options.port, demo=not options.empty).run()
    except InUse as taken:
        console.say(taken.note or str(taken))
        return 1
    except (PortTaken, ServerFailed, StepFailed, Unreachable) as problem:
        console.say(f"opsdesk could not start. {problem}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
