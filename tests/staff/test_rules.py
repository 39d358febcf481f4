"""Scores, coefficients, attendance, alerts and pay with pencil and paper."""

import datetime as dt
import json
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.staff.rules.alerts import alert_months, months_running
from apps.staff.rules.attendance import RULES, attendance_score, points_left
from apps.staff.rules.months import last_day, month_bounds, month_in, next_month, previous_month
from apps.staff.rules.pay import NOTHING, PartKind, Terms, pay_of
from apps.staff.rules.scores import Mark, coefficient_for, final_score, sheet_score

D = Decimal
SHEETS = json.loads((Path(__file__).parents[2] / "fixtures" / "rules" / "score_sheets.json").read_text("utf-8"))
SHIPPING = Terms(performance=D("2000.00"))
CENTS = st.integers(0, 2_000_000).map(lambda cents: D(cents) / 100)
SHARES = st.integers(0, 10_000).map(lambda part: D(part) / 10_000)
MARKS = st.tuples(st.integers(1, 400), st.integers(0, 10_000)).map(lambda pair: (D(pair[0]) / 10, D(pair[1]) / 100))


@pytest.mark.rule("EX-40", "STF-73", "AMB-35")
@pytest.mark.parametrize(
    ("score", "coefficient"),
    [
        ("0", "0.5"), ("64.9", "0.5"), ("64.96", "0.5"), ("65", "1.0"), ("79.9", "1.0"), ("80", "1.2"), ("94.9", "1.2"),
        ("95", "1.5"), ("120", "1.5"),
    ],
)  # fmt: skip
def test_the_coefficient_follows_the_score_as_it_is(score: str, coefficient: str) -> None:
    assert coefficient_for(D(score)) == D(coefficient)


def test_a_table_that_does_not_reach_down_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="no band"):
        coefficient_for(D(10), [])


@pytest.mark.rule("EX-41", "EX-42", "EX-43", "STF-71")
@pytest.mark.parametrize(
    ("committee", "own", "final", "coefficient"),
    [("80", "96", "84.00", "1.2"), ("62", "74", "65.00", "1.0"), ("60", "100", "70.00", "1.0")],
)
def test_the_committee_counts_three_quarters_and_the_self_assessment_one(
    committee: str, own: str, final: str, coefficient: str
) -> None:
    score = final_score(D(committee), D(own))

    assert f"{score}" == final
    assert coefficient_for(score) == D(coefficient)


@pytest.mark.rule("EX-44", "STF-72", "AMB-34")
@pytest.mark.parametrize(
    ("weighted", "extra", "final", "coefficient"),
    [("92", "4", "96.00", "1.5"), ("100", "20", "120.00", "1.5"), ("60", "5", "65.00", "1.0")],
)
def test_extra_points_come_on_top_up_to_120(weighted: str, extra: str, final: str, coefficient: str) -> None:
    score = final_score(D(weighted), D(weighted), D(extra))

    assert score == D(final)
    assert coefficient_for(score) == D(coefficient)


@pytest.mark.rule("AMB-34")
@pytest.mark.parametrize("extra", ["-0.01", "20.01"])
def test_extra_points_outside_0_to_20_are_a_mistake(extra: str) -> None:
    with pytest.raises(ValueError, match="between 0 and 20"):
        final_score(D(80), D(80), D(extra))


@pytest.mark.rule("EX-45", "AMB-33", "STF-76", "STF-77", "STF-78", "STF-86", "STF-87", "STF-88", "STF-89")
@pytest.mark.parametrize(
    ("code", "duties", "total"),
    [
        ("shipping", ["50", "45", "15"], "110"),
        ("artwork", ["66.5", "16.5", "13", "14"], "110"),
        ("finance", ["32", "27", "22", "17", "14"], "112"),
        ("service", ["26.5", "36.5", "16.5", "6.5", "14"], "100"),
    ],
)
def test_the_printed_sheets_keep_their_printed_weights(code: str, duties: list[str], total: str) -> None:
    sheet = next(each for each in SHEETS if each["code"] == code)

    sums = [sum((D(item["weight"]) for item in duty["items"]), D(0)) for duty in sheet["duties"]]
    assert sums == [D(duty) for duty in duties]
    assert sum(sums) == D(total)


@pytest.mark.rule("EX-46", "AMB-33")
def test_a_sheet_of_110_is_brought_to_a_hundred() -> None:
    assert sheet_score([Mark(D(50), D(100)), Mark(D(45), D(80)), Mark(D(15), D(100))]) == D("91.82")


def test_a_sheet_without_weights_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="at least one weight"):
        sheet_score([])


@given(st.lists(MARKS, min_size=1, max_size=15))
def test_a_sheets_score_lies_between_its_worst_and_its_best_item(pairs: list[tuple[D, D]]) -> None:
    score = sheet_score([Mark(weight, value) for weight, value in pairs])

    assert min(value for _, value in pairs) <= score <= max(value for _, value in pairs)


@pytest.mark.rule("EX-47", "EX-48", "EX-49", "EX-50", "STF-67", "STF-68", "STF-69", "STF-70", "AMB-30", "AMB-31")
@pytest.mark.parametrize(
    ("rule", "counts", "left"),
    [
        ("service", {"late": 2, "leave": 1}, "5"),
        ("service", {"late": 6}, "0"),
        ("shipping", {"unanswered": 1, "absent": 1, "leave": 2}, "5"),
        ("meetings", {"late": 1, "leave": 2}, "6"),
        ("service", {}, "10"),
        ("service", {"unanswered": 3}, "10"),
    ],
)
def test_ten_points_less_what_happened(rule: str, counts: dict[str, int], left: str) -> None:
    assert points_left(counts, RULES[rule]) == D(left)
    assert attendance_score(counts, RULES[rule]) == D(left) * 10


