"""One workload in a process of its own, with servers of its own: `python -m tests.benchmarks.workload w1 …`."""

import argparse
import importlib
import json
from pathlib import Path

from tests.benchmarks.options import Options
from tests.benchmarks.servers import machine

MODULES = {
    "w1": "tests.benchmarks.w1_import",
    "w2": "tests.benchmarks.w2_waves",
    "w3": "tests.benchmarks.w3_lists",
    "w4": "tests.benchmarks.w4_ship",
    "w5": "tests.benchmarks.w5_statements",
    "w6": "tests.benchmarks.w6_papers",
}


def main() -> None:
    """Measure, and leave the outcome as JSON."""
    parser = argparse.ArgumentParser()
    parser.add_argument("name", choices=MODULES)
    parser.add_argument("outcome", type=Path)
    parser.add_argument("options", type=json.loads)
    asked = parser.parse_args()
    options = Options(**asked.options | {"sizes": tuple(asked.options["sizes"])})
    with machine() as place:
        result = importlib.import_module(MODULES[asked.name]).run(place, options)
    asked.outcome.write_text(json.dumps(result.as_json(), default=str), encoding="utf-8")


if __name__ == "__main__":
    main()
