"""The client's voice: link, answer, silence (LST-20)."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from apps.approvals.actions.client import accept_by_silence, answer_as_client, issue_client_link, open_client_page
from apps.approvals.models import ApprovalRequest, Decision, Voice
from apps.approvals.outside import OutsideParty
from apps.approvals.rules.steps import Answer
from apps.core.errors import Conflict, Invalid, NotAllowed, NotFound
from apps.notices.models import Notice
from apps.org.actors import Actor
from apps.org.models import Store, User

Make = Callable[..., Any]
pytestmark = pytest.mark.usefixtures("english")
CLIENT = {"who": "client", "position": 2}


@pytest.fixture
def with_client(a_policy: Make, asked: Make, says: Make, dora: User) -> ApprovalRequest:
    """A request that the director has approved and the client has not."""
    a_policy({"role": "director"}, {**CLIENT, "silence_accepts": True})
    request: ApprovalRequest = asked()
    says(dora, request)
    request.refresh_from_db()
    return request


def _open(request: ApprovalRequest) -> bool:
    return ApprovalRequest.objects.get(pk=request.pk).state == "open" and Decision.objects.count() == 1


@pytest.mark.rule("LST-20")
def test_the_client_confirms_through_a_link_that_then_is_dead(with_client: ApprovalRequest, dora: User) -> None:
    token = issue_client_link(with_client.pk, by=Actor.of(dora))
    page = open_client_page(token)

    answer = answer_as_client(token, verdict="approve", name="陈女士", version=page.request.version)

    assert answer == Answer.APPROVED
    decision = Decision.objects.last()
    assert decision is not None
    assert (decision.by_id, decision.by_name, decision.is_silent) == (None, "陈女士", False)
    assert Voice.objects.get(who="client").link_opened == 1
    with pytest.raises(NotFound):
        open_client_page(token)
    with pytest.raises(NotFound):
        answer_as_client(
            token, verdict="refuse", name="陈女士", version=page.request.version, comment="Changed my mind"
        )


def test_an_objection_needs_name_and_reason(with_client: ApprovalRequest, dora: User) -> None:
    token = issue_client_link(with_client.pk, by=Actor.of(dora))

    for name, comment in (("", "Too low"), ("陈女士", "")):
        with pytest.raises(Invalid):
            answer_as_client(token, verdict="refuse", name=name, version=with_client.version, comment=comment)
        assert _open(with_client)
    answer = answer_as_client(
        token, verdict="refuse", name="陈女士", version=with_client.version, comment="Below our own store"
    )

    assert answer == Answer.REFUSED
    assert ApprovalRequest.objects.get().state == "refused"


def test_the_link_is_made_by_somebody_who_did_not_ask(
    with_client: ApprovalRequest, person: Make, wei: User, lin: User
) -> None:
    with pytest.raises(NotAllowed):
        issue_client_link(with_client.pk, by=Actor.of(wei))
    with pytest.raises(NotAllowed):
        issue_client_link(with_client.pk, by=Actor.of(lin))

    assert Voice.objects.get(who="client").link_issued_at is None


def test_an_asker_with_the_right_to_send_cannot_make_the_own_link(
    a_policy: Make, asked: Make, gu: User, dora: User
) -> None:
    a_policy({**CLIENT, "position": 1})
    request = asked(by=gu)

    with pytest.raises(NotAllowed, match="somebody else has to make"):
        issue_client_link(request.pk, by=Actor.of(gu))
    assert issue_client_link(request.pk, by=Actor.of(dora))


def test_before_the_clients_step_there_is_no_link(a_policy: Make, asked: Make, dora: User) -> None:
    a_policy({"role": "director"}, CLIENT)
    request = asked()

    with pytest.raises(Conflict):
        issue_client_link(request.pk, by=Actor.of(dora))


def test_a_new_link_kills_the_one_before(with_client: ApprovalRequest, dora: User) -> None:
    first = issue_client_link(with_client.pk, by=Actor.of(dora))
    second = issue_client_link(with_client.pk, by=Actor.of(dora))

    with pytest.raises(NotFound):
        open_client_page(first)
    assert open_client_page(second).request == with_client


def test_a_link_is_worth_nothing_for_another_version_or_request(with_client: ApprovalRequest, dora: User) -> None:
    token = issue_client_link(with_client.pk, by=Actor.of(dora))

    with pytest.raises(Conflict):
        answer_as_client(token, verdict="approve", name="陈女士", version="0" * 64)

    assert _open(with_client)


def test_those_who_may_send_the_link_hear_that_it_is_time(with_client: ApprovalRequest, dora: User) -> None:
    waiting = Notice.objects.filter(user=dora, key=f"approval:{with_client.pk}:link")

    assert waiting.count() == 1


@pytest.mark.rule("LST-20")
def test_silence_counts_as_a_yes_seven_days_after_the_link(with_client: ApprovalRequest, dora: User) -> None:
    token = issue_client_link(with_client.pk, by=Actor.of(dora))
    now = timezone.now()

    with time_machine.travel(now + dt.timedelta(days=6, hours=23), tick=False):
        assert accept_by_silence() == 0
    with time_machine.travel(now + dt.timedelta(days=7, minutes=1), tick=False):
        assert accept_by_silence() == 1
        assert accept_by_silence() == 0

    decision = Decision.objects.last()
    assert decision is not None
    assert (decision.is_silent, decision.by_id, decision.verdict) == (True, None, "approve")
    assert ApprovalRequest.objects.get().state == "approved"
    with pytest.raises(NotFound):
        open_client_page(token)


def test_silence_before_any_link_or_without_the_rule_is_no_answer(a_policy: Make, asked: Make, dora: User) -> None:
    a_policy({**CLIENT, "position": 1})
    request = asked()
    issue_client_link(request.pk, by=Actor.of(dora))

    with time_machine.travel(timezone.now() + dt.timedelta(days=30), tick=False):
        assert accept_by_silence() == 0

    assert ApprovalRequest.objects.get().state == "open"


def test_an_outside_party_holds_no_right_and_knows_the_stores_of_its_request_only(qinghe: Store) -> None:
    party = OutsideParty(id=None, name="陈女士", voice_id=1, knows_stores=frozenset({qinghe.pk}))

    assert not party.is_system
    assert not party.may("orders.view_order")
    assert party.store_ids == {qinghe.pk}
    assert party.warehouse_ids == frozenset()
