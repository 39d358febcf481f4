"""The base fee, when it is given back, and which money counts."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from apps.contracts.rules.months import contract_month_beginning_in
from apps.contracts.rules.readings import ReceiptsReading
from apps.core.money import Money


@dataclass(frozen=True, slots=True)
class BaseFeeTerms:
    """What a contract says about its base fee.

    monthly: for each of the first `months` contract months. returned_below: receipts of the first year under which the
    fee is given back; None when it never is.
    """

    monthly: Money
    months: int
    returned_below: Decimal | None = None


def base_fee(terms: BaseFeeTerms, *, effective_from: dt.date, month: dt.date) -> Money:
    """The base fee that a settlement month charges: that of the contract month which begins in it, never a part of one.

    month: its first day. Rules: CON-36, AMB-08; example EX-01.
    """
    if 1 <= contract_month_beginning_in(effective_from, month) <= terms.months:
        return terms.monthly
    return Money(Decimal("0.00"), terms.monthly.currency)


def base_fee_credit(charged: Money, year_receipts: Money, terms: BaseFeeTerms) -> Money:
    """What is given back with the settlement of the first year's last month.

    charged: base fees of that year. year_receipts: of the whole first year; the limit itself is enough to keep the fee
    (低于 excludes it). Rules: CON-38, AMB-01, AMB-07; examples EX-02 to EX-04.
    """
    if terms.returned_below is not None and year_receipts < Money(terms.returned_below, year_receipts.currency):
        return charged
    return Money(Decimal("0.00"), charged.currency)


def counted_receipts(received: Money, refunded: Money, reading: ReceiptsReading) -> Money:
    """The month's receipts by the contract's reading. refunded: a positive sum. Rules: CON-37, AMB-04; example EX-12."""
    return received if reading == ReceiptsReading.GROSS else received - refunded
