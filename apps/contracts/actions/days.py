"""Ranges of days that end earlier than they were meant to."""

import datetime as dt
from typing import Any

from psycopg2.extras import DateRange


def cut_short(days: Any, end: dt.date) -> DateRange:
    """The days before `end`; none at all when they would begin on it or later."""
    if days.isempty or days.lower >= end:
        return DateRange(empty=True)
    return DateRange(days.lower, min(days.upper or end, end))
