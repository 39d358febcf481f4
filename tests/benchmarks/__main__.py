"""`make bench`: measure the workloads beside their limits, print a table, keep every figure, judge the floors.

Judges ratios, never seconds: the machine may be shared. Exit code 1 when a floor was missed, 2 when a workload broke.
"""

import argparse
import datetime as dt
import json
import os
import platform
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from opsdesk.embedded import CHECKOUT
from tests.benchmarks.metering import core_speed
from tests.benchmarks.options import Options
from tests.benchmarks.report import missed_floors, say, show, write_json
from tests.benchmarks.workload import MODULES

FOLDER = CHECKOUT / "var" / "bench"
BROKEN = 2


def main() -> int:
    """Run what was asked for, one workload after the other."""
    asked = _parsed()
    options = Options(rounds=asked.rounds, large=asked.large, sizes=tuple(asked.size), month_end=asked.month_end)
    say(f"core: {core_speed()} ms for the fixed loop; load {os.getloadavg()[0]:.1f}; {asked.rounds} turns each")
    results, broken = [], []
    for name in asked.workloads or MODULES:
        outcome = _measured(name, options)
        if outcome is None:
            broken.append(name)
            continue
        show(outcome)
        results.append(outcome)
    path = FOLDER / f"{dt.datetime.now(dt.UTC):%Y-%m-%d-%H%M%S}.json"
    write_json(path, [_about(options), *results])
    say(f"\nevery figure: {path.relative_to(CHECKOUT)}")
    missed = missed_floors(results)
    for what in missed:
        say(f"floor missed: {what}")
    for name in broken:
        say(f"broken: {name}")
    return BROKEN if broken else int(bool(missed))


def _parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks", description="Measure opsdesk beside the bare limits."
    )
    parser.add_argument(
        "workloads", nargs="*", metavar="workload", help=f"which ones: {', '.join(MODULES)}; all if none is named"
    )
    parser.add_argument("--large", action="store_true", help="the largest sizes too; takes long")
    parser.add_argument("--rounds", type=int, default=Options().rounds, help="turns that count (default: %(default)s)")
    parser.add_argument(
        "--size", type=int, action="append", default=[], help="this size instead of the usual ones; may be repeated"
    )
    parser.add_argument(
        "--month-end", action="store_true", help="of w6 the month's end instead: 400 settlements by two workers, once"
    )
    asked = parser.parse_args()
    unknown = set(asked.workloads) - set(MODULES)
    if unknown:
        parser.error(f"no such workload: {', '.join(sorted(unknown))}")
    return asked


def _measured(name: str, options: Options) -> dict[str, Any] | None:
    """The outcome of a workload, run in a process of its own; None when it broke."""
    with tempfile.TemporaryDirectory(prefix="opsdesk-bench-outcome-") as folder:
        outcome = Path(folder) / "outcome.json"
        module = "tests.benchmarks.workload"
        command = [sys.executable, "-m", module, name, str(outcome), json.dumps(options.as_dict())]
        done = subprocess.run(command, cwd=CHECKOUT, check=False)
        if done.returncode != 0:
            return None
        loaded: dict[str, Any] = json.loads(outcome.read_text(encoding="utf-8"))
        return loaded


def _about(options: Options) -> dict[str, Any]:
    """When and on what kind of machine; no names and no paths."""
    return {
        "at": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "machine": platform.machine(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "core_ms": core_speed(),
        "load": os.getloadavg()[0],
        "options": options.as_dict(),
    }


if __name__ == "__main__":
    raise SystemExit(main())
