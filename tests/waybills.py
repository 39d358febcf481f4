"""Under which waybill an order went out, without the walk through the warehouse."""

from django.db import transaction

from apps.audit.context import signed
from apps.orders.models import ShippingOrder
from apps.org.actors import SYSTEM


def sent_under(order: ShippingOrder, number: str) -> None:
    """As if its parcel had left the house under this number."""
    with transaction.atomic(), signed("core.seed", by=SYSTEM):
        ShippingOrder.objects.filter(pk=order.pk).update(waybill_number=number)
    order.waybill_number = number
