"""Days of contracts: which there are, and ranges that end earlier than they were meant to."""

import datetime as dt
from typing import Any

from django.utils.translation import gettext_lazy as _
from psycopg2.extras import DateRange

from apps.core.errors import Invalid

FIRST_YEAR, LAST_YEAR = 2000, 2099


def check_days(*days: dt.date | None) -> None:
    """Raise Invalid for a day that no contract knows, such as the last of the year 9999 for an open end."""
    if any(day is not None and not FIRST_YEAR <= day.year <= LAST_YEAR for day in days):
        raise Invalid(_("Give days of the years 2000 to 2099; leave the last day empty for an open end."), code="year")


def cut_short(days: Any, end: dt.date) -> DateRange:
    """The days before `end`; none at all when they would begin on it or later."""
    if days.isempty or days.lower >= end:
        return DateRange(empty=True)
    return DateRange(days.lower, min(days.upper or end, end))
