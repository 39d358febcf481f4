"""Who was on staff in a month."""

import datetime as dt

from django.db.models import Q, QuerySet

from apps.org.models import Employee
from apps.staff.models import ScoreSheet, ScoreTemplate
from apps.staff.rules.months import last_day


def employed_in(month: dt.date) -> "QuerySet[Employee]":
    """Everybody who was on staff on at least one day of the month, by number."""
    stayed = Q(left_on__isnull=True) | Q(left_on__gte=month)
    return Employee.objects.filter(stayed, joined_on__lte=last_day(month)).order_by("number")


def without_template(month: dt.date) -> "QuerySet[Employee]":
    """Everybody of the month who has no sheet and whose position has no template: HR has to say how they are judged."""
    templates = ScoreTemplate.objects.in_force(month).values("position")
    sheets = ScoreSheet.objects.filter(month=month).values("employee")
    people = employed_in(month).exclude(position__in=templates).exclude(pk__in=sheets)
    return people.select_related("position", "team")
