"""Two programs bring the same order at the same moment: the second sees what the first has brought. On real PostgreSQL."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import transaction
from django.utils import timezone

from apps.core.invariants import broken
from apps.orders.actions.push import PushResult, push_orders
from apps.orders.imports.pushed import PushedOrder
from apps.orders.models import ImportBatch, Order
from apps.org.actors import Actor
from apps.org.models import Store, User
from tests.concurrency.hands import PATIENCE, own_connection, until_somebody_waits_for_a_lock

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.rule("ORD-01")
def test_of_two_who_bring_the_same_order_the_second_finds_it_there(lin: User, qinghe: Store) -> None:
    now = timezone.now()
    orders = [
        PushedOrder(f"261121000000000004{nth}", now, "wait_ship", {"placed_at": now, "paid_at": now}) for nth in (1, 2)
    ]

    def push(some: list[PushedOrder]) -> PushResult:
        return push_orders(qinghe.pk, some, by=Actor.of(lin))

    def push_elsewhere() -> PushResult:
        with own_connection():
            return push(orders)

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            first = push(orders[1:])
            running = pool.submit(push_elsewhere)
            until_somebody_waits_for_a_lock()
        second = running.result(PATIENCE)

    assert [told.verdict for told in first.verdicts] == ["new"]
    assert [told.verdict for told in second.verdicts] == ["new", "same"]
    assert sorted(Order.objects.values_list("number", flat=True)) == [order.number for order in orders]
    assert ImportBatch.objects.filter(state="imported").count() == ImportBatch.objects.count() == 2
    assert not broken()
