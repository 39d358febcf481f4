"""A hold with a time lets go by itself: at its time, once, and not a minute earlier."""

import datetime as dt
from collections.abc import Callable

import pytest
import time_machine
from django.utils import timezone

from apps.core.errors import Invalid
from apps.orders.actions import confirm_shipping_order, hold_shipping_order
from apps.orders.actions.audit import audit_orders
from apps.orders.models import AuditRule, Reason, ShippingOrder
from apps.orders.tasks import release_due_holds
from apps.org.actors import SYSTEM, Actor

pytestmark = [pytest.mark.django_db, pytest.mark.rule("ORD-10")]
Make = Callable[..., ShippingOrder]


def _open(order: ShippingOrder) -> int:
    return Reason.objects.filter(shipping_order=order, cleared_at__isnull=True).count()


def _minutes(count: int) -> dt.datetime:
    return timezone.now() + dt.timedelta(minutes=count)


def test_a_hold_until_three_is_over_at_three(an_order: Make, as_lin: Actor) -> None:
    order, until = an_order(), _minutes(30)
    hold_shipping_order(order.pk, note="等买家回复", by=as_lin, release_at=until)

    with time_machine.travel(until - dt.timedelta(seconds=1), tick=False):
        release_due_holds()
        before = _open(order)
    with time_machine.travel(until, tick=False):
        release_due_holds()

    assert (before, _open(order)) == (1, 0)
    reason = Reason.objects.get(shipping_order=order)
    assert (reason.cleared_by, reason.note) == (None, "等买家回复")
    assert confirm_shipping_order(order.pk, by=as_lin).state == "confirmed"


# The last one is of the year 10000 in Shanghai, and no page that shows it could be opened again.
@pytest.mark.parametrize("until", ["2026-11-22 23:59+08:00", "2100-01-01 00:00+08:00", "9999-12-31 23:59-12:00"])
def test_a_time_that_cannot_be_meant_holds_nothing(an_order: Make, as_lin: Actor, until: str) -> None:
    order = an_order()

    with time_machine.travel("2026-11-23 09:00+08:00", tick=False), pytest.raises(Invalid):
        hold_shipping_order(order.pk, note="等", by=as_lin, release_at=dt.datetime.fromisoformat(until))

    assert _open(order) == 0


def test_releasing_twice_changes_nothing(an_order: Make, as_lin: Actor) -> None:
    order = an_order()
    hold_shipping_order(order.pk, note="等", by=as_lin, release_at=_minutes(1))
    with time_machine.travel(_minutes(2), tick=False):
        release_due_holds()
        first = Reason.objects.get().cleared_at
        release_due_holds()

    assert Reason.objects.get().cleared_at == first is not None


def test_a_hold_without_a_time_and_an_exception_wait_for_a_person(an_order: Make, as_lin: Actor) -> None:
    order = an_order()
    hold_shipping_order(order.pk, note="等财务", by=as_lin)
    AuditRule.objects.create(
        code="one", name="一件", effect="exception", conditions=[{"field": "quantity", "op": ">=", "value": "1"}]
    )
    audit_orders(ShippingOrder.objects.all(), store_id=order.store_id, by=SYSTEM)

    with time_machine.travel(timezone.now() + dt.timedelta(days=30), tick=False):
        release_due_holds()

    assert _open(order) == 2


def test_the_quarter_of_an_hour_of_a_holding_rule_runs_from_acceptance(an_order: Make) -> None:
    order = an_order()
    AuditRule.objects.create(
        code="wait", name="等合单", effect="hold", hold_minutes=15,
        conditions=[{"field": "quantity", "op": ">=", "value": "1"}],
    )  # fmt: skip
    audit_orders(ShippingOrder.objects.all(), store_id=order.store_id, by=SYSTEM)
    held = _open(order)

    with time_machine.travel(order.accepted_at + dt.timedelta(minutes=14), tick=False):
        release_due_holds()
        waiting = _open(order)
    with time_machine.travel(order.accepted_at + dt.timedelta(minutes=15), tick=False):
        release_due_holds()

    assert (held, waiting, _open(order)) == (1, 1, 0)
    assert audit_orders(ShippingOrder.objects.all(), store_id=order.store_id, by=SYSTEM) == 0
