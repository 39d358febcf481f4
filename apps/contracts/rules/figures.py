"""A month's figures from its terms, the year so far, and what was received."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from apps.contracts.rules.commission import commission_due
from apps.contracts.rules.due import Exceptions, settlement_due_on
from apps.contracts.rules.fees import base_fee, base_fee_credit, counted_receipts
from apps.contracts.rules.months import SettlementYear, settlement_year
from apps.contracts.rules.terms import Terms
from apps.core.money import Money

NOTHING = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class Earlier:
    """What an earlier statement of the contract says, as far as later ones build on it."""

    month: dt.date
    cumulative_after: Decimal
    lump_amount: Decimal
    base_fee_amount: Decimal


@dataclass(frozen=True, slots=True)
class OpeningFigures:
    """What the year had brought before the first month that is settled here."""

    first_month: dt.date
    receipts: Decimal
    is_lump_paid: bool


@dataclass(frozen=True, slots=True)
class YearSoFar:
    """The settlement year before a month.

    receipts: counted ones; base_fees: charged; is_lump_settled: once a year; lump_claimed: asked for on its day already.
    """

    year: SettlementYear
    receipts: Decimal
    base_fees: Decimal
    is_lump_settled: bool
    lump_claimed: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Figures:
    """What a statement says, in yuan."""

    received_amount: Decimal
    refunded_amount: Decimal
    counted_amount: Decimal
    cumulative_before: Decimal
    cumulative_after: Decimal
    commission_before: Decimal
    commission_after: Decimal
    commission_amount: Decimal
    lump_amount: Decimal
    base_fee_amount: Decimal
    credit_amount: Decimal
    total_amount: Decimal
    due_on: dt.date


def year_so_far(
    terms: Terms,
    month: dt.date,
    earlier: Iterable[Earlier],
    opening: OpeningFigures | None = None,
    claims: Mapping[dt.date, Decimal] | None = None,
) -> YearSoFar:
    """Add up the year before a month from the contract's earlier statements and its opening figures.

    claims: milestone payments that were asked for, by the first month of their year. Rule: AMB-02.
    """
    year = settlement_year(terms.effective_from, month, terms.year_reading)
    inside = sorted((one for one in earlier if year.first <= one.month < month), key=lambda one: one.month)
    opens_here = opening is not None and year.first <= opening.first_month <= year.last
    start = opening.receipts if opening is not None and opens_here else NOTHING
    return YearSoFar(
        year=year,
        receipts=inside[-1].cumulative_after if inside else start,
        base_fees=sum((one.base_fee_amount for one in inside), NOTHING),
        is_lump_settled=any(one.lump_amount > 0 for one in inside)
        or (opening is not None and opens_here and opening.is_lump_paid),
        lump_claimed=(claims or {}).get(year.first),
    )


def figures_of(
    terms: Terms,
    month: dt.date,
    so_far: YearSoFar,
    *,
    received: Decimal,
    refunded: Decimal,
    exceptions: Exceptions | None = None,
) -> Figures:
    """Work a month out.

    received: the month's receipts; refunded: a positive sum. Rules: CON-36 to CON-44, AMB-04, AMB-05, AMB-07.
    """
    counted = counted_receipts(Money(received), Money(refunded), terms.receipts_reading).amount
    before, after = so_far.receipts, so_far.receipts + counted
    commission_before, commission_after = (commission_due(Money(sum_), terms.scale).amount for sum_ in (before, after))
    fee, credit = _base_fees(terms, month, so_far, after)
    commission = commission_after - commission_before
    return Figures(
        received_amount=received, refunded_amount=refunded, counted_amount=counted, cumulative_before=before,
        cumulative_after=after, commission_before=commission_before, commission_after=commission_after,
        commission_amount=commission, lump_amount=lump_amount(terms, so_far, after), base_fee_amount=fee,
        credit_amount=credit, total_amount=commission + fee - credit,
        due_on=settlement_due_on(month, terms.due_day, exceptions),
    )  # fmt: skip


def lump_amount(terms: Terms, so_far: YearSoFar, after: Decimal) -> Decimal:
    """The part of the year's commission that is due at once, because the year has just reached its sum. Rule: CON-41.

    What was asked for on its day stands, even where refunds took the year below the sum again before the month was over:
    the statement then gives the difference back.
    """
    lump = terms.lump_sum
    if so_far.lump_claimed is not None and not so_far.is_lump_settled:
        return so_far.lump_claimed
    if lump is None or so_far.is_lump_settled or not so_far.receipts < lump.at_amount <= after:
        return NOTHING
    return commission_due(Money(lump.at_amount), terms.scale).amount


def _base_fees(terms: Terms, month: dt.date, so_far: YearSoFar, receipts: Decimal) -> tuple[Decimal, Decimal]:
    """What is charged, and what is given back with the first year's last month."""
    if terms.base_fee is None:
        return NOTHING, NOTHING
    fee = base_fee(terms.base_fee, effective_from=terms.effective_from, month=month)
    if not so_far.year.is_first or month != so_far.year.last:
        return fee.amount, NOTHING
    charged = Money(so_far.base_fees) + fee
    return fee.amount, base_fee_credit(charged, Money(receipts), terms.base_fee).amount
