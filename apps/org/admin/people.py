"""Records of people on staff: teams, positions, employees, absences."""

from django import forms
from django.contrib import admin
from django.contrib.postgres.forms import RangeWidget
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminDateWidget

from apps.org.models import Absence, Employee, Position, Team
from apps.org.records.lists import KnownRelatedFilter
from apps.org.records.scoped import HouseWideAdmin


@admin.register(Team)
class TeamAdmin(HouseWideAdmin):
    """Departments and teams."""

    list_display = ("name", "parent")
    list_select_related = ("parent",)
    search_fields = ("name__icontains",)
    fields = ("name", "parent")
    autocomplete_fields = ("parent",)


@admin.register(Position)
class PositionAdmin(HouseWideAdmin):
    """What people are employed as."""

    list_display = ("name",)
    search_fields = ("name__icontains",)
    fields = ("name",)


@admin.register(Employee)
class EmployeeAdmin(HouseWideAdmin):
    """People on staff, with or without a log-in."""

    list_display = ("number", "name", "team", "position", "joined_on", "left_on")
    list_select_related = ("team", "position")
    list_filter = (("team", KnownRelatedFilter), ("position", KnownRelatedFilter))
    search_fields = ("number__istartswith", "name__icontains")
    fields = ("number", "name", "user", "team", "position", "joined_on", "left_on")
    autocomplete_fields = ("user", "team", "position")


class DayRangeWidget(RangeWidget):
    """Two date boxes in the theme's look."""

    def __init__(self) -> None:
        super().__init__(UnfoldAdminDateWidget())


class AbsenceForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable at run time
    """The end day is not part of the absence; the form says so."""

    class Meta:
        model = Absence
        fields = ("employee", "days", "stand_in", "note")
        widgets = {"days": DayRangeWidget}
        help_texts = {"days": _("First day away, and the day of return. The day of return is not part of the absence.")}


@admin.register(Absence)
class AbsenceAdmin(HouseWideAdmin):
    """Who is away, and who decides instead."""

    form = AbsenceForm
    list_display = ("employee", "first_day", "day_of_return", "stand_in", "note")
    list_select_related = ("employee", "stand_in")
    search_fields = ("employee__name__icontains", "employee__number__istartswith")
    autocomplete_fields = ("employee", "stand_in")

    @admin.display(description=_("first day"), ordering="days__startswith")
    def first_day(self, row: Absence) -> object:
        """The first day away."""
        return row.days.lower

    @admin.display(description=_("day of return"))
    def day_of_return(self, row: Absence) -> object:
        """The day of return; not part of the absence."""
        return row.days.upper
