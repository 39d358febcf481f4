"""The receipts of many contracts for one month, as one SELECT that both adds them up and turns them into rows.

A receipt belongs to the first statement that is worked out after its money moved: its own month's, or, when it was
booked after that was settled, the next one's. No receipt is taken twice.
"""

import datetime as dt
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from django.db import connection

from apps.finance.queries.receipts import SETTLED
from apps.finance.rules.classes import ReceiptKind


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
    """What was received for one contract. refunded: a positive sum. print: the same receipts give the same one."""

    received: Decimal
    refunded: Decimal
    count: int
    print: str
    reached_on: dt.date | None


WANTED = """
    wanted AS (SELECT * FROM jsonb_to_recordset(%(wanted)s::jsonb) AS w(contract_id bigint, statement_id bigint,
        since date, until date, is_gross boolean, before numeric, lump_at numeric))
"""
PICKS = """
    picks AS (
        SELECT w.contract_id, w.statement_id, w.before, w.lump_at, r.id, r.received_on, r.kind, r.amount, r.order_id,
            CASE WHEN w.is_gross AND r.kind = %(refund)s THEN 0 ELSE r.amount END AS counted
        FROM wanted w JOIN contracts_contractstore s ON s.contract_id = w.contract_id
        JOIN finance_receipt r ON r.store_id = s.store_id AND r.received_on >= w.since AND r.received_on < w.until
            AND s.days @> r.received_on AND r.kind = ANY(%(kinds)s)
        WHERE NOT EXISTS (
            SELECT FROM contracts_statementrow x WHERE x.receipt_id = r.id AND x.statement_id <> w.statement_id
        )
    ),
    walked AS (
        SELECT p.*, p.before + sum(p.counted) OVER walk AS sum_after,
            p.before + sum(p.counted) OVER walk - p.counted AS sum_before
        FROM picks p WINDOW walk AS (PARTITION BY p.contract_id ORDER BY p.received_on, p.id ROWS UNBOUNDED PRECEDING)
    )
"""
PRINT = "count(*) || ':' || bit_xor(hashint8extended(id, 0)) || ':' || sum(amount)"
SUMS = f"""coalesce(sum(amount) FILTER (WHERE kind <> %(refund)s), 0),
        coalesce(-sum(amount) FILTER (WHERE kind = %(refund)s), 0), count(*), {PRINT}"""
ADD_UP = f"""
    WITH {WANTED}, {PICKS}
    SELECT contract_id, {SUMS}, NULL::date FROM picks GROUP BY contract_id
"""  # noqa: S608 - put together from the texts above, values are parameters
# Only where a day of reaching is asked for, the year is walked receipt by receipt.
ADD_UP_AND_WALK = f"""
    WITH {WANTED}, {PICKS}
    SELECT contract_id, {SUMS}, min(received_on) FILTER (WHERE sum_after >= lump_at) FROM walked GROUP BY contract_id
"""  # noqa: S608 - put together from the texts above, values are parameters
NONE_RECEIVED = Received(Decimal("0.00"), Decimal("0.00"), 0, "0", None)


def add_up(wanted: Iterable[Wanted]) -> dict[int, Received]:
    """What was received, by contract; contracts without a receipt get zeros."""
    wanted = list(wanted)
    found = {each.contract_id: NONE_RECEIVED for each in wanted}
    with connection.cursor() as cursor:
        walks = any(each.lump_at is not None for each in wanted)
        cursor.execute(ADD_UP_AND_WALK if walks else ADD_UP, parameters_of(wanted))
        found.update({contract: Received(*rest) for contract, *rest in cursor.fetchall()})
    return found


def parameters_of(wanted: Iterable[Wanted]) -> dict[str, Any]:
    """What `WANTED` and `PICKS` ask for."""
    rows = [{name: _text(value) for name, value in asdict(each).items()} for each in wanted]
    return {"wanted": json.dumps(rows), "kinds": [str(kind) for kind in SETTLED], "refund": str(ReceiptKind.REFUND)}


def _text(value: object) -> object:
    return str(value) if isinstance(value, Decimal | dt.date) else value
