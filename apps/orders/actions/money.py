"""Settle orders, and open them again: called by finance, in its transaction and by its actor."""

from collections.abc import Sequence

from apps.audit.context import signed
from apps.core.bulk import as_array, many_keys
from apps.orders.actions.importing.sql import rows
from apps.orders.models.money import SETTLE_VERB, OrderMoney
from apps.org.actors import Actor
from apps.workflow.move import move_many

BORN_SETTLED = """
    INSERT INTO orders_ordermoney (order_id, state, settled_at)
    SELECT t.id, 'settled', now() FROM unnest(%(orders)s::bigint[]) AS t (id) ORDER BY t.id
    ON CONFLICT (order_id) DO NOTHING RETURNING order_id
"""


def mark_settled(orders: Sequence[int], *, by: Actor) -> int:
    """What arrived for these orders is what they are worth. Returns how many were not settled before. Rule: FIN-21.

    Expects an open transaction. Four statements whatever the size; orders that were reopened before need five more.
    """
    wanted = set(orders)
    if not wanted:
        return 0
    with signed(SETTLE_VERB, by=by):
        born = rows(BORN_SETTLED, {"orders": as_array(sorted(wanted))})
    if len(born) == len(wanted):
        return len(born)
    known = OrderMoney.objects.filter(order_id__in=many_keys(sorted(wanted)))
    return len(born) + len(move_many(known, OrderMoney.settle, by=by).done)


def mark_open(orders: Sequence[int], *, by: Actor, reason: str = "") -> int:
    """A receipt of these orders was reversed. Returns how many were settled. Expects an open transaction."""
    if not orders:
        return 0
    settled = OrderMoney.objects.filter(order_id__in=many_keys(sorted(set(orders))))
    return len(move_many(settled, OrderMoney.reopen, by=by, reason=reason).done)
