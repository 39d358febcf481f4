"""Metering: wall time, and the CPU time of this process, its children and the whole PostgreSQL server.

The cores of a shared machine are slowed down by others, so no figure stands alone: a fixed loop says how fast a core is
at the moment, and verdicts are made from ratios taken in turns.
"""

import os
import resource
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")
NANOSECONDS = 1_000_000_000
TICKS = os.sysconf("SC_CLK_TCK")
LOOP = 100_000
PARENT, WAITED_USER, WAITED_SYSTEM = 1, 13, 14


@dataclass(slots=True)
class Cost:
    """What a piece of work cost, in seconds. others: how many cores everybody else used meanwhile."""

    wall: float = 0.0
    python: float = 0.0
    postgres: float = 0.0
    others: float = 0.0

    @property
    def cpu(self) -> float:
        """Python and PostgreSQL together."""
        return self.python + self.postgres


class Meter:
    """Measures blocks of work against one PostgreSQL server, known by its first process."""

    def __init__(self, postgres_pid: int, helper: Callable[[], int | None] = lambda: None) -> None:
        self._postgres, self._helper = postgres_pid, helper

    def with_helper(self, helper: Callable[[], int | None]) -> "Meter":
        """A meter that counts a living child as Python too. helper: its number, None while there is none."""
        return Meter(self._postgres, helper)

    @contextmanager
    def measured(self) -> Iterator[Cost]:
        """The cost of the block; complete when the block has ended."""
        cost = Cost()
        postgres, busy = tree_cpu(self._postgres), _busy_cpu()
        # Last before the block and first after it: looking through all processes costs milliseconds of its own.
        helped = self._helper_cpu()
        python, wall = _own_cpu(), time.perf_counter()
        yield cost
        cost.wall, cost.python = time.perf_counter() - wall, _own_cpu() - python
        cost.python += self._helper_cpu() - helped
        cost.postgres = tree_cpu(self._postgres) - postgres
        busy = _busy_cpu() - busy
        cost.others = max(busy - cost.cpu, 0.0) / cost.wall if cost.wall else 0.0

    def _helper_cpu(self) -> float:
        pid = self._helper()
        return _running_cpu(pid) if pid is not None else 0.0


def core_speed() -> float:
    """CPU milliseconds of a fixed loop, the best of three: the larger, the slower a core is just now."""
    best = float("inf")
    for _ in range(3):
        started = time.process_time()
        total = 0
        for number in range(LOOP):
            total += number * number % 7
        best = min(best, time.process_time() - started)
    return round(best * 1000, 2)


def _own_cpu() -> float:
    parts = (resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN))
    return sum(part.ru_utime + part.ru_stime for part in parts)


def tree_cpu(root: int) -> float:
    """A server and its living children to the nanosecond; children that ended, through their parent, to the tick."""
    total = _running_cpu(root)
    waited = _fields(root)
    total += (int(waited[WAITED_USER]) + int(waited[WAITED_SYSTEM])) / TICKS
    for entry in PROC.iterdir():
        if entry.name.isdecimal() and _parent(int(entry.name)) == root:
            total += _running_cpu(int(entry.name))
    return total


def _running_cpu(pid: int) -> float:
    try:
        return int((PROC / str(pid) / "schedstat").read_text(encoding="ascii").split()[0]) / NANOSECONDS
    except (FileNotFoundError, ProcessLookupError):
        return 0.0


def _parent(pid: int) -> int:
    try:
        return int(_fields(pid)[PARENT])
    except (FileNotFoundError, ProcessLookupError):
        return 0


def _fields(pid: int) -> list[str]:
    """The fields of a process's stat line after its name, which may itself hold blanks."""
    return (PROC / str(pid) / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()


def _busy_cpu() -> float:
    """Seconds that all cores together were not idle since the machine began."""
    user, nice, system, _idle, _waiting, irq, softirq, steal, *_ = (
        int(ticks) for ticks in (PROC / "stat").read_text(encoding="ascii").split("\n", 1)[0].split()[1:]
    )
    return (user + nice + system + irq + softirq + steal) / TICKS
