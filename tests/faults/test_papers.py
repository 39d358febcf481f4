"""A printer killed while it prints a settlement: the paper waits, and the next printer gives it one file."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from apps.audit.context import signed
from apps.contracts.actions.issue import papers_of
from apps.documents.actions.render import HOLD_VERB
from apps.documents.models import Document
from apps.files.models import StoredFile
from apps.org.actors import SYSTEM, Actor
from tests.contracts.builders import approve
from tests.faults.deaths import act

pytest_plugins = ["tests.contracts.builders"]
pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]
Make = Callable[..., Any]
POINTS = ["render.after_hold", "render.after_layout", "render.after_file", "render.before_commit"]


@pytest.fixture
def settlement(
    a_contract: Make, receive: Make, submitted: Make, as_dora: Actor, *, settings: Any, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Document:  # fmt: skip
    """An approved statement's paper that waits to be printed; the files of both processes lie in one folder."""
    settings.FILES_DIR = tmp_path / "opsdesk-test-files"
    monkeypatch.setenv("OPSDESK_TEST_FILES", str(tmp_path))
    receive("2026-01-05", "4000000")
    row = submitted(a_contract(), "2026-01")
    approve(row, by=as_dora)
    return papers_of(row).get()


@pytest.mark.parametrize("point", POINTS)
def test_a_killed_printer_leaves_the_paper_waiting_and_the_next_one_prints_it_once(
    point: str, settlement: Document
) -> None:
    before = StoredFile.objects.count()

    killed = act("paper_acts", point, settlement.pk)
    settlement.refresh_from_db()
    half = settlement.state, settlement.file, StoredFile.objects.count() - before
    held = settlement.held_until is not None and settlement.held_until > timezone.now()
    _free(settlement)
    ended = [act("paper_acts", "nowhere", settlement.pk) for _ in range(2)]

    settlement.refresh_from_db()
    assert (killed, half, held, ended) == (-9, ("issued", None, 0), True, [0, 0])
    assert (settlement.state, settlement.attempts, settlement.held_until) == ("rendered", 0, None)
    assert StoredFile.objects.count() - before == 1
    assert Document.objects.count() == 1


def _free(paper: Document) -> None:
    """The hold of whoever died ends by itself; nobody waits for that here."""
    with transaction.atomic(), signed(HOLD_VERB, by=SYSTEM):
        Document.objects.filter(pk=paper.pk).update(held_until=timezone.now() - dt.timedelta(seconds=1))
