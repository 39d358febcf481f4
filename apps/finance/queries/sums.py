"""A bill or a month in sums: what is explained, and what is not (FIN-21; reliability: M2)."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from apps.core.calendar import day_bounds
from apps.finance.models import Bill, BillLine, StagedBillLine
from apps.finance.queries.receipts import month_bounds
from apps.finance.rules.classes import APART, LineClass
from apps.finance.workflows.bill import IN_THE_BOOKS
from apps.finance.workflows.bill_line import BOOKED, LineState

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class ClassSum:
    """All lines of one class. amount: in yuan, negative for what goes out."""

    line_class: str
    count: int
    amount: Decimal

    @property
    def label(self) -> str:
        """The class in words."""
        return str(LineClass(self.line_class).label)


@dataclass(frozen=True, slots=True)
class Equation:
    """total = matched + unmatched + disputed + apart, in yuan. matched: with an order or refund, or explained in words.

    apart: fees and transfers, which no order explains. Rule: FIN-21.
    """

    total: Decimal
    matched: Decimal
    unmatched: Decimal
    disputed: Decimal
    apart: Decimal
    unmatched_count: int

    @property
    def holds(self) -> bool:
        """Whether the parts make the whole."""
        return self.total == self.matched + self.unmatched + self.disputed + self.apart


def class_sums(bill: Bill) -> list[ClassSum]:
    """The bill by class, as it is in the books or, before the import, as it would be."""
    lines: QuerySet[BillLine] | QuerySet[StagedBillLine] = BillLine.objects.filter(bill=bill)
    if bill.state not in IN_THE_BOOKS and not lines.exists():
        lines = StagedBillLine.objects.filter(bill=bill)
    found = lines.order_by().values_list("line_class").annotate(n=Count("pk"), total=Sum("amount"))
    sums = {name: ClassSum(name, count, total) for name, count, total in found}
    return [sums[name] for name in LineClass.values if name in sums]


def equation_of(lines: QuerySet[BillLine], total: Decimal | None = None) -> Equation:
    """The lines by what became of them. total: what the file says; without it, the sum of all lines."""
    states = {
        state: (count, amount)
        for state, count, amount in lines.order_by().values_list("state").annotate(n=Count("pk"), s=Sum("amount"))
    }
    return _equation(states, total)


def _equation(states: dict[str, tuple[int, Decimal]], total: Decimal | None) -> Equation:
    def amount(names: Iterable[str]) -> Decimal:
        return sum((states[name][1] for name in names if name in states), ZERO)

    return Equation(
        total=amount(states) if total is None else total,
        matched=amount(BOOKED),
        unmatched=amount([LineState.UNMATCHED]),
        disputed=amount([LineState.DISPUTED]),
        apart=amount([LineState.APART]),
        unmatched_count=states.get(LineState.UNMATCHED, (0, ZERO))[0],
    )


def months_of_stores(store_ids: Iterable[int], month: dt.date) -> dict[int, Equation]:
    """Store → its lines of the month by what became of them; stores without lines are left out. One statement.

    month: any day of it.
    """
    first, end = month_bounds(month)
    lines = BillLine.objects.filter(
        store__in=sorted(store_ids), happened_at__gte=day_bounds(first)[0], happened_at__lt=day_bounds(end)[0]
    )
    found: dict[int, dict[str, tuple[int, Decimal]]] = {}
    rows = lines.order_by().values_list("store_id", "state").annotate(n=Count("pk"), total=Sum("amount"))
    for store, state, count, amount in rows:
        found.setdefault(store, {})[state] = (count, amount)
    return {store: _equation(states, None) for store, states in found.items()}


def days_in_the_books(store_ids: Iterable[int], month: dt.date) -> dict[int, int]:
    """Store → how many days of the month its imported bills cover; of several accounts the better one counts.

    Stores without a bill are left out.
    """
    first, end = month_bounds(month)
    bills = Bill.objects.filter(
        store__in=sorted(store_ids), state__in=IN_THE_BOOKS, period__startswith__lt=end, period__endswith__gt=first
    )
    days: dict[tuple[int, str], int] = {}
    rows: Any = bills.order_by().values_list("store_id", "account_number", "period")
    for store, account, period in rows:
        covered = (min(period.upper, end) - max(period.lower, first)).days
        days[store, account] = days.get((store, account), 0) + covered
    best: dict[int, int] = {}
    for (store, _account), covered in days.items():
        best[store] = max(best.get(store, 0), covered)
    return best


def fees_of(store_ids: Iterable[int], month: dt.date) -> dict[str, Decimal]:
    """Class → what platforms, payment services and others kept in a month, in yuan; negative. One statement."""
    first, end = month_bounds(month)
    within = Q(happened_at__gte=day_bounds(first)[0], happened_at__lt=day_bounds(end)[0])
    lines = BillLine.objects.filter(within, store__in=sorted(store_ids), line_class__in=APART, state=LineState.APART)
    return dict(lines.order_by().values_list("line_class").annotate(total=Sum("amount")))
