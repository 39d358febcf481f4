"""Which statements need somebody: one condition per tab, shared by the list and the badges."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.db.models import Q, QuerySet

from apps.contracts.models import SettlementStatement
from apps.contracts.queries.settling import wants_invoice
from apps.contracts.rules.months import month_after, month_of
from apps.contracts.workflows.statement import StatementState
from apps.core.calendar import today
from apps.org.actors import Actor
from apps.org.scope import visible

STATEMENT_CONDITIONS: dict[str, Callable[[], Q]] = {
    "to_work_on": lambda: Q(state__in=[StatementState.DRAFT, StatementState.APPROVED, StatementState.OBJECTED]),
    "to_approve": lambda: Q(state=StatementState.SUBMITTED),
    "with_client": lambda: Q(state=StatementState.SENT),
    "to_pay": lambda: Q(state=StatementState.CONFIRMED),
    "overdue": lambda: Q(state=StatementState.OVERDUE),
    "to_invoice": lambda: wants_invoice(month_after(month_of(today()), -1)),
    "paid": lambda: Q(state=StatementState.PAID),
    "all": Q,
}


def statements_under(
    name: str, by: Actor, *, month: dt.date | None = None, client: int | None = None
) -> "QuerySet[SettlementStatement]":
    """The statements under one of the conditions that this person may see."""
    rows = visible(SettlementStatement.objects.filter(STATEMENT_CONDITIONS[name]()), by)
    if month is not None:
        rows = rows.filter(month=month)
    return rows if client is None else rows.filter(contract__client=client)


def _counted(name: str) -> Callable[[Actor], "QuerySet[Any]"]:
    return lambda by: statements_under(name, by)


STATEMENTS = {name: _counted(name) for name in STATEMENT_CONDITIONS}
