"""Two at once at one decision: managers, makers, the client and the clock. On real PostgreSQL."""

import datetime as dt
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import timezone

from apps.approvals.actions import decide
from apps.approvals.actions.carry_out import carry_out_due
from apps.approvals.actions.client import answer_as_client, issue_client_link
from apps.approvals.actions.default_policies import write_default_policies
from apps.approvals.actions.intend import give_decision, take_back
from apps.approvals.models import ApprovalRequest, Decision, Intention, Policy, PolicyStep
from apps.approvals.queries import open_request_of
from apps.approvals.rules.steps import Answer
from apps.core.calendar import today
from apps.core.errors import Conflict
from apps.core.invariants import broken
from apps.core.querysets import HouseQuerySet
from apps.org.actors import Actor
from apps.org.models import User
from apps.stores.actions.apply import apply_due_changes
from apps.stores.actions.decide import decide_change, withdraw_change
from apps.stores.actions.propose import propose_price_change
from apps.stores.kinds import PRICE
from apps.stores.models import Listing, PriceChange
from tests.concurrency.hands import (
    PATIENCE,
    abreast,
    at_once,
    own_connection,
    told_at_once,
    told_in_turn,
    until_somebody_waits_for_a_lock,
    without_constraint,
)

pytest_plugins = ["tests.stores.builders"]
pytestmark = pytest.mark.django_db(transaction=True)
Make = Callable[..., Any]


@pytest.fixture(autouse=True)
def _policies(db: None) -> None:
    """The policies that a house starts with: tests that commit empty their table."""
    write_default_policies()


@pytest.fixture
def hai(person: Callable[..., User]) -> User:
    """A second director."""
    return person("hai", "director", stores=())


@pytest.fixture
def deciders(own_store: Any, dora: User, hai: User) -> list[User]:
    """Two directors, and no client to ask."""
    return [dora, hai]


@pytest.fixture
def waiting(deciders: list[User], a_listing: Make, price_to: Make, request_of: Make) -> ApprovalRequest:
    """A price change that either director may decide."""
    return request_of(price_to(a_listing(), "89.00"))


@pytest.fixture
def waiting_for_both(
    deciders: list[User], gu: User, a_listing: Make, price_to: Make, request_of: Make
) -> ApprovalRequest:
    """A price change that a director and the store's manager have to approve both."""
    policy = Policy.objects.create(kind=PRICE, name="两人都同意", effective_from=dt.date(2026, 1, 1))
    for role in ("director", "manager"):
        PolicyStep.objects.create(policy=policy, role=role, mode="all")
    return request_of(price_to(a_listing(), "89.00"))


