"""The rows of statements: every receipt cut into tiers, and the rounded total split over them, written as a set."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import compress

from apps.contracts.models import StatementRow
from apps.contracts.queries.receipts import Received, settled_in
from apps.contracts.rules.commission import CommissionScale
from apps.contracts.rules.shares import cents, shares_of
from apps.core.packed import Column, copy_packed

ROWS_A_COPY = 50_000
# The columns of a row and their width in bytes.
WIDTHS = {
    "statement_id": 8, "position": 4, "receipt_id": 8, "slice": 2, "rate": 4, "amount": 8, "is_catch_up": 1,
    "commission_amount": 8, "refers_to_id": 8,
}  # fmt: skip
Columns = dict[str, list[int]]


@dataclass(frozen=True, slots=True)
class Explained:
    """One statement whose rows are wanted. received: with its receipts listed. before: the year's receipts without them.

    total: the month's commission, which the rows add up to.
    """

    statement_id: int
    received: Received
    before: Decimal
    scale: CommissionScale
    total: Decimal


def write_rows(statements: Iterable[Explained]) -> None:
    """Write the rows of statements that have none, from the same receipts that their figures were added up from.

    Every receipt gets at least one row, with rate 0 where it brings nothing. Rules: CON-37, AMB-05.
    """
    statements = [each for each in statements if each.received.count]
    refunds = [key for each in statements for key in each.received.refunds or ()]
    earlier = settled_in(refunds) if refunds else {}
    rows = _no_rows()
    for each in statements:
        _add(rows, each)
        if len(rows["position"]) >= ROWS_A_COPY:
            copy_packed(StatementRow, _blocks(rows, earlier))
            rows = _no_rows()
    copy_packed(StatementRow, _blocks(rows, earlier))


def _no_rows() -> Columns:
    return {name: [] for name in WIDTHS}


def _add(rows: Columns, one: Explained) -> None:
    receipts, counted = one.received.in_order()
    shares = shares_of(counted, cents(one.before), one.scale, cents(one.total))
    count = len(shares.receipt)
    rows["statement_id"] += [one.statement_id] * count
    rows["position"] += range(1, count + 1)
    rows["receipt_id"] += [receipts[place] for place in shares.receipt]
    rows["slice"] += shares.part
    rows["rate"] += shares.rate
    rows["amount"] += shares.amount
    rows["is_catch_up"] += shares.is_catch_up
    rows["commission_amount"] += shares.commission


def _blocks(rows: Columns, earlier: Mapping[int, int]) -> Iterator[dict[str, Column]]:
    """Rows that name no earlier statement, and those that do."""
    named = [earlier.get(receipt, 0) for receipt in rows["receipt_id"]] if earlier else []
    if not any(named):
        yield _block(rows, None)
        return
    yield _block({name: list(compress(cells, (not each for each in named))) for name, cells in rows.items()}, None)
    yield _block({name: list(compress(cells, named)) for name, cells in rows.items()}, list(filter(None, named)))


def _block(rows: Columns, refers_to: Sequence[int] | None) -> dict[str, Column]:
    return {name: Column(width, rows[name]) for name, width in WIDTHS.items()} | {
        "refers_to_id": Column(WIDTHS["refers_to_id"], refers_to)
    }
