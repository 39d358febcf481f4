"""What an accountant decides about lines: match with an order, explain, dispute, or take a decision back (FIN-21)."""

from collections.abc import Callable, Collection, Mapping
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from apps.aftersales.models import Refund
from apps.aftersales.workflows.refund import RefundState
from apps.audit.context import signed
from apps.core.bulk import as_array
from apps.core.errors import Conflict, Invalid, NotAllowed, NotFound
from apps.core.speech import filled
from apps.finance.actions.match import book, follow_bills, hold_lines
from apps.finance.models import BillLine
from apps.finance.parameters import MATCH_TOLERANCE
from apps.finance.queries.money import fully_received
from apps.finance.rules.classes import APART, Cause
from apps.finance.sql import rows
from apps.finance.workflows.bill_line import MATCH_RIGHT, LineState
from apps.orders.actions.money import mark_open, mark_settled
from apps.orders.models import Order
from apps.org.actors import Actor
from apps.org.scope import the_visible, visible
from apps.parameters.queries import value_of
from apps.workflow.move import Moved, move, move_many

MOST = 1_000
LONGEST = 200
REVERSE_VERB = "finance.receipt.reverse"
# A receipt that is no reversal and has none. The partner keeps the day, so that the month's sum is right again.
REVERSALS = """
    INSERT INTO finance_receipt
        (store_id, line_id, order_id, refund_id, kind, amount, received_on, booked_at, booked_by_id, reverses_id)
    SELECT r.store_id, r.line_id, r.order_id, r.refund_id, r.kind, -r.amount, r.received_on, now(), %(by)s, r.id
    FROM finance_receipt r
    WHERE r.line_id = ANY (%(lines)s::bigint[]) AND r.reverses_id IS NULL
      AND NOT EXISTS (SELECT FROM finance_receipt x WHERE x.reverses_id = r.id)
    ORDER BY r.id
    RETURNING store_id, order_id
"""
NO_ORDER = _("There is no such order in this store. If the money belongs elsewhere, explain the line.")
DIFFERS = _("The amounts differ; say in the remark why they belong together.")


@transaction.atomic
def match_line(pk: int, *, order_pk: int, by: Actor, refund_pk: int | None = None, remark: str = "") -> BillLine:
    """Say that this money belongs to that order, and to that refund if it went back.

    The order is settled when its receipts make its amount. Raises NotFound for a foreign line or another store's order,
    NotAllowed, Invalid without a remark when the amounts differ, IllegalMove when somebody was faster, Conflict when the
    refund is on another line.
    """
    line = the_visible(BillLine.objects.all(), by, pk=pk)
    _must(by)
    hold_lines(line.store_id)
    order = visible(Order.objects.filter(pk=order_pk, store=line.store_id), by).first()
    if order is None:
        raise NotFound(NO_ORDER)
    refund = _refund_of(line, order, refund_pk)
    if not remark.strip() and not _agrees(line, order, refund):
        raise Invalid(DIFFERS, code="amounts_differ")
    also = {
        "order_id": order.pk, "refund_id": refund.pk if refund else None, "remark": _short(remark),
        "decided_by_id": by.id,
    }  # fmt: skip
    move(line.match, by=by, reason=remark, also=also)
    book([line.pk], by=by)
    if line.amount > 0:
        mark_settled(sorted(fully_received([order.pk], _tolerance(line.store_id))), by=by)
    follow_bills(line.store_id, by=by)
    return line


def explain_lines(pks: Collection[int], *, cause: str, remark: str, by: Actor) -> Moved:
    """Say why these lines have no order. Raises NotAllowed, Invalid for an unknown cause or a missing remark."""
    if cause not in Cause.values:
        raise Invalid(_("Choose a cause."), code="cause_missing")
    if cause == Cause.OTHER and not remark.strip():
        raise Invalid(_("Please describe the cause in the remark."), code="remark_missing")
    also = {"cause": cause, "remark": _short(remark), "decided_by_id": by.id}
    return _decided(
        pks, by, lambda lines: _booked(move_many(lines, BillLine.explain, by=by, reason=remark, also=also), by)
    )


