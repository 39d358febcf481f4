"""Conditions, modes and versions, with pencil and paper."""

from decimal import Decimal

import pytest

from apps.approvals.rules.shown import shown_as, version_of
from apps.approvals.rules.steps import applies, is_complete, joined_mode

FACTS = {"amount": Decimal("1000.00"), "agency": True, "platform": "Tmall"}


@pytest.mark.parametrize(
    ("operator", "value", "holds"),
    [
        ("gte", "1000", True), ("gte", "1000.01", False), ("lte", "1000.00", True), ("lte", "999.99", False),
    ],
)  # fmt: skip
def test_an_amount_is_compared_with_its_limit_inclusive(operator: str, value: str, holds: bool) -> None:
    assert applies("amount", operator, value, FACTS) is holds


@pytest.mark.parametrize(
    ("fact", "operator", "value", "holds"),
    [
        ("agency", "is", "true", True), ("agency", "is", "false", False), ("agency", "is_not", "true", False),
        ("platform", "is", "tmall", True), ("platform", "is_not", "jd", True),
    ],
)  # fmt: skip
def test_a_word_or_a_yes_is_compared_as_such(fact: str, operator: str, value: str, holds: bool) -> None:
    assert applies(fact, operator, value, FACTS) is holds


@pytest.mark.parametrize(
    ("fact", "operator", "value"),
    [
        ("", "", ""),
        ("margin", "gte", "5"),
        ("platform", "gte", "5"),
        ("amount", "gte", "much"),
        ("amount", "gte", "nan"),
    ],
)
def test_doubt_asks_one_person_more(fact: str, operator: str, value: str) -> None:
    assert applies(fact, operator, value, FACTS)


def test_one_voice_that_wants_all_makes_the_whole_step_want_all() -> None:
    assert joined_mode(["any", "any"]) == "any"
    assert joined_mode(["any", "all"]) == "all"
    assert [is_complete("all", voices=2, given=n) for n in (0, 1, 2)] == [False, False, True]
    assert [is_complete("any", voices=2, given=n) for n in (0, 1)] == [False, True]


def test_another_title_amount_or_fact_is_another_version() -> None:
    def version(title: str = "A", amount: str = "1.00") -> str:
        return version_of(kind="k", subject="s:1", shown=shown_as(title=title), facts={"amount": Decimal(amount)})

    assert version() == version()
    assert len({version(), version(title="B"), version(amount="1.01")}) == 3
