"""Stop shipping orders that are under way: a reason on each, at which the next station stops."""

from collections.abc import Iterable

from django.db.models.functions import Now

from apps.audit.context import signed
from apps.core.facts import announce
from apps.core.querysets import HouseQuerySet
from apps.orders.facts import OrdersStopped
from apps.orders.models import OrderLine, Reason, ShippingOrder
from apps.orders.rules.audit import REFUND_UNDER_WAY
from apps.orders.workflows.shipping_order import OVER
from apps.org.actors import Actor

STOP = "orders.reason.refund"
CLEAR = "orders.reason.clear"
LONGEST_NOTE = 200


def open_reasons(orders: Iterable[int], code: Reason.Code, *, by: Actor, note: str = "") -> int:
    """Open a reason on shipping orders that the caller holds, under its signature; one that is open already stays.

    Returns how many orders they are.
    """
    short = note.strip()[:LONGEST_NOTE]
    reasons = [Reason(shipping_order_id=pk, code=code, note=short, opened_by_id=by.id) for pk in orders]
    Reason.objects.bulk_create(reasons, ignore_conflicts=True)
    return len(reasons)


def stop_for_refund(orders: "HouseQuerySet[ShippingOrder]", *, by: Actor, note: str = "") -> int:
    """Open the reason "refund requested" on those of these that are not over, so that the next station stops.

    In the caller's transaction, which holds their platform orders: an import and a correction lock those first too.
    Somebody clears it when the goods are to go all the same. Returns how many. Rules: ORD-09, ORD-10.
    """
    under_way = list(orders.exclude(state__in=OVER).locked().values_list("pk", flat=True))
    if under_way:
        with signed(STOP, by=by, reason=note):
            open_reasons(under_way, Reason.Code.REFUND, by=by, note=note)
        announce(OrdersStopped())
    return len(under_way)


def go_on_after_refund(orders: "HouseQuerySet[ShippingOrder]", *, by: Actor, note: str) -> int:
    """Nobody here wants the money of these back any more: clear what `stop_for_refund` opened. Returns how many.

    In the caller's transaction, which holds their platform orders. What the platform says is under way there stays stopped.
    """
    there = OrderLine.objects.filter(shipping_lines__shipping_order__in=orders, refund_state__in=REFUND_UNDER_WAY)
    if there.exists():
        return 0
    stopped = list(orders.locked().values_list("pk", flat=True))
    mine = Reason.objects.filter(shipping_order_id__in=stopped, code=Reason.Code.REFUND, cleared_at__isnull=True)
    with signed(CLEAR, by=by, reason=note):
        return mine.update(cleared_at=Now(), cleared_by_id=by.id, clear_note=note.strip()[:LONGEST_NOTE])
