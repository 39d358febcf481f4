"""Small helpers for the import's SQL: one chunk of staged orders, and running a statement on it.

A batch that was staged a moment ago is unknown to the planner's statistics, which would guess one row and walk whole
tables for each. So a chunk learns the keys of its rows first and hands them to every statement as arrays, whose length
the planner sees, and look-ups by number stand behind an `OFFSET 0`, which keeps them look-ups.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from apps.core.bulk import as_array
from apps.orders.models.order import CONTACT_COLUMNS
from apps.orders.models.staging import Verdict
from apps.orders.workflows.order import OrderState
from apps.workflow.base import legal_pairs

TEXTS = [
    "status_text", "close_reason", "buyer_masked", "receiver_masked", "phone_masked", "province", "city", "district",
    "buyer_message", "seller_memo", "flag",
]  # fmt: skip
VALUES = [
    "paid_at", "platform_shipped_at", "finished_at", "goods_amount", "postage_amount", "total_amount", "paid_amount",
    "refund_amount", "received_amount",
]  # fmt: skip
# What the platform's file may change, and how the staged row holds it; NULL there means that the file does not say.
MIRRORED = {
    **{name: f"s.{name}" for name in (*TEXTS, *VALUES)},
    "digest": "s.contact_digest",
    "exported_at": "s.exported_at",
}
# What a person corrected stays, as long as the file says no more than the platform said then (ORD-06). A masked contact
# says nothing; nor does the first plain one for an order that had none.
KEEPS_CONTACT = (
    "coalesce(o.amended ? 'contact' AND (s.contact_digest IS NULL OR o.digest IN (s.contact_digest, '')), false)"
)
KEEPS = {
    "contact": KEEPS_CONTACT,
    **{
        name: f"coalesce(o.amended ? '{name}' AND (s.{name} IS NULL "
        f"OR s.{name}::text IS NOT DISTINCT FROM o.amended ->> '{name}'), false)"
        for name in ("paid_amount", "seller_memo", "flag")
    },
}
# The corrections that outlive this file.
STILL_AMENDED = "o.amended - array_remove(ARRAY[{}], NULL)".format(
    ", ".join(f"CASE WHEN NOT {keeps} THEN '{name}' END" for name, keeps in KEEPS.items())
)
TO_SHIP = (OrderState.WAIT_SHIP.value, OrderState.PART_SHIPPED.value)


@dataclass(slots=True)
class StagedRow:
    """One staged order of a chunk. order: its order's key, as soon as there is one.

    keeps_contact: a person has corrected the contact, and the file says nothing new about it. is_older: it says what was
    true before what is known.
    """

    pk: int
    number: str
    is_lines_only: bool
    order: int | None
    verdict: str = Verdict.NEW.value
    keeps_contact: bool = False
    is_older: bool = False


@dataclass(slots=True)
class ChunkOfOrders:
    """The staged orders `first`..`last` (by id) of one batch, for one store. staged: known once the chunk is judged."""

    batch_id: int
    store_id: int
    platform: str
    warehouse_id: int
    first: int
    last: int
    staged: list[StagedRow] = field(default_factory=list)

    def params(self, **more: Any) -> dict[str, Any]:
        """Named parameters for the statements."""
        return {
            "batch": self.batch_id,
            "store": self.store_id,
            "platform": self.platform,
            "warehouse": self.warehouse_id,
            "first": self.first,
            "last": self.last,
            "to_ship": TO_SHIP,
            **more,
        }

    def fresh(self) -> list[StagedRow]:
        """Rows whose order is new, or was until this chunk wrote it."""
        return [row for row in self.staged if row.verdict == Verdict.NEW and not row.is_lines_only]

    def known(self) -> list[StagedRow]:
        """Rows whose order was there before."""
        return [row for row in self.staged if row.verdict != Verdict.NEW and row.order is not None]

    def told_now(self) -> list[StagedRow]:
        """Of these, the rows that say how it is, also where the order itself stays the same."""
        return [row for row in self.known() if not row.is_older]

    def told_late(self) -> list[StagedRow]:
        """Of these, the rows that say how it was."""
        return [row for row in self.known() if row.is_older]

    def changed(self) -> list[StagedRow]:
        """Rows that say something new about a known order."""
        return [row for row in self.staged if row.verdict == Verdict.CHANGED]

    def pairs(self, rows: Iterable[StagedRow]) -> dict[str, Any]:
        """Named parameters with the keys of some rows and of their orders, for PAIRS."""
        written = [(row.pk, row.order) for row in rows if row.order is not None]
        return self.params(
            staged=as_array(staged for staged, _order in written), orders=as_array(order for _staged, order in written)
        )


def said_or_known(name: str) -> str:
    """SQL for what a column of order `o` becomes by the staged row `s`: the file's word, else what is known."""
    told = f"coalesce({MIRRORED[name]}, o.{name})"
    keeps = KEEPS.get("contact" if name in CONTACT_COLUMNS else name)
    return f"CASE WHEN {keeps} THEN o.{name} ELSE {told} END" if keeps else told


# The rows of a chunk as a table: staged_id, order_id.
PAIRS = "unnest(%(staged)s::bigint[], %(orders)s::bigint[]) AS p (staged_id, order_id)"
# Joined plainly, the staged orders are read from end to end for every chunk; and when the table was last looked at while it
# was empty, all of them are joined with their lines before the chunk's keys choose among them.
STAGED_ROW = "CROSS JOIN LATERAL (SELECT * FROM orders_stagedorder s WHERE s.id = p.staged_id OFFSET 0) s"
IS_ITS_ORDER = "o.platform = %(platform)s AND o.store_id = %(store)s AND o.number = s.number"


def run(statement: str, params: Mapping[str, Any]) -> int:
    """Run one statement; how many rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        count: int = cursor.rowcount
    return count


def rows(statement: str, params: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """Run one statement and fetch what it gives."""
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        fetched: list[tuple[Any, ...]] = cursor.fetchall()
    return fetched


def legal_moves(model: Any) -> tuple[tuple[str, str], ...]:
    """The machine's (from, to) pairs, to be bound as a row list."""
    return tuple((source, target) for source, target, _signature in legal_pairs(model))
