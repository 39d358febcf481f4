"""What waits at the desk today."""

import datetime as dt

import pytest

from apps.desk.demo.load import Loaded
from apps.orders.models import AuditRule, Reason, ShippingOrder
from apps.orders.rules.audit import matches
from apps.workflow.base import verbs_of
from tests.demo.conftest import NOW

OPEN = ["imported", "confirmed", "reserved", "picking", "packed"]


def test_every_open_reason_belongs_to_an_open_order(company: Loaded) -> None:
    states = Reason.objects.filter(cleared_at__isnull=True).values_list("shipping_order__state", flat=True)

    assert company.open_reasons == len(states) > 5
    assert set(states) == {"imported"}


@pytest.mark.rule("ORD-10")
def test_an_open_reason_is_what_its_rule_finds(company: Loaded) -> None:
    open_reasons = Reason.objects.filter(cleared_at__isnull=True, code=Reason.Code.RULE)
    for rule in AuditRule.objects.all():
        concerned = {reason.shipping_order_id for reason in open_reasons.filter(rule=rule)}
        waiting = ShippingOrder.objects.filter(state="imported").filter(matches(rule.conditions))

        if rule.effect == AuditRule.Effect.EXCEPTION:
            assert concerned == set(waiting.values_list("pk", flat=True))
        else:
            assert concerned <= set(waiting.values_list("pk", flat=True))


def test_no_hold_of_a_rule_is_open_past_its_time(company: Loaded) -> None:
    held = Reason.objects.filter(release_at__isnull=False)

    assert not held.filter(cleared_at__isnull=True, release_at__lte=NOW).exists()
    assert held.filter(code=Reason.Code.MANUAL_HOLD, release_at__gt=NOW, opened_by__isnull=False).count() == 3


@pytest.mark.rule("ORD-02")
def test_some_clocks_are_running_some_are_over_and_some_buyers_were_called(company: Loaded) -> None:
    waiting = ShippingOrder.objects.filter(state="imported")
    silent = waiting.filter(contacted_at__isnull=True)

    assert silent.filter(contact_by_at__gt=NOW).count() >= 3
    assert silent.filter(contact_by_at__lte=NOW).count() >= 3
    assert waiting.filter(contacted_at__isnull=False).count() >= 6
    assert all(order.contact_by_at == order.accepted_at + dt.timedelta(minutes=10) for order in waiting)


@pytest.mark.rule("ORD-11")
def test_some_orders_are_past_their_ship_by(company: Loaded) -> None:
    overdue = ShippingOrder.objects.filter(state__in=OPEN, ship_by_at__lt=NOW)

    assert set(overdue.values_list("state", flat=True)) >= {"imported", "confirmed"}


@pytest.mark.rule("ORD-08")
def test_what_stands_without_a_reason_can_be_confirmed(company: Loaded) -> None:
    stopped = Reason.objects.filter(cleared_at__isnull=True).values("shipping_order")
    waiting = ShippingOrder.objects.filter(state="imported").exclude(pk__in=stopped)

    passing = waiting
    for guard in verbs_of(ShippingOrder)["confirm"].guards:
        passing = passing.filter(guard.expression())
    assert passing.count() == waiting.count() > 5
