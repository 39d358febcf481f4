"""Write down that a settlement was paid, and what it cost to be late."""

import datetime as dt
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from apps.contracts.actions.send import close_links
from apps.contracts.models import SettlementStatement
from apps.contracts.rules.due import penalty_due
from apps.contracts.rules.terms import terms_of
from apps.core.calendar import today
from apps.core.errors import Invalid
from apps.core.money import Money
from apps.org.actors import Actor
from apps.org.scope import the_visible
from apps.workflow.move import move


@transaction.atomic
def pay_statement(pk: int, *, paid_on: dt.date, by: Actor) -> SettlementStatement:
    """The money of a statement has arrived on that day; the penalty is worked out and kept.

    Raises NotFound, NotAllowed, Invalid for a day in the future or before its month, IllegalMove. Rules: CON-44, CON-45.
    """
    row = the_visible(SettlementStatement.objects.all(), by, pk=pk)
    if paid_on > today() or paid_on < row.month:
        raise Invalid(
            _("Give the day on which the money arrived, not in the future and not before the month."), code="day"
        )
    move(row.pay, by=by, also={"paid_on": paid_on, "penalty_amount": penalty_of(row, paid_on)})
    close_links(row)
    return row


def penalty_of(row: SettlementStatement, until: dt.date) -> Decimal:
    """What it costs to pay on that day: on what was due with the statement; the milestone payment has its own day.

    Days before the client had the statement are not its delay. Rule: CON-45.
    """
    owed = Money(row.total_amount - row.lump_amount)
    return penalty_due(owed, terms_of(row.terms).penalty, due_on=row.late_after, until=until).amount
