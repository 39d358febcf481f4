"""Employees, teams, positions, absences and who stands in."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.core.history import tracked
from apps.org.models.user import User


@tracked(births=True)
class Team(models.Model):
    """A department or a team in it."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("part of")
    )

    class Meta:
        verbose_name = _("team")
        verbose_name_plural = _("teams")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


@tracked(births=True)
class Position(models.Model):
    """What somebody is employed as."""

    name = models.CharField(_("name"), max_length=80, unique=True)

    class Meta:
        verbose_name = _("position")
        verbose_name_plural = _("positions")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


@tracked(births=True)
class Employee(models.Model):
    """A person on staff; the log-in is apart, because not everybody has one."""

    number = models.CharField(_("employee number"), max_length=20, unique=True)
    name = models.CharField(pgettext_lazy("person", "name"), max_length=80)
    user = models.OneToOneField(
        User, models.PROTECT, null=True, blank=True, related_name="employee", verbose_name=_("user")
    )
    team = models.ForeignKey(Team, models.PROTECT, related_name="employees", verbose_name=_("team"))
    position = models.ForeignKey(Position, models.PROTECT, related_name="employees", verbose_name=_("position"))
    joined_on = models.DateField(_("joined on"))
    left_on = models.DateField(_("left on"), null=True, blank=True)

    class Meta:
        verbose_name = _("employee")
        verbose_name_plural = _("employees")
        ordering = ["number"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(left_on__isnull=True) | models.Q(left_on__gte=models.F("joined_on")),
                name="nobody_leaves_before_joining",
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.number})"


@tracked(births=True)
class Absence(models.Model):
    """Days on which somebody is away, and who decides instead. The end day is not part of the range."""

    employee = models.ForeignKey(Employee, models.PROTECT, related_name="absences", verbose_name=_("employee"))
    days = DateRangeField(_("from – until"))
    stand_in = models.ForeignKey(
        Employee, models.PROTECT, null=True, blank=True, related_name="stands_in_for", verbose_name=_("stand-in")
    )
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("absence")
        verbose_name_plural = _("absences")
        ordering = ["-days"]
        constraints = [
            ExclusionConstraint(
                name="one_absence_at_a_time",
                expressions=[("employee", RangeOperators.EQUAL), ("days", RangeOperators.OVERLAPS)],
            ),
            models.CheckConstraint(
                condition=~models.Q(stand_in=models.F("employee")), name="nobody_stands_in_for_themselves"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.employee}: {self.days.lower} – {self.days.upper}"
