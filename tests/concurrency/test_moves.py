"""Two clerks, one order: one wins, the other is told. On real PostgreSQL, with the pause put where it hurts."""

import threading
from collections.abc import Callable
from contextlib import suppress

import pytest
from django.db import transaction

from apps.audit.queries import timeline_of
from apps.orders.actions import confirm_shipping_order, confirm_shipping_orders
from apps.orders.models import Reason, ShippingOrder
from apps.org.actors import SYSTEM, Actor
from apps.org.models import User
from apps.workflow import move as door
from apps.workflow.base import verbs_of
from apps.workflow.move import IllegalMove, Moved
from tests.concurrency.hands import PATIENCE, at_once, own_connection, told_at_once, until_somebody_waits_for_a_lock

pytestmark = pytest.mark.django_db(transaction=True)
AnOrder = Callable[..., ShippingOrder]


def test_two_clerks_confirm_one_order_and_one_of_them_is_told(an_order: AnOrder, lin: User, mara: User) -> None:
    order = an_order()

    results = told_at_once(
        lambda: confirm_shipping_order(order.pk, by=Actor.of(lin)),
        lambda: confirm_shipping_order(order.pk, by=Actor.of(mara)),
    )

    assert sorted(results) == ["done", "illegal_move"]
    assert len(timeline_of(ShippingOrder.objects.get(pk=order.pk))) == 1


def test_overlapping_sets_confirm_each_order_once_and_never_deadlock(an_order: AnOrder, lin: User, mara: User) -> None:
    orders = [an_order().pk for _ in range(60)]
    shares = [orders, orders[::-1], orders[10:50], orders[50:] + orders[:30]]
    clerks = [Actor.of(lin), Actor.of(mara)] * 2

    results = at_once([
        lambda share=share, by=by: confirm_shipping_orders(share, by=by)
        for share, by in zip(shares, clerks, strict=True)
    ])  # fmt: skip

    done = [pk for moved in results if isinstance(moved, Moved) for pk in moved.done]
    assert sorted(done) == sorted(orders)


def _confirm_while_a_hold_commits(order: ShippingOrder, lin: User, confirm: Callable[[], None]) -> str:
    """Hold the row's lock, let the confirmation begin and wait for it, then commit a hold."""
    waiting = threading.Event()

    def later() -> None:
        waiting.set()
        with own_connection(), suppress(IllegalMove), transaction.atomic():
            confirm()

    with transaction.atomic():
        ShippingOrder.objects.filter(pk=order.pk).locked().get()
        thread = threading.Thread(target=later)
        thread.start()
        waiting.wait(PATIENCE)
        until_somebody_waits_for_a_lock()
        Reason.objects.create(shipping_order=order, code=Reason.Code.MANUAL_HOLD, opened_by=lin)
    thread.join(PATIENCE)
    return ShippingOrder.objects.values_list("state", flat=True).get(pk=order.pk)


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
