"""Months below the limit, one after the other: something for people to talk about, nothing that happens by itself."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal

from apps.staff.rules.months import previous_month

LIMIT = Decimal(65)


def months_running(scores: Mapping[dt.date, Decimal], month: dt.date, limit: Decimal = LIMIT) -> int:
    """How many months up to and with this one were below the limit without a break; a month without a score breaks.

    Rules: STF-74, STF-75, AMB-36; example EX-51.
    """
    running = 0
    while month in scores and scores[month] < limit:
        running += 1
        month = previous_month(month)
    return running


def alert_months(scores: Mapping[dt.date, Decimal], needed: int, limit: Decimal = LIMIT) -> list[dt.date]:
    """The months after which somebody should be told, oldest first. needed: two or three, as the position's sheet says."""
    return [month for month in sorted(scores) if months_running(scores, month, limit) >= needed]
