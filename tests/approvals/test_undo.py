"""A decision given at the inbox: checked at once, in effect when its time is over, taken back until then."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.db import DatabaseError, OperationalError, transaction
from django.utils import timezone, translation

from apps.approvals import kinds
from apps.approvals.actions import decide, withdraw
from apps.approvals.actions.carry_out import carry_out_due
from apps.approvals.actions.intend import give_decision, take_back
from apps.approvals.kinds import ApprovalKind
from apps.approvals.models import ApprovalRequest, Decision, Intention
from apps.approvals.parameters import UNDO_SECONDS
from apps.approvals.queries import inbox_of, readable_requests
from apps.approvals.queries.intentions import given_by
from apps.approvals.rules.steps import Answer
from apps.audit.queries import timeline_of
from apps.core.calendar import today
from apps.core.errors import Conflict, DomainError, Invalid, NotFound
from apps.core.invariants import broken
from apps.notices.models import Notice
from apps.org.actors import SYSTEM, Actor
from apps.org.models import Absence, Store, User
from apps.parameters.actions import set_value
from apps.parameters.models import ParameterValue
from apps.workflow.move import IllegalMove
from tests.approvals.conftest import KIND

Make = Callable[..., Any]
pytestmark = pytest.mark.usefixtures("english")
DIRECTOR = {"role": "director"}
MANAGER = {"role": "manager"}


def _give(user: User, request: ApprovalRequest, verdict: str = "approve", **more: Any) -> Any:
    version = more.pop("version", request.version)
    return give_decision(request.pk, verdict=verdict, by=Actor.of(user), version=version, **more)


def _later(seconds: int = 61) -> int:
    """The clock comes by so much later."""
    with time_machine.travel(timezone.now() + dt.timedelta(seconds=seconds)):
        return carry_out_due()


def _state(request: ApprovalRequest) -> str:
    return ApprovalRequest.objects.get(pk=request.pk).state


def _told(user: User) -> list[str]:
    return [str(notice) for notice in Notice.objects.filter(user=user, key__contains="fell_through")]


def _why() -> str:
    refusal = Intention.objects.get(state="fell_through").refusal
    assert refusal is not None
    return str(refusal["code"])


@pytest.fixture
def request_(a_policy: Make, asked: Make, dora: User) -> ApprovalRequest:
    """Asked by wei; the director decides."""
    a_policy(DIRECTOR)
    return asked()  # type: ignore[no-any-return]


def test_a_decision_takes_effect_when_its_minute_is_over_and_not_before(
    request_: ApprovalRequest, dora: User, wei: User
) -> None:
    given = _give(dora, request_)

    assert (_later(59), _state(request_), Decision.objects.count()) == (0, "open", 0)
    assert not Notice.objects.filter(user=wei).exists()
    assert list(inbox_of(Actor.of(dora))) == []
    assert list(given_by(Actor.of(dora))) == [request_]
    assert (_later(61), _later(61)) == (1, 0)

    given.refresh_from_db()
    decision = Decision.objects.get()
    assert (given.state, given.decision_id, _state(request_)) == ("carried_out", decision.pk, "approved")
    assert (decision.by_id, decision.version, given.due_at - given.given_at) == (
        dora.pk, request_.version, dt.timedelta(seconds=60),
    )  # fmt: skip
    assert Notice.objects.filter(user=wei).count() == 1
    assert list(given_by(Actor.of(dora))) == []
    assert not [each for each in broken() if each.invariant.id.startswith("approvals.")]


def test_what_is_taken_back_in_time_was_never_decided_and_waits_again(request_: ApprovalRequest, dora: User) -> None:
    given = _give(dora, request_)

    take_back(given.pk, by=Actor.of(dora))

    assert (_later(), _state(request_), Decision.objects.count()) == (0, "open", 0)
    assert list(inbox_of(Actor.of(dora))) == [request_]
    _give(dora, request_, "refuse", comment="Looked again")
    assert (_later(), _state(request_)) == (1, "refused")
    assert list(Intention.objects.values_list("state", flat=True)) == ["taken_back", "carried_out"]


def test_what_has_taken_effect_is_not_taken_back(request_: ApprovalRequest, dora: User) -> None:
    given = _give(dora, request_)
    _later()

    with pytest.raises(Conflict, match="has taken effect already") as refused:
        take_back(given.pk, by=Actor.of(dora))

    assert refused.value.code == "too_late"
    assert (_state(request_), Decision.objects.count()) == ("approved", 1)


def test_taken_back_twice_is_taken_back_once(request_: ApprovalRequest, dora: User) -> None:
    given = _give(dora, request_)
    take_back(given.pk, by=Actor.of(dora))

    with pytest.raises(IllegalMove, match="already “Taken back”"):
        take_back(given.pk, by=Actor.of(dora))

    assert Intention.objects.get().state == "taken_back"


@pytest.mark.parametrize("name", ["wei", "gu", "nobody"])
def test_nobody_takes_back_what_another_has_given(
    request_: ApprovalRequest, dora: User, person: Make, name: str, request: pytest.FixtureRequest
) -> None:
    given = _give(dora, request_)
    by = SYSTEM if name == "nobody" else Actor.of(request.getfixturevalue(name))

    with pytest.raises(NotFound):
        take_back(given.pk, by=by)

    assert Intention.objects.get().state == "open"
    assert (_later(), _state(request_)) == (1, "approved")


@pytest.mark.usefixtures("dora")
@pytest.mark.parametrize(
    ("who", "more", "code"),
    [
        ("wei", {}, "four_eyes"),
        ("dora", {"version": "0" * 64}, "another_version"),
        ("dora", {"verdict": "refuse", "comment": " "}, "reason_missing"),
        ("foreigner", {}, "not_found"),
    ],
)
@pytest.mark.rule("LST-11")
def test_what_a_decision_is_refused_for_it_is_refused_for_at_once(
    request_: ApprovalRequest, who: str, more: dict[str, str], code: str, request: pytest.FixtureRequest
) -> None:
    with pytest.raises(DomainError) as refused:
        _give(request.getfixturevalue(who), request_, **more)

    assert refused.value.code == code
    assert not Intention.objects.exists()
    assert (_state(request_), Decision.objects.count()) == ("open", 0)


def test_a_second_press_gives_no_second_decision(request_: ApprovalRequest, dora: User) -> None:
    _give(dora, request_)

    with pytest.raises(Conflict) as refused:
        _give(dora, request_, "refuse", comment="Oops")

    assert refused.value.code == "given_before"
    assert [(each.verdict, each.state) for each in Intention.objects.all()] == [("approve", "open")]


def test_somebody_faster_decides_and_the_other_is_told_so(
    a_policy: Make, asked: Make, says: Make, dora: User, gu: User
) -> None:
    a_policy(MANAGER, DIRECTOR)
    request = asked()
    _give(dora, request, "refuse", comment="Too low")

    assert says(gu, request) == Answer.APPROVED
    assert _later() == 0

    assert (_state(request), Decision.objects.get().by_id, _why()) == ("approved", gu.pk, "ended")
    assert _told(dora) == [
        "Thing: “青禾小铺”: your decision did not take effect. Already decided by Gu: Approved. Nothing was changed."
    ]
    assert _told(gu) == []


def test_why_nothing_came_of_it_is_kept_in_every_language(
    a_policy: Make, asked: Make, says: Make, dora: User, gu: User
) -> None:
    a_policy(MANAGER, DIRECTOR)
    request = asked()
    _give(dora, request)
    says(gu, request)

    with translation.override("zh-hans"):
        _later()

    kept = Intention.objects.get(state="fell_through").refusal["text"]
    assert kept["en"] == "Already decided by Gu: Approved. Nothing was changed."
    assert "已通过" in kept["zh-hans"]


def test_of_a_step_that_needs_all_both_decisions_take_effect(a_policy: Make, asked: Make, dora: User, gu: User) -> None:
    a_policy({**MANAGER, "mode": "all"}, {**DIRECTOR, "mode": "all"})
    request = asked()
    _give(dora, request)
    _give(gu, request)

    assert _later() == 2

    assert (_state(request), Decision.objects.count()) == ("approved", 2)


def test_what_was_given_for_one_step_does_not_speak_for_the_next(
    a_policy: Make, asked: Make, says: Make, dora: User, gu: User
) -> None:
    a_policy(MANAGER, DIRECTOR, {**DIRECTOR, "position": 2})
    request = asked()
    _give(dora, request)
    says(gu, request)

    assert _later() == 0

    assert (Decision.objects.get().by_id, _why(), _state(request)) == (gu.pk, "another_step", "open")
    assert list(inbox_of(Actor.of(dora))) == [request]


def test_what_was_withdrawn_meanwhile_is_not_decided(request_: ApprovalRequest, dora: User, wei: User) -> None:
    _give(dora, request_)
    withdraw(request_.pk, by=Actor.of(wei), reason="Typing error")

    assert _later() == 0

    assert (_state(request_), Decision.objects.count(), _why()) == ("withdrawn", 0, "ended")
    assert "This request has ended: Withdrawn." in _told(dora)[0]


def test_who_lost_the_role_meanwhile_decides_nothing(request_: ApprovalRequest, dora: User) -> None:
    _give(dora, request_)
    dora.groups.remove(Group.objects.get(name="director"))

    assert _later() == 0

    assert (_state(request_), Decision.objects.count(), _why()) == ("open", 0, "not_yours")


def test_who_stood_in_reads_what_became_of_a_decision_that_came_to_nothing(
    request_: ApprovalRequest, says: Make, doras_stand_in: Absence, lin: User, dora: User
) -> None:
    _give(lin, request_)
    says(dora, request_)
    _later()

    assert list(readable_requests(Actor.of(lin))) == [request_]
    assert len(_told(lin)) == 1


def test_who_stood_in_and_took_it_back_has_decided_nothing_and_reads_nothing(
    request_: ApprovalRequest, doras_stand_in: Absence, lin: User
) -> None:
    given = _give(lin, request_)
    take_back(given.pk, by=Actor.of(lin))
    doras_stand_in.delete()

    assert list(readable_requests(Actor.of(lin))) == []


def test_what_somebody_holds_waits_for_its_next_turn_and_keeps_no_other_waiting(
    request_: ApprovalRequest, asked: Make, dora: User, fengdu: Store
) -> None:
    other = asked(subject=fengdu)
    _give(dora, request_)
    _give(dora, other)

    def held(request_id: int, **given: Any) -> Answer:
        if request_id == request_.pk:
            raise OperationalError("canceling statement due to lock timeout")
        return decide(request_id, **given)

    kinds.forget(KIND)
    kinds.register(ApprovalKind(KIND, "Thing", decide=held))

    assert _later() == 1
    assert (_state(other), _state(request_)) == ("approved", "open")


def test_a_decision_that_takes_effect_counts_as_given_on_a_page(request_: ApprovalRequest, dora: User) -> None:
    _give(dora, request_)

    _later()

    (change,) = timeline_of(ApprovalRequest.objects.get())
    assert change.source == "page"


@pytest.mark.usefixtures("no_undo")
def test_where_the_house_gives_no_time_a_decision_takes_effect_at_once(request_: ApprovalRequest, dora: User) -> None:
    assert _give(dora, request_) == Answer.APPROVED

    assert (_state(request_), Intention.objects.count()) == ("approved", 0)


def test_a_store_may_give_more_time_than_the_house(request_: ApprovalRequest, dora: User, qinghe: Store) -> None:
    ParameterValue.objects.create(key=UNDO_SECONDS.key, store=qinghe, value="300", effective_from=today())

    given = _give(dora, request_)

    assert given.due_at - given.given_at == dt.timedelta(minutes=5)


def test_of_several_stores_the_longest_time_counts(
    a_policy: Make, asked: Make, dora: User, qinghe: Store, fengdu: Store
) -> None:
    a_policy(DIRECTOR)
    for store, seconds in ((qinghe, "300"), (fengdu, "0")):
        ParameterValue.objects.create(key=UNDO_SECONDS.key, store=store, value=seconds, effective_from=today())
    of_both = asked(stores=[fengdu, qinghe])

    given = _give(dora, of_both)

    assert given.due_at - given.given_at == dt.timedelta(minutes=5)
    assert _give(dora, asked(subject=fengdu, store=fengdu)) == Answer.APPROVED


@pytest.mark.parametrize("text", ["-1", "301", "soon"])
def test_nobody_sets_a_time_that_is_no_time_or_more_than_five_minutes(db: None, text: str) -> None:
    with pytest.raises(Invalid):
        set_value(UNDO_SECONDS.key, text, effective_from=today(), reason="Try", by=SYSTEM)

    assert not ParameterValue.objects.exists()


def test_what_breaks_holds_nobody_up_and_is_given_up_after_five_times(
    request_: ApprovalRequest, asked: Make, dora: User, fengdu: Store
) -> None:
    other = asked(subject=fengdu)
    _give(dora, request_)
    _give(dora, other)

    def breaks(request_id: int, **given: Any) -> Answer:
        if request_id == request_.pk:
            raise RuntimeError("bug")
        return decide(request_id, **given)

    kinds.forget(KIND)
    kinds.register(ApprovalKind(KIND, "Thing", decide=breaks))

    with pytest.raises(RuntimeError):
        _later(61)

    assert (_state(other), _state(request_)) == ("approved", "open")
    assert _later(71) == 0
    for attempt in range(1, 5):
        with pytest.raises(RuntimeError):
            _later(61 + attempt * 30)
    assert _later(61 + 5 * 30) == 0
    assert (_why(), Decision.objects.count()) == ("attempts_exhausted", 1)
    assert "Something unexpected stopped it five times." in _told(dora)[0]


def test_of_several_that_break_each_is_told_and_the_others_take_effect(
    request_: ApprovalRequest, asked: Make, dora: User, fengdu: Store, caplog: pytest.LogCaptureFixture
) -> None:
    third = Store.objects.create(code="QH-2", name="青禾二店", platform="jd", warehouse=fengdu.warehouse)
    first, sound, last = request_, asked(subject=fengdu), asked(subject=third)
    given = [_give(dora, request) for request in (first, sound, last)]

    def breaks(request_id: int, **said: Any) -> Answer:
        if request_id != sound.pk:
            raise RuntimeError(f"bug {request_id}")
        return decide(request_id, **said)

    kinds.forget(KIND)
    kinds.register(ApprovalKind(KIND, "Thing", decide=breaks))

    with pytest.raises(RuntimeError, match=f"bug {last.pk}"):
        _later()

    told = [(each.getMessage(), str(each.exc_info[1])) for each in caplog.records if each.exc_info]
    assert told == [
        (f"intention {given[0].pk} broke; it is tried again", f"bug {first.pk}"),
        (f"intention {given[2].pk} broke; it is tried again", f"bug {last.pk}"),
    ]
    assert [_state(request) for request in (first, sound, last)] == ["open", "approved", "open"]


@pytest.mark.parametrize("column", [{"verdict": "refuse"}, {"due_at": timezone.now()}, {"state": "carried_out"}])
def test_the_database_keeps_what_was_given(request_: ApprovalRequest, dora: User, column: dict[str, Any]) -> None:
    _give(dora, request_)

    with pytest.raises(DatabaseError), transaction.atomic():
        Intention.objects.update(**column)
    with pytest.raises(DatabaseError), transaction.atomic():
        Intention.objects.all().delete()

    row = Intention.objects.get()
    assert (row.verdict, row.state, row.due_at - row.given_at) == ("approve", "open", dt.timedelta(seconds=60))
