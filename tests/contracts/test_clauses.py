"""From which day a contract may say something else, and until when it holds."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.utils.translation import override

from apps.contracts.actions import Scale, end_contract, first_open_day, set_clause
from apps.contracts.models import Contract, ScaleClause
from apps.contracts.rules.readings import YearReading
from apps.core.errors import Conflict, Invalid
from apps.org.actors import SYSTEM
from tests.contracts.builders import SCALE, day

Make = Callable[..., Any]


@pytest.mark.parametrize("begins", ["2026-02-01", "2026-07-01", "2026-12-31"])
def test_another_threshold_within_a_settlement_year_is_refused(a_contract: Make, submitted: Make, begins: str) -> None:
    contract = a_contract()
    submitted(contract, "2026-01")
    other = Scale(Decimal(0), SCALE.tiers)

    with pytest.raises(Conflict) as refused:
        set_clause(contract.pk, other, effective_from=day(begins), by=SYSTEM, reason="补充协议一")

    assert refused.value.code == "gate"
    with override("en"):
        assert "such as on 2027-01-01" in str(refused.value)
    assert [each.gate for each in ScaleClause.objects.all()] == [SCALE.gate]


def test_a_threshold_set_before_any_month_is_settled_does_not_change_within_the_year_either(a_contract: Make) -> None:
    contract = a_contract(is_active=False)

    with pytest.raises(Conflict):
        set_clause(contract.pk, Scale(Decimal(0), SCALE.tiers), effective_from=day("2026-07"), by=SYSTEM)

    assert ScaleClause.objects.count() == 1


@pytest.mark.parametrize(
    ("begun", "reading", "begins"),
    [
        ("2026-01-01", YearReading.CALENDAR, "2027-01-01"),
        ("2026-03-15", YearReading.ROLLING, "2027-03-01"),
        ("2026-03-15", YearReading.CALENDAR, "2026-03-20"),
    ],
)
def test_another_threshold_begins_with_a_settlement_year(
    a_contract: Make, begun: str, reading: YearReading, begins: str
) -> None:
    contract = a_contract(begun, year_reading=reading)

    clause = set_clause(
        contract.pk, Scale(Decimal(0), SCALE.tiers), effective_from=day(begins), by=SYSTEM, reason="补充协议一"
    )

    assert ScaleClause.objects.get(days__contains=day("2027-04-01")) == clause


def test_a_clause_under_a_submitted_statement_does_not_change(a_contract: Make, submitted: Make) -> None:
    contract = a_contract()
    submitted(contract, "2026-01")
    better = Scale(SCALE.gate, ((Decimal(0), Decimal("0.12")),))

    with pytest.raises(Conflict) as refused:
        set_clause(contract.pk, better, effective_from=day("2026-01-20"), by=SYSTEM, reason="补充协议一")

    assert refused.value.code == "settled"
    assert ScaleClause.objects.count() == 1
    assert first_open_day(contract) == day("2026-02-01")


@pytest.mark.parametrize(
    ("until", "on", "code"),
    [
        (day("2026-06-30"), day("2026-07-01"), "ends_late"),
        (day("2026-06-30"), day("2025-12-31"), "ends_early"),
        (None, day("9999-12-31"), "year"),
    ],
)
def test_a_contract_ends_between_its_first_day_and_its_agreed_end(
    a_contract: Make, until: dt.date | None, on: dt.date, code: str
) -> None:
    contract = a_contract(until=until)

    with pytest.raises(Invalid) as refused:
        end_contract(contract.pk, on=on, reason="解约", by=SYSTEM)

    contract.refresh_from_db()
    assert refused.value.code == code
    assert (contract.state, contract.until) == ("active", until)


@pytest.mark.parametrize(("begun", "until"), [("2026-01-01", day("9999-12-31")), ("0001-01-01", None)])
def test_days_that_no_contract_knows_are_refused(a_contract: Make, begun: str, until: dt.date | None) -> None:
    with pytest.raises(Invalid) as refused:
        a_contract(begun, until=until)

    assert refused.value.code == "year"
    assert not Contract.objects.exists()
