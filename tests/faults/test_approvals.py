"""A worker killed between the moment of a decision and its end: the next one lets it take effect, once."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from apps.approvals.actions.default_policies import write_default_policies
from apps.approvals.actions.intend import give_decision
from apps.approvals.models import ApprovalRequest, Decision, Intention
from apps.core.invariants import broken
from apps.notices.models import Notice
from apps.org.actors import Actor
from apps.org.models import Store, User
from apps.stores.models import PriceChange
from tests.faults.deaths import act

pytest_plugins = ["tests.stores.builders"]
pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]
Make = Callable[..., Any]


@pytest.fixture
def due(own_store: Store, a_listing: Make, price_to: Make, request_of: Make, dora: User) -> ApprovalRequest:
    """Approved by the director two minutes ago."""
    write_default_policies()
    request: ApprovalRequest = request_of(price_to(a_listing(), "89.00"))
    with time_machine.travel(timezone.now() - dt.timedelta(minutes=2)):
        give_decision(request.pk, verdict="approve", by=Actor.of(dora), version=request.version)
    return request


@pytest.mark.parametrize(
    ("point", "decided"), [("carry_out.begins", 0), ("carry_out.decided", 0), ("carry_out.committed", 1)]
)
def test_a_decision_whose_worker_was_killed_takes_effect_once(
    due: ApprovalRequest, wei: User, point: str, decided: int
) -> None:
    killed = act("approval_acts", point)
    half = Decision.objects.count()
    # The lease of whoever died ends by itself; nobody waits for that here.
    Intention.objects.update(leased_until=None)
    ended = act("approval_acts", "nowhere")

    assert (killed, half, ended) == (-9, decided, 0)
    assert (Intention.objects.get().state, Decision.objects.count()) == ("carried_out", 1)
    assert (ApprovalRequest.objects.get().state, PriceChange.objects.get().state) == ("approved", "approved")
    assert Notice.objects.filter(user=wei, key=f"approval:{due.pk}:approved").count() == 1
    assert broken() == []
