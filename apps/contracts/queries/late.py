"""Money that belongs to a contract and stands in no statement, because the last one had left the house before it came."""

from dataclasses import dataclass
from decimal import Decimal

from django.db import connection
from django.db.models import QuerySet

from apps.finance.models import Receipt

# Receipts of ended contracts in days of the contract, booked after its last statement was submitted.
LATE = """
    FROM contracts_contract c
    JOIN contracts_settlementstatement s ON s.contract_id = c.id AND s.month = date_trunc('month', c.until)::date
    JOIN contracts_contractstore k ON k.contract_id = c.id
    JOIN finance_receipt r ON r.store_id = k.store_id AND k.days @> r.received_on
    LEFT JOIN contracts_opening o ON o.contract_id = c.id
    WHERE c.state = 'ended' AND s.state <> 'draft' AND r.kind IN ('sale', 'refund')
        AND r.received_on >= coalesce(o.first_month, c.effective_from)
        AND NOT EXISTS (SELECT FROM contracts_statementrow x WHERE x.receipt_id = r.id)
"""
BY_CONTRACT = f"SELECT c.id, c.number, count(*), sum(r.amount), max(r.id) {LATE} GROUP BY c.id, c.number ORDER BY c.id"
OF_CONTRACT = f"SELECT r.id {LATE} AND c.id = %s"


@dataclass(frozen=True, slots=True)
class Late:
    """What came too late for one ended contract. latest: the key of the last receipt among them."""

    contract_id: int
    number: str
    count: int
    amount: Decimal
    latest: int


def late_by_contract() -> list[Late]:
    """Every ended contract with receipts that no statement settles any more, keys ascending."""
    with connection.cursor() as cursor:
        cursor.execute(BY_CONTRACT)
        return [Late(*row) for row in cursor.fetchall()]


def late_receipts(contract_id: int) -> "QuerySet[Receipt]":
    """The receipts of one contract that came too late, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(OF_CONTRACT, [contract_id])
        keys = [key for (key,) in cursor.fetchall()]
    return Receipt.objects.filter(pk__in=keys).select_related("order", "store").order_by("received_on", "pk")
