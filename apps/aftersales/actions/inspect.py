"""Inspect a return: so many good, so many bad; good ones go back to a bin, bad ones to the defects (AFT-04)."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from apps.aftersales.actions.announce import TOO_MANY, lock_lines
from apps.aftersales.actions.restock import put_away
from apps.aftersales.actions.rights import must
from apps.aftersales.models import ReturnLine, ReturnOrder
from apps.aftersales.models.return_order import INSPECT_VERB
from apps.aftersales.queries import returnable_lines
from apps.aftersales.workflows.return_order import ReturnState
from apps.audit.context import signed
from apps.core.errors import Invalid
from apps.core.speech import filled
from apps.org.actors import Actor
from apps.org.scope import the_visible
from apps.workflow.move import move

LONGEST_NOTE = 200
FEWER = _("Fewer came than were announced: %(n)s missing. Say why.")


@dataclass(frozen=True, slots=True)
class Count:
    """What was found of one line. bin_id: where the good pieces go; None for where most of the SKU lies."""

    good: int
    bad: int
    bin_id: int | None = None
    note: str = ""


@transaction.atomic
def inspect_return(pk: int, *, counts: Mapping[int, Count], reason: str = "", by: Actor) -> ReturnOrder:
    """Write the count of every line down, move the goods into stock, and finish the inspection: all or nothing.

    counts: return line → what was found. reason: why fewer came than were announced; kept for that alone. A second
    press is refused, so nothing is put away twice. Raises NotFound, NotAllowed, IllegalMove, Invalid when a line is not
    counted, more came than was shipped, fewer than announced without a reason, or there is no bin. Rule: AFT-04.
    """
    must(by, "aftersales.inspect_return")
    the_visible(ReturnOrder.objects.all(), by, pk=pk)
    row = ReturnOrder.objects.filter(pk=pk).locked().get()
    why_fewer = ""
    if row.state == ReturnState.RECEIVED and row.shipping_order is not None:
        lines = list(row.lines.select_related("sku", "shipping_line__order_line"))
        _check(lines, counts)
        why_fewer = _why_fewer(lines, counts, reason)
        # Stock before orders, as everywhere; a count that is refused below takes its moves back with it.
        put_away(row, [(line, counts[line.pk]) for line in lines], by=by)
        lock_lines(row.shipping_order)
        _check_shipped(row, lines, counts)
        with signed(INSPECT_VERB, by=by):
            _write(lines, counts)
    move(row.inspect, by=by, reason=why_fewer, also={"inspected_by_id": by.id})
    return row


def _check(lines: list[ReturnLine], counts: Mapping[int, Count]) -> None:
    if {line.pk for line in lines} != set(counts):
        raise Invalid(_("Count every line first: how many are good, how many are bad."), code="not_counted")
    if any(count.good < 0 or count.bad < 0 for count in counts.values()):
        raise Invalid(_("A count is a whole number from zero on."), code="not_a_count")


def _why_fewer(lines: list[ReturnLine], counts: Mapping[int, Count], reason: str) -> str:
    """The reason when pieces are missing; otherwise none, whatever was typed before they were found."""
    found = {pk: count.good + count.bad for pk, count in counts.items()}
    missing = sum(max(line.quantity - found[line.pk], 0) for line in lines)
    if missing and not reason.strip():
        raise Invalid(filled(FEWER, n=missing), code="reason_missing")
    return reason.strip() if missing else ""


def _check_shipped(row: ReturnOrder, lines: list[ReturnLine], counts: Mapping[int, Count]) -> None:
    """Refuse more than was shipped, in words; the trigger refuses it whoever asks."""
    assert row.shipping_order is not None  # asked by the caller
    others = {line.pk: int(line.left) for line in returnable_lines(row.shipping_order, but=row)}  # type: ignore[attr-defined]  # annotated
    for line in lines:
        count, left = counts[line.pk], others[line.shipping_line_id]
        if count.good + count.bad > left:
            title = line.shipping_line.order_line.title
            raise Invalid(filled(TOO_MANY, title=title, left=left), code="too_many")


def _write(lines: list[ReturnLine], counts: Mapping[int, Count]) -> None:
    for line in lines:
        count = counts[line.pk]
        line.good_quantity, line.bad_quantity = count.good, count.bad
        line.note = count.note.strip()[:LONGEST_NOTE]
    ReturnLine.objects.bulk_update(lines, ["good_quantity", "bad_quantity", "note"])
