"""Base fee, its return, due days and penalties on paper: the seed's worked examples, both readings where there are two."""

import datetime as dt
from decimal import Decimal

import pytest

from apps.contracts.rules.due import (
    PenaltyTerms,
    late_after,
    lump_sum_due_on,
    may_suspend,
    penalty_due,
    settlement_due_on,
)
from apps.contracts.rules.fees import BaseFeeTerms, base_fee, base_fee_credit
from apps.contracts.rules.months import month_after, settlement_year
from apps.contracts.rules.readings import PenaltyReading, YearReading
from apps.core.money import Money

TERMS = BaseFeeTerms(Money(Decimal("15000.00")), 2, Decimal(2_000_000))
FEES = Money(Decimal("30000.00"))
DUE = dt.date(2026, 3, 10)


def day(text: str) -> dt.date:
    """A date."""
    return dt.date.fromisoformat(text)


@pytest.mark.rule("CON-36", "EX-01")
def test_the_base_fee_is_charged_for_two_contract_months_ex_01() -> None:
    months = [month_after(day("2026-02-01"), nth) for nth in range(6)]

    charged = [base_fee(TERMS, effective_from=day("2026-03-01"), month=month).amount for month in months]

    assert charged == [0, 15_000, 15_000, 0, 0, 0]
    assert sum(charged) == Decimal("30000.00")


@pytest.mark.rule("AMB-08")
def test_a_contract_month_that_begins_in_the_middle_is_charged_whole_in_the_month_it_begins_in() -> None:
    months = [day("2026-03-01"), day("2026-04-01"), day("2026-05-01")]

    charged = [base_fee(TERMS, effective_from=day("2026-03-15"), month=month).amount for month in months]

    assert charged == [15_000, 15_000, 0]


@pytest.mark.rule("CON-38", "AMB-07", "EX-02", "EX-03", "EX-04")
@pytest.mark.parametrize(
    ("receipts", "credit"),
    [("1999999.99", "30000.00"), ("2000000.00", "0.00"), ("2900000.00", "0.00")],
    ids=["EX-02", "EX-03", "EX-04"],
)
def test_the_base_fee_goes_back_when_the_first_year_brought_less_than_the_limit(receipts: str, credit: str) -> None:
    assert base_fee_credit(FEES, Money(Decimal(receipts)), TERMS) == Money(Decimal(credit))


def test_a_fee_without_a_limit_is_never_given_back() -> None:
    kept = BaseFeeTerms(TERMS.monthly, 2)

    assert base_fee_credit(FEES, Money(Decimal(0)), kept) == Money(Decimal("0.00"))


@pytest.mark.rule("CON-41", "AMB-51", "EX-13")
def test_the_lump_sum_is_due_five_working_days_after_the_sum_was_reached_ex_13() -> None:
    assert lump_sum_due_on(day("2026-06-11"), 5) == day("2026-06-18")


@pytest.mark.rule("CON-44", "EX-14")
def test_a_settlement_due_on_a_saturday_is_due_on_monday_ex_14() -> None:
    assert settlement_due_on(day("2025-12-01"), 10) == day("2026-01-12")


def test_the_company_s_own_calendar_moves_the_day() -> None:
    assert settlement_due_on(day("2025-12-01"), 10, {day("2026-01-10"): True}) == day("2026-01-10")


def test_a_due_day_that_the_month_does_not_have_is_its_last_day() -> None:
    assert settlement_due_on(day("2026-03-01"), 31) == day("2026-04-30")


@pytest.mark.rule("CON-45", "AMB-09", "EX-15", "EX-16", "EX-17")
@pytest.mark.parametrize(
    ("paid_on", "after_grace", "from_first_day"),
    [("2026-03-20", "0.00", "0.00"), ("2026-03-21", "100.00", "1100.00"), ("2026-03-25", "500.00", "1500.00")],
    ids=["EX-15", "EX-16", "EX-17"],
)
def test_the_penalty_for_paying_late_under_both_readings(paid_on: str, after_grace: str, from_first_day: str) -> None:
    owed = Money(Decimal("100000.00"))

    penalties = [
        penalty_due(owed, PenaltyTerms(10, Decimal("0.001"), reading), due_on=DUE, until=day(paid_on)).amount
        for reading in (PenaltyReading.AFTER_GRACE, PenaltyReading.FROM_FIRST_DAY)
    ]

    assert penalties == [Decimal(after_grace), Decimal(from_first_day)]


@pytest.mark.rule("CON-45")
@pytest.mark.parametrize(
    ("sent_on", "late_from"),
    [(None, DUE), ("2026-03-02", DUE), ("2026-03-10", DUE), ("2026-03-11", dt.date(2026, 3, 11))],
)
def test_nobody_is_late_before_the_statement_was_sent(sent_on: str | None, late_from: dt.date) -> None:
    assert late_after(DUE, day(sent_on) if sent_on else None) == late_from


@pytest.mark.rule("CON-45")
def test_who_is_owed_nothing_gets_no_penalty_and_service_may_stop_after_the_days_of_grace() -> None:
    terms = PenaltyTerms(10, Decimal("0.001"))

    credit = penalty_due(Money(Decimal("-30000.00")), terms, due_on=DUE, until=day("2026-05-01"))

    assert credit == Money(Decimal("0.00"))
    assert not may_suspend(terms, due_on=DUE, until=day("2026-03-20"))
    assert may_suspend(terms, due_on=DUE, until=day("2026-03-21"))


@pytest.mark.rule("AMB-02")
def test_a_natural_year_is_the_calendar_s_or_twelve_months_from_the_start() -> None:
    start, month = day("2026-03-15"), day("2027-02-01")

    calendar = settlement_year(start, month, YearReading.CALENDAR)
    rolling = settlement_year(start, month, YearReading.ROLLING)

    assert (calendar.first, calendar.last, calendar.is_first) == (day("2027-01-01"), day("2027-12-01"), False)
    assert (rolling.first, rolling.last, rolling.is_first) == (day("2026-03-01"), day("2027-02-01"), True)
