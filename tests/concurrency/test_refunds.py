"""Two at once: one approval, no more money than was paid, one return for one parcel. On real PostgreSQL."""

import threading
import uuid
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction

from apps.aftersales.actions import approve_refund, inspect_return, request_refund, scan
from apps.aftersales.models import Refund, ReturnOrder
from apps.aftersales.queries import money_of
from apps.audit.context import signed
from apps.audit.queries import timeline_of
from apps.core.invariants import broken
from apps.orders.models import Order
from apps.org.actors import SYSTEM, Actor
from apps.org.models import User
from apps.warehouse.models import StockBalance
from tests.aftersales.builders import all_good
from tests.concurrency.hands import PATIENCE, told_at_once

pytestmark = pytest.mark.django_db(transaction=True)
Make = Callable[..., Any]


def test_two_managers_approve_one_refund_and_one_of_them_is_told(
    asked: Make,
    mara: User,
    person: Callable[..., User],
) -> None:
    row, boss = asked(), person("bo", "manager")

    results = told_at_once(
        lambda: approve_refund(row.pk, by=Actor.of(mara)), lambda: approve_refund(row.pk, by=Actor.of(boss))
    )

    row.refresh_from_db()
    assert sorted(results) == ["done", "illegal_move"]
    assert row.state == "approved"
    assert len(timeline_of(row)) == 1


def test_two_partial_refunds_at_once_never_exceed_what_was_paid(
    sent_off: Make,
    lin: User,
    mara: User,
) -> None:
    order = sent_off(paid="100.00").lead_order

    def ask(user: User) -> Refund:
        return request_refund(order.pk, amount=Decimal("60.00"), reason="少发", by=Actor.of(user), key=uuid.uuid4())

    results = told_at_once(lambda: ask(lin), lambda: ask(mara))

    assert sorted(results) == ["done", "too_much"]
    assert money_of(order).asked == Decimal("60.00")
    assert broken() == []


def test_control_without_lock_and_trigger_both_are_written_and_the_checker_finds_them(
    sent_off: Make,
    lin: User,
) -> None:
    order = sent_off(paid="100.00").lead_order
    looked = threading.Barrier(2, timeout=PATIENCE)

    def careless(nth: int) -> None:
        with transaction.atomic(), signed("aftersales.refund.request", by=SYSTEM):
            with connection.cursor() as cursor:
                # No trigger fires for a session that says it repeats another's changes.
                cursor.execute("SET LOCAL session_replication_role = replica")
            left = money_of(order).left
            looked.wait()
            if left >= 60:
                Refund.objects.create(
                    number=f"RF-{nth}", order=order, amount=Decimal("60.00"), reason="少发", waits_for_goods=False,
                    requested_by=lin,
                )  # fmt: skip

    results = told_at_once(lambda: careless(1), lambda: careless(2))

    assert results == ["done", "done"]
    assert money_of(order).asked == Decimal("120.00")
    assert [each.invariant.id for each in broken()] == ["aftersales.refunds_within_paid"]


def test_control_without_the_lock_the_trigger_still_stops_the_second(
    sent_off: Make,
    lin: User,
) -> None:
    from django.db import IntegrityError

    order = sent_off(paid="100.00").lead_order
    looked = threading.Barrier(2, timeout=PATIENCE)
    stopped: list[str] = []

    def careless(nth: int) -> None:
        try:
            with transaction.atomic(), signed("aftersales.refund.request", by=SYSTEM):
                assert money_of(order).left >= 60
                looked.wait()
                Refund.objects.create(
                    number=f"RF-{nth}", order=order, amount=Decimal("60.00"), reason="少发", waits_for_goods=False,
                    requested_by=lin,
                )  # fmt: skip
        except IntegrityError as refused:
            stopped.append(str(refused))

    told_at_once(lambda: careless(1), lambda: careless(2))

    assert len(stopped) == 1
    assert "more than was paid" in stopped[0]
    assert money_of(order).asked == Decimal("60.00")


def test_one_parcel_scanned_at_two_benches_is_one_return(noor: User, warehouse: Any) -> None:
    by = [Actor.of(noor), Actor.of(noor)]

    results = told_at_once(*(lambda actor=actor: scan("SF1234567890123", by=actor) for actor in by))

    assert results == ["done", "done"]
    assert ReturnOrder.objects.get().is_ownerless


def test_one_announced_parcel_scanned_at_two_benches_is_received_once(
    announced: Make,
    noor: User,
) -> None:
    row = announced(waybill="SF1234567890123")

    results = told_at_once(*[lambda: scan("SF1234567890123", by=Actor.of(noor))] * 2)

    row.refresh_from_db()
    assert results == ["done", "done"]
    assert (row.state, len(timeline_of(row))) == ("received", 1)


def test_two_inspectors_put_the_goods_away_once(
    received: Make,
    bins: dict[str, Any],
    noor: User,
) -> None:
    row = received()
    counts = all_good(row, bins["pick"].pk)

    results = told_at_once(*[lambda: inspect_return(row.pk, counts=counts, by=Actor.of(noor))] * 2)

    assert sorted(results) == ["done", "illegal_move"]
    assert StockBalance.objects.get().on_hand == 1
    assert broken() == []


def test_a_refund_request_and_a_change_of_the_order_wait_for_each_other_and_both_go_through(
    sent_off: Make,
    lin: User,
) -> None:
    order = sent_off(paid="100.00").lead_order

    def mirror() -> None:
        with transaction.atomic(), signed("orders.order.mirror", by=SYSTEM):
            Order.objects.filter(pk=order.pk).update(status_text="交易成功")

    results = told_at_once(
        mirror,
        lambda: request_refund(order.pk, amount=Decimal("60.00"), reason="少发", by=Actor.of(lin), key=uuid.uuid4()),
    )

    assert results == ["done", "done"]
