"""What waits: for a contact, for a reservation. The state is the queue; these find it when the news was lost."""

from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from apps.orders.models import ShippingOrder
from apps.orders.workflows.shipping_order import ShippingState


def contacts_overdue() -> "QuerySet[ShippingOrder]":
    """Accepted shipping orders whose buyer was not contacted in time (ORD-02)."""
    return ShippingOrder.objects.filter(
        state=ShippingState.IMPORTED, contacted_at__isnull=True, contact_by_at__lt=Now()
    )


def orders_awaiting_reservation() -> "QuerySet[ShippingOrder]":
    """Confirmed shipping orders without an open reason, oldest payment first: what the warehouse may reserve."""
    stopped = Q(reasons__isnull=False, reasons__cleared_at__isnull=True)
    return (
        ShippingOrder.objects.filter(state=ShippingState.CONFIRMED)
        .exclude(stopped)
        .order_by("lead_order__paid_at", "pk")
    )
