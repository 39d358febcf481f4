"""Two at once on one score sheet: two members, closing under somebody who scores, double clicks. On real PostgreSQL."""

import threading
import uuid
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction

from apps.audit.queries import timeline_of
from apps.core.invariants import broken
from apps.documents.models import Document
from apps.org.actors import SYSTEM, Actor
from apps.org.models import User
from apps.staff.actions import (
    close,
    close_sheet,
    compute_pay,
    finish_sheet,
    give_reward,
    issue_slip,
    open_month,
    score_items,
)
from apps.staff.models import ItemScore, PayLine, Reward, ScoreSheet
from apps.staff.queries.sheets import lines_of, results_of
from tests.concurrency.hands import (
    PATIENCE,
    interrupted,
    told_at_once,
    told_in_turn,
    until_somebody_waits_for_a_lock,
)
from tests.staff.builders import MONTH, everything

pytest_plugins = ["tests.staff.builders"]
pytestmark = pytest.mark.django_db(transaction=True)
Make = Callable[..., Any]
COMMITTEE, SELF = ItemScore.Part.COMMITTEE, ItemScore.Part.SELF


def test_two_members_score_the_same_items_at_once_and_both_voices_stand(leo: User, dora: User, a_sheet: Make) -> None:
    sheet = a_sheet()

    results = told_at_once(
        lambda: score_items(sheet.pk, everything(sheet, "80"), part=COMMITTEE, by=Actor.of(leo)),
        lambda: score_items(sheet.pk, everything(sheet, "90"), part=COMMITTEE, by=Actor.of(dora)),
    )

    assert results == ["done", "done"]
    assert sheet.scores.filter(member=leo, score=80).count() == sheet.scores.filter(member=dora, score=90).count() == 12


def test_a_double_click_on_save_writes_each_score_once(leo: User, a_sheet: Make) -> None:
    sheet = a_sheet()

    def save() -> int:
        return score_items(sheet.pk, everything(sheet, "80"), part=COMMITTEE, by=Actor.of(leo))

    assert told_at_once(save, save) == ["done", "done"]
    assert sheet.scores.filter(part=COMMITTEE).count() == 12
    assert timeline_of(sheet.scores.filter(part=COMMITTEE)[0]) == []


def test_who_scores_before_the_sheet_is_finished_is_counted(leo: User, dora: User, a_sheet: Make, fully: Make) -> None:
    sheet = fully(a_sheet(), "80", "80")

    results = told_in_turn(ScoreSheet.objects.filter(pk=sheet.pk), _score(sheet, leo), _finish(sheet, dora))

    sheet.refresh_from_db()
    assert results == ["done", "done"]
    assert (sheet.committee_score, _as_it_stands(sheet)) == (Decimal("90.00"), Decimal("90.00"))
    assert broken() == []


def test_who_scores_after_the_sheet_is_finished_is_told_and_changes_nothing(
    leo: User, dora: User, a_sheet: Make, fully: Make
) -> None:
    sheet = fully(a_sheet(), "80", "80")

    results = told_in_turn(ScoreSheet.objects.filter(pk=sheet.pk), _finish(sheet, dora), _score(sheet, leo))

    sheet.refresh_from_db()
    assert results == ["done", "not_open"]
    assert not sheet.scores.filter(member=leo).exists()
    assert (sheet.committee_score, _as_it_stands(sheet)) == (Decimal("80.00"), Decimal("80.00"))
    assert broken() == []


def test_control_without_the_lock_a_score_stands_on_the_sheet_that_its_result_does_not_count(
    leo: User, dora: User, a_sheet: Make, fully: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    sheet = fully(a_sheet(), "80", "80")
    monkeypatch.setattr(close, "held_sheet", lambda pk, _by, *, is_open: ScoreSheet.objects.get(pk=pk))
    monkeypatch.setattr(close, "results_of", interrupted(results_of, by=_score(sheet, leo)))

    finish_sheet(sheet.pk, by=Actor.of(dora))

    sheet.refresh_from_db()
    assert (sheet.committee_score, _as_it_stands(sheet)) == (Decimal("80.00"), Decimal("90.00"))


def _score(sheet: ScoreSheet, by: User) -> Callable[[], object]:
    """A hundred for every item, as a member of the committee."""
    return lambda: score_items(sheet.pk, everything(sheet, "100"), part=COMMITTEE, by=Actor.of(by))


def _finish(sheet: ScoreSheet, by: User) -> Callable[[], object]:
    return lambda: finish_sheet(sheet.pk, by=Actor.of(by))


def _as_it_stands(sheet: ScoreSheet) -> Decimal | None:
    """What the committee's scores come to, added up anew."""
    return results_of(sheet, lines_of(sheet)).committee


def test_the_database_holds_the_sheet_while_a_score_is_written(dora: User, a_sheet: Make, fully: Make) -> None:
    sheet = fully(a_sheet(), "80", "80")
    written = threading.Event()

    def careless() -> None:
        """Writes past every action, and holds on until the other has come."""
        with transaction.atomic():
            ItemScore.objects.filter(sheet=sheet, part=SELF).update(score=Decimal(0))
            written.set()
            until_somebody_waits_for_a_lock()

    def finish() -> None:
        written.wait(PATIENCE)
        finish_sheet(sheet.pk, by=Actor.of(dora))

    results = told_at_once(careless, finish)

    sheet.refresh_from_db()
    assert results == ["done", "done"]
    assert sheet.self_score == Decimal("0.00")


def test_two_people_of_hr_close_one_sheet_and_one_of_them_is_told(
    hana: User, person: Make, a_sheet: Make, fully: Make
) -> None:
    sheet, other = fully(a_sheet()), person("hugo", "hr")
    finish_sheet(sheet.pk, by=SYSTEM)

    results = told_at_once(
        lambda: close_sheet(sheet.pk, by=Actor.of(hana)), lambda: close_sheet(sheet.pk, by=Actor.of(other))
    )

    sheet.refresh_from_db()
    assert sorted(results) == ["done", "illegal_move"]
    assert [change.state_to for change in timeline_of(sheet)] == ["closed", "scored"]


def test_a_month_opened_twice_at_once_has_one_sheet_for_each(noor: User, on_staff: Make, printed: Make) -> None:
    printed("发货专员", "shipping")
    on_staff(noor, "发货专员")

    results = told_at_once(lambda: open_month(MONTH, by=SYSTEM), lambda: open_month(MONTH, by=SYSTEM))

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

    given = told_at_once(reward, reward)
    computed = told_at_once(lambda: compute_pay(MONTH, by=by), lambda: compute_pay(MONTH, by=by))
    line = PayLine.objects.get()
    issued = told_at_once(lambda: issue_slip(line.pk, by=by), lambda: issue_slip(line.pk, by=Actor.of(noor)))

    assert given == computed == issued == ["done", "done"]
    assert (Reward.objects.count(), Document.objects.count()) == (1, 1)
    assert line.total == Decimal("2415.00")
