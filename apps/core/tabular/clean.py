"""One cell to one value, strictly: what cannot be read without guessing is refused with a reason.

Every cleaner first strips what platforms and spreadsheets wrap around a cell to keep it text: blanks, TABs and
invisible marks at both ends, `="…"`, a leading apostrophe, backtick or `@`. `null` counts as nothing.
A refusal is a CellError; `columns.py` has the same cleaners for whole columns.
"""

import datetime as dt
import re
from decimal import Decimal

from apps.core.calendar import SHANGHAI
from apps.core.tabular.cell_errors import (
    AmountTooLarge,
    AmountTooPrecise,
    DigitsLost,
    MomentOutOfRange,
    NoResult,
    NotAMoment,
    NotAnAmount,
    NotAnIdentifier,
    NotAQuantity,
    NotAWaybill,
    NotFinite,
    NulCharacter,
    QuantityMissing,
    ScientificNotation,
)
from apps.core.tabular.marks import LOST_DIGITS, NO_RESULT

_EDGES = " \t\r\n\x0b\x0c\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u3000" + (
    "\u2028\u2029\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u202f\u205f\u2060\u2066\u2067\u2068\u2069\ufeff"
)
_LEADING = f"'`@{_EDGES}"
_WRAPPED = frozenset(f"='`@{LOST_DIGITS}{NO_RESULT}")
_NULLS = frozenset({"null", "NULL"})
_NO_VALUE = frozenset({"", "-", "--"})
# Not Unicode's own folding (NFKC): that would read `2²` as 22.
_HALF_WIDTH = {full: full - 0xFEE0 for full in range(0xFF01, 0xFF5F)} | str.maketrans("\u3000￥−–—", " ¥---")

_SCIENTIFIC = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?[eE][+-]?[0-9]+")
_LONGEST_IDENTIFIER = 64
# Nearly every one that stands bare: nothing to strip and no figure that lost its digits.
_PLAIN_IDENTIFIER = re.compile(r"[0-9]{1,64}")
_FLOAT_IDENTIFIER = re.compile(r"([0-9]+)\.0+")
_DECIMAL_NUMBER = re.compile(r"[+-]?[0-9]*\.[0-9]+")
# A float keeps this many digits exactly, whatever they are.
_FLOAT_DIGITS = 15

_PLAIN_AMOUNT = re.compile(r"-?[0-9]{1,14}(?:\.[0-9]{1,10})?")
_AMOUNT = re.compile(
    r"([+-]?)(?:¥|rmb|cny)? ?([+-]?)((?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?|\.[0-9]+) ?元?",
    re.IGNORECASE,
)
_IN_PARENTHESES = re.compile(r"\(([^()+-]+)\)")
_NOT_FINITE = re.compile(r"[+-]?(?:s?nan|inf|infinity)", re.IGNORECASE)
_AMOUNT_DIGITS, _AMOUNT_PLACES = 14, 10

_QUANTITY_DIGITS = 9
_QUANTITY = re.compile(r"[+-]?(?:[0-9]{1,3}(?:,[0-9]{3}){1,2}|[0-9]{1,9})(?:\.0+)?")

_FIRST_YEAR, _LAST_YEAR = 2000, 2099
_USUAL_MOMENT = re.compile(r"20[0-9]{2}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}")
_DATE = r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?"
_TIME = r"([0-9]{1,2})[:时]([0-9]{1,2})(?:[:分]([0-9]{1,2})秒?(?:\.[0-9]{1,9})?|分)?"
_MOMENT = re.compile(rf"{_DATE}(?:(?: |T){_TIME})?")
_COMPACT_MOMENT = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})(?:([0-9]{2})([0-9]{2})([0-9]{2}))?")
_SERIAL = re.compile(r"[0-9]{5}(?:\.[0-9]{1,15})?")
_SERIAL_ZERO = dt.datetime(1899, 12, 30, tzinfo=SHANGHAI)
_SECONDS_A_DAY = 86400
# What the platforms write for "not yet": year 0 or 1.
_NO_MOMENT = re.compile(r"000[01]-(?:00-00|01-01)(?:[ T]00:00:00(?:\.0+)?)?")

