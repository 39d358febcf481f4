"""Orders over several rows: kept together, taken whole or not at all, and put together from their rows."""

from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, TypeVar

from apps.core.money import Money
from apps.core.tabular import Batch
from apps.orders.imports.cells import Cells
from apps.orders.imports.fields import AMOUNTS, MOMENTS
from apps.orders.imports.layout import Layout
from apps.orders.imports.refusals import (
    LeftOutWhole,
    LineContradicts,
    LineRepeated,
    OrderContradicts,
    RowsApart,
    TooManyLines,
)
from apps.orders.imports.states import CLOSED, state_of_lines

T = TypeVar("T")

# Rows of an order are looked for this far below its last one.
NEAR = 4_000
MOST_HELD = 50_000
MOST_LINES = 500
# Of these the first row that says something is believed; everything else is as the first row has it.
_FIRST_SAID = (*MOMENTS, "close_reason", "buyer_message", "seller_memo", "flag", "waybill_number")
_BETWEEN_WORDS = "、"


@dataclass(slots=True)
class Seen:
    """What earlier rows of the file said. contents: hash of order and line number → hash of the row."""

    numbers: set[str] = field(default_factory=set)
    spoiled: set[str] = field(default_factory=set)
    contents: dict[int, int] = field(default_factory=dict)


def with_whole_orders(batches: Iterable[Batch], number_column: str) -> Iterator[Batch]:
    """The same rows, parted so that the rows of an order stay together, as far as they stand within some thousand rows.

    Within a batch rows keep their order; an order waits for the next batch until none of its rows was seen for long.
    """
    held: Batch | None = None
    for batch in batches:
        if held is None:
            held = batch
            continue
        ready, waiting = _parted(held.columns[number_column])
        if ready:
            yield _rows_of(held, ready)
        held = _joined(_rows_of(held, waiting), batch)
    if held is not None:
        yield held


def _parted(numbers: Sequence[str]) -> tuple[Sequence[int], Sequence[int]]:
    """The places of rows whose order is complete, and of those that wait. Nobody waits for an order without end."""
    horizon = max(len(numbers) - NEAR, 0)
    near = set(numbers[horizon:]) - {""}
    ready = [index for index in range(horizon) if numbers[index] not in near]
    if not ready and len(numbers) > MOST_HELD:
        return range(len(numbers)), []
    waiting = [index for index in range(horizon) if numbers[index] in near]
    return ready, [*waiting, *range(horizon, len(numbers))]


def _joined(held: Batch, batch: Batch) -> Batch:
    columns = {name: held.columns[name] + cells for name, cells in batch.columns.items()}
    return Batch(held.numbers + batch.numbers, columns)


def _rows_of(batch: Batch, places: Sequence[int]) -> Batch:
    columns = {name: _cells_at(places, cells) for name, cells in batch.columns.items()}
    return Batch(_cells_at(places, batch.numbers), columns)


def _cells_at(places: Sequence[int], cells: list[T]) -> list[T]:
    """The cells at ascending places, which are a slice in nearly every file: there the rows of an order lie together."""
    if places and places[-1] - places[0] == len(places) - 1:
        return cells[places[0] : places[-1] + 1]
    return [cells[place] for place in places]


def leave_out_whole(parts: Sequence[Cells], seen: Seen) -> None:
    """Where one row of an order is refused, refuse its others too: half an order would be shipped and summed short."""
    bad = set[int]().union(*(cells.bad for cells in parts))
    numbers = parts[0].column("number", "")
    seen.spoiled |= {numbers[index] for index in bad if numbers[index]}
    for index, number in enumerate(numbers):
        if number in seen.spoiled and index not in bad:
            bad.add(index)
            parts[0].refuse(index, "number", LeftOutWhole())
    for cells in parts:
        cells.bad |= bad


