"""Two at once at one decision: managers, makers, the client and the clock. On real PostgreSQL."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from django.db import connection, connections, transaction

from apps.approvals.actions.client import answer_as_client, issue_client_link
from apps.approvals.actions.default_policies import write_default_policies
from apps.approvals.models import ApprovalRequest, Decision
from apps.approvals.queries import open_request_of
from apps.core.calendar import today
from apps.core.errors import Conflict, DomainError
from apps.core.invariants import broken
from apps.org.actors import Actor
from apps.org.models import User
from apps.stores.actions.apply import apply_due_changes
from apps.stores.actions.decide import decide_change, withdraw_change
from apps.stores.actions.propose import propose_price_change
from apps.stores.models import Listing, PriceChange

pytest_plugins = ["tests.stores.builders"]
pytestmark = pytest.mark.django_db(transaction=True)
Make = Callable[..., Any]
PATIENCE = 20


def _at_once(*acts: Callable[[], object]) -> list[str]:
    """Do all acts at the same moment. Returns "done" or the refusal's code, sorted."""
    start = threading.Barrier(len(acts), timeout=PATIENCE)

    def run(act: Callable[[], object]) -> str:
        start.wait()
        try:
            act()
        except DomainError as refused:
            return refused.code
        finally:
            connections.close_all()
        return "done"

    with ThreadPoolExecutor(len(acts)) as pool:
        return sorted(pool.map(run, acts))


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
    return request_of(price_to(a_listing(), "89.00"))  # type: ignore[no-any-return]


def _say(request: ApprovalRequest, by: User, verdict: str) -> Callable[[], object]:
    return lambda: decide_change(
        request.pk, verdict=verdict, by=Actor.of(by), version=request.version, comment="Looked at it"
    )


def test_one_approves_while_the_other_refuses_and_one_of_them_is_told(
    waiting: ApprovalRequest, dora: User, hai: User
) -> None:
    results = _at_once(_say(waiting, dora, "approve"), _say(waiting, hai, "refuse"))

    assert results == ["done", "ended"]
    decision = Decision.objects.get()
    expected = {"approve": "approved", "refuse": "refused"}[decision.verdict]
    assert ApprovalRequest.objects.get().state == PriceChange.objects.get().state == expected
    assert broken() == []


def test_a_double_click_is_one_decision(waiting: ApprovalRequest, dora: User) -> None:
    results = _at_once(_say(waiting, dora, "approve"), _say(waiting, dora, "approve"))

    assert results == ["done", "ended"]
    assert Decision.objects.count() == 1
    assert broken() == []


def test_a_withdrawal_meets_an_approval_and_both_tables_agree(waiting: ApprovalRequest, dora: User, wei: User) -> None:
    results = _at_once(
        _say(waiting, dora, "approve"),
        lambda: withdraw_change(waiting.pk, by=Actor.of(wei), reason="Typing error"),
    )

    assert results in (["done", "ended"], ["done", "illegal_move"])
    state = ApprovalRequest.objects.get().state
    assert PriceChange.objects.get().state == state
    assert Decision.objects.count() == (1 if state == "approved" else 0)
    assert broken() == []


def test_two_planners_propose_for_one_listing_and_one_proposal_stands(
    own_store: Any, dora: User, wei: User, person: Make, a_listing: Make
) -> None:
    listing, other = a_listing(), person("yan", "planner")

    results = _at_once(*[
        lambda by=by, price=price: propose_price_change(
            listing.pk, new_price=Decimal(price), applies_on=today(), reason="Season", by=Actor.of(by)
        )
        for by, price in ((wei, "89.00"), (other, "88.00"))
    ])  # fmt: skip

    assert results == ["change_open", "done"]
    assert PriceChange.objects.count() == ApprovalRequest.objects.count() == 1


def test_a_used_link_answers_once(dora: User, a_listing: Make, price_to: Make, request_of: Make, votes: Make) -> None:
    change = price_to(a_listing(), "89.00")
    votes(dora, change)
    request = request_of(change)
    token = issue_client_link(request.pk, by=Actor.of(dora))

    results = _at_once(*[
        lambda verdict=verdict: answer_as_client(
            token, verdict=verdict, name="陈女士", version=request.version, comment="Said so"
        )
        for verdict in ("approve", "refuse")
    ])  # fmt: skip

    assert results in (["done", "ended"], ["done", "not_found"])
    assert Decision.objects.filter(by__isnull=True).count() == 1
    assert broken() == []


def test_the_sweep_that_runs_twice_applies_a_change_once(waiting: ApprovalRequest, dora: User) -> None:
    _say(waiting, dora, "approve")()
    applied: list[int] = []

    results = _at_once(*[lambda: applied.append(apply_due_changes()) for _n in range(2)])

    assert results == ["done", "done"]
    assert sorted(applied) == [0, 1]
    assert Listing.objects.get().list_price_amount == Decimal("89.00")
    assert broken() == []


def _until_somebody_waits_for_a_lock() -> None:
    pause = threading.Event()
    for _ in range(PATIENCE * 50):
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
        pause.wait(0.02)
    raise AssertionError("nobody came to wait for the lock")


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
            _until_somebody_waits_for_a_lock()
            with pytest.raises(Conflict) as refusal:
                propose()
        assert sweep.result(PATIENCE) == 1

    assert refusal.value.code == "change_open"
    assert ApprovalRequest.objects.filter(state="approved").count() == 1
    assert broken() == []


def _swept() -> int:
    try:
        return apply_due_changes()
    finally:
        connections.close_all()