def _no_locks_and_abreast_after(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is locked, and of two who decide neither goes on before both have taken this step of `decide`."""
    module = sys.modules[decide.__module__]
    monkeypatch.setattr(HouseQuerySet, "locked", lambda rows: rows.order_by("pk"))
    monkeypatch.setattr(module, name, abreast(vars(module)[name]))


def _say(request: ApprovalRequest, by: User, verdict: str) -> Callable[[], object]:
    return lambda: decide_change(
        request.pk, verdict=verdict, by=Actor.of(by), version=request.version, comment="Looked at it"
    )


def test_one_approves_while_the_other_refuses_and_one_of_them_is_told(
    waiting: ApprovalRequest, dora: User, hai: User
) -> None:
    results = told_at_once(_say(waiting, dora, "approve"), _say(waiting, hai, "refuse"))

    assert sorted(results) == ["done", "ended"]
    decision = Decision.objects.get()
    expected = {"approve": "approved", "refuse": "refused"}[decision.verdict]
    assert ApprovalRequest.objects.get().state == PriceChange.objects.get().state == expected
    assert broken() == []


def test_control_without_the_locks_the_slower_of_two_meets_an_error_and_is_not_told_who_was_faster(
    waiting: ApprovalRequest, dora: User, hai: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    _no_locks_and_abreast_after("_voice_of", monkeypatch)

    results = at_once([_say(waiting, dora, "approve"), _say(waiting, hai, "approve")], meets=IntegrityError)

    assert results.count(Answer.APPROVED) == 1
    assert [type(each) for each in results if "approvals_decision_voice_id_key" in str(each)] == [IntegrityError]
    assert Decision.objects.count() == 1
    assert broken() == []


def test_control_without_locks_and_constraint_the_machine_stops_the_slower_of_two(
    waiting: ApprovalRequest, dora: User, hai: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    _no_locks_and_abreast_after("_voice_of", monkeypatch)

    with without_constraint("approvals_decision", "approvals_decision_voice_id_key"):
        results = told_at_once(_say(waiting, dora, "approve"), _say(waiting, hai, "refuse"))

        assert sorted(results) == ["done", "illegal_move"]
        assert Decision.objects.count() == 1


def test_two_whose_voices_are_both_needed_say_yes_at_once_and_the_price_is_approved(
    waiting_for_both: ApprovalRequest, dora: User, gu: User
) -> None:
    change = PriceChange.objects.filter(pk=waiting_for_both.subject_id)

    results = told_in_turn(change, _say(waiting_for_both, dora, "approve"), _say(waiting_for_both, gu, "approve"))

    assert results == ["done", "done"]
    assert ApprovalRequest.objects.get().state == change.get().state == "approved"
    assert broken() == []


def test_control_without_the_locks_each_waits_for_the_other_and_nobody_is_left_to_decide(
    waiting_for_both: ApprovalRequest, dora: User, gu: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    _no_locks_and_abreast_after("is_complete", monkeypatch)

    results = at_once([_say(waiting_for_both, dora, "approve"), _say(waiting_for_both, gu, "approve")])

    assert results == [Answer.WAITING, Answer.WAITING]
    assert Decision.objects.filter(verdict="approve").count() == 2
    assert ApprovalRequest.objects.get().state == "open"
    assert [each.invariant.id for each in broken()] == ["approvals.open_step_has_an_open_voice"]


def test_a_double_click_is_one_decision(waiting: ApprovalRequest, dora: User) -> None:
    results = told_at_once(_say(waiting, dora, "approve"), _say(waiting, dora, "approve"))

    assert sorted(results) == ["done", "ended"]
    assert Decision.objects.count() == 1
    assert broken() == []


def test_a_withdrawal_meets_an_approval_and_both_tables_agree(waiting: ApprovalRequest, dora: User, wei: User) -> None:
    results = told_at_once(
        _say(waiting, dora, "approve"),
        lambda: withdraw_change(waiting.pk, by=Actor.of(wei), reason="Typing error"),
    )

    assert sorted(results) in (["done", "ended"], ["done", "illegal_move"])
    state = ApprovalRequest.objects.get().state
    assert PriceChange.objects.get().state == state
    assert Decision.objects.count() == (1 if state == "approved" else 0)
    assert broken() == []


def test_two_planners_propose_for_one_listing_and_one_proposal_stands(
    own_store: Any, dora: User, wei: User, person: Make, a_listing: Make
) -> None:
    listing, other = a_listing(), person("yan", "planner")

    results = told_at_once(*[
        lambda by=by, price=price: propose_price_change(
            listing.pk, new_price=Decimal(price), applies_on=today(), reason="Season", by=Actor.of(by)
        )
        for by, price in ((wei, "89.00"), (other, "88.00"))
    ])  # fmt: skip

    assert sorted(results) == ["change_open", "done"]
    assert PriceChange.objects.count() == ApprovalRequest.objects.count() == 1


def test_a_used_link_answers_once(dora: User, a_listing: Make, price_to: Make, request_of: Make, votes: Make) -> None:
    change = price_to(a_listing(), "89.00")
    votes(dora, change)
    request = request_of(change)
    token = issue_client_link(request.pk, by=Actor.of(dora))

    results = told_at_once(*[
        lambda verdict=verdict: answer_as_client(
            token, verdict=verdict, name="陈女士", version=request.version, comment="Said so"
        )
        for verdict in ("approve", "refuse")
    ])  # fmt: skip

    assert sorted(results) in (["done", "ended"], ["done", "not_found"])
    assert Decision.objects.filter(by__isnull=True).count() == 1
    assert broken() == []


def test_the_sweep_that_runs_twice_applies_a_change_once(waiting: ApprovalRequest, dora: User) -> None:
    _say(waiting, dora, "approve")()
    applied: list[int] = []

    results = told_at_once(*[lambda: applied.append(apply_due_changes()) for _n in range(2)])

    assert results == ["done", "done"]
    assert sorted(applied) == [0, 1]
    assert Listing.objects.get().list_price_amount == Decimal("89.00")
    assert broken() == []


@pytest.mark.parametrize("is_price", [True, False])
def test_a_proposal_in_the_middle_of_the_sweep_waits_for_nobody_in_a_circle(
    waiting: ApprovalRequest, dora: User, price_to: Make, listing_to: Make, is_price: bool
) -> None:
    listing = Listing.objects.get()
    propose = partial(price_to, listing, "88.00") if is_price else partial(listing_to, listing, "title", new_title="杯")
    request = waiting if is_price else open_request_of(propose())
    assert request is not None
    _say(request, dora, "approve")()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            Listing.objects.filter(pk=listing.pk).locked().get()
            sweep = pool.submit(_swept)
            until_somebody_waits_for_a_lock()
            with pytest.raises(Conflict) as refusal:
                propose()
        assert sweep.result(PATIENCE) == 1

    assert refusal.value.code == "change_open"
    assert ApprovalRequest.objects.filter(state="approved").count() == 1
    assert broken() == []


def _swept() -> int:
    with own_connection():
        return apply_due_changes()


def _given(request: ApprovalRequest, by: User) -> Intention:
    """Approved two minutes ago, and due since one."""
    with time_machine.travel(timezone.now() - dt.timedelta(minutes=2)):
        row = give_decision(request.pk, verdict="approve", by=Actor.of(by), version=request.version)
    assert isinstance(row, Intention)
    return row


def _clock_comes_by() -> int:
    with own_connection():
        return carry_out_due()


def test_what_is_taken_back_while_the_clock_is_at_it_is_not_decided(waiting: ApprovalRequest, dora: User) -> None:
    given = _given(waiting, dora)

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            PriceChange.objects.filter(pk=waiting.subject_id).locked().get()
            clock = pool.submit(_clock_comes_by)
            until_somebody_waits_for_a_lock()
            take_back(given.pk, by=Actor.of(dora))
        assert clock.result(PATIENCE) == 0

    assert (Intention.objects.get().state, Decision.objects.count()) == ("taken_back", 0)
    assert ApprovalRequest.objects.get().state == "open"
    assert PriceChange.objects.get().state == "submitted"
    assert broken() == []


def test_an_undo_meets_the_clock_and_one_of_them_has_been_there(waiting: ApprovalRequest, dora: User) -> None:
    given = _given(waiting, dora)

    results = told_at_once(carry_out_due, lambda: take_back(given.pk, by=Actor.of(dora)))

    taken_back = results == ["done", "done"]
    assert taken_back or results == ["done", "too_late"]
    assert Intention.objects.get().state == ("taken_back" if taken_back else "carried_out")
    assert PriceChange.objects.get().state == ("submitted" if taken_back else "approved")
    assert Decision.objects.count() == (0 if taken_back else 1)
    assert broken() == []


def test_a_clock_that_comes_twice_lets_a_decision_take_effect_once(waiting: ApprovalRequest, dora: User) -> None:
    _given(waiting, dora)
    counted: list[int] = []

    results = told_at_once(*[lambda: counted.append(carry_out_due()) for _n in range(2)])

    assert (results, sorted(counted)) == (["done", "done"], [0, 1])
    assert (Intention.objects.get().state, Decision.objects.count()) == ("carried_out", 1)
    assert broken() == []


def test_a_double_click_gives_one_decision(waiting: ApprovalRequest, dora: User) -> None:
    results = told_at_once(*[
        lambda: give_decision(waiting.pk, verdict="approve", by=Actor.of(dora), version=waiting.version)
        for _n in range(2)
    ])  # fmt: skip

    assert sorted(results) == ["done", "given_before"]
    assert Intention.objects.count() == 1
    assert broken() == []
