"""The books of the small company: contracts in force and the receipts of their last month."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.db import connection, transaction

from apps.audit.context import signed
from apps.contracts.actions import Due, Parties, Scale, activate_contract, open_contract, set_clause
from apps.contracts.models import SettlementStatement, StatementRow
from apps.contracts.rules.months import month_after, month_of
from apps.core.calendar import today
from apps.org.actors import SYSTEM
from apps.org.models import Client, Store, Warehouse

# A receipt is about 105 yuan: a third of the month lies below the gate, a third in each tier.
ABOUT = 105
# As a bill leaves them, every twentieth one a refund. A run opens neither orders nor bills, so there are none beneath.
RECEIPTS = """
    INSERT INTO finance_receipt (store_id, line_id, order_id, kind, amount, received_on, booked_at)
    SELECT (%(stores)s::bigint[])[1 + i %% %(count)s], i, CASE WHEN back THEN i - %(count)s ELSE i END,
        CASE WHEN back THEN 'refund' ELSE 'sale' END,
        CASE WHEN back THEN -5 ELSE 5 + (i * 7919 %% 20000 / 100.0)::numeric(14, 2) END,
        %(month)s::date + (i %% 28)::int, now()
    FROM (
        SELECT i, (i + i / %(count)s) %% 20 = 0 AND i > %(count)s AS back FROM generate_series(1, %(receipts)s::bigint) i
    ) t
"""


@dataclass(frozen=True, slots=True)
class Books:
    """The contracts, and the month that is settled."""

    stores: list[int]
    month: dt.date


@transaction.atomic
def keep_books(contracts: int, receipts: int) -> Books:
    """So many contracts of one store each, with so many receipts in the last month between them."""
    month = month_after(month_of(today()), -1)
    share = Decimal(ABOUT * receipts // contracts // 3)
    tiers = ((Decimal(0), Decimal("0.10")), (2 * share, Decimal("0.13")))
    with signed("core.seed", by=SYSTEM):
        client = Client.objects.create(name="测速服饰")
        place = {
            "platform": "taobao",
            "client": client,
            "warehouse": Warehouse.objects.create(code="BK", name="测速仓"),
        }
        stores = Store.objects.bulk_create(
            Store(code=f"BK{nth:03d}", name=f"测速店 {nth}", **place) for nth in range(contracts)
        )
    for nth, store in enumerate(stores):
        head = Parties(number=f"BENCH-{nth:03d}", client_id=client.pk, effective_from=month)
        contract = open_contract(head, [store.pk], by=SYSTEM).pk
        for clause in (Scale(share, tiers), Due()):
            set_clause(contract, clause, effective_from=month, by=SYSTEM)
        activate_contract(contract, by=SYSTEM)
    books = Books([store.pk for store in stores], month)
    _receive(books, receipts)
    return books


def _receive(books: Books, receipts: int) -> None:
    params = {"stores": books.stores, "count": len(books.stores), "month": books.month, "receipts": receipts}
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica; SET LOCAL statement_timeout = 0")
        cursor.execute(RECEIPTS, params)
        cursor.execute("SET LOCAL session_replication_role = origin")


def assert_settled(contracts: int, receipts: int) -> None:
    """Every receipt is explained in a statement that adds up."""
    rows = StatementRow.objects.filter(is_catch_up=False)
    assert SettlementStatement.objects.count() == contracts
    assert rows.values("receipt").distinct().count() == receipts
    assert SettlementStatement.objects.filter(commission_amount__gt=0).count() == contracts
