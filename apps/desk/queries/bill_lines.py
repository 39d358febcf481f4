"""One line's sheet: what it may belong to, its receipts and its history."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.core.speech import filled
from apps.desk.queries.timeline import Entry, timeline_of_row
from apps.finance.models import BillLine, Receipt
from apps.finance.queries.differences import candidates_for, refunds_to_match
from apps.finance.workflows.bill_line import LineState

CAME = _("Came with the bill “%(name)s”")


@dataclass(frozen=True, slots=True)
class LineSheet:
    """One line with what it may belong to. orders: candidates, each with its open refunds."""

    line: BillLine
    orders: list[tuple[Any, list[Any]]]
    receipts: list[Receipt]
    timeline: list[Entry]
    find: str


def line_sheet(line: BillLine, find: str) -> LineSheet:
    """Put the sheet of one line together."""
    is_open = line.state == LineState.UNMATCHED
    orders = list(candidates_for(line, find)) if is_open else []
    refunds: dict[int, list[Any]] = {}
    if is_open and line.amount < 0:
        for refund in refunds_to_match([order.pk for order in orders]):
            refunds.setdefault(refund.order_id, []).append(refund)
    born = Entry(line.bill.imported_at or line.bill.received_at, filled(CAME, name=line.bill.name))
    return LineSheet(
        line=line,
        orders=[(order, refunds.get(order.pk, [])) for order in orders],
        receipts=list(line.receipts.select_related("order", "refund", "booked_by").order_by("pk")),
        timeline=timeline_of_row(line, LineState, born),
        find=find,
    )
