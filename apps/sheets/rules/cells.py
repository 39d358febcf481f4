"""One cell of a sheet to the text that is kept of it: cleaned, checked, written in one way only.

Every reader takes the cell as the file has it, gives canonical text that Postgres can cast, and raises CellError. They
are made by functions that know the column's limits: `text(64)`, `amount()`.
"""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.core.tabular import CellError, clean

Reader = Callable[[str], str]

LARGEST_AMOUNT = Decimal("9999999999.99")
CENT = Decimal("0.01")
MOST_GRAMS = 1_000_000
CODE_SIGNS = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u2028-\u202e\ufeff]")
YES = frozenset({"1", "y", "yes", "true", "on", "是", "启用", "有效", "在用", "active"})
NO = frozenset({"0", "n", "no", "false", "off", "否", "停用", "无效", "禁用", "inactive"})


class TooLong(CellError):
    """More characters than the column keeps. Data: limit."""

    code = "too_long"
    template = _("This is longer than %(limit)s characters.")


class LineInText(CellError):
    """A line end or an invisible sign inside a code or name."""

    code = "line_in_text"
    template = _("There is a line end or an invisible sign in the middle of this text.")


class NegativeAmount(CellError):
    """An amount below zero where there is none."""

    code = "negative_amount"
    template = _("This amount is below zero.")


class PartsOfCents(CellError):
    """More decimals than money has here."""

    code = "parts_of_cents"
    template = _("This amount has more than two decimals.")


class AmountOverLimit(CellError):
    """More than the column holds."""

    code = "amount_over_limit"
    template = _("This amount is too large.")


class NotAWeight(CellError):
    """Not a weight in whole grams."""

    code = "not_a_weight"
    template = _("This is not a weight: write whole grams, without a unit, at most 1,000,000.")


class NotAWholeNumber(CellError):
    """Not a whole number between two bounds. Data: least, most."""

    code = "not_a_whole_number"
    template = _("This is not a whole number between %(least)s and %(most)s.")


class NotYesOrNo(CellError):
    """Neither of the two words."""

    code = "not_yes_or_no"
    template = _("Write yes or no here.")


class NotAChoice(CellError):
    """None of the words that the column knows. Data: choices, joined for reading."""

    code = "not_a_choice"
    template = _("This is none of: %(choices)s.")


def text(most: int) -> Reader:
    """A code or name of at most `most` characters, on one line. The reader raises LineInText and TooLong."""

    def read(cell: str) -> str:
        value = clean.text(cell)
        if CODE_SIGNS.search(value):
            raise LineInText
        if len(value) > most:
            raise TooLong(limit=most)
        return value

    return read


def number(most: int) -> Reader:
    """A barcode or a platform's number: always text, every digit as the file gives it. The reader raises TooLong."""

    def read(cell: str) -> str:
        value = clean.identifier(cell)
        if len(value) > most:
            raise TooLong(limit=most)
        return value

    return read


def amount(cell: str) -> str:
    """Money of at least zero, in yuan with two decimals; an empty cell stays empty.

    Raises NegativeAmount, AmountOverLimit, PartsOfCents.
    """
    value = clean.amount(cell)
    if value is None:
        return ""
    if value < 0:
        raise NegativeAmount
    if value > LARGEST_AMOUNT:
        raise AmountOverLimit
    if value != value.quantize(CENT):
        raise PartsOfCents
    return str(value.quantize(CENT))


def whole(least: int, most: int) -> Reader:
    """A whole number between two bounds, both allowed. The reader raises NotAWholeNumber."""

    def read(cell: str) -> str:
        try:
            value = clean.quantity(cell)
        except CellError as error:
            raise NotAWholeNumber(least=least, most=most) from error
        if not least <= value <= most:
            raise NotAWholeNumber(least=least, most=most)
        return str(value)

    return read


def grams(cell: str) -> str:
    """A weight in whole grams, from 0 on. Raises NotAWeight."""
    try:
        value = clean.quantity(cell)
    except CellError as error:
        raise NotAWeight from error
    if not 0 <= value <= MOST_GRAMS:
        raise NotAWeight
    return str(value)


def yes_or_no(cell: str) -> str:
    """`true` or `false`, from the words that people use for yes and no. Raises NotYesOrNo."""
    word = clean.text(cell).casefold()
    if word in YES:
        return "true"
    if word in NO:
        return "false"
    raise NotYesOrNo


def one_of(words: Mapping[str, str]) -> Reader:
    """One of some words, each standing for a code: `{"拣货": "pick", "pick": "pick"}`. The reader raises NotAChoice."""
    known = {word.casefold(): code for word, code in words.items()}

    def read(cell: str) -> str:
        code = known.get(clean.text(cell).casefold())
        if code is None:
            raise NotAChoice(choices=" / ".join(words))
        return code

    return read


def yes_or_no_shown(value: str) -> str | Promise:
    """The kept text as a person writes it."""
    return {"true": _("yes"), "false": _("no")}.get(value, value)
