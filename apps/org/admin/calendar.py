"""The calendar's exceptions. They stand here because the ground floor, where they lie, knows no people and no roles."""

from django.contrib import admin

from apps.core.models import CalendarException
from apps.org.records.scoped import HouseWideAdmin


@admin.register(CalendarException)
class CalendarExceptionAdmin(HouseWideAdmin):
    """Days on which the company works, or does not, against the national calendar."""

    list_display = ("day", "is_working", "note")
    list_filter = ("is_working",)
    search_fields = ("note__icontains",)
    fields = ("day", "is_working", "note")
    ordering = ("-day",)
