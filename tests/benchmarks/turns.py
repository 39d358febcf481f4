"""Turns: limit and workload one after the other, again and again, so that a slow minute strikes both."""

import statistics
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from tests.benchmarks.metering import Cost, Meter, core_speed

WARM_UPS = 1


@dataclass(frozen=True, slots=True)
class Subject:
    """Something to measure. prepare: what belongs to a turn but is not measured.

    times: how often it is done in a turn, whose cost is the mean; what is short would otherwise tell only which of two
    unequal cores it has met.
    """

    run: Callable[[], object]
    prepare: Callable[[], object] = lambda: None
    times: int = 1

    def measured(self, meter: Meter) -> Cost:
        """What it costs once."""
        costs = [self._measured_once(meter) for _ in range(self.times)]
        return Cost(
            **{part.name: statistics.fmean(getattr(cost, part.name) for cost in costs) for part in fields(Cost)}
        )

    def _measured_once(self, meter: Meter) -> Cost:
        self.prepare()
        with meter.measured() as cost:
            self.run()
        return cost


@dataclass(slots=True)
class Turns:
    """The costs of each subject, turn by turn, and how slow a core was in each turn."""

    costs: dict[str, list[Cost]] = field(default_factory=dict)
    core_speeds: list[float] = field(default_factory=list)

    def median(self, name: str, what: str = "cpu") -> float:
        """The middle cost of a subject in seconds: cpu, wall, python or postgres."""
        return statistics.median(getattr(cost, what) for cost in self.costs[name])

    def ratio(self, name: str, to: str, what: str = "cpu") -> float:
        """The middle of the ratios of two subjects, each taken within one turn."""
        pairs = zip(self.costs[name], self.costs[to], strict=True)
        return statistics.median(getattr(mine, what) / getattr(its, what) for mine, its in pairs)

    def raw(self) -> dict[str, Any]:
        """Everything that was measured."""
        costs = {name: [asdict(cost) for cost in costs] for name, costs in self.costs.items()}
        return {"core_speeds_ms": self.core_speeds, "costs_s": costs}


def take_turns(subjects: Mapping[str, Subject], meter: Meter, rounds: int) -> Turns:
    """Run every subject once in each of `rounds` turns, after a warm-up that does not count."""
    turns = Turns({name: [] for name in subjects})
    for nth in range(WARM_UPS + rounds):
        counts = nth >= WARM_UPS
        if counts:
            turns.core_speeds.append(core_speed())
        for name, subject in subjects.items():
            cost = subject.measured(meter)
            if counts:
                turns.costs[name].append(cost)
    return turns
