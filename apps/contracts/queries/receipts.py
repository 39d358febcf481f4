"""The receipts of many contracts for one month: one SELECT adds them up, and lists them where they become rows.

A receipt belongs to the first statement that is worked out after its money moved: its own month's, or, when it was
booked after that was settled, the next one's. No receipt is taken twice.
"""

import datetime as dt
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import connection

from apps.core.bulk import as_array
from apps.core.packed import unpacked
from apps.finance.queries.receipts import SETTLED
from apps.finance.rules.classes import ReceiptKind

# A receipt's day stands above its key: as one number they are told apart and put in order at once.
KEY_BITS = 44
HIGHEST_KEY = (1 << KEY_BITS) - 1


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whose receipts, and what the year was before them.

    statement_id: 0 before there is one. since, until: days on which the money moved, the last one excluded. is_gross:
    refunds do not count. lump_at: the sum whose day of reaching is asked for.
    """

    contract_id: int
    statement_id: int
    since: dt.date
    until: dt.date
    is_gross: bool
    before: Decimal
    lump_at: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Received:
    """What was received for one contract. refunded: a positive sum. print: the same receipts give the same one.

    marks, counted: day and key of each receipt in one number, and the cents of each that count, in no order, where they
    were asked for, packed as whole numbers; refunds: those that send money of an order back.
    """

    received: Decimal
    refunded: Decimal
    count: int
    print: str
    reached_on: dt.date | None
    marks: memoryview | None = None
    counted: memoryview | None = None
    refunds: Sequence[int] | None = None

    def in_order(self) -> tuple[list[int], list[int]]:
        """The receipts by day and key, and the cents of each that count. Raises ValueError when they were not listed."""
        if self.marks is None or self.counted is None:
            raise ValueError("these receipts were added up and not listed")
        marks, counted = unpacked(self.marks), unpacked(self.counted)
        places = sorted(range(len(marks)), key=marks.__getitem__)
        return [marks[place] & HIGHEST_KEY for place in places], [counted[place] for place in places]


SPANS = """
    wanted AS MATERIALIZED (SELECT * FROM jsonb_to_recordset(%(wanted)s::jsonb) AS w(contract_id bigint, statement_id bigint,
        since date, until date, is_gross boolean, before numeric, lump_at numeric)),
    spans AS MATERIALIZED (
        SELECT w.*, s.store_id, greatest(w.since, lower(s.days)) AS first_day, least(w.until, upper(s.days)) AS day_after
        FROM wanted w JOIN contracts_contractstore s ON s.contract_id = w.contract_id WHERE NOT isempty(s.days)
    )
"""
# A contract may be read so that refunds do not count; they are in its statement all the same.
PICKS = """
    picks AS (
        SELECT s.contract_id, s.before, s.lump_at, r.id, r.received_on, r.amount, r.order_id,
            r.kind = %(refund)s AS is_refund,
            CASE WHEN s.is_gross AND r.kind = %(refund)s THEN 0 ELSE r.amount END AS counted
        FROM spans s JOIN finance_receipt r ON r.store_id = s.store_id AND r.kind = ANY(%(kinds)s)
            AND r.received_on >= s.first_day AND r.received_on < s.day_after
        WHERE NOT EXISTS (
            SELECT FROM contracts_statementrow x WHERE x.receipt_id = r.id AND x.statement_id <> s.statement_id
        )
    )
"""
WALKED = """
    walked AS (
        SELECT p.*, p.before + sum(p.counted) OVER walk AS sum_after
        FROM picks p WINDOW walk AS (PARTITION BY p.contract_id ORDER BY p.received_on, p.id ROWS UNBOUNDED PRECEDING)
    )
"""
RECEIVED, REFUNDED = (f"coalesce(sum(amount) FILTER (WHERE {which}), 0)" for which in ("NOT is_refund", "is_refund"))
# The third part of the print is the sum of all; of equal sums PostgreSQL adds up one.
SUMS = f"""{RECEIVED}, -{REFUNDED}, count(*),
        count(*) || ':' || bit_xor(hashint8extended(id, 0)) || ':' || {RECEIVED} + {REFUNDED}"""
REACHED = "min(received_on) FILTER (WHERE sum_after >= lump_at)"
# Packed: they are taken apart contract by contract. In no order: sorting whole rows here costs three times as much as
# sorting their numbers there.
LISTED = f"""string_agg(int8send((received_on - date '2000-01-01')::bigint << {KEY_BITS} | id), ''),
        string_agg(int8send((counted * 100)::bigint), ''),
        array_agg(id) FILTER (WHERE amount < 0 AND order_id IS NOT NULL)"""
NOT_LISTED = "NULL, NULL, NULL"
# PostgreSQL reckons with 8 kB for each list of each contract, where one is hardly longer than its numbers; with the usual
# room it writes the lists of more than 170 contracts to disk and reads them again, a third of the whole statement.
ROOM = "SET LOCAL work_mem = '64MB'"
NONE_RECEIVED = Received(Decimal("0.00"), Decimal("0.00"), 0, "0", None)


def add_up(wanted: Iterable[Wanted], *, is_listed: bool = False) -> dict[int, Received]:
    """What was received, by contract; contracts without a receipt get zeros. is_listed: with the receipts themselves."""
    wanted = list(wanted)
    found = {each.contract_id: NONE_RECEIVED for each in wanted}
    # Only where a day of reaching is asked for, the year is walked receipt by receipt.
    walks = any(each.lump_at is not None for each in wanted)
    with connection.cursor() as cursor:
        if is_listed:
            cursor.execute(ROOM)
        cursor.execute(_statement(walks=walks, is_listed=is_listed), _parameters_of(wanted))
        found.update({contract: Received(*rest) for contract, *rest in cursor.fetchall()})
    return found


def _statement(*, walks: bool, is_listed: bool) -> str:
    tables, source = ([SPANS, PICKS, WALKED], "walked") if walks else ([SPANS, PICKS], "picks")
    columns = ", ".join([SUMS, REACHED if walks else "NULL::date", LISTED if is_listed else NOT_LISTED])
    return f"WITH {', '.join(tables)} SELECT contract_id, {columns} FROM {source} GROUP BY contract_id"  # noqa: S608 - put together from the texts above, values are parameters


# Asked receipt by receipt: joined, the planner reads all rows that were written since it last counted them.
EARLIER = """
    WITH refund AS MATERIALIZED (
        SELECT r.id, (
            SELECT x.statement_id FROM contracts_statementrow x WHERE x.receipt_id = o.id AND x.slice = 1
        ) AS earlier
        FROM finance_receipt r JOIN finance_receipt o ON o.order_id = r.order_id AND o.id <> r.id
        WHERE r.id = ANY(%s::bigint[])
    )
    SELECT id, min(earlier) FROM refund WHERE earlier IS NOT NULL GROUP BY id
"""


def settled_in(refunds: Iterable[int]) -> dict[int, int]:
    """The statements that settled the orders of these refunds, by receipt; the first one where there are several.

    Asked before the refunds' own statement has rows: what is found is an earlier one.
    """
    with connection.cursor() as cursor:
        cursor.execute(EARLIER, [as_array(refunds)])
        return dict(cursor.fetchall())


def _parameters_of(wanted: Iterable[Wanted]) -> dict[str, Any]:
    rows = json.dumps([{name: getattr(each, name) for name in Wanted.__slots__} for each in wanted], default=str)
    return {"wanted": rows, "kinds": [str(kind) for kind in SETTLED], "refund": str(ReceiptKind.REFUND)}
