"""Capital numerals: every kind of zero, every place, and back again for any amount."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.contracts.rules.numerals import DIGITS, capital_amount


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        ("0", "零元整"),
        ("0.01", "壹分"),
        ("0.10", "壹角整"),
        ("0.56", "伍角陆分"),
        ("1", "壹元整"),
        ("10", "壹拾元整"),
        ("15.00", "壹拾伍元整"),
        ("100.05", "壹佰元零伍分"),
        ("101", "壹佰零壹元整"),
        ("110.10", "壹佰壹拾元壹角整"),
        ("325.04", "叁佰贰拾伍元零肆分"),
        ("1001", "壹仟零壹元整"),
        ("1010", "壹仟零壹拾元整"),
        ("1409.50", "壹仟肆佰零玖元伍角整"),
        ("1680.32", "壹仟陆佰捌拾元叁角贰分"),
        ("6007.14", "陆仟零柒元壹角肆分"),
        ("9999.99", "玖仟玖佰玖拾玖元玖角玖分"),
        ("10000", "壹万元整"),
        ("10001", "壹万零壹元整"),
        ("10100", "壹万零壹佰元整"),
        ("11000", "壹万壹仟元整"),
        ("16409.02", "壹万陆仟肆佰零玖元零贰分"),
        ("100000", "壹拾万元整"),
        ("107000.53", "壹拾万柒仟元伍角叁分"),
        ("300000", "叁拾万元整"),
        ("1060000", "壹佰零陆万元整"),
        ("10000000", "壹仟万元整"),
        ("10010001", "壹仟零壹万零壹元整"),
        ("100000000", "壹亿元整"),
        ("100000001", "壹亿零壹元整"),
        ("100010000", "壹亿零壹万元整"),
        ("120000000", "壹亿贰仟万元整"),
        ("1000000000000", "壹万亿元整"),
        ("1000100000000", "壹万零壹亿元整"),
        ("1000000000001", "壹万亿零壹元整"),
        ("-30000", "负叁万元整"),
        ("-0.05", "负伍分"),
        ("-0.00", "零元整"),
    ],
)
def test_an_amount_in_capital_numerals(amount: str, text: str) -> None:
    assert capital_amount(Decimal(amount)) == text


@pytest.mark.parametrize("amount", ["0.001", "NaN", "Infinity", "10000000000000000"])
def test_what_cannot_be_written_is_refused(amount: str) -> None:
    with pytest.raises(ValueError, match="capital numerals"):
        capital_amount(Decimal(amount))


@given(st.decimals(-(10**13), 10**13, places=2))
def test_any_amount_can_be_read_back(amount: Decimal) -> None:
    assert _read(capital_amount(amount)) == amount


def test_every_amount_below_two_hundred_yuan_can_be_read_back() -> None:
    wrong = [cents for cents in range(20_000) if _read(capital_amount(Decimal(cents) / 100)) * 100 != cents]

    assert wrong == []


def _read(text: str) -> Decimal:
    """A reader that shares nothing with the writer: places multiply, groups add up."""
    sign, text = (-1, text[1:]) if text.startswith("负") else (1, text)
    places = {"拾": 10, "佰": 100, "仟": 1_000}
    cents = total = group = digit = 0
    for sign_of in text.removesuffix("整"):
        if sign_of in DIGITS:
            digit = DIGITS.index(sign_of)
        elif sign_of in places:
            group, digit = group + digit * places[sign_of], 0
        elif sign_of in "万亿元":
            factor = {"万": 10**4, "亿": 10**8, "元": 1}[sign_of]
            section = group + digit
            total = (total + section) * factor if sign_of == "亿" else total + section * factor
            group = digit = 0
        else:
            cents, digit = cents + digit * {"角": 10, "分": 1}[sign_of], 0
    return sign * (Decimal(total) + Decimal(cents) / 100)
