"""The company's own days."""

import datetime as dt

from apps.core.models import CalendarException


def company_calendar() -> dict[dt.date, bool]:
    """What `calendar` calls exceptions: day → whether the company works, where that is not the national calendar's."""
    return dict(CalendarException.objects.values_list("day", "is_working"))