def find_repeats(batch: Batch, lines: Cells, seen: Seen) -> dict[int, str]:
    """The rows whose line was in the file before: place → verdict, `duplicate` for an equal row, else `refused`."""
    verdicts: dict[int, str] = {}
    contents = list(zip(*batch.columns.values(), strict=True))
    for index, key in enumerate(zip(lines.column("number"), lines.column("line_key"), strict=True)):
        if index in lines.bad:
            continue
        place, content = hash(key), hash(contents[index])
        earlier = seen.contents.get(place)
        if earlier is None:
            seen.contents[place] = content
        elif earlier == content:
            verdicts[index] = "duplicate"
            lines.remark(index, "number", LineRepeated())
        else:
            verdicts[index] = "refused"
            lines.remark(index, "number", LineContradicts(), severity="refused")
    return verdicts


def put_together(
    orders: Cells, lines: Cells, states: list[str], *, skipped: Container[int], layout: Layout, seen: Seen
) -> list[int]:
    """Make one order of all its rows; returns the places of the rows that stand for their orders from now on.

    Fields and states of those rows become the whole order's, in place; lines get their shares of the order's payment.
    Raises RowsApart when an order goes on after it was put together.
    """
    groups: dict[str, list[int]] = {}
    for index, number in enumerate(orders.column("number")):
        if index in skipped:
            continue
        if number in seen.numbers:
            raise RowsApart(number=number, row=orders.numbers[index])
        if index not in orders.bad:
            groups.setdefault(number, []).append(index)
    if layout.shares_paid:
        lines.by_name["paid_amount"] = lines.column("paid_amount")
    kept = []
    for number, rows in groups.items():
        if len(rows) == 1 or _is_one(orders, rows, layout):
            seen.numbers.add(number)
            kept.append(rows[0])
            _become_whole(orders, lines, states, rows, layout)
        else:
            seen.spoiled.add(number)
    lines.bad |= orders.bad
    return kept


def _is_one(orders: Cells, rows: Sequence[int], layout: Layout) -> bool:
    """Whether the rows can be one order and say the same about it as a whole; if not, all of them are refused."""
    if len(rows) > MOST_LINES:
        orders.refuse(rows[MOST_LINES], "number", TooManyLines(limit=MOST_LINES))
        orders.bad.update(rows)
        return False
    for name in ("status_text", *AMOUNTS):
        values = orders.by_name.get(name)
        if values is None or name in layout.per_row:
            continue
        other = next((index for index in rows if values[index] != values[rows[0]]), None)
        if other is not None:
            orders.refuse(other, name, OrderContradicts())
            orders.bad.update(rows)
            return False
    return True


def _become_whole(orders: Cells, lines: Cells, states: list[str], rows: Sequence[int], layout: Layout) -> None:
    first = rows[0]
    if len(rows) > 1:
        states[first] = state_of_lines([states[index] for index in rows])
        for name, values in orders.by_name.items():
            if name in layout.per_row:
                values[first] = _together([values[index] for index in rows])
            elif name in _FIRST_SAID:
                values[first] = next((values[index] for index in rows if values[index]), values[first])
        if "close_reason" in orders.by_name and states[first] not in CLOSED:
            orders.by_name["close_reason"][first] = ""
    if layout.shares_paid:
        _share(orders.column("paid_amount")[first], lines, rows)


def _together(values: Sequence[Any]) -> Any:
    """Amounts summed, None if no row gives one; words side by side, each once."""
    said = [value for value in values if value is not None]
    if said and isinstance(said[0], Decimal):
        return sum(said, Decimal(0))
    return _BETWEEN_WORDS.join(dict.fromkeys(said)) if said else None


def _share(paid: Decimal | None, lines: Cells, rows: Sequence[int]) -> None:
    """Give each line its part of what was paid for the order, in whole cents that sum up to it."""
    prices, quantities = lines.column("unit_price_amount"), lines.column("quantity")
    if paid is None or any(prices[index] is None for index in rows):
        return
    shares = Money(paid).split([prices[index] * quantities[index] for index in rows])
    for index, share in zip(rows, shares, strict=True):
        lines.by_name["paid_amount"][index] = share.amount
