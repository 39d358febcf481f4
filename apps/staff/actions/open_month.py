"""Open a month: a sheet for everybody whose position has one; who has none is named, not passed over."""

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from apps.audit.context import signed
from apps.core.calendar import today
from apps.core.errors import Invalid
from apps.org.actors import SYSTEM, Actor
from apps.org.models import Employee
from apps.staff.actions.feed import feed_events
from apps.staff.actions.rights import must
from apps.staff.models import ScoreSheet, ScoreTemplate
from apps.staff.queries.people import employed_in
from apps.staff.rules.months import month_of, previous_month


@dataclass(frozen=True, slots=True)
class Opened:
    """What became of a month: new sheets, and the people whose position has no sheet."""

    opened: int
    without: list[Employee]


@transaction.atomic
def open_month(month: dt.date, *, by: Actor) -> Opened:
    """A sheet for every employee of the month whose position has a template; those who have one keep it.

    As often as one likes: a second run opens sheets for people who came since. Raises NotAllowed, Invalid for a month
    that has not begun. Rule: STF-71.
    """
    must(by, "staff.keep_sheets")
    month = month_of(month)
    if month > today():
        raise Invalid(_("This month has not begun yet."), code="not_begun")
    templates = dict(ScoreTemplate.objects.in_force(month).values_list("position_id", "pk"))
    people = list(employed_in(month).select_related("position", "team"))
    known = set(ScoreSheet.objects.filter(month=month).values_list("employee_id", flat=True))
    fresh = [
        ScoreSheet(employee=person, month=month, template_id=templates[person.position_id])
        for person in people
        if person.position_id in templates and person.pk not in known
    ]
    with signed("staff.scoresheet.open", by=by):
        ScoreSheet.objects.bulk_create(fresh, ignore_conflicts=True)
    feed_events(month, by=by)
    without = [person for person in people if person.position_id not in templates and person.pk not in known]
    return Opened(len(fresh), without)


def keep_months() -> None:
    """The running month has its sheets, and the open sheets of this month and the last show what events say by now."""
    month = month_of(today())
    open_month(month, by=SYSTEM)
    with transaction.atomic():
        feed_events(previous_month(month), by=SYSTEM)
