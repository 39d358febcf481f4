"""Export lines of bills: counted, written into the book of exports (SEC-24, SEC-31)."""

from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from apps.audit.models import Export
from apps.core.errors import Invalid, NotAllowed
from apps.core.speech import filled
from apps.core.tabular import Sheet, write_xlsx
from apps.finance.models import BillLine
from apps.finance.rules.classes import Cause, LineClass
from apps.finance.workflows.bill_line import LineState
from apps.org.actors import Actor
from apps.org.scope import visible

MOST_ROWS = 100_000


def export_lines(lines: "QuerySet[BillLine]", sink: BinaryIO, *, query: Mapping[str, Any], by: Actor) -> int:
    """Write the lines that the actor may see as a workbook. Returns how many.

    query: what was filtered, for the book. The line in the book commits with the caller's transaction: no file without
    it. Raises NotAllowed without the right to export, Invalid for more than 100,000 lines. Rule: SEC-31.
    """
    if not by.may("finance.export_line") or by.user is None:
        raise NotAllowed(_("You do not have the right to export the lines of bills."))
    chosen = visible(lines, by)
    rows = chosen.order_by().values("pk")[: MOST_ROWS + 1].count()
    if rows > MOST_ROWS:
        raise Invalid(filled(_("An export has at most %(most)s rows; choose a shorter period."), most=MOST_ROWS))
    write_xlsx(sink, [Sheet(_("Bill lines"), _header(), _cells(chosen))])
    Export.objects.create(user=by.user, user_name=by.name, kind="bill_lines", query=dict(query), rows=rows)
    return rows


def _header() -> list[str]:
    return [
        _("Store"), _("Bill"), _("Row"), _("Booking number"), _("Happened at"), _("Amount"), _("Class"), _("State"),
        _("Order number"), _("Matched with order"), _("Refund"), _("Cause"), _("Remark"), _("Business type"),
        _("Description"), _("Note"), _("Decided by"), _("Decided at"),
    ]  # fmt: skip


def _cells(lines: "QuerySet[BillLine]") -> Iterator[tuple[Any, ...]]:
    states, classes, causes = dict(LineState.choices), dict(LineClass.choices), dict(Cause.choices)
    rows = lines.order_by("-happened_at", "-pk").values_list(
        "store__name", "bill__name", "position", "serial", "happened_at", "amount", "line_class", "state", "order_number",
        "order__number", "refund__number", "cause", "remark", "kind_text", "description", "note", "decided_by__name",
        "decided_at",
    )  # fmt: skip
    for row in rows.iterator(chunk_size=2_000):
        head, (line_class, state, number, order, refund, cause), rest = row[:6], row[6:12], row[12:]
        yield (
            *head,
            str(classes[line_class]),
            str(states[state]),
            number,
            order,
            refund,
            str(causes.get(cause, "")),
            *rest,
        )
