"""What a month's pay is worked out from, for many people at once."""

import datetime as dt
from collections.abc import Collection
from decimal import Decimal

from django.db import connection
from django.db.models import Exists, F, OuterRef, QuerySet

from apps.staff.models import PayLine, PayScheme, Reward, ScoreSheet
from apps.staff.rules.months import last_day, month_bounds
from apps.staff.rules.pay import NOTHING, Terms
from apps.staff.workflows.score_sheet import SheetState

NET_SALES = """
    WITH own AS (
        SELECT DISTINCT ON (o.id) o.id, s.contacted_by_id AS who, o.paid_amount
        FROM orders_shippingorder s JOIN orders_order o ON o.id = s.lead_order_id
        WHERE s.contacted_by_id = ANY(%(who)s) AND s.state <> 'cancelled' ORDER BY o.id, s.id
    ), sold AS (
        SELECT own.who, coalesce(sum(own.paid_amount), 0) AS amount FROM own JOIN orders_order o ON o.id = own.id
        WHERE o.paid_at >= %(start)s AND o.paid_at < %(end)s GROUP BY own.who
    ), back AS (
        SELECT own.who, sum(f.amount) AS amount FROM own JOIN aftersales_refund f ON f.order_id = own.id
        WHERE f.state = 'paid' AND f.paid_at >= %(start)s AND f.paid_at < %(end)s GROUP BY own.who
    )
    SELECT coalesce(sold.who, back.who), coalesce(sold.amount, 0) - coalesce(back.amount, 0)
    FROM sold FULL JOIN back ON back.who = sold.who
"""


def net_sales(month: dt.date, user_ids: Collection[int]) -> dict[int, Decimal]:
    """User → own orders paid in the month less refunds paid in it, in yuan; whose they are, who contacted the buyer says.

    Negative where more went back than came in; people without either are left out. Rule: AMB-37.
    """
    if not user_ids:
        return {}
    start, end = month_bounds(month)
    with connection.cursor() as cursor:
        cursor.execute(NET_SALES, {"who": list(user_ids), "start": start, "end": end})
        return dict(cursor.fetchall())


def terms_of(sheets: Collection[ScoreSheet]) -> dict[int, Terms]:
    """Employee → the terms on the last day of the month, their own before their position's; missing when there are none."""
    if not sheets:
        return {}
    day = last_day(next(iter(sheets)).month)
    by_person: dict[int, Terms] = {}
    by_position: dict[int, Terms] = {}
    for row in PayScheme.objects.filter(effective_from__lte=day).order_by("effective_from", "pk"):
        terms = Terms(row.fixed_amount, row.performance_amount, row.commission_rate)
        if row.employee_id is not None:
            by_person[row.employee_id] = terms
        elif row.position_id is not None:
            by_position[row.position_id] = terms
    found = {}
    for sheet in sheets:
        terms_found = by_person.get(sheet.employee_id) or by_position.get(sheet.template.position_id)
        if terms_found is not None:
            found[sheet.employee_id] = terms_found
    return found


def rewards_of(month: dt.date, employee_ids: Collection[int]) -> dict[int, list[Decimal]]:
    """Employee → the rewards of the month, in the order in which they were given."""
    found: dict[int, list[Decimal]] = {}
    rows = Reward.objects.filter(month=month, employee__in=employee_ids).order_by("pk")
    for employee, amount in rows.values_list("employee_id", "amount"):
        found.setdefault(employee, []).append(amount or NOTHING)
    return found


def latest_lines(lines: "QuerySet[PayLine]") -> "QuerySet[PayLine]":
    """Pay lines that no later one has replaced, whatever became of their sheet since."""
    return lines.filter(superseded_by__isnull=True)


def standing_lines(lines: "QuerySet[PayLine]") -> "QuerySet[PayLine]":
    """Pay lines that count: the latest of a closed sheet, worked out after it was closed for the last time."""
    return latest_lines(lines).filter(sheet__state=SheetState.CLOSED, computed_at__gte=F("sheet__closed_at"))


def sheets_to_pay(month: dt.date) -> "QuerySet[ScoreSheet]":
    """Closed sheets of a month whose pay is still to be worked out, or again because a reward came since."""
    since = Reward.objects.filter(
        employee=OuterRef("sheet__employee"), month=OuterRef("sheet__month"), given_at__gt=OuterRef("computed_at")
    )
    paid = standing_lines(PayLine.objects.filter(~Exists(since), sheet=OuterRef("pk")))
    return ScoreSheet.objects.filter(~Exists(paid), month=month, state=SheetState.CLOSED)
