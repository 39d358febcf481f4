"""A statement whose approval can be taken back: no paper and no number before it takes effect."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import time_machine

from apps.approvals.actions.carry_out import carry_out_due
from apps.approvals.actions.intend import give_decision, take_back
from apps.approvals.models import ApprovalRequest, Intention
from apps.contracts.actions.issue import papers_of
from apps.contracts.models import SettlementStatement
from apps.core.models import NumberSeries
from apps.documents.models import Document
from apps.org.actors import Actor

Make = Callable[..., Any]


@pytest.fixture
def given(submitted: Make, a_contract: Make, receive: Make, as_dora: Actor) -> Intention:
    """The director has approved January's statement a moment ago."""
    receive("2026-01-05", "4000000")
    submitted(a_contract(), "2026-01")
    request = ApprovalRequest.objects.get()
    row = give_decision(request.pk, verdict="approve", by=as_dora, version=request.version)
    assert isinstance(row, Intention)
    return row


@pytest.mark.rule("FIN-23")
def test_what_was_taken_back_has_left_no_paper_and_taken_no_number(given: Intention, as_dora: Actor) -> None:
    numbers = NumberSeries.objects.count()

    take_back(given.pk, by=as_dora)

    assert (Document.objects.count(), NumberSeries.objects.count()) == (0, numbers)
    assert SettlementStatement.objects.get().state == "submitted"


@pytest.mark.rule("FIN-23")
def test_when_it_takes_effect_the_paper_is_issued_once(given: Intention) -> None:
    with time_machine.travel(given.due_at + dt.timedelta(seconds=1)):
        done = [carry_out_due(), carry_out_due()]

    row = SettlementStatement.objects.get()
    assert (done, row.state, papers_of(row).count()) == ([1, 0], "approved", 1)
