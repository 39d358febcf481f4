"""What can be asked of a run."""

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Options:
    """rounds: turns that count. large: the largest sizes too. sizes: these instead, for a closer look.

    month_end: of W6 the month's end instead, which takes minutes and is run once.
    """

    rounds: int = 5
    large: bool = False
    sizes: tuple[int, ...] = ()
    month_end: bool = False

    def as_dict(self) -> dict[str, Any]:
        """For the log and for the workload's own process."""
        return asdict(self)