def dispute_lines(pks: Collection[int], *, reason: str, by: Actor) -> Moved:
    """Hold somebody outside responsible for these lines. Raises NotAllowed, Invalid without a reason."""
    also = {"remark": _short(reason), "decided_by_id": by.id}
    return _decided(pks, by, lambda lines: move_many(lines, BillLine.dispute, by=by, reason=reason, also=also))


def undo_lines(pks: Collection[int], *, reason: str, by: Actor) -> Moved:
    """Take decisions back: receipts are reversed, orders wait for their money again, fees go back where they stood.

    Raises NotAllowed, Invalid without a reason.
    """
    return _decided(pks, by, lambda lines: _taken_back(lines, reason, by))


def _decided(pks: Collection[int], by: Actor, act: Callable[[QuerySet[BillLine]], Moved]) -> Moved:
    """One verb on many lines, store by store in ascending order, bills following."""
    _must(by)
    if len(pks) > MOST:
        raise Invalid(filled(_("At most %(most)s lines at once."), most=MOST), code="too_many_lines")
    with transaction.atomic():
        lines = visible(BillLine.objects.filter(pk__in=list(pks)), by)
        stores = sorted(set(lines.order_by().values_list("store_id", flat=True)))
        for store in stores:
            hold_lines(store)
        moved = act(lines)
        if moved.done:
            for store in stores:
                follow_bills(store, by=by)
    return moved


def _taken_back(lines: QuerySet[BillLine], reason: str, by: Actor) -> Moved:
    blank: Mapping[str, Any] = {
        "order_id": None, "refund_id": None, "cause": "", "remark": "", "decided_by_id": by.id,
    }  # fmt: skip
    disputed = {"line_class__in": APART, "state": LineState.DISPUTED}
    fees = list(lines.filter(**disputed).values_list("pk", flat=True))
    undone = move_many(lines.exclude(pk__in=fees), BillLine.undo, by=by, reason=reason, also=blank)
    aside = move_many(BillLine.objects.filter(pk__in=fees), BillLine.set_apart, by=by, reason=reason, also=blank)
    _reverse(undone.done, reason, by)
    return Moved([*undone.done, *aside.done], undone.refused | aside.refused)


def _reverse(lines: list[int], reason: str, by: Actor) -> None:
    if not lines:
        return
    with signed(REVERSE_VERB, by=by, reason=reason):
        found = rows(REVERSALS, {"lines": as_array(sorted(lines)), "by": by.id})
    touched: dict[int, set[int]] = {}
    for store, order in found:
        if order is not None:
            touched.setdefault(store, set()).add(order)
    still = [order for store, orders in touched.items() for order in orders - fully_received(orders, _tolerance(store))]
    if still:
        mark_open(sorted(still), by=by, reason=reason)


def _booked(moved: Moved, by: Actor) -> Moved:
    if moved.done:
        book(moved.done, by=by)
    return moved


def _must(by: Actor) -> None:
    if not by.may(MATCH_RIGHT):
        raise NotAllowed(_("You do not have the right to decide about the lines of bills."))


def _refund_of(line: BillLine, order: Order, refund_pk: int | None) -> Refund | None:
    """The refund, which must be the order's, paid, and on no other line."""
    if refund_pk is None:
        return None
    refund = Refund.objects.filter(pk=refund_pk, order=order, state=RefundState.PAID).first()
    if refund is None or line.amount > 0:
        raise NotFound(_("There is no such paid refund of this order."))
    if BillLine.objects.filter(refund=refund).exclude(pk=line.pk).exists():
        raise Conflict(_("This refund is on another line already."), code="refund_taken")
    return refund


def _agrees(line: BillLine, order: Order, refund: Refund | None) -> bool:
    tolerance = _tolerance(line.store_id)
    expected: list[Any] = [refund.amount] if refund else [order.refund_amount] if line.amount < 0 else [
        order.paid_amount, order.received_amount,
    ]  # fmt: skip
    return any(amount is not None and abs(abs(line.amount) - amount) <= tolerance for amount in expected)


def _tolerance(store_id: int) -> Any:
    return value_of(MATCH_TOLERANCE, store_id=store_id)


def _short(text: str) -> str:
    return text.strip()[:LONGEST]
