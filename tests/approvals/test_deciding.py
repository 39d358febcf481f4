"""Asking and deciding."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from apps.approvals.actions import decide, lapse, withdraw
from apps.approvals.models import ApprovalRequest, Decision, Voice
from apps.approvals.queries import decisions_of, inbox_of, open_request_of
from apps.approvals.rules.steps import Answer
from apps.core.calendar import today
from apps.core.errors import Conflict, Invalid, NotAllowed, NotFound
from apps.core.invariants import broken
from apps.notices.models import Notice
from apps.org.actors import Actor
from apps.org.models import Absence, Store, User
from apps.workflow.move import IllegalMove

Make = Callable[..., Any]
pytestmark = pytest.mark.usefixtures("english")
DIRECTOR = {"role": "director"}
MANAGER = {"role": "manager"}


def _state(request: ApprovalRequest) -> str:
    return ApprovalRequest.objects.get(pk=request.pk).state


def _nothing_happened(request: ApprovalRequest) -> bool:
    return _state(request) == "open" and not Decision.objects.exists()


@pytest.mark.rule("LST-11")
def test_a_director_approves_what_a_planner_asked_for(a_policy: Make, asked: Make, says: Make, dora: User) -> None:
    a_policy(DIRECTOR)
    request = asked()

    answer = says(dora, request)

    assert answer == Answer.APPROVED
    assert _state(request) == "approved"
    assert [(d.by_name, d.verdict, d.version == request.version) for d in decisions_of(request)] == [
        ("Dora", "approve", True)
    ]
    assert not [each for each in broken() if each.invariant.id.startswith("approvals.")]


def test_the_director_is_told_once_and_the_planner_hears_the_answer(
    a_policy: Make, asked: Make, says: Make, dora: User, wei: User
) -> None:
    a_policy(DIRECTOR)
    request = asked()

    says(dora, request)

    assert list(Notice.objects.order_by("pk").values_list("user__username", "url")) == [
        ("dora", f"/desk/inbox/?request={request.pk}"),
        ("wei", f"/desk/inbox/?tab=mine&request={request.pk}"),
    ]


def test_a_refusal_says_why_and_ends_the_request(a_policy: Make, asked: Make, says: Make, gu: User, dora: User) -> None:
    a_policy(MANAGER, {**DIRECTOR, "position": 2})
    request = asked()

    with pytest.raises(Invalid):
        says(gu, request, "refuse", comment="  ")
    assert _nothing_happened(request)
    assert says(gu, request, "refuse", comment="Below the season's floor") == Answer.REFUSED

    assert _state(request) == "refused"
    assert list(inbox_of(Actor.of(dora))) == []


def test_steps_open_one_after_the_other(a_policy: Make, asked: Make, says: Make, gu: User, dora: User) -> None:
    a_policy(MANAGER, {**DIRECTOR, "position": 2})
    request = asked()

    assert list(inbox_of(Actor.of(dora))) == []
    with pytest.raises(NotAllowed):
        says(dora, request)
    assert says(gu, request) == Answer.WAITING
    assert list(inbox_of(Actor.of(dora))) == [request]
    assert says(dora, request) == Answer.APPROVED


def test_of_a_step_that_needs_all_both_voices_are_needed(
    a_policy: Make, asked: Make, says: Make, gu: User, dora: User
) -> None:
    a_policy({**MANAGER, "mode": "all"}, {**DIRECTOR, "mode": "all"})
    request = asked()

    assert says(dora, request) == Answer.WAITING
    assert says(gu, request) == Answer.APPROVED


def test_of_a_step_where_any_is_enough_one_voice_is_enough(a_policy: Make, asked: Make, says: Make, gu: User) -> None:
    a_policy(MANAGER, DIRECTOR)
    request = asked()

    assert says(gu, request) == Answer.APPROVED


@pytest.mark.usefixtures("gu", "dora")
@pytest.mark.parametrize(("amount", "steps"), [("999.99", [1]), ("1000.00", [1, 2])])
def test_an_amount_decides_whether_the_director_is_asked(
    a_policy: Make, asked: Make, amount: str, steps: list[int]
) -> None:
    a_policy(MANAGER, {**DIRECTOR, "position": 2, "fact": "amount", "operator": "gte", "value": "1000"})

    request = asked(amount=amount)

    assert list(request.voices.values_list("position", flat=True)) == steps


def test_a_condition_on_the_first_step_skips_it(a_policy: Make, asked: Make, dora: User) -> None:
    a_policy({**MANAGER, "fact": "rush", "operator": "is", "value": "true"}, {**DIRECTOR, "position": 2})

    request = asked()

    assert request.position == 2
    assert list(inbox_of(Actor.of(dora))) == [request]


def test_without_a_policy_or_an_applicable_step_nothing_is_asked(a_policy: Make, asked: Make, gu: User) -> None:
    with pytest.raises(Conflict, match="no approval policy"):
        asked()
    a_policy({**MANAGER, "fact": "rush", "operator": "is", "value": "true"})
    with pytest.raises(Conflict, match="No step"):
        asked()

    assert not ApprovalRequest.objects.exists()


def test_what_nobody_else_could_decide_cannot_be_asked(a_policy: Make, asked: Make, dora: User) -> None:
    a_policy(DIRECTOR)

    with pytest.raises(Conflict, match="Nobody but you"):
        asked(by=dora)

    assert not ApprovalRequest.objects.exists()


def test_a_stores_own_policy_comes_before_the_companys(
    a_policy: Make, asked: Make, qinghe: Store, gu: User, dora: User
) -> None:
    a_policy(DIRECTOR)
    own = a_policy(MANAGER, store=qinghe)

    assert asked().policy == own


def test_the_policy_of_today_is_taken_not_a_later_or_ended_one(
    a_policy: Make, asked: Make, qinghe: Store, gu: User, dora: User
) -> None:
    yesterday, tomorrow = today() - dt.timedelta(days=1), today() + dt.timedelta(days=1)
    today_s = a_policy(DIRECTOR)
    a_policy(MANAGER, effective_from=tomorrow)
    a_policy(MANAGER, store=qinghe, effective_until=yesterday)

    assert asked().policy == today_s


def test_a_policy_changed_meanwhile_changes_no_open_request(
    a_policy: Make, asked: Make, says: Make, gu: User, dora: User
) -> None:
    policy = a_policy(MANAGER)
    request = asked()

    policy.steps.update(role="director")

    assert says(gu, request) == Answer.APPROVED


def test_one_row_has_one_open_request(a_policy: Make, asked: Make, says: Make, qinghe: Store, dora: User) -> None:
    a_policy(DIRECTOR)
    request = asked()

    with pytest.raises(Conflict, match="waits for a decision already"):
        asked()
    assert open_request_of(qinghe) == request
    says(dora, request)
    assert open_request_of(qinghe) is None
    assert asked().pk != request.pk


def test_a_decision_on_another_version_is_refused(a_policy: Make, asked: Make, says: Make, dora: User) -> None:
    a_policy(DIRECTOR)
    request = asked()

    with pytest.raises(Conflict, match="not what is asked any more"):
        says(dora, request, version="0" * 64)

    assert _nothing_happened(request)


def test_a_second_press_finds_who_decided(a_policy: Make, asked: Make, says: Make, dora: User) -> None:
    a_policy(DIRECTOR)
    request = asked()
    says(dora, request)

    with pytest.raises(Conflict, match="Already decided by Dora: Approved"):
        says(dora, request)

    assert Decision.objects.count() == 1


def test_whoever_asked_does_not_decide_not_even_with_the_role(
    a_policy: Make, asked: Make, says: Make, gu: User, person: Make
) -> None:
    a_policy(MANAGER)
    person("hua", "manager")
    request = asked(by=gu)

    with pytest.raises(NotAllowed, match="asked for this yourself"):
        says(gu, request)

    assert list(inbox_of(Actor.of(gu))) == []
    assert _nothing_happened(request)


def test_whoever_made_it_does_not_decide(a_policy: Make, asked: Make, says: Make, gu: User, person: Make) -> None:
    a_policy(MANAGER)
    person("hua", "manager")
    request = asked(makers=[gu.pk])

    with pytest.raises(NotAllowed):
        says(gu, request)

    assert _nothing_happened(request)


def test_nobody_gives_two_voices_of_one_request(a_policy: Make, asked: Make, says: Make, gu: User, dora: User) -> None:
    a_policy({**MANAGER, "mode": "all"}, {**MANAGER, "mode": "all"})
    request = asked()
    says(gu, request)

    with pytest.raises(NotAllowed, match="given your decision"):
        says(gu, request)

    assert Decision.objects.count() == 1
    assert _state(request) == "open"


def test_a_superuser_holds_no_role(a_policy: Make, asked: Make, says: Make, dora: User, pia: User) -> None:
    a_policy(DIRECTOR)
    request = asked()
    pia.is_superuser = True
    pia.save()

    with pytest.raises(NotAllowed):
        says(pia, request)

    assert _nothing_happened(request)


@pytest.mark.usefixtures("gu")
def test_a_manager_of_another_store_has_nothing_to_decide(
    a_policy: Make, asked: Make, says: Make, person: Make, fengdu: Store
) -> None:
    a_policy(MANAGER)
    stranger = person("shan", "manager", stores=(fengdu,))
    request = asked()

    assert list(inbox_of(Actor.of(stranger))) == []
    with pytest.raises(NotFound):
        says(stranger, request)

    assert _nothing_happened(request)


def _told(pk: int, version: str, stranger: Actor) -> list[str]:
    """What somebody is told who approves, refuses and withdraws this request."""
    acts: list[Callable[[], object]] = [
        lambda: decide(pk, verdict="approve", by=stranger, version=version),
        lambda: decide(pk, verdict="refuse", by=stranger, version="0" * 64),
        lambda: withdraw(pk, by=stranger, reason="Not wanted"),
    ]
    sentences = []
    for act in acts:
        with pytest.raises(NotFound) as refusal:
            act()
        sentences.append(str(refusal.value))
    return sentences


def test_somebody_elses_request_looks_like_a_missing_one_to_who_decides_or_withdraws(
    a_policy: Make, asked: Make, says: Make, dora: User, foreigner: User
) -> None:
    a_policy(DIRECTOR)
    request, stranger = asked(), Actor.of(foreigner)
    missing = _told(request.pk + 1000, request.version, stranger)

    assert _told(request.pk, request.version, stranger) == missing
    assert _nothing_happened(request)
    says(dora, request)
    assert _told(request.pk, request.version, stranger) == missing

    assert _state(request) == "approved"


def test_a_named_employee_decides(a_policy: Make, asked: Make, says: Make, gu: User, an_employee: Make) -> None:
    other = an_employee(gu)
    a_policy({"who": "employee", "employee": other})
    request = asked()

    assert list(inbox_of(Actor.of(gu))) == [request]
    assert says(gu, request) == Answer.APPROVED


def test_a_stand_in_decides_and_it_is_written_in_whose_stead(
    a_policy: Make, asked: Make, says: Make, lin: User, doras_stand_in: Absence
) -> None:
    a_policy(DIRECTOR)
    request = asked()

    assert list(inbox_of(Actor.of(lin))) == [request]
    assert says(lin, request) == Answer.APPROVED

    assert Decision.objects.get().in_stead_of == doras_stand_in.employee
    assert Notice.objects.filter(user=lin).count() == 1


def test_a_stand_in_does_not_decide_what_the_absent_person_asked_for(
    a_policy: Make, asked: Make, lin: User, doras_stand_in: Absence, person: Make
) -> None:
    a_policy(DIRECTOR)
    person("hai", "director")
    request = asked(by=doras_stand_in.employee.user)

    with pytest.raises(NotFound):
        decide(request.pk, verdict="approve", by=Actor.of(lin), version=request.version)

    assert _nothing_happened(request)


def test_only_the_asker_withdraws_and_says_why(a_policy: Make, asked: Make, dora: User, gu: User, wei: User) -> None:
    a_policy(DIRECTOR)
    request = asked()

    with pytest.raises(NotAllowed):
        withdraw(request.pk, by=Actor.of(gu), reason="no")
    with pytest.raises(Invalid):
        withdraw(request.pk, by=Actor.of(wei), reason="")
    assert _nothing_happened(request)
    withdraw(request.pk, by=Actor.of(wei), reason="Wrong listing")

    assert _state(request) == "withdrawn"
    with pytest.raises(IllegalMove):
        withdraw(request.pk, by=Actor.of(wei), reason="Again")


def test_a_lapsed_request_takes_no_decision(a_policy: Make, asked: Make, says: Make, dora: User) -> None:
    a_policy(DIRECTOR)
    request = asked()
    lapse(request.pk, reason="The listing is gone")

    with pytest.raises(Conflict, match="Lapsed"):
        says(dora, request)

    assert not Decision.objects.exists()


def test_the_database_refuses_a_decision_by_whoever_asked(a_policy: Make, asked: Make, dora: User, wei: User) -> None:
    a_policy(DIRECTOR)
    request = asked()
    voice = Voice.objects.get()

    for by, version in ((wei, request.version), (dora, "0" * 64)):
        with pytest.raises(IntegrityError), transaction.atomic():
            Decision.objects.create(
                request=request, voice=voice, verdict="approve", by=by, by_name="x", version=version
            )

    assert not Decision.objects.exists()


def test_what_was_shown_cannot_be_rewritten(a_policy: Make, asked: Make, dora: User) -> None:
    a_policy(DIRECTOR)
    request = asked()

    with pytest.raises(IntegrityError), transaction.atomic():
        ApprovalRequest.objects.filter(pk=request.pk).update(shown={"title": "Something else"})
    with pytest.raises(IntegrityError), transaction.atomic():
        Voice.objects.update(role="planner")

    assert ApprovalRequest.objects.get().title == "青禾小铺"
