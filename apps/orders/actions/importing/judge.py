"""Judge staged orders against what is there: new, changed, the same, older, or to be refused.

Used twice: for the dry run over the whole batch, and again chunk by chunk when it is imported, under locks, because the
world may have moved on between the two.
"""

from apps.core.bulk import as_array
from apps.orders.actions.importing.repeats import Repeat, mark_repeats
from apps.orders.actions.importing.sql import (
    IS_ITS_ORDER,
    KEEPS_CONTACT,
    MIRRORED,
    PAIRS,
    STAGED_ROW,
    ChunkOfOrders,
    StagedRow,
    legal_moves,
    rows,
    run,
    said_or_known,
)
from apps.orders.models import Order
from apps.orders.models.staging import Verdict

# The later file wins. Without a time in either file's name, states decide: forward is taken, backward is older.
COMPARED = [name for name in MIRRORED if name != "exported_at"]
SAID = ", ".join(map(said_or_known, COMPARED))
KNOWN = ", ".join(f"o.{name}" for name in COMPARED)
VERDICT = f"""
    CASE
        WHEN o.id IS NULL THEN 'new'
        WHEN s.lines_only OR (o.state = s.state AND ({SAID}) IS NOT DISTINCT FROM ({KNOWN})) THEN 'same'
        WHEN s.exported_at < o.exported_at THEN 'older'
        WHEN o.state <> s.state AND (o.state, s.state) NOT IN %(legal)s THEN 'older'
        ELSE 'changed'
    END
"""

REFUSE_FOREIGN = """
    UPDATE orders_stagedorder t SET verdict = 'refused'
    FROM (
        SELECT s.id FROM orders_stagedorder s
        CROSS JOIN LATERAL (
            SELECT FROM orders_order o
            WHERE o.platform = %(platform)s AND o.number = s.number AND o.store_id <> %(store)s OFFSET 0
        ) o
        WHERE s.batch_id = %(batch)s AND s.verdict IN ('', 'new') AND NOT s.lines_only
    ) f
    WHERE f.id = t.id
    RETURNING t.file_id, t.row
"""

# A row whose verdict is right already is not written again: most rows of most files are new, and staged as such.
JUDGE_BATCH = f"""
    UPDATE orders_stagedorder t SET verdict = j.verdict
    FROM (
        SELECT s.id, {VERDICT} AS verdict
        FROM orders_stagedorder s
        LEFT JOIN LATERAL (SELECT o.* FROM orders_order o WHERE {IS_ITS_ORDER} OFFSET 0) o ON true
        WHERE s.batch_id = %(batch)s AND s.verdict IN ('', 'new')
    ) j
    WHERE j.id = t.id AND j.verdict <> t.verdict
"""  # noqa: S608 - fixed fragments, values are parameters

STAGED = f"""
    SELECT s.id, s.number, s.lines_only, o.id
    FROM (SELECT * FROM orders_stagedorder WHERE id BETWEEN %(first)s AND %(last)s OFFSET 0) s
    LEFT JOIN LATERAL (SELECT o.id FROM orders_order o WHERE {IS_ITS_ORDER} OFFSET 0) o ON true
    WHERE s.batch_id = %(batch)s AND s.applied = '' AND s.verdict NOT IN ('refused', 'duplicate')
"""  # noqa: S608 - fixed fragments, values are parameters

LOCK = "SELECT id FROM orders_order WHERE id = ANY (%(orders)s::bigint[]) ORDER BY id FOR UPDATE"

JUDGE_KNOWN = f"""
    SELECT s.id, {VERDICT}, {KEEPS_CONTACT}, coalesce(s.exported_at < o.exported_at, false) FROM {PAIRS}
    {STAGED_ROW} JOIN orders_order o ON o.id = p.order_id
"""  # noqa: S608 - fixed fragments, values are parameters

APPLY = """
    UPDATE orders_stagedorder s SET applied = a.verdict
    FROM unnest(%(staged)s::bigint[], %(verdicts)s::text[]) AS a (id, verdict)
    WHERE s.id = a.id
"""


def judge_batch(whole: ChunkOfOrders) -> tuple[list[Repeat], list[tuple[int, int]]]:
    """Give every staged order its verdict. Returns the repeats, and the foreign rows (file, row)."""
    params = whole.params(legal=legal_moves(Order))
    repeats = mark_repeats(whole)
    foreign = rows(REFUSE_FOREIGN, params)
    run(JUDGE_BATCH, params)
    return repeats, [(f, r) for f, r in foreign]


def judge_chunk(chunk: ChunkOfOrders) -> int:
    """Lock the orders that are there, then decide what becomes of each staged one. Returns how many are there."""
    chunk.staged = [StagedRow(*found) for found in rows(STAGED, chunk.params())]
    there = {row.pk: row for row in chunk.staged if row.order is not None}
    if there:
        params = chunk.pairs(there.values()) | {"legal": legal_moves(Order)}
        run(LOCK, params)
        for pk, verdict, keeps_contact, is_older in rows(JUDGE_KNOWN, params):
            row = there[pk]
            row.verdict, row.keeps_contact, row.is_older = verdict, keeps_contact, is_older or verdict == Verdict.OLDER
    verdicts = as_array(row.verdict for row in chunk.staged)
    run(APPLY, {"staged": as_array(row.pk for row in chunk.staged), "verdicts": verdicts})
    return len(there)
