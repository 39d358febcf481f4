"""A statement's rows added up the ways that papers and pages show them: by tier, by day, by month of the year."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet, Sum

from apps.contracts.models import SettlementStatement, StatementRow
from apps.contracts.rules.months import SettlementYear, settlement_year
from apps.contracts.rules.readings import YearReading
from apps.finance.rules.classes import ReceiptKind

NOTHING = Decimal("0.00")
SALES = Q(is_catch_up=False) & ~Q(receipt__kind=ReceiptKind.REFUND)
REFUNDS = Q(is_catch_up=False, receipt__kind=ReceiptKind.REFUND)


@dataclass(frozen=True, slots=True)
class TierSum:
    """What one rate brought. is_catch_up: on earlier receipts of the year, because the gate or a tier was reached."""

    rate: Decimal
    is_catch_up: bool
    amount: Decimal
    commission: Decimal

    @property
    def is_lost(self) -> bool:
        """Whether the year fell back below the gate or a tier, so that earlier receipts earn less than was settled."""
        return self.is_catch_up and self.commission < 0


@dataclass(frozen=True, slots=True)
class MonthSum:
    """One month of the settlement year."""

    statement: SettlementStatement
    is_this: bool


def tier_sums(row: SettlementStatement) -> list[TierSum]:
    """By rate, what was received earlier in the year apart."""
    sums = row.rows.order_by("is_catch_up", "rate").values_list("rate", "is_catch_up")
    return [TierSum(*each) for each in sums.annotate(amount=Sum("amount"), commission=Sum("commission_amount"))]


def day_sums(row: SettlementStatement) -> "QuerySet[StatementRow, dict[str, Any]]":
    """By day and store of the month itself: received, refunded (negative), commission."""
    rows = StatementRow.objects.filter(statement=row, receipt__received_on__gte=row.month)
    named = rows.order_by("receipt__received_on", "receipt__store__code").values(
        "receipt__received_on", "receipt__store__name"
    )
    return named.annotate(
        received=Sum("amount", filter=SALES, default=NOTHING),
        refunded=Sum("amount", filter=REFUNDS, default=NOTHING),
        commission=Sum("commission_amount"),
    ).values_list("receipt__received_on", "receipt__store__name", "received", "refunded", "commission", named=True)  # type: ignore[return-value]  # named rows


def carried_rows(row: SettlementStatement) -> "QuerySet[StatementRow]":
    """Receipts of earlier months that were booked only after their month was settled."""
    return _named(StatementRow.objects.filter(statement=row, receipt__received_on__lt=row.month))


def explained_rows(row: SettlementStatement) -> "QuerySet[StatementRow]":
    """Every row, in order, with what a page or a workbook names."""
    return _named(StatementRow.objects.filter(statement=row))


def _named(rows: "QuerySet[StatementRow]") -> "QuerySet[StatementRow]":
    return rows.select_related("receipt__store", "receipt__order", "refers_to").order_by("position")


def year_around(row: SettlementStatement) -> SettlementYear:
    """The settlement year to which the month belongs."""
    return settlement_year(row.contract.effective_from, row.month, YearReading(row.contract.year_reading))


def year_of(row: SettlementStatement) -> list[MonthSum]:
    """The months of the settlement year up to this one, oldest first."""
    year = year_around(row)
    months = SettlementStatement.objects.filter(contract=row.contract_id, month__gte=year.first, month__lte=row.month)
    return [MonthSum(each, each.pk == row.pk) for each in months.order_by("month")]