# Nearly every one: nothing to strip, to part or to put into upper case, and no figure that lost its digits.
_PLAIN_WAYBILL = re.compile(r"[A-Z]{0,4}[0-9]{5,36}")
_WAYBILL_SEPARATORS = re.compile(r"[,、;\s]+")
_WAYBILL_LABEL = re.compile(r"NO[:.]", re.IGNORECASE)
_WAYBILL = re.compile(r"(?=.*[0-9])[A-Z0-9][A-Z0-9-]{4,39}")


def text(cell: str) -> str:
    """The text of a cell without wrappers; empty for nothing and for `null`. Refuses zero characters and marks."""
    value = cell.strip(_EDGES)
    if "\0" in value:
        raise NulCharacter
    while value and value[0] in _WRAPPED:
        inner = _unwrapped(value).strip(_EDGES)
        if inner == value:
            break
        value = inner
    return "" if value in _NULLS else value


def _unwrapped(value: str) -> str:
    """Without its outermost wrapper, if it has one: what was exported again may wear two."""
    if value[0] == LOST_DIGITS:
        raise DigitsLost
    if value[0] == NO_RESULT:
        raise NoResult
    if value[0] != "=":
        return value.lstrip(_LEADING)
    if len(value) > 2 and value[1] == '"' and value[-1] == '"':
        return value[2:-1].replace('""', '"')
    return value


def half_width(value: str) -> str:
    """Letters, digits and signs of full width as an English keyboard types them; nothing invisible at the ends."""
    return value if value.isascii() else value.translate(_HALF_WIDTH).strip(_EDGES)


def identifier(cell: str) -> str:
    """The number of an order, product, payment …: always text, every digit as the platform gave it.

    Empty for nothing, `-` and `--`. Refuses scientific form and decimals, because their digits are gone; a trailing
    `.0` is cut from up to 15 digits, which a float keeps. Codes of sizes and colours may look like `1E10`: they are
    `text`.
    """
    if _PLAIN_IDENTIFIER.fullmatch(cell):
        return cell
    value = half_width(text(cell))
    if value.isdigit() and value.isascii() and len(value) <= _LONGEST_IDENTIFIER:
        return value
    if value in _NO_VALUE:
        return ""
    if _SCIENTIFIC.fullmatch(value):
        raise DigitsLost
    if match := _FLOAT_IDENTIFIER.fullmatch(value):
        if len(match[1]) > _FLOAT_DIGITS:
            raise DigitsLost
        return match[1]
    if len(value) > _LONGEST_IDENTIFIER or not value.isprintable() or " " in value or _DECIMAL_NUMBER.fullmatch(value):
        raise NotAnIdentifier
    return value


def amount(cell: str) -> Decimal | None:
    """An amount of money as the file signs it; None for nothing, `-` and `--`, which is not zero.

    Takes `1,299.00`, `￥12.00`, `84.00元`, full-width figures and `(5.00)` for −5.00; keeps the decimals as written.
    Refuses scientific form, NaN and infinity, more than 14 digits before and 10 after the point, and whatever else.
    """
    value = cell if _PLAIN_AMOUNT.fullmatch(cell) else _undressed(half_width(text(cell)))
    if not value:
        return None
    number = Decimal(value)
    return number if number else abs(number)


def _undressed(value: str) -> str:
    """The bare digits of an amount with grouping, currency or parentheses; empty for no value."""
    if value in _NO_VALUE:
        return ""
    if _SCIENTIFIC.fullmatch(value):
        raise ScientificNotation
    if _NOT_FINITE.fullmatch(value):
        raise NotFinite
    sign = ""
    if match := _IN_PARENTHESES.fullmatch(value):
        sign, value = "-", match[1]
    found = _AMOUNT.fullmatch(value)
    if not found or (found[1] and found[2]):
        raise NotAnAmount
    digits = found[3].replace(",", "")
    _check_size(digits)
    return f"{sign or found[1] or found[2]}{digits}"


