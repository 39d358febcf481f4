"""A request about several stores belongs to those who work for every one of them."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import Permission
from django.db import IntegrityError, transaction

from apps.approvals.actions import client
from apps.approvals.actions.remind import remind_deciders
from apps.approvals.models import ApprovalRequest, Decision
from apps.approvals.queries import inbox_of, readable_requests
from apps.approvals.rules.steps import Answer
from apps.core.errors import Conflict, NotFound
from apps.notices.models import Notice
from apps.org.actors import Actor
from apps.org.models import Employee, Store, User

Make = Callable[..., Any]
pytestmark = pytest.mark.usefixtures("english")
MANAGER = {"role": "manager"}


@pytest.fixture
def hua(person: Make, qinghe: Store, fengdu: Store) -> User:
    """Store manager of both."""
    user: User = person("hua", "manager", stores=(qinghe, fengdu))
    return user


@pytest.fixture
def about_both(asked: Make, a_policy: Make, qinghe: Store, fengdu: Store) -> Callable[..., ApprovalRequest]:
    """Ask about both stores under a policy of the house that names the managers."""

    def make(**more: Any) -> ApprovalRequest:
        a_policy(MANAGER)
        return asked(stores=[fengdu, qinghe], **more)

    return make


@pytest.mark.rule("CON-53")
def test_a_holder_of_the_role_with_one_of_the_stores_does_not_know_of_it(
    about_both: Make, hua: User, gu: User, says: Make
) -> None:
    request = about_both()

    with pytest.raises(NotFound):
        says(gu, request)

    assert (request.store, sorted(request.store_ids)) == (None, request.store_ids)
    assert [list(inbox_of(Actor.of(who))) for who in (gu, hua)] == [[], [request]]
    assert [readable_requests(Actor.of(who)).count() for who in (gu, hua)] == [0, 1]
    assert not Decision.objects.exists()
    assert ApprovalRequest.objects.get().state == "open"


def test_whoever_works_for_all_of_them_decides(about_both: Make, hua: User, says: Make) -> None:
    request = about_both()

    assert says(hua, request) == Answer.APPROVED


def test_whoever_sees_every_store_decides(
    a_policy: Make, asked: Make, dora: User, says: Make, *, qinghe: Store, fengdu: Store
) -> None:
    a_policy({"role": "director"})

    assert says(dora, asked(stores=[qinghe, fengdu])) == Answer.APPROVED


@pytest.mark.usefixtures("gu")
def test_the_bell_and_its_reminder_ring_only_for_who_may_decide(about_both: Make, hua: User) -> None:
    about_both()
    with time_machine.travel("2030-01-01T09:00:00+08:00"):
        remind_deciders()

    assert set(Notice.objects.values_list("user", flat=True)) == {hua.pk}
    assert Notice.objects.count() == 2


@pytest.mark.usefixtures("gu")
def test_it_is_not_asked_when_nobody_works_for_all_of_them(about_both: Make) -> None:
    with pytest.raises(Conflict, match="works for every store that it is about"):
        about_both()

    assert not ApprovalRequest.objects.exists()


def test_a_stand_in_sits_in_the_chair_with_its_stores(
    about_both: Make, hua: User, lin: User, *, an_employee: Make, away: Make, says: Make
) -> None:
    away(an_employee(hua), an_employee(lin))
    request = about_both()

    assert says(lin, request) == Answer.APPROVED
    assert Decision.objects.get().in_stead_of == Employee.objects.get(user=hua)


@pytest.mark.usefixtures("hua")
def test_a_bystander_with_the_right_reads_it_with_all_stores_only(
    about_both: Make, person: Make, fengdu: Store
) -> None:
    request = about_both()
    some: User = person("sam")
    some.user_permissions.add(Permission.objects.get(codename="view_approvalrequest"))

    half = list(readable_requests(Actor.of(User.objects.get(pk=some.pk))))
    some.store_grants.create(store=fengdu)
    whole = list(readable_requests(Actor.of(User.objects.get(pk=some.pk))))

    assert (half, whole) == ([], [request])


def test_a_request_of_the_house_is_everybodys_who_holds_the_role(a_policy: Make, asked: Make, gu: User) -> None:
    a_policy(MANAGER)
    request = asked(store=None)

    assert (request.store_ids, list(inbox_of(Actor.of(gu)))) == ([], [request])


def test_a_policy_of_one_store_does_not_decide_about_two(
    a_policy: Make, asked: Make, dora: User, says: Make, *, qinghe: Store, fengdu: Store
) -> None:
    house = a_policy({"role": "director"})
    a_policy(MANAGER, store=qinghe)

    request = asked(stores=[qinghe, fengdu])

    assert request.policy == house
    assert says(dora, request) == Answer.APPROVED


@pytest.mark.rule("LST-20")
def test_the_client_answers_with_all_stores_of_the_request(
    a_policy: Make, asked: Make, dora: User, monkeypatch: pytest.MonkeyPatch, *, qinghe: Store, fengdu: Store
) -> None:
    a_policy({"who": "client", "position": 1, "silence_accepts": True})
    request = asked(stores=[fengdu, qinghe])
    token = client.issue_client_link(request.pk, by=Actor.of(dora))
    came: list[Actor] = []
    monkeypatch.setattr(client, "decide_subject", lambda _pk, *, by, **_more: came.append(by))

    with time_machine.travel(request.requested_at + dt.timedelta(days=30), tick=False):
        client.accept_by_silence()
    monkeypatch.setattr(client, "_page", lambda _token: client.ClientPage(request.voices.get(), request))
    client.answer_as_client(token, verdict="approve", name="陈女士", version=request.version)

    assert [by.store_ids for by in came] == [{qinghe.pk, fengdu.pk}] * 2


def test_the_store_of_a_request_is_its_only_one_or_there_is_none(
    about_both: Make, hua: User, qinghe: Store, fengdu: Store
) -> None:
    two = about_both()
    alike = {
        "kind": two.kind, "policy": two.policy, "subject_type": "org.store", "shown": {}, "facts": {}, "version": "1",
        "step_opened_at": two.step_opened_at, "requested_by": hua,
    }  # fmt: skip
    wrong = [(None, [qinghe.pk]), (qinghe, []), (qinghe, [fengdu.pk]), (qinghe, [qinghe.pk, fengdu.pk])]

    for nth, (store, stores) in enumerate(wrong):
        with pytest.raises(IntegrityError, match="the_store_of_a_request_is_its_only_one"), transaction.atomic():
            ApprovalRequest.objects.create(store=store, store_ids=stores, subject_id=900 + nth, **alike)
    ApprovalRequest.objects.create(store=qinghe, store_ids=[qinghe.pk], subject_id=910, **alike)
    ApprovalRequest.objects.create(store=None, store_ids=[], subject_id=911, **alike)

    assert ApprovalRequest.objects.count() == 3
