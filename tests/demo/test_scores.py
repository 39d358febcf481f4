"""The demo company's score sheets and pay."""

import datetime as dt
from collections.abc import Callable

from apps.audit.queries import timeline_of
from apps.core.calendar import SHANGHAI
from apps.core.invariants import broken
from apps.desk.demo.load import Loaded
from apps.org.models import Employee
from apps.staff.models import ItemScore, PayLine, ScoreSheet
from apps.staff.queries.alerts import low_months
from apps.staff.queries.people import without_template
from apps.staff.queries.sheets import lines_of, results_of

SEPTEMBER, OCTOBER, NOVEMBER = (dt.date(2026, month, 1) for month in (9, 10, 11))


def test_everybody_but_the_general_manager_has_a_sheet_for_three_months(company: Loaded) -> None:
    sheets = {month: ScoreSheet.objects.filter(month=month).count() for month in (SEPTEMBER, OCTOBER, NOVEMBER)}

    assert sheets == dict.fromkeys((SEPTEMBER, OCTOBER, NOVEMBER), 24)
    assert [person.position.name for person in without_template(NOVEMBER)] == ["总经理"]
    assert Employee.objects.count() == 25


def test_an_old_month_is_paid_the_last_is_under_way_and_the_running_one_has_only_events(company: Loaded) -> None:
    def states(month: dt.date) -> dict[str, int]:
        found = list(ScoreSheet.objects.filter(month=month).values_list("state", flat=True))
        return {state: found.count(state) for state in sorted(set(found))}

    assert states(SEPTEMBER) == {"closed": 24}
    assert states(OCTOBER) == {"closed": 18, "open": 2, "scored": 4}
    assert states(NOVEMBER) == {"open": 24}
    assert PayLine.objects.count() == 24 + 18
    assert set(ItemScore.objects.filter(sheet__month=NOVEMBER).values_list("part", flat=True)) == {"event"}


def test_the_figures_are_what_the_rules_give_and_nothing_is_broken(company: Loaded) -> None:
    closed = ScoreSheet.objects.filter(state="closed", month=SEPTEMBER).order_by("pk")

    for sheet in closed:
        found = results_of(sheet, lines_of(sheet))
        assert (sheet.committee_score, sheet.self_score, sheet.final_score) == (
            found.committee, found.self_score, found.final,
        )  # fmt: skip
    assert [change.state_to for change in timeline_of(closed[0])] == ["closed", "scored"]
    assert broken() == []


def test_somebody_ran_below_the_limit_for_two_months(company: Loaded) -> None:
    assert [one.employee.name for one in low_months(OCTOBER)] == ["纪南星"]


def test_on_the_second_of_a_month_nothing_of_the_last_one_is_finished(load: Callable[..., Loaded]) -> None:
    load(now=dt.datetime(2026, 11, 2, 9, 30, tzinfo=SHANGHAI))

    assert set(ScoreSheet.objects.filter(month=OCTOBER).values_list("state", flat=True)) == {"open"}
    assert not ScoreSheet.objects.filter(closed_at__gt=dt.datetime(2026, 11, 2, 9, 30, tzinfo=SHANGHAI)).exists()
