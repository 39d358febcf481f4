"""Policies as records: made by the director, from a day on, never rewritten once they hold."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from apps.approvals.models import Policy, PolicyStep
from apps.core.calendar import today
from apps.org.models import User

Make = Callable[..., Any]
BACKEND = "apps.org.backend.StandingBackend"
ADD = "/admin/approvals/policy/add/"


@pytest.fixture
def director(dora: User) -> Client:
    """The director's browser."""
    client = Client(headers={"accept-language": "en"})
    client.force_login(dora, backend=BACKEND)
    return client


def _form(*steps: dict[str, str], **more: str) -> dict[str, str]:
    form = {
        "kind": "tests.thing", "name": "Things", "store": "", "effective_from": today().isoformat(),
        "effective_until": "", "steps-TOTAL_FORMS": str(len(steps)), "steps-INITIAL_FORMS": "0", **more,
    }  # fmt: skip
    for nth, step in enumerate(steps):
        whole = {"position": "1", "mode": "any", "who": "role", **step}
        form |= {f"steps-{nth}-{name}": value for name, value in whole.items()}
    return form


def test_the_director_makes_a_policy_with_an_amount_condition(director: Client) -> None:
    second = {"position": "2", "role": "director", "fact": "", "operator": "", "value": ""}

    answer = director.post(ADD, _form({"role": "manager"}, second))

    assert answer.status_code == 302
    policy = Policy.objects.get(kind="tests.thing")
    assert list(policy.steps.values_list("position", "role")) == [(1, "manager"), (2, "director")]


@pytest.mark.parametrize(
    "form",
    [
        _form(),
        _form({"role": ""}),
        _form({"role": "manager", "who": "client"}),
        _form({"role": "manager", "silence_accepts": "on"}),
        _form({"role": "manager", "fact": "change_percent"}),
        _form({"role": "manager", "fact": "change_percent", "operator": "gte", "value": "many"}),
        _form({"role": "manager"}, effective_from="2020-01-01"),
        _form({"role": "manager"}, kind="nothing.known"),
    ],
    ids=["no step", "no role", "client with role", "silence", "half condition", "no number", "past", "unknown kind"],
)
def test_a_policy_that_makes_no_sense_is_refused(director: Client, form: dict[str, str]) -> None:
    answer = director.post(ADD, form)

    assert answer.status_code == 200
    assert not Policy.objects.filter(kind="tests.thing").exists()


def test_of_a_policy_that_holds_only_the_end_can_be_set(director: Client, a_policy: Make) -> None:
    policy = a_policy({"role": "manager"})
    step = PolicyStep.objects.get(policy=policy)
    end = (today() + dt.timedelta(days=30)).isoformat()
    form = _form({"id": str(step.pk), "policy": str(policy.pk), "role": "director"}, name="Others", effective_until=end)

    director.post(f"/admin/approvals/policy/{policy.pk}/change/", {**form, "steps-INITIAL_FORMS": "1"})

    policy.refresh_from_db()
    assert (policy.name, policy.effective_until) == ("Things", dt.date.fromisoformat(end))
    assert PolicyStep.objects.get(pk=step.pk).role == "manager"


def test_a_planner_sees_no_policies(wei: User) -> None:
    client = Client()
    client.force_login(wei, backend=BACKEND)

    assert client.get("/admin/approvals/policy/").status_code == 403
