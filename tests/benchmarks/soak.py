"""The long run: races and kills again and again until the time is up, each round with a seed that can be given again.

`make soak`, or `python -m tests.benchmarks.soak --minutes 60`. Ends at the first failure.
"""

import argparse
import secrets
import subprocess
import sys
import time

SUITES = ["tests/concurrency", "tests/jobs", "tests/core/tabular", "tests/orders", "tests/faults"]


def main() -> int:
    """Run round after round; 0 when every one passed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=int, default=60)
    parser.add_argument("--seed", type=int, help="of the first round, to repeat a failure")
    chosen = parser.parse_args()
    end, seed, rounds = time.monotonic() + chosen.minutes * 60, chosen.seed, 0
    while time.monotonic() < end:
        seed = seed if seed is not None else secrets.randbelow(2**32)
        sys.stdout.write(f"round {rounds + 1}, seed {seed}\n")
        sys.stdout.flush()
        command = [sys.executable, "-m", "pytest", "-q", "-x", f"--hypothesis-seed={seed}", *SUITES]
        if subprocess.run(command, check=False).returncode:
            sys.stdout.write(f"failed with seed {seed}\n")
            return 1
        seed, rounds = None, rounds + 1
    sys.stdout.write(f"{rounds} rounds passed\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