def _scores(*values: int) -> dict[dt.date, D]:
    return {dt.date(2026, nth, 1): D(value) for nth, value in enumerate(values, start=1)}


@pytest.mark.rule("EX-51", "STF-74", "STF-75", "AMB-36")
def test_two_or_three_months_running_below_65_are_told() -> None:
    operations = alert_months(_scores(60, 64, 66), 2)
    service = alert_months(_scores(60, 64, 66, 50, 50, 50), 3)

    assert operations == [dt.date(2026, 2, 1)]
    assert service == [dt.date(2026, 6, 1)]


@pytest.mark.rule("AMB-36")
def test_a_month_without_a_score_breaks_the_run() -> None:
    scores = _scores(50, 50, 50)
    del scores[dt.date(2026, 2, 1)]

    assert months_running(scores, dt.date(2026, 3, 1)) == 1
    assert alert_months(scores, 2) == []


@pytest.mark.rule("EX-52", "STF-102", "OUT-07")
@pytest.mark.parametrize(
    ("score", "earned", "total"),
    [(60, "1000.00", "1900.00"), (70, "2000.00", "2000.00"), (85, "2400.00", "2400.00"), (96, "3000.00", "3000.00")],
)
def test_shipping_is_paid_its_base_times_the_coefficient_and_never_below_the_minimum(
    score: int, earned: str, total: str
) -> None:
    pay = pay_of(SHIPPING, coefficient_for(D(score)), minimum=D("1900.00"))

    assert pay.parts[0].amount == D(earned)
    assert pay.total == D(total)
    assert [part.kind for part in pay.parts[1:]] == ([PartKind.TOP_UP] if score == 60 else [])


@pytest.mark.rule("EX-53", "STF-103", "STF-104", "OUT-07")
def test_artwork_at_96_and_finance_at_60() -> None:
    artwork = pay_of(Terms(performance=D(3000)), coefficient_for(D(96)), minimum=D(1900))
    finance = pay_of(Terms(performance=D(2500)), coefficient_for(D(60)), minimum=D(1900))

    assert artwork.total == D("4500.00")
    assert [(part.formula, part.amount) for part in finance.parts] == [
        ("2,500.00 × 0.5", D("1250.00")), ("1,900.00 − 1,250.00", D("650.00")),
    ]  # fmt: skip
    assert finance.total == D("1900.00")


@pytest.mark.rule("EX-54", "STF-105", "AFT-42", "AMB-37")
def test_customer_service_earns_a_share_of_its_net_sales_and_its_rewards() -> None:
    coefficient = coefficient_for(final_score(D(82), D(90)))

    pay = pay_of(
        Terms(performance=D(2000), commission_rate=D("0.02")), coefficient, sales=D(60_000) - D(4_000),
        rewards=[D(15), D(15)],
    )  # fmt: skip

    assert [(str(part.kind), part.formula, part.amount) for part in pay.parts] == [
        ("performance", "2,000.00 × 1.2", D("2400.00")),
        ("commission", "56,000.00 × 2%", D("1120.00")),
        ("reward", "15.00", D("15.00")),
        ("reward", "15.00", D("15.00")),
    ]
    assert pay.total == D("3550.00")


@pytest.mark.rule("OUT-02")
def test_nothing_is_ever_taken_off() -> None:
    with pytest.raises(ValueError, match="negative"):
        pay_of(SHIPPING, D(1), rewards=[D(-50)])


def test_more_returns_than_sales_are_no_negative_commission() -> None:
    assert pay_of(Terms(commission_rate=D("0.02")), D(1), sales=D(-300)).parts == ()


@given(st.tuples(CENTS, CENTS, SHARES), st.sampled_from(["0.5", "1.0", "1.2", "1.5"]), CENTS, CENTS)
def test_the_parts_sum_to_the_total_to_the_cent(terms: tuple[D, D, D], coefficient: str, sales: D, minimum: D) -> None:
    pay = pay_of(Terms(*terms), D(coefficient), sales=sales, minimum=minimum)

    assert sum((part.amount for part in pay.parts), NOTHING) == pay.total
    assert pay.total >= minimum
    assert all(part.amount >= 0 for part in pay.parts)


def test_money_is_rounded_half_up_once_on_the_whole() -> None:
    pay = pay_of(Terms(performance=D("0.01"), fixed=D("0.01")), D("0.5"))

    assert pay.total == D("0.02")


def test_months_follow_each_other_over_new_year() -> None:
    december = dt.date(2026, 12, 1)

    assert next_month(december) == dt.date(2027, 1, 1)
    assert previous_month(dt.date(2027, 1, 1)) == december
    assert last_day(dt.date(2028, 2, 1)) == dt.date(2028, 2, 29)
    assert [bound.isoformat() for bound in month_bounds(december)] == [
        "2026-12-01T00:00:00+08:00", "2027-01-01T00:00:00+08:00",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "month"),
    [("2026-10", dt.date(2026, 10, 1)), ("2026-13", None), ("2026-1", None), ("", None), ("20261001", None)],
)
def test_a_month_in_an_address_is_read_or_refused(text: str, month: dt.date | None) -> None:
    assert month_in(text) == month
