"""An approval given on the statement's own page: it waits its minute as at the inbox, and says so."""

import datetime as dt
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from apps.approvals.actions.carry_out import carry_out_due
from apps.approvals.models import ApprovalRequest, Intention
from apps.contracts.models import SettlementStatement
from apps.desk.marks import clock
from apps.documents.models import Document
from apps.org.models import User

pytest_plugins = ["tests.contracts.builders"]
Browse = Callable[..., Client]
Make = Callable[..., Any]


@pytest.fixture
def row(submitted: Make, a_contract: Make, receive: Make) -> SettlementStatement:
    """January's statement, waiting for the director."""
    receive("2026-01-05", "4000000")
    waiting: SettlementStatement = submitted(a_contract(), "2026-01")
    return waiting


def test_an_approval_on_the_statements_page_can_be_taken_back_too(
    browse: Browse, row: SettlementStatement, dora: User
) -> None:
    director, here = browse(dora, htmx="sheet"), f"/desk/statements/{row.pk}"
    version = ApprovalRequest.objects.get().version

    page = director.post(f"{here}/approve/", {"version": version}).content.decode()

    given = Intention.objects.get()
    body = page.index('class="sheet-body"')
    assert "You have approved this; it takes effect at" in page[:body]
    assert re.search(rf'id="undo" hx-swap-oob="true".*name="intention"\s+value="{given.pk}"', page, re.DOTALL)
    assert f"Approved; takes effect at {clock(given.due_at)}." in page[body:]
    assert page.count(f'hx-post="{here}/undo/"') == 2
    assert f"{here}/approve/" not in page
    assert (Document.objects.count(), SettlementStatement.objects.get().state) == (0, "submitted")

    answer = director.post(f"{here}/undo/", {"intention": given.pk})

    assert json.loads(answer["HX-Trigger"]) == {
        "undone": {"keys": [given.pk]}, "toast": {"text": "Taken back; nothing is decided.", "tone": "good"},
    }  # fmt: skip
    assert f"{here}/approve/" in answer.content.decode()
    assert Intention.objects.get().state == "taken_back"


def test_without_scripts_a_decision_on_the_page_is_taken_back_on_the_page(
    browse: Browse, row: SettlementStatement, dora: User
) -> None:
    director, here = browse(dora), f"/desk/statements/{row.pk}/"
    director.post(f"{here}approve/", {"version": ApprovalRequest.objects.get().version})
    given = Intention.objects.get()
    shown = director.get(here).content.decode()

    answer = director.post(f"{here}undo/", {"intention": given.pk}, follow=True)

    assert f'action="{here}undo/"' in shown
    assert answer.redirect_chain == [(here, 302)]
    assert "Taken back; nothing is decided." in answer.content.decode()
    assert Intention.objects.get().state == "taken_back"


def test_what_has_taken_effect_is_not_taken_back_on_the_page_and_no_toast_offers_it_any_more(
    browse: Browse, row: SettlementStatement, dora: User
) -> None:
    director, here = browse(dora, htmx="sheet"), f"/desk/statements/{row.pk}"
    director.post(f"{here}/approve/", {"version": ApprovalRequest.objects.get().version})
    given = Intention.objects.get()
    with time_machine.travel(timezone.now() + dt.timedelta(seconds=61)):
        carry_out_due()

    answer = director.post(f"{here}/undo/", {"intention": given.pk})

    assert "Your decision has taken effect already and cannot be taken back." in answer.content.decode()
    assert json.loads(answer["HX-Trigger"]) == {"undone": {"keys": [given.pk]}}
    assert (Intention.objects.get().state, SettlementStatement.objects.get().state) == ("carried_out", "approved")


@pytest.mark.parametrize("wish", ["", "abc", "theirs"])
def test_nobody_takes_back_on_the_page_what_is_not_theirs(
    browse: Browse, row: SettlementStatement, dora: User, otto: User, wish: str
) -> None:
    here = f"/desk/statements/{row.pk}"
    browse(dora, htmx="sheet").post(f"{here}/approve/", {"version": ApprovalRequest.objects.get().version})
    key = Intention.objects.get().pk if wish == "theirs" else wish

    answer = browse(otto, htmx="sheet").post(f"{here}/undo/", {"intention": key})

    assert "There is no such request, or it is not yours to see." in answer.content.decode()
    assert Intention.objects.get().state == "open"


def test_who_has_refused_at_the_inbox_does_not_approve_on_the_page(
    browse: Browse, row: SettlementStatement, dora: User
) -> None:
    request = ApprovalRequest.objects.get()
    browse(dora, htmx="inbox").post(
        f"/desk/inbox/{request.pk}/decide/", {"verdict": "refuse", "version": request.version, "comment": "Too high\0"}
    )

    answer = browse(dora, htmx="sheet").post(f"/desk/statements/{row.pk}/approve/", {"version": request.version})

    assert "You have given your decision on this already." in answer.content.decode()
    assert (Intention.objects.get().verdict, Document.objects.count()) == ("refuse", 0)