def _check_size(digits: str) -> None:
    whole, _, places = digits.partition(".")
    if len(whole.lstrip("0")) > _AMOUNT_DIGITS:
        raise AmountTooLarge
    if len(places) > _AMOUNT_PLACES:
        raise AmountTooPrecise


def quantity(cell: str) -> int:
    """A number of pieces, as the file signs it. Refuses nothing, fractions and more than 9 digits."""
    value = half_width(text(cell))
    if value.isdigit() and value.isascii() and len(value) <= _QUANTITY_DIGITS:
        return int(value)
    if value in _NO_VALUE:
        raise QuantityMissing
    if _SCIENTIFIC.fullmatch(value):
        raise ScientificNotation
    if not _QUANTITY.fullmatch(value):
        raise NotAQuantity
    return int(value.partition(".")[0].replace(",", ""))


def moment(cell: str) -> dt.datetime | None:
    """A date or time in Asia/Shanghai, a date alone as its midnight; None for nothing and for year 1.

    Takes `2026-09-01 09:12:33`, `2026/9/1 9:12`, `2026-09-01`, `20260901`, `2026年09月01日 00:00:00` and Excel's day
    numbers; fractions of seconds are dropped. Refuses dates outside 2000–2099.
    """
    value = text(cell)
    if _USUAL_MOMENT.fullmatch(value):
        return _usual_moment(value)
    value = half_width(value)
    if value in _NO_VALUE or _NO_MOMENT.fullmatch(value):
        return None
    if _SERIAL.fullmatch(value):
        return _in_range(_SERIAL_ZERO + dt.timedelta(seconds=round(Decimal(value) * _SECONDS_A_DAY)))
    match = _MOMENT.fullmatch(value) or _COMPACT_MOMENT.fullmatch(value)
    if not match:
        raise NotAMoment
    return _built([int(part) for part in match.groups(default="0")])


def _usual_moment(value: str) -> dt.datetime:
    try:
        local = dt.datetime.fromisoformat(value)
    except ValueError as error:
        raise NotAMoment from error
    # A third of what `replace` takes.
    return dt.datetime.combine(local, local.time(), SHANGHAI)


def _built(parts: list[int]) -> dt.datetime:
    year, month, day, hour, minute, second = parts
    try:
        return _in_range(dt.datetime(year, month, day, hour, minute, second, tzinfo=SHANGHAI))
    except ValueError as error:
        raise NotAMoment from error


def _in_range(value: dt.datetime) -> dt.datetime:
    if not _FIRST_YEAR <= value.year <= _LAST_YEAR:
        raise MomentOutOfRange
    return value


def waybills(cell: str) -> list[str]:
    """The waybill numbers in a cell, in order, each once: upper case, half width, without `No:`.

    Several are parted by commas, semicolons, blanks or line ends. None for nothing and `-`. Refuses scientific form,
    and what has no digit or other signs than letters, digits and hyphens.
    """
    if _PLAIN_WAYBILL.fullmatch(cell):
        return [cell]
    found: list[str] = []
    for piece in _WAYBILL_SEPARATORS.split(half_width(text(cell))):
        number = _waybill(piece)
        if number and number not in found:
            found.append(number)
    return found


def unlabelled(number: str) -> str:
    """A number in upper case, without the `@` or `No:` that files write before it."""
    return _WAYBILL_LABEL.sub("", number.lstrip(_LEADING), count=1).upper()


def _waybill(piece: str) -> str:
    value = unlabelled(text(piece))
    if value in _NO_VALUE:
        return ""
    match = _FLOAT_IDENTIFIER.fullmatch(value)
    if _SCIENTIFIC.fullmatch(value) or (match and len(match[1]) > _FLOAT_DIGITS):
        raise DigitsLost
    value = match[1] if match else value
    if not _WAYBILL.fullmatch(value):
        raise NotAWaybill
    return value
