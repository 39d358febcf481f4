"""A row is taken away while somebody writes another that refers to it: one of the two is refused. On real PostgreSQL."""

import threading
from collections.abc import Callable

import pytest
from django.db import IntegrityError, OperationalError, transaction

from apps.core.invariants import broken
from apps.orders.models import OrderLine, ShippingOrder, ShippingOrderLine
from apps.stores.models import Sku
from tests.concurrency.hands import PATIENCE, own_connection, until_somebody_waits_for_a_lock

pytestmark = pytest.mark.django_db(transaction=True)
AnOrder = Callable[..., ShippingOrder]


def test_an_order_line_that_is_being_put_into_a_parcel_cannot_go_meanwhile(an_order: AnOrder) -> None:
    shipping = an_order()
    line = shipping.lines.get()
    orphan = OrderLine.objects.create(order_id=shipping.lead_order_id, line_key="late", title="", quantity=1)
    outcome: list[str] = []

    def remove() -> None:
        with own_connection():
            try:
                OrderLine.objects.filter(pk=orphan.pk)._raw_delete("default")
                outcome.append("gone")
            except IntegrityError as refusal:
                outcome.append(str(refusal).split("\n", maxsplit=1)[0])

    with transaction.atomic():
        ShippingOrderLine.objects.create(shipping_order=shipping, order_line=orphan, sku=line.sku, quantity=1)
        thread = threading.Thread(target=remove)
        thread.start()
        until_somebody_waits_for_a_lock()
    thread.join(PATIENCE)

    assert outcome == ["a row of orders_orderline is still referred to by orders_shippingorderline"]
    assert OrderLine.objects.filter(pk=orphan.pk).exists()
    assert not broken()


def test_of_a_changed_key_and_the_departure_of_its_row_that_wait_in_a_circle_one_is_told(
    an_order: AnOrder, a_sku: Callable[..., Sku]
) -> None:
    line, other = an_order().lines.get(), a_sku("QH-999")
    told: list[str] = []

    def remove() -> None:
        with own_connection():
            told.extend(_refusal(lambda: Sku.objects.filter(pk=other.pk)._raw_delete("default")))

    def write() -> None:
        with transaction.atomic():
            ShippingOrderLine.objects.filter(pk=line.pk).update(quantity=line.quantity)
            thread.start()
            until_somebody_waits_for_a_lock()
            ShippingOrderLine.objects.filter(pk=line.pk).update(sku=other)

    thread = threading.Thread(target=remove)
    told.extend(_refusal(write))
    thread.join(PATIENCE)

    line.refresh_from_db()
    assert len(told) == 1
    assert "deadlock detected" in told[0]
    assert (line.sku_id == other.pk) is Sku.objects.filter(pk=other.pk).exists()
    assert not broken()


def _refusal(act: Callable[[], object]) -> list[str]:
    try:
        act()
    except (IntegrityError, OperationalError) as refusal:
        return [str(refusal)]
    return []
