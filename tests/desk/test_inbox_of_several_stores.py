"""A statement of a contract about two stores in the inbox: there for who works for both, not there for anybody else."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.test import Client
from django.utils import timezone

from apps.approvals.models import ApprovalRequest, Decision, Policy, PolicyStep
from apps.contracts.models import SettlementStatement
from apps.org.models import Store, User
from tests.contracts.builders import day

pytest_plugins = ["tests.contracts.builders"]
Browse = Callable[..., Client]
Make = Callable[..., Any]
BADGE = re.compile(r'href="/desk/inbox/"[^>]*>.*?<em>(\d+)</em>', re.DOTALL)


@pytest.fixture
def request_of_two(submitted: Make, a_contract: Make, receive: Make, qinghe: Store, fengdu: Store) -> ApprovalRequest:
    """A statement about both stores that waits for a manager, by a policy of the house."""
    policy = Policy.objects.create(kind="contracts.statement", name="店长审批", effective_from=day("2026-01"))
    PolicyStep.objects.create(policy=policy, role="manager")
    Policy.objects.filter(kind="contracts.statement").exclude(pk=policy.pk).update(effective_until=day("2025-12-31"))
    fengdu.client = qinghe.client
    fengdu.save()
    receive("2026-01-05", "4000000")
    row = submitted(a_contract(stores=(qinghe, fengdu)), "2026-01")
    return ApprovalRequest.objects.all().about(row).open().get()


@pytest.fixture
def half(person: Make) -> User:
    """Manages one of the two stores."""
    user: User = person("half", "manager")
    return user


@pytest.fixture
def whole(person: Make, qinghe: Store, fengdu: Store) -> User:
    """Manages both."""
    user: User = person("whole", "manager", stores=(qinghe, fengdu))
    return user


@pytest.mark.rule("CON-53")
def test_the_list_the_badge_and_the_address_know_it_for_both_stores_only(
    browse: Browse, whole: User, half: User, request: pytest.FixtureRequest
) -> None:
    asked: ApprovalRequest = request.getfixturevalue("request_of_two")

    pages = {who: browse(who).get("/desk/inbox/").content.decode() for who in (whole, half)}
    direct = {who: browse(who).get(f"/desk/inbox/?request={asked.pk}").status_code for who in (whole, half)}

    assert [asked.title in page for page in pages.values()] == [True, False]
    assert [BADGE.findall(page) for page in pages.values()] == [["1"], []]
    assert list(direct.values()) == [200, 404]


@pytest.mark.usefixtures("whole")
def test_no_verb_of_it_answers_for_one_of_the_stores(
    browse: Browse, half: User, request: pytest.FixtureRequest
) -> None:
    asked: ApprovalRequest = request.getfixturevalue("request_of_two")
    browser = browse(half, htmx="inbox")
    decision = {"verdict": "approve", "version": asked.version}

    decided = browser.post(f"/desk/inbox/{asked.pk}/decide/", decision).content.decode()
    missing = browser.post(f"/desk/inbox/{asked.pk + 1000}/decide/", decision).content.decode()
    browser.post("/desk/inbox/bulk/", {"chosen": [f"{asked.pk}:{asked.version}"]})
    browser.post(f"/desk/inbox/{asked.pk}/comment/", {"text": "Hi"})

    assert decided.replace(str(asked.pk), "N") == missing.replace(str(asked.pk + 1000), "N")
    assert not Decision.objects.exists()
    assert not asked.comments.exists()
    assert SettlementStatement.objects.get().state == "submitted"


@pytest.mark.usefixtures("no_undo")
def test_who_works_for_both_decides_it(browse: Browse, whole: User, request: pytest.FixtureRequest) -> None:
    asked: ApprovalRequest = request.getfixturevalue("request_of_two")

    answer = browse(whole, htmx="inbox").post(
        f"/desk/inbox/{asked.pk}/decide/", {"verdict": "approve", "version": asked.version}
    )

    assert answer.status_code == 200
    assert SettlementStatement.objects.get().state == "approved"


def _as_it_was() -> None:
    """The tables of requests before they knew stores; the triggers that name the column go with it."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in ("approvals_approvalrequest", "approvals_approvalrequestevent"):
            cursor.execute(f"ALTER TABLE {table} DROP COLUMN store_ids CASCADE")


def _migrate(*steps: tuple[str, str]) -> None:
    loader = MigrationLoader(None)
    state = loader.project_state([("approvals", "0001_initial"), ("contracts", "0001_initial")])
    for step in steps:
        with connection.schema_editor() as editor:
            state = loader.get_migration(*step).apply(state, editor)


@pytest.mark.rule("CON-53")
@pytest.mark.usefixtures("whole")
def test_what_was_asked_before_gets_its_stores_also_where_requests_have_a_history(
    person: Make, qinghe: Store, fengdu: Store, request: pytest.FixtureRequest
) -> None:
    of_two: ApprovalRequest = request.getfixturevalue("request_of_two")
    alike = {
        "kind": of_two.kind, "policy": of_two.policy, "subject_type": "org.store", "subject_id": qinghe.pk, "shown": {},
        "facts": {}, "version": "1", "step_opened_at": timezone.now(), "requested_by": person("wei"),
    }  # fmt: skip
    of_one = ApprovalRequest.objects.create(store=qinghe, store_ids=[qinghe.pk], **alike)
    ApprovalRequest.objects.update(reminded_at=timezone.now())
    _as_it_was()

    _migrate(
        ("approvals", "0002_requests_about_several_stores"),
        ("contracts", "0002_stores_of_requests"),
        ("approvals", "0003_the_store_of_a_request_is_its_only_one"),
    )

    history = apps.get_model("approvals.ApprovalRequestEvent")._base_manager
    stores = dict(ApprovalRequest.objects.values_list("pk", "store_ids"))
    assert stores == {of_two.pk: sorted([qinghe.pk, fengdu.pk]), of_one.pk: [qinghe.pk]}
    assert list(history.values_list("store_ids", flat=True)) == [[], []]
