"""A month that is not over can be scored and looked at, but neither finished nor closed nor paid."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import time_machine

from apps.audit.queries import timeline_of
from apps.core.invariants import broken
from apps.org.actors import SYSTEM, Actor
from apps.org.models import Employee, User
from apps.staff.actions import close_month, close_sheet, compute_pay, finish_sheet
from apps.staff.models import PayLine, ScoreSheet
from apps.workflow.move import IllegalMove
from tests.staff.builders import MONTH
from tests.staff.test_months import on

Make = Callable[..., Any]
pytestmark = pytest.mark.django_db
LAST_MOMENT, FIRST_MOMENT = on(31, 23, 59, 59), on(1, month=11)
NOT_OVER = (
    "The month is not over yet. This is possible from 2026-11-01 on; for somebody who leaves before, from the day after "
    "their last one."
)


@pytest.fixture
def a_leaver(noor: User, a_sheet: Make, fully: Make) -> Callable[[], ScoreSheet]:
    """Noor's sheet, scored by both voices; her last day is the 20th of October."""

    def make() -> ScoreSheet:
        sheet: ScoreSheet = fully(a_sheet(), "85", "85")
        Employee.objects.filter(user=noor).update(left_on=dt.date(2026, 10, 20))
        return sheet

    return make


def stays(sheet: ScoreSheet) -> None:
    """The last day was a mistake: the person stays on staff."""
    Employee.objects.filter(pk=sheet.employee_id).update(left_on=None)


@pytest.mark.rule("STF-71")
def test_until_the_last_moment_of_the_month_scores_are_given_but_not_finished(
    hana: User, a_sheet: Make, fully: Make, english: None
) -> None:
    with time_machine.travel(LAST_MOMENT, tick=False):
        sheet = fully(a_sheet(), "80", "96")
        with pytest.raises(IllegalMove) as refused:
            finish_sheet(sheet.pk, by=Actor.of(hana))
        said = str(refused.value)

    sheet.refresh_from_db()
    assert said == NOT_OVER
    assert (sheet.state, sheet.final_score, timeline_of(sheet)) == ("open", None, [])
    assert sheet.scores.filter(part="self").count() == 12


@pytest.mark.rule("STF-71", "STF-73")
def test_from_the_first_moment_of_the_next_month_on_it_is_finished_and_closed(
    hana: User, a_sheet: Make, fully: Make
) -> None:
    with time_machine.travel(LAST_MOMENT, tick=False):
        sheet = fully(a_sheet(), "80", "96")

    with time_machine.travel(FIRST_MOMENT, tick=False):
        finish_sheet(sheet.pk, by=Actor.of(hana))
        close_sheet(sheet.pk, by=Actor.of(hana))

    sheet.refresh_from_db()
    assert sheet.state == "closed"


@pytest.mark.parametrize(("day", "state"), [(20, "open"), (21, "scored")])
def test_a_leavers_sheet_is_finished_from_the_day_after_the_last_one(
    hana: User, a_leaver: Callable[[], ScoreSheet], day: int, state: str
) -> None:
    with time_machine.travel(on(day, 9), tick=False):
        sheet = a_leaver()
        if state == "open":
            with pytest.raises(IllegalMove):
                finish_sheet(sheet.pk, by=Actor.of(hana))
        else:
            finish_sheet(sheet.pk, by=Actor.of(hana))

    sheet.refresh_from_db()
    assert sheet.state == state


@pytest.mark.rule("STF-122")
def test_a_leaver_is_paid_before_the_month_is_over(
    hana: User, a_leaver: Callable[[], ScoreSheet], terms: Make, minimum: Make
) -> None:
    terms("发货专员", performance="2000.00")
    minimum()

    with time_machine.travel(on(21, 9)):
        sheet = a_leaver()
        finish_sheet(sheet.pk, by=SYSTEM)
        close_sheet(sheet.pk, by=Actor.of(hana))
        run = compute_pay(MONTH, by=Actor.of(hana))

    assert ([line.sheet_id for line in run.written], run.refused) == ([sheet.pk], [])
    assert broken() == []


def test_what_is_scored_too_early_is_closed_neither_alone_nor_with_the_month(
    hana: User, a_leaver: Callable[[], ScoreSheet], english: None
) -> None:
    with time_machine.travel(on(21, 9), tick=False):
        sheet = a_leaver()
        finish_sheet(sheet.pk, by=SYSTEM)
        stays(sheet)
        with pytest.raises(IllegalMove) as refused:
            close_sheet(sheet.pk, by=Actor.of(hana))
        moved = close_month(MONTH, by=Actor.of(hana))
        alone, with_all = str(refused.value), {pk: str(why) for pk, why in moved.refused.items()}

    sheet.refresh_from_db()
    assert (alone, moved.done, with_all) == (NOT_OVER, [], {sheet.pk: NOT_OVER})
    assert (sheet.state, sheet.coefficient) == ("scored", None)


@pytest.mark.rule("STF-122")
def test_a_sheet_that_was_closed_too_early_is_not_paid_before_its_month_is_over(
    hana: User, a_leaver: Callable[[], ScoreSheet], terms: Make, minimum: Make, english: None
) -> None:
    terms("发货专员", performance="2000.00")
    minimum()

    with time_machine.travel(on(21, 9)):
        sheet = a_leaver()
        finish_sheet(sheet.pk, by=SYSTEM)
        close_sheet(sheet.pk, by=SYSTEM)
        stays(sheet)
        early = compute_pay(MONTH, by=Actor.of(hana))
        said, lines = [(one.pk, str(why)) for one, why in early.refused], PayLine.objects.count()
    with time_machine.travel(FIRST_MOMENT):
        later = compute_pay(MONTH, by=Actor.of(hana))

    assert (early.written, early.known, said, lines) == ([], 0, [(sheet.employee_id, NOT_OVER)], 0)
    assert (len(later.written), later.refused) == (1, [])
