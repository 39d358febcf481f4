"""What a password must be: the house's rule, and the seeds' own six characters."""

import pytest
from django.core.exceptions import ValidationError

from apps.org.passwords import SEED_MINIMUM, HousePasswordValidator

SEED = HousePasswordValidator(min_length=SEED_MINIMUM)
HOUSE = HousePasswordValidator()
pytestmark = [pytest.mark.rule("SEC-08", "AMB-54"), pytest.mark.usefixtures("english")]


def _reasons(validator: HousePasswordValidator, password: str) -> list[str]:
    with pytest.raises(ValidationError) as refused:
        validator.validate(password)
    return list(refused.value.messages)


@pytest.mark.rule("EX-90")
@pytest.mark.parametrize(
    ("password", "reasons"),
    [
        ("abc12", ["Use at least 6 characters."]),
        ("1abcde", ["The first character must not be a digit."]),
        ("abcdef", ["Mix at least two kinds: lower case, upper case, digits, signs."]),
    ],
)
def test_with_the_seeds_six_characters_each_rule_refuses_by_itself_ex_90(password: str, reasons: list[str]) -> None:
    assert _reasons(SEED, password) == reasons


@pytest.mark.rule("EX-90")
def test_six_characters_of_two_kinds_are_enough_where_the_house_is_set_so_ex_90() -> None:
    SEED.validate("abc123")


def test_nobody_may_set_fewer_than_the_seeds_six() -> None:
    assert HousePasswordValidator(min_length=4).min_length == 6


def test_the_house_asks_for_ten_characters_of_two_kinds_unless_told_otherwise() -> None:
    assert _reasons(HOUSE, "abcdef123") == ["Use at least 10 characters."]
    assert _reasons(HOUSE, "abcdefghij") == ["Mix at least two kinds: lower case, upper case, digits, signs."]
    HOUSE.validate("abcdefghi1")
