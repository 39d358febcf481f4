"""Take an order out of its wave or off the bench; and what the clock takes out because it has ended."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from apps.core.errors import Invalid
from apps.orders.models import ShippingOrder
from apps.orders.workflows.shipping_order import ShippingState
from apps.org.actors import SYSTEM, Actor
from apps.org.scope import the_visible
from apps.warehouse.actions.leave import let_go
from apps.warehouse.actions.rights import must
from apps.warehouse.models import Shipment, WaveOrder
from apps.warehouse.workflows.shipment import IN_THE_HOUSE
from apps.warehouse.workflows.wave import UNDER_WAY
from apps.workflow.move import IllegalMove, move_many

MOST_AT_ONCE = 2_000
CALLED_OFF = gettext_noop("The order was called off.")
SENT_ELSEWHERE = gettext_noop("The order was shipped from elsewhere.")


@transaction.atomic
def take_out(shipping_order_pk: int, *, reason: str, by: Actor) -> None:
    """Put one order aside: held, changed, damaged or short. It waits for goods anew, or stays called off.

    Its goods are free to others at once; what was picked goes back to its bin. Its waybill number is free again.
    Raises NotFound, NotAllowed, Invalid without a reason, IllegalMove when it is not in the warehouse's hands.
    Rules: WHS-10, WHS-11, WHS-13.
    """
    must(by, "warehouse.plan_wave", "warehouse.check")
    if not reason.strip():
        raise Invalid(_("Please give a reason."), code="reason_missing")
    order = the_visible(ShippingOrder.objects.all(), by, pk=shipping_order_pk)
    moved = let_go([order.pk], reason=reason, by=by)
    if order.pk in moved.refused:
        raise IllegalMove(moved.refused[order.pk], state=order.state)


@transaction.atomic
def take_out_ended(*, limit: int = MOST_AT_ONCE) -> int:
    """Let go what is still in waves or being packed for orders that were cancelled. Returns how many orders.

    A parcel that a waybill file opened for an order which then went out from elsewhere is cancelled likewise. The state
    decides: running it twice or late is harmless.
    """
    ended = {"shipping_order__state": ShippingState.CANCELLED}
    in_waves = WaveOrder.objects.filter(
        wave__state__in=UNDER_WAY, taken_out_at__isnull=True, done_at__isnull=True, **ended
    )
    parcels = Shipment.objects.filter(state__in=IN_THE_HOUSE, **ended)
    orders = {
        *in_waves.order_by("pk").values_list("shipping_order_id", flat=True)[:limit],
        *parcels.order_by("pk").values_list("shipping_order_id", flat=True)[:limit],
    }
    gone = len(let_go(orders, reason=CALLED_OFF, by=SYSTEM).done) if orders else 0
    return gone + _cancel_parcels_sent_elsewhere(limit)


def _cancel_parcels_sent_elsewhere(limit: int) -> int:
    """Our own parcels go together with their orders, so one that is in the house did not go."""
    stray = Shipment.objects.filter(state__in=IN_THE_HOUSE, shipping_order__state=ShippingState.SHIPPED)
    keys = list(stray.order_by("pk").values_list("pk", flat=True)[:limit])
    if not keys:
        return 0
    return len(move_many(Shipment.objects.filter(pk__in=keys), Shipment.cancel, by=SYSTEM, reason=SENT_ELSEWHERE).done)
