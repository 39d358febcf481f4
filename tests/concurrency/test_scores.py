"""Two at once on one score sheet: two members, closing under somebody who scores, double clicks. On real PostgreSQL."""

import threading
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, connections, transaction

from apps.audit.queries import timeline_of
from apps.core.errors import DomainError
from apps.core.invariants import broken
from apps.documents.models import Document
from apps.org.actors import SYSTEM, Actor
from apps.org.models import User
from apps.staff.actions import (
    close_sheet,
    compute_pay,
    finish_sheet,
    give_reward,
    issue_slip,
    open_month,
    score_items,
)
from apps.staff.models import ItemScore, PayLine, Reward, ScoreSheet
from tests.staff.builders import MONTH, everything

pytest_plugins = ["tests.staff.builders"]
pytestmark = pytest.mark.django_db(transaction=True)
Make = Callable[..., Any]
PATIENCE = 20
COMMITTEE, SELF = ItemScore.Part.COMMITTEE, ItemScore.Part.SELF


def _at_once(*acts: Callable[[], object]) -> list[str]:
    """Do all acts at the same moment. Returns "done" or the refusal's code for each, in their order."""
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
        return list(pool.map(run, acts))


def test_two_members_score_the_same_items_at_once_and_both_voices_stand(leo: User, dora: User, a_sheet: Make) -> None:
    sheet = a_sheet()

    results = _at_once(
        lambda: score_items(sheet.pk, everything(sheet, "80"), part=COMMITTEE, by=Actor.of(leo)),
        lambda: score_items(sheet.pk, everything(sheet, "90"), part=COMMITTEE, by=Actor.of(dora)),
    )

    assert results == ["done", "done"]
    assert sheet.scores.filter(member=leo, score=80).count() == sheet.scores.filter(member=dora, score=90).count() == 12


def test_a_double_click_on_save_writes_each_score_once(leo: User, a_sheet: Make) -> None:
    sheet = a_sheet()

    def save() -> int:
        return score_items(sheet.pk, everything(sheet, "80"), part=COMMITTEE, by=Actor.of(leo))

    assert _at_once(save, save) == ["done", "done"]
    assert sheet.scores.filter(part=COMMITTEE).count() == 12
    assert timeline_of(sheet.scores.filter(part=COMMITTEE)[0]) == []


def test_who_scores_while_the_sheet_is_finished_is_either_counted_or_told(
    leo: User, dora: User, a_sheet: Make, fully: Make
) -> None:
    sheet = fully(a_sheet(), "80", "80")

    results = _at_once(
        lambda: finish_sheet(sheet.pk, by=Actor.of(dora)),
        lambda: score_items(sheet.pk, everything(sheet, "100"), part=COMMITTEE, by=Actor.of(leo)),
    )

    sheet.refresh_from_db()
    counted = sheet.scores.filter(member=leo).exists()
    assert results == ["done", "done" if counted else "not_open"]
    assert sheet.committee_score == (Decimal("90.00") if counted else Decimal("80.00"))
    assert broken() == []


def test_the_database_holds_the_sheet_while_a_score_is_written(dora: User, a_sheet: Make, fully: Make) -> None:
    sheet = fully(a_sheet(), "80", "80")
    written, asked = threading.Event(), threading.Event()

    def careless() -> None:
        """Writes past every action, and takes its time."""
        with transaction.atomic():
            ItemScore.objects.filter(sheet=sheet, part=SELF).update(score=Decimal(0))
            written.set()
            asked.wait(PATIENCE)

    def finish() -> None:
        written.wait(PATIENCE)
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '15s'")
        threading.Timer(0.3, asked.set).start()
        finish_sheet(sheet.pk, by=Actor.of(dora))

    results = _at_once(careless, finish)

    sheet.refresh_from_db()
    assert results == ["done", "done"]
    assert sheet.self_score == Decimal("0.00")


def test_two_people_of_hr_close_one_sheet_and_one_of_them_is_told(
    hana: User, person: Make, a_sheet: Make, fully: Make
) -> None:
    sheet, other = fully(a_sheet()), person("hugo", "hr")
    finish_sheet(sheet.pk, by=SYSTEM)

    results = _at_once(
        lambda: close_sheet(sheet.pk, by=Actor.of(hana)), lambda: close_sheet(sheet.pk, by=Actor.of(other))
    )

    sheet.refresh_from_db()
    assert sorted(results) == ["done", "illegal_move"]
    assert [change.state_to for change in timeline_of(sheet)] == ["closed", "scored"]


def test_a_month_opened_twice_at_once_has_one_sheet_for_each(noor: User, on_staff: Make, printed: Make) -> None:
    printed("发货专员", "shipping")
    on_staff(noor, "发货专员")

    results = _at_once(lambda: open_month(MONTH, by=SYSTEM), lambda: open_month(MONTH, by=SYSTEM))

    assert results == ["done", "done"]
    assert ScoreSheet.objects.count() == 1
    assert ItemScore.objects.filter(part="event").count() == 1


def test_pay_computed_twice_at_once_is_one_line_one_reward_one_slip(
    hana: User, a_sheet: Make, fully: Make, terms: Make, minimum: Make
) -> None:
    sheet = fully(a_sheet())
    noor = User.objects.get(username="noor")
    finish_sheet(sheet.pk, by=SYSTEM)
    close_sheet(sheet.pk, by=SYSTEM)
    terms("发货专员", performance="2000.00")
    minimum()
    key, by = uuid.uuid4(), Actor.of(hana)

    def reward() -> Reward:
        return give_reward(sheet.employee_id, MONTH, amount=Decimal(15), reason="x", key=key, by=by)

    given = _at_once(reward, reward)
    computed = _at_once(lambda: compute_pay(MONTH, by=by), lambda: compute_pay(MONTH, by=by))
    line = PayLine.objects.get()
    issued = _at_once(lambda: issue_slip(line.pk, by=by), lambda: issue_slip(line.pk, by=Actor.of(noor)))

    assert given == computed == issued == ["done", "done"]
    assert (Reward.objects.count(), Document.objects.count()) == (1, 1)
    assert line.total == Decimal("2415.00")
