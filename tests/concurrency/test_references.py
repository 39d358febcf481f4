"""A row is taken away while somebody writes another that refers to it: one of the two is refused. On real PostgreSQL."""

import threading
from collections.abc import Callable

import pytest
from django.db import IntegrityError, connection, connections, transaction

from apps.core.invariants import broken
from apps.orders.models import OrderLine, ShippingOrder, ShippingOrderLine

pytestmark = pytest.mark.django_db(transaction=True)
AnOrder = Callable[..., ShippingOrder]
PATIENCE = 20


def test_an_order_line_that_is_being_put_into_a_parcel_cannot_go_meanwhile(an_order: AnOrder) -> None:
    shipping = an_order()
    line = shipping.lines.get()
    orphan = OrderLine.objects.create(order_id=shipping.lead_order_id, line_key="late", title="", quantity=1)
    outcome: list[str] = []

    def remove() -> None:
        try:
            OrderLine.objects.filter(pk=orphan.pk)._raw_delete("default")
            outcome.append("gone")
        except IntegrityError as refusal:
            outcome.append(str(refusal).split("\n", maxsplit=1)[0])
        finally:
            connections.close_all()

    with transaction.atomic():
        ShippingOrderLine.objects.create(shipping_order=shipping, order_line=orphan, sku=line.sku, quantity=1)
        thread = threading.Thread(target=remove)
        thread.start()
        _until_somebody_waits_for_a_lock()
    thread.join(PATIENCE)

    assert outcome == ["a row of orders_orderline is still referred to by orders_shippingorderline"]
    assert OrderLine.objects.filter(pk=orphan.pk).exists()
    assert not broken()


def _until_somebody_waits_for_a_lock() -> None:
    pause = threading.Event()
    for _ in range(PATIENCE * 50):
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
        pause.wait(0.02)
    raise AssertionError("nobody came to wait for the lock")
