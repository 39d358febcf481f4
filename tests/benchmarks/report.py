"""What a benchmark says: rows of a table, verdicts against the guide's floors and targets, and every raw figure."""

import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any


class Kind(StrEnum):
    """A floor must not be missed; a target is what a release is judged by; a note is only shown."""

    FLOOR = "floor"
    TARGET = "target"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Verdict:
    """One figure against what it may be at most. unit: "x" for ratios, "ms" for server time."""

    what: str
    measured: float
    at_most: float
    kind: Kind
    unit: str = "x"

    @property
    def is_met(self) -> bool:
        """Whether the figure is small enough."""
        return self.measured <= self.at_most


@dataclass(slots=True)
class Result:
    """One workload's outcome. table: the first row is its head."""

    workload: str
    table: list[Sequence[object]] = field(default_factory=list)
    verdicts: list[Verdict] = field(default_factory=list)
    raw: dict[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """The outcome for the log."""
        verdicts = [asdict(verdict) | {"is_met": verdict.is_met} for verdict in self.verdicts]
        return {"workload": self.workload, "table": self.table, "verdicts": verdicts, "raw": self.raw}


def write_json(path: Path, results: Iterable[dict[str, Any]]) -> None:
    """Keep the outcomes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(list(results), ensure_ascii=False, indent=1, default=str), encoding="utf-8")


def show(result: dict[str, Any]) -> None:
    """Print a workload's table and verdicts."""
    say(f"\n{result['workload']}\n")
    rows = [[_shown(cell) for cell in row] for row in result["table"]]
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    for row in rows:
        first = row[0].ljust(widths[0])
        say("  ".join([first, *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))]))
    say("")
    for verdict in result["verdicts"]:
        answer = "shown" if verdict["kind"] == Kind.NOTE else "met" if verdict["is_met"] else "MISSED"
        bound = "" if verdict["kind"] == Kind.NOTE else f" (at most {verdict['at_most']:g})"
        say(f"  {verdict['kind']:6}  {answer:6}  {verdict['what']}: {verdict['measured']:.2f} {verdict['unit']}{bound}")


def missed_floors(results: Iterable[dict[str, Any]]) -> list[str]:
    """The floors that were not reached."""
    return [
        verdict["what"]
        for result in results
        for verdict in result["verdicts"]
        if verdict["kind"] == Kind.FLOOR and not verdict["is_met"]
    ]


def say(line: str) -> None:
    """One line on the terminal."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _shown(cell: object) -> str:
    if isinstance(cell, float):
        return f"{cell:,.3f}" if cell < 10 else f"{cell:,.1f}"
    return f"{cell:,}" if isinstance(cell, int) else str(cell)
