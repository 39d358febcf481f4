"""A bill as its page shows it: its sums, what is explained, how far its job is, what stands in the way."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery, Sum

from apps.desk.queries.choices import StoreChoice, stores_of
from apps.desk.queries.jobs import JobSheet, job_sheet
from apps.finance.models import Bill, BillLine
from apps.finance.queries.differences import with_difference
from apps.finance.queries.receipts import month_bounds
from apps.finance.queries.sums import ClassSum, Equation, class_sums, days_in_the_books, equation_of, months_of_stores
from apps.finance.workflows.bill import IN_THE_BOOKS, BillState
from apps.finance.workflows.bill_line import LineState
from apps.org.actors import Actor
from apps.org.models import Platform
from apps.org.scope import visible
from apps.workflow.buttons import Button, buttons_for

OPEN_LINES = 10
BAR = 1_000
PAID_BY_ALIPAY = {Platform.TAOBAO.value, Platform.TMALL.value}


@dataclass(frozen=True, slots=True)
class Bar:
    """One class as a bar from left to right, in thousandths of the widest."""

    sum: ClassSum
    start: int
    width: int
    tone: str


@dataclass(frozen=True, slots=True)
class BillSheet:
    """Everything on a bill's page. open_lines: the first unmatched ones. is_half_in: whether its import stopped half-way."""

    bill: Bill
    bars: list[Bar]
    net: Bar | None
    equation: Equation | None
    open_lines: list[BillLine]
    is_half_in: bool
    job: JobSheet | None
    buttons: list[Button]

    @property
    def is_busy(self) -> bool:
        """Whether a job works on it."""
        return self.job is not None and self.job.is_alive


@dataclass(frozen=True, slots=True)
class StoreMonth:
    """A store's month: the days that its bills cover, and what became of the lines. equation: None without lines."""

    store: StoreChoice
    days: int
    days_in_month: int
    equation: Equation | None

    @property
    def is_missing(self) -> bool:
        """Whether no bill of the month is in the books."""
        return not self.days


def bills_of(by: Actor) -> QuerySet[Any]:
    """The bills that a person may see, the latest first, with the unmatched lines of each counted and summed."""
    # By sub-select: a join would add up the lines of every bill before the first sixty are taken.
    lines = BillLine.objects.filter(bill=OuterRef("pk"), state=LineState.UNMATCHED).order_by().values("bill")
    return (
        visible(Bill.objects.select_related("store", "received_by"), by)
        .annotate(
            open_count=Subquery(lines.annotate(n=Count("pk")).values("n")),
            open_amount=Subquery(lines.annotate(total=Sum("amount")).values("total")),
        )
        .order_by("-received_at", "-pk")
    )


def bill_sheet(bill: Bill, by: Actor) -> BillSheet:
    """Put the page of one bill together."""
    job = bill.import_job or bill.check_job
    is_in = bill.state in IN_THE_BOOKS
    lines = BillLine.objects.filter(bill=bill)
    total = None if bill.income_amount is None else bill.income_amount + (bill.outgo_amount or Decimal(0))
    unmatched = with_difference(lines.filter(state=LineState.UNMATCHED)).order_by("position")
    sums = class_sums(bill)
    bars, net = bars_of(sums)
    return BillSheet(
        bill=bill,
        bars=bars,
        net=net,
        equation=equation_of(lines, total) if is_in and bill.state != BillState.IMPORTING else None,
        open_lines=list(unmatched[:OPEN_LINES]) if is_in else [],
        is_half_in=bill.state == BillState.CHECKED and lines.exists(),
        job=job_sheet(job, by) if job else None,
        buttons=buttons_for(bill, by),
    )


def bars_of(sums: list[ClassSum]) -> tuple[list[Bar], Bar | None]:
    """The classes as steps from zero to the net sum, and the net sum itself; none at all when everything is zero.

    Begin and length of a bar are whole parts of BAR; the smallest is two of them, so that it can be seen.
    """
    steps, running = [], Decimal(0)
    for each in sums:
        steps.append((each, running, running + each.amount))
        running += each.amount
    edges = [edge for _each, before, after in steps for edge in (before, after)]
    low, high = min([*edges, Decimal(0)]), max([*edges, Decimal(0)])
    if low == high:
        return [], None

    def bar(each: ClassSum, left: Decimal, right: Decimal, tone: str) -> Bar:
        start, end = (int((edge - low) * BAR / (high - low)) for edge in sorted((left, right)))
        return Bar(each, start, max(end - start, 2), tone)

    bars = [bar(each, before, after, "in" if each.amount > 0 else "out") for each, before, after in steps]
    count = sum(each.count for each in sums)
    return bars, bar(ClassSum("", count, running), Decimal(0), running, "net" if running >= 0 else "out")


def store_months(month: dt.date, by: Actor) -> list[StoreMonth]:
    """The stores whose money comes through Alipay, those without a bill first. Two statements and the stores'."""
    stores = [store for store in stores_of(by).values() if store.is_active and store.platform in PAID_BY_ALIPAY]
    keys = [store.pk for store in stores]
    days, sums = days_in_the_books(keys, month), months_of_stores(keys, month)
    first, end = month_bounds(month)
    found = [StoreMonth(store, days.get(store.pk, 0), (end - first).days, sums.get(store.pk)) for store in stores]
    return sorted(found, key=lambda each: (each.days, each.store.name))
