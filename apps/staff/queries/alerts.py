"""People whose months ran below the limit: for somebody to talk with, nothing happens by itself (OUT-03)."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from apps.org.models import Employee
from apps.parameters.queries import value_of
from apps.staff.models import ScoreSheet
from apps.staff.parameters import ALERT_LIMIT
from apps.staff.rules.alerts import months_running
from apps.staff.rules.months import last_day, month_of
from apps.staff.workflows.score_sheet import SheetState

LOOKED_BACK = dt.timedelta(days=400)


@dataclass(frozen=True, slots=True)
class LowMonths:
    """One employee below the limit for so many months running, up to and with a month."""

    employee: Employee
    month: dt.date
    running: int
    limit: Decimal


def low_months(month: dt.date, employee_ids: Collection[int] | None = None) -> list[LowMonths]:
    """Whoever had, up to this month, as many closed months below the limit as their sheet allows; two statements.

    employee_ids: None for everybody. Rules: STF-74, STF-75, AMB-36.
    """
    limit = value_of(ALERT_LIMIT, on=last_day(month))
    sheets = ScoreSheet.objects.filter(
        state=SheetState.CLOSED, month__lte=month, month__gt=month_of(month - LOOKED_BACK)
    ).select_related("employee__position", "template")
    if employee_ids is not None:
        sheets = sheets.filter(employee__in=employee_ids)
    scores: dict[int, dict[dt.date, Decimal]] = {}
    last: dict[int, ScoreSheet] = {}
    for sheet in sheets.order_by("employee__number", "month"):
        scores.setdefault(sheet.employee_id, {})[sheet.month] = sheet.final_score or Decimal(0)
        last[sheet.employee_id] = sheet
    found = []
    for key, sheet in last.items():
        running = months_running(scores[key], month, limit)
        if running >= sheet.template.alert_after:
            found.append(LowMonths(sheet.employee, month, running, limit))
    return found
