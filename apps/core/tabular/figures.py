"""Numbers and dates out of workbooks, as the text that the platform would have written into a csv."""

import math
import re
from decimal import Decimal

from apps.core.tabular.marks import lost_digits, no_result

# The first whole number that a binary float cannot tell from its neighbour.
FIRST_INEXACT = 2**53
# What Excel itself keeps of a number.
_DIGITS = 15
_SMALLEST_EXPONENT = -10

_PLAIN = re.compile(r"-?[0-9]+|-?[0-9]{1,13}\.[0-9]{1,4}")
_FLOAT = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")

Raw = str | int | float | bool | None


def cell_text(value: Raw) -> str:
    """A workbook cell as text: whole numbers without `.0`, other numbers with Excel's 15 digits.

    A number from 2^53 up is marked as one whose digits are lost, because it was an identifier once.
    """
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    return number_text(value)


def number_text(value: float) -> str:
    """A number as plain digits, or marked when it holds more digits than it can."""
    if not math.isfinite(value):
        return no_result(str(value))
    if abs(value) >= FIRST_INEXACT:
        return lost_digits(f"{value:.14E}")
    if value == int(value):
        return str(int(value))
    exact = Decimal(f"{value:.{_DIGITS}g}")
    # Below any price or rate: left in scientific form, which the cleaners refuse.
    return f"{exact:f}" if exact.adjusted() >= _SMALLEST_EXPONENT else f"{exact:E}"


def figure_text(text: str) -> str:
    """A number that a file holds as text: kept while all its digits are there, else as `number_text` has it."""
    if _PLAIN.fullmatch(text):
        return text
    return number_text(float(text)) if _FLOAT.fullmatch(text) else text
