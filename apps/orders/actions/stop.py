"""Stop shipping orders whose money is asked back, before a carrier has them."""

from apps.audit.context import signed
from apps.core.facts import announce
from apps.core.querysets import HouseQuerySet
from apps.orders.facts import OrdersStopped
from apps.orders.models import Reason, ShippingOrder
from apps.orders.workflows.shipping_order import OVER
from apps.org.actors import Actor

STOP = "orders.reason.refund"
LONGEST_NOTE = 200


def stop_for_refund(orders: "HouseQuerySet[ShippingOrder]", *, by: Actor, note: str = "") -> int:
    """Open the reason "refund requested" on those of these that are not over, so that the next station stops.

    In the caller's transaction, which holds their platform orders: an import and a correction lock those first too.
    Somebody clears it when the goods are to go all the same. Returns how many. Rules: ORD-09, ORD-10.
    """
    reasons = [
        Reason(shipping_order_id=pk, code=Reason.Code.REFUND, note=note.strip()[:LONGEST_NOTE], opened_by_id=by.id)
        for pk in orders.exclude(state__in=OVER).locked().values_list("pk", flat=True)
    ]
    if reasons:
        with signed(STOP, by=by, reason=note):
            Reason.objects.bulk_create(reasons, ignore_conflicts=True)
        announce(OrdersStopped())
    return len(reasons)
