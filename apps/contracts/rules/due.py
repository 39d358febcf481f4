"""When money is due, and what it costs to be late."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from apps.contracts.rules.months import day_in, month_after
from apps.contracts.rules.readings import PenaltyReading
from apps.core.calendar import add_working_days, next_working_day
from apps.core.money import Money

Exceptions = Mapping[dt.date, bool]


def settlement_due_on(month: dt.date, due_day: int, exceptions: Exceptions | None = None) -> dt.date:
    """The day on which a month's settlement is to be paid: that day of the next month, or the next working day.

    month: the settled month's first day. exceptions: the company's own calendar. Rule: CON-44; example EX-14.
    """
    return next_working_day(day_in(month_after(month), due_day), exceptions)


def lump_sum_due_on(reached_on: dt.date, working_days: int, exceptions: Exceptions | None = None) -> dt.date:
    """The day on which the lump sum is to be paid; the day on which the sum was reached does not count.

    Rules: CON-41, AMB-51; example EX-13.
    """
    return add_working_days(reached_on, working_days, exceptions)


@dataclass(frozen=True, slots=True)
class PenaltyTerms:
    """What a contract says about late payment. grace_days: calendar days after the due day. daily_rate: 0.001 is 1 ‰."""

    grace_days: int
    daily_rate: Decimal
    reading: PenaltyReading = PenaltyReading.AFTER_GRACE


def late_after(due_on: dt.date, sent_on: dt.date | None) -> dt.date:
    """The day after which a client is late: the due day, or the day of the sending when its statement came after that.

    sent_on: None before it was sent. The contract speaks of delay “for the client's reasons” (因甲方原因), and nobody pays
    a sum that nobody has named. Rule: CON-45; docs/adr/0015.
    """
    return due_on if sent_on is None else max(due_on, sent_on)


def late_days(due_on: dt.date, until: dt.date) -> int:
    """Calendar days by which a payment on a day is late; 0 when it is in time."""
    return max((until - due_on).days, 0)


def penalty_due(amount: Money, terms: PenaltyTerms, *, due_on: dt.date, until: dt.date) -> Money:
    """The penalty for paying an amount that late; simple, never compound; none for nothing owed.

    until: the day of the payment, or today while it is open. Rounded half up to the cent.
    Rules: CON-45, AMB-09; examples EX-15 to EX-17.
    """
    late = late_days(due_on, until)
    if late <= terms.grace_days or amount.amount <= 0:
        return Money(Decimal("0.00"), amount.currency)
    days = late if terms.reading == PenaltyReading.FROM_FIRST_DAY else late - terms.grace_days
    return (amount * terms.daily_rate * days).rounded()


def may_suspend(terms: PenaltyTerms, *, due_on: dt.date, until: dt.date) -> bool:
    """Whether the agent may stop its service until everything is paid. Rule: CON-45."""
    return late_days(due_on, until) > terms.grace_days
