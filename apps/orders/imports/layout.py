"""What a layout is: which columns a platform's file has, by name, and what they mean in the house's words.

Platforms rename and reorder columns several times a year, so everything is found by header name, never by position, and
a file without a required column is refused by name.
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from apps.core.tabular.header import folded

Names = tuple[str, ...]
Columns = dict[str, list[Any]]
Fill = Callable[[Columns, int], None]
StateOf = Callable[[Mapping[str, list[object]], int], list[str]]
REFUNDS_UNSAID = frozenset({"", "-", "--"})


@dataclass(frozen=True)
class Layout:
    """One generation of one platform's export.

    required: sets of alternative names; a file has this layout when each set is met and no name of `without` is there.
    order, line: our field → the names that it may have, best first; a cell that is empty gives way to the next name's.
    A file may hold orders, lines, or both per row. Fields that are no staged column only serve the functions below.
    state_of: cleaned columns and the number of rows → canonical platform states. has_line_ids: whether `line_key` is
    the platform's own; otherwise the place within the order counts. exported_at: reads the time from the file's name.
    fill, fill_lines: derive what the file does not say outright; cleaned columns, changed in place, and their length.

    Where each row is order and line at once, the first row of an order becomes the staged order, and
    per_row: order fields that every row says for its own line: amounts are summed, states and their words put together;
    the other amounts are the order's, repeated on every row, and must agree.
    shares_paid: lines get their share of the order's paid amount, by list price × quantity.
    """

    name: str
    platforms: frozenset[str]
    required: Sequence[Names]
    order: Mapping[str, Names] = field(default_factory=dict)
    line: Mapping[str, Names] = field(default_factory=dict)
    without: Names = ()
    state_of: StateOf | None = None
    refund_states: Mapping[str, str] = field(default_factory=dict)
    exported_at: Callable[[str], dt.datetime | None] = lambda _name: None
    fill: Fill | None = None
    fill_lines: Fill | None = None
    per_row: frozenset[str] = frozenset()
    shares_paid: bool = False

    @property
    def has_orders(self) -> bool:
        """Whether rows describe orders."""
        return bool(self.order)

    @property
    def has_lines(self) -> bool:
        """Whether rows describe order lines."""
        return bool(self.line)

    @property
    def has_line_ids(self) -> bool:
        """Whether the platform names its lines."""
        return "line_key" in self.line

    def fits(self, header: Sequence[str]) -> bool:
        """Whether a header row is of this layout."""
        return not self.missing_from(header) and not self._is_ruled_out(header)

    def missing_from(self, header: Sequence[str]) -> list[str]:
        """The required columns that a header row lacks, alternatives joined by a slash."""
        names = {folded(name) for name in header}
        return ["/".join(choice) for choice in self.required if names.isdisjoint(map(folded, choice))]

    def lacks(self, header: Sequence[str]) -> list[str]:
        """The required columns that a header row lacks to be of this layout; none when it is another kind of file.

        With more than one missing, half of the required must be there, and a quarter of the row be columns that this
        layout reads: bills and reports name orders too.
        """
        missing = self.missing_from(header)
        is_near = len(missing) == 1 or (
            len(missing) * 2 <= len(self.required) and self._reads(header) * 4 >= len(header)
        )
        return missing if is_near and not self._is_ruled_out(header) else []

    def _reads(self, header: Sequence[str]) -> int:
        """How many columns of a header row mean something to this layout."""
        parts = [*self.required, *self.order.values(), *self.line.values()]
        names = {folded(name) for choice in parts for name in choice}
        return sum(folded(name) in names for name in header)

    def _is_ruled_out(self, header: Sequence[str]) -> bool:
        return not {folded(name) for name in header}.isdisjoint(map(folded, self.without))

    def wanted(self, header: Sequence[str], part: Mapping[str, Names]) -> dict[str, list[str]]:
        """Our field → the columns of this file that may hold it, best first, for the fields that the file has."""
        spelled = {folded(name): name for name in reversed(header) if name}
        found = {
            ours: [spelled[folded(name)] for name in theirs if folded(name) in spelled] for ours, theirs in part.items()
        }
        return {ours: names for ours, names in found.items() if names}

    def refund_state(self, text: str) -> str:
        """The house's word for a refund's status; empty when the file says nothing, `unknown` for other words."""
        if text in REFUNDS_UNSAID:
            return ""
        return self.refund_states.get(text.replace("，", ","), "unknown")
