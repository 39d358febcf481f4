"""What the settlement paper says, frozen when the statement is approved."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.contracts.models import LumpSumClaim, SettlementStatement
from apps.contracts.queries.explained import carried_rows, day_sums, tier_sums, year_around, year_of
from apps.contracts.rules.months import last_day
from apps.contracts.rules.numerals import capital_amount
from apps.documents.kinds import DocumentKind, register
from apps.org.models import Company

SETTLEMENT = "settlement_statement"
MOST_CARRIED = 200
PERCENT = 100


def register_kinds() -> None:
    """Make the paper known."""
    register(
        DocumentKind(
            SETTLEMENT, _("Settlement statement"), "JSD", "documents/settlement.html", rows="days",
            right="contracts.view_settlementstatement",
        )
    )  # fmt: skip


def settlement_paper(row: SettlementStatement) -> dict[str, Any]:
    """Both parties, the month, how the commission came about, what is to be paid until when. Rules: CON-43, FIN-23."""
    contract = row.contract
    company = Company.objects.first()
    return {
        "statement": row.number, "revision": row.revision, "contract": contract.number, "client": contract.client.name,
        "client_contact": contract.client_contact, "company": company.name if company else "", "month": row.month,
        "last_day": last_day(row.month),
        "stores": [each.store.name for each in contract.contract_stores.select_related("store")],
        "sums": {name: getattr(row, name) for name in SUMS}, "due_on": row.due_on,
        "due_amount": row.total_amount - row.lump_amount, "lump_sum": _lump_sum(row),
        "capital": capital_amount(row.total_amount), "tiers": _tiers(row), "months": _months(row), "days": _days(row),
        "carried": _carried(row),
        "bank": {"holder": contract.bank_holder, "name": contract.bank_name, "account": contract.bank_account},
        "gate": row.terms["scale"]["gate"], "daily_rate": _permille(row.terms["due"]["daily_rate"]),
        "grace_days": row.terms["due"]["grace_days"],
    }  # fmt: skip


SUMS = (
    "received_amount", "refunded_amount", "counted_amount", "cumulative_before", "cumulative_after", "commission_before",
    "commission_after", "commission_amount", "base_fee_amount", "credit_amount", "total_amount",
)  # fmt: skip


def _lump_sum(row: SettlementStatement) -> dict[str, Any] | None:
    """The milestone payment of this month, which has its own day."""
    if row.lump_amount <= 0:
        return None
    claim = LumpSumClaim.objects.filter(
        contract=row.contract_id, year=year_around(row).first, reached_on__lte=last_day(row.month)
    ).first()
    return {
        "amount": row.lump_amount, "reached_on": claim.reached_on if claim else None,
        "due_on": claim.due_on if claim else row.due_on,
    }  # fmt: skip


def _tiers(row: SettlementStatement) -> list[dict[str, Any]]:
    return [
        {
            "rate": f"{each.rate * PERCENT:.2f}", "is_catch_up": each.is_catch_up, "is_lost": each.is_lost,
            "amount": each.amount, "commission": each.commission,
        }
        for each in tier_sums(row)
    ]  # fmt: skip


def _months(row: SettlementStatement) -> list[dict[str, Any]]:
    return [
        {
            "month": f"{each.statement.month:%Y-%m}", "counted": each.statement.counted_amount, "is_this": each.is_this,
            "cumulative": each.statement.cumulative_after, "commission": each.statement.commission_amount,
            "total": each.statement.total_amount,
        }
        for each in year_of(row)
    ]  # fmt: skip


def _days(row: SettlementStatement) -> list[dict[str, Any]]:
    return [
        {"day": day, "store": store, "received": received, "refunded": refunded, "commission": commission}
        for day, store, received, refunded, commission in day_sums(row)
    ]


def _carried(row: SettlementStatement) -> dict[str, Any]:
    """Receipts of earlier months, one by one; more than a paper takes are in the workbook."""
    rows = carried_rows(row)
    return {
        "count": rows.count(),
        "rows": [
            {
                "day": each.receipt.received_on, "order": each.receipt.order.number if each.receipt.order else "",
                "amount": each.amount, "commission": each.commission_amount,
                "settled_in": each.refers_to.number if each.refers_to else "",
            }
            for each in rows[:MOST_CARRIED]
        ],
    }  # fmt: skip


def _permille(rate: str) -> str:
    """0.0010 as 1, for “1 ‰ a day”."""
    return f"{Decimal(rate) * 1000:f}".rstrip("0").rstrip(".")
