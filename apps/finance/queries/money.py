"""Which orders have got what they are worth."""

from collections.abc import Collection
from decimal import Decimal
from typing import Any

from django.db.models import DecimalField, F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from apps.core.bulk import many_keys
from apps.finance.rules.classes import ReceiptKind
from apps.orders.models import Order

ZERO = Decimal(0)


def with_received(orders: QuerySet[Order]) -> QuerySet[Any]:
    """Each order with `received`: its receipts of sales so far in yuan, reversals taken off."""
    sales = Q(receipts__kind=ReceiptKind.SALE)
    total = Coalesce(Sum("receipts__amount", filter=sales), ZERO, output_field=DecimalField())
    return orders.annotate(received=total)


def fully_received(order_ids: Collection[int], tolerance: Decimal) -> set[int]:
    """Keys of those orders whose receipts make what was paid or what the platform paid out; without a receipt never.

    tolerance: by how many yuan either may be missed, both ways. Rule: FIN-21.
    """
    orders = with_received(Order.objects.filter(pk__in=many_keys(sorted(order_ids))))
    agrees = Q(received__gte=F("paid_amount") - tolerance, received__lte=F("paid_amount") + tolerance) | Q(
        received__gte=F("received_amount") - tolerance, received__lte=F("received_amount") + tolerance
    )
    return set(orders.filter(agrees).exclude(received=ZERO).values_list("pk", flat=True))
