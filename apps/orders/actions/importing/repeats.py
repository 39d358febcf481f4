"""One order several times in an upload: which of its rows counts, and what is said about the others.

Within a file the first row counts. Between files the one that was exported later; where a name does not tell when, or
both tell the same minute, the row whose state is further on, because platforms' states do not go back.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.core.speech import filled
from apps.orders.actions.importing.sql import ChunkOfOrders, rows

# Later in an order's life is further right.
STATES = "{unknown,wait_pay,hold,wait_ship,part_shipped,shipped,signed,done,closed,closed_unpaid,closed_refund}"
SENTENCES = {
    "repeated": _("This order is in the file twice; the second row is the same and was left out."),
    "contradicted": _("This order is in the file twice, with different contents; only the first row is used."),
    "same_elsewhere": _("This order is also in %(file)s, with the same contents; this row was left out."),
    "newer_elsewhere": _("This order is also in %(file)s, which is newer; this row was left out."),
    "further_elsewhere": _(
        "This order is also in %(file)s. Which file is newer is not known, so its row was taken, whose state is further on."
    ),
}

# Only the numbers that stand there several times are sorted; in most uploads there are few.
MARK_REPEATS = """
    WITH many AS (
        SELECT number, bool_and(exported_at IS NOT NULL) AS is_dated
        FROM orders_stagedorder WHERE batch_id = %(batch)s AND NOT lines_only
        GROUP BY number HAVING count(*) > 1
    ), placed AS (
        SELECT s.id, s.number, s.file_id, s.digest, s.state, s.exported_at, m.is_dated,
               row_number() OVER f AS nth, first_value(s.digest) OVER f AS first_digest
        FROM orders_stagedorder s JOIN many m ON m.number = s.number
        WHERE s.batch_id = %(batch)s AND NOT s.lines_only
        WINDOW f AS (PARTITION BY s.number, s.file_id ORDER BY s.id)
    ), ranked AS (
        SELECT p.*, first_value(id) OVER w AS best, first_value(file_id) OVER w AS best_file,
               first_value(digest) OVER w AS best_digest, first_value(exported_at) OVER w AS best_at
        FROM placed p
        WINDOW w AS (
            PARTITION BY number
            ORDER BY nth > 1, CASE WHEN is_dated THEN exported_at END DESC NULLS LAST,
                     array_position(%(states)s::text[], state::text) DESC NULLS LAST, id
        )
    ), told AS (
        SELECT id, best_file, CASE
            WHEN nth > 1 AND digest = first_digest THEN 'repeated'
            WHEN nth > 1 THEN 'contradicted'
            WHEN digest = best_digest THEN 'same_elsewhere'
            WHEN is_dated AND exported_at < best_at THEN 'newer_elsewhere'
            ELSE 'further_elsewhere'
        END AS kind
        FROM ranked WHERE id <> best
    )
    UPDATE orders_stagedorder s SET verdict = CASE WHEN t.kind = 'contradicted' THEN 'refused' ELSE 'duplicate' END
    FROM told t WHERE t.id = s.id
    RETURNING s.file_id, s.row, t.kind, t.best_file
"""


@dataclass(frozen=True, slots=True)
class Repeat:
    """A row that does not count: its place, why, and the file whose row counts."""

    file: int
    row: int
    kind: str
    other: int

    @property
    def is_refused(self) -> bool:
        """Whether the file contradicts itself; everything else is worth a look only."""
        return self.kind == "contradicted"

    def sentence(self, other: str) -> Promise:
        """What is said about it; other: the other file's name."""
        return filled(SENTENCES[self.kind], file=other)


def mark_repeats(whole: ChunkOfOrders) -> list[Repeat]:
    """Mark the rows of a batch that do not count, and tell them in file order."""
    found = rows(MARK_REPEATS, whole.params(states=STATES))
    return sorted((Repeat(*each) for each in found), key=lambda repeat: (repeat.file or 0, repeat.row))
