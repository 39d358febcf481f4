"""What waits about people: sheets by what is missing, people without one, months below the limit."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import F, QuerySet

from apps.core.calendar import today
from apps.desk.queries.counts import bounded_counts
from apps.org.actors import Actor
from apps.org.models import Employee
from apps.org.scope import visible
from apps.staff.actions.rights import of_others
from apps.staff.models import ScoreSheet
from apps.staff.queries.alerts import LowMonths, low_months
from apps.staff.queries.pay import sheets_to_pay
from apps.staff.queries.people import without_template
from apps.staff.queries.sheets import with_progress
from apps.staff.rules.months import month_of, previous_month
from apps.staff.workflows.score_sheet import SheetState

MOST_SHOWN = 8


@dataclass(frozen=True, slots=True)
class PeopleWork:
    """The month that has just ended, for HR. missing: the first of the sheets that wait for a voice."""

    month: dt.date
    to_score: int
    to_close: int
    to_pay: int
    without: list[Employee]
    missing: list[ScoreSheet]
    low: list[LowMonths]


def people_work() -> PeopleWork:
    """Everybody's; the caller has asked for the right. Statements do not grow with the people."""
    month = previous_month(today())
    sheets = ScoreSheet.objects.filter(month=month)
    counted = with_progress(sheets.filter(state=SheetState.OPEN)).select_related("employee")
    waiting = list(counted.order_by("employee__number"))
    counts = bounded_counts({"close": sheets.filter(state=SheetState.SCORED), "pay": sheets_to_pay(month)})
    return PeopleWork(
        month=month,
        to_score=len(waiting),
        to_close=counts["close"],
        to_pay=counts["pay"],
        without=list(without_template(month_of(today()))),
        missing=waiting[:MOST_SHOWN],
        low=low_months(month),
    )


def sheets_to_score(by: Actor) -> int:
    """Open sheets of the month that has just ended on which this member of the committee has not scored every item."""
    mine = visible(ScoreSheet.objects.filter(month=previous_month(today()), state=SheetState.OPEN), by)
    counted: QuerySet[Any] = with_progress(of_others(mine, by))
    return counted.filter(by_committee__lt=F("items")).count()
