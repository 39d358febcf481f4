"""What was booked for a month after its statement was worked out, while somebody else still decides on it."""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from django.db import connection
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.contracts.models import SettlementStatement
from apps.contracts.rules.months import month_of
from apps.contracts.workflows.statement import StatementState
from apps.core.bulk import as_array
from apps.core.speech import filled

# What was being booked while the statement was worked out has earlier moments, so an hour before is looked at too; all that
# is older stands in its rows, and is not looked up there one by one.
ARRIVED = """
    SELECT s.id, count(*), sum(r.amount) FROM contracts_settlementstatement s
    JOIN contracts_contractstore k ON k.contract_id = s.contract_id
    JOIN finance_receipt r ON r.store_id = k.store_id AND k.days @> r.received_on AND r.kind IN ('sale', 'refund')
        AND r.received_on >= s.month AND r.received_on < (s.month + interval '1 month')::date
        AND r.booked_at >= s.drafted_at - interval '1 hour'
    WHERE s.id = ANY(%s::bigint[]) AND s.state = %s
        AND NOT EXISTS (SELECT FROM contracts_statementrow x WHERE x.receipt_id = r.id)
    GROUP BY s.id
"""
INTO_THE_NEXT = _(
    "Receipts of this month were booked after this was worked out: %(count)s, together ¥%(amount)s. Withdrawn and worked "
    "out again, it takes them in; approved as it is, it leaves them to the next statement."
)
INTO_NONE = _(
    "Receipts of this month were booked after this was worked out: %(count)s, together ¥%(amount)s. It is the contract's "
    "last month: approved as it is, no statement settles them. Withdraw it and work it out again."
)


@dataclass(frozen=True, slots=True)
class Arrived:
    """Receipts of a statement's month that stand in no statement. amount: signed, refunds taken off."""

    count: int
    amount: Decimal


def arrived_since(statement_ids: Collection[int]) -> dict[int, Arrived]:
    """By statement, for those of them that wait for their approval and have any; one statement. Rules: CON-37, CON-43."""
    with connection.cursor() as cursor:
        cursor.execute(ARRIVED, [as_array(statement_ids), str(StatementState.SUBMITTED)])
        return {key: Arrived(count, amount) for key, count, amount in cursor.fetchall()}


def said_of_arrived(row: SettlementStatement) -> list[Promise]:
    """What whoever decides should know beside the figures that were asked about; nothing when they are still whole."""
    found = arrived_since([row.pk])
    if row.pk not in found:
        return []
    until = row.contract.until
    sentence = INTO_NONE if until is not None and month_of(until) <= row.month else INTO_THE_NEXT
    return [filled(sentence, count=found[row.pk].count, amount=f"{found[row.pk].amount:,.2f}")]


def since_asked(statement_id: int) -> list[Promise]:
    """The same for a request of the inbox, which knows the statement by its key."""
    row = SettlementStatement.objects.filter(pk=statement_id).select_related("contract").first()
    return [] if row is None else said_of_arrived(row)
