"""Two clerks, one order: one wins, the other is told. On real PostgreSQL, with the pause put where it hurts."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from django.db import connection, connections, transaction

from apps.audit.queries import timeline_of
from apps.orders.actions import confirm_shipping_order, confirm_shipping_orders
from apps.orders.models import Reason, ShippingOrder
from apps.org.actors import SYSTEM, Actor
from apps.org.models import User
from apps.workflow import move as door
from apps.workflow.base import verbs_of
from apps.workflow.move import IllegalMove

pytestmark = pytest.mark.django_db(transaction=True)
AnOrder = Callable[..., ShippingOrder]
PATIENCE = 20


@contextmanager
def _workers(count: int) -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(count) as pool:
        yield pool
        list(pool.map(lambda _: connections.close_all(), range(count)))


def test_two_clerks_confirm_one_order_and_one_of_them_is_told(an_order: AnOrder, lin: User, mara: User) -> None:
    order = an_order()
    start = threading.Barrier(2, timeout=PATIENCE)

    def confirm(user: User) -> str:
        start.wait()
        try:
            confirm_shipping_order(order.pk, by=Actor.of(user))
        except IllegalMove as refused:
            return str(refused)
        finally:
            connections.close_all()
        return "won"

    with _workers(2) as pool:
        results = sorted(pool.map(confirm, [lin, mara]), key=lambda r: r != "won")

    assert results[0] == "won"
    assert results[1] != "won"
    assert len(timeline_of(ShippingOrder.objects.get(pk=order.pk))) == 1


def test_overlapping_sets_confirm_each_order_once_and_never_deadlock(an_order: AnOrder, lin: User, mara: User) -> None:
    orders = [an_order().pk for _ in range(60)]
    start = threading.Barrier(4, timeout=PATIENCE)
    shares = [orders, orders[::-1], orders[10:50], orders[50:] + orders[:30]]

    def confirm(nth: int) -> list[int]:
        start.wait()
        try:
            return confirm_shipping_orders(shares[nth], by=Actor.of(lin if nth % 2 else mara)).done
        finally:
            connections.close_all()

    with _workers(4) as pool:
        done = [pk for part in pool.map(confirm, range(4)) for pk in part]

    assert sorted(done) == sorted(orders)


def _confirm_while_a_hold_commits(order: ShippingOrder, lin: User, confirm: Callable[[], None]) -> str:
    """Hold the row's lock, let the confirmation begin and wait for it, then commit a hold."""
    waiting = threading.Event()

    def later() -> None:
        waiting.set()
        try:
            with transaction.atomic():
                confirm()
        except IllegalMove:
            pass
        finally:
            connections.close_all()

    with transaction.atomic():
        ShippingOrder.objects.filter(pk=order.pk).locked().get()
        thread = threading.Thread(target=later)
        thread.start()
        waiting.wait(PATIENCE)
        _until_somebody_waits_for_a_lock()
        Reason.objects.create(shipping_order=order, code=Reason.Code.MANUAL_HOLD, opened_by=lin)
    thread.join(PATIENCE)
    return ShippingOrder.objects.values_list("state", flat=True).get(pk=order.pk)


def _until_somebody_waits_for_a_lock() -> None:
    pause = threading.Event()
    for _ in range(PATIENCE * 50):
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
        pause.wait(0.02)
    raise AssertionError("nobody came to wait for the lock")


def test_a_hold_that_commits_while_the_confirmation_waits_is_seen(an_order: AnOrder, lin: User) -> None:
    order = an_order()

    state = _confirm_while_a_hold_commits(order, lin, lambda: door.move(order.confirm, by=Actor.of(lin)))

    assert state == "imported"


def test_control_guards_asked_in_the_locking_statement_do_not_see_it(an_order: AnOrder, lin: User) -> None:
    order = an_order()
    guards = verbs_of(ShippingOrder)["confirm"].guards

    def careless() -> None:
        asked = ShippingOrder.objects.filter(pk=order.pk).annotate(**{g.name: g.expression() for g in guards})
        row = asked.order_by("pk").select_for_update(of=("self",)).values("pk", *[g.name for g in guards]).get()
        if all(row[g.name] for g in guards):
            with door.signed("orders.shippingorder.confirm", by=SYSTEM):
                ShippingOrder.objects.filter(pk=order.pk).update(state="confirmed")

    state = _confirm_while_a_hold_commits(order, lin, careless)

    assert state == "confirmed"
