"""Waybill numbers and carriers as files write them. What looks wrong is a warning: carriers add ranges every year."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.core.speech import filled
from apps.core.tabular import CellError, clean

_S10 = re.compile(r"([A-Z]{2})([0-9]{8})([0-9])([A-Z]{2})")
_S10_WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)
_OWN_LETTERS = re.compile(r"[A-Z]{2,}[^|]*$")
_BLANKS = re.compile(r"[\s()（）·._-]+")
NOT_ITS_SHAPE = _("%(number)s does not look like a number of %(carrier)s. Please check it.")
WRONG_CHECK_DIGIT = _("The check digit of %(number)s is wrong: a digit was probably mistyped.")
SEVERAL = _("There are several waybill numbers in this cell; a parcel has one.")


@dataclass(frozen=True, slots=True)
class Doubt:
    """What looks wrong about a waybill number that is taken all the same."""

    code: str
    sentence: str | Promise


@dataclass(frozen=True, slots=True)
class CarrierNames:
    """How a carrier may be written: its code, its name, what else files call it, and what platforms call it."""

    id: int
    code: str
    name: str
    aliases: Sequence[str] = ()
    platform_names: Sequence[str] = ()


def one_waybill(cell: str) -> str:
    """The waybill number in a cell or from a scanner, cleaned; empty for none.

    Raises CellError for what is no number, and for several in one cell: a parcel has one.
    """
    found = clean.waybills(cell)
    if len(found) > 1:
        raise SeveralWaybills
    return found[0] if found else ""


class SeveralWaybills(CellError):
    """More than one number where one belongs."""

    code = "several_waybills"
    template = SEVERAL


def s10_check_digit(eight_digits: str) -> int:
    """The check digit of a postal number: 11 less the weighted sum modulo 11; 10 becomes 0, and 11 becomes 5."""
    total = sum(weight * int(digit) for weight, digit in zip(_S10_WEIGHTS, eight_digits, strict=True))
    return {10: 0, 11: 5}.get(11 - total % 11, 11 - total % 11)


def doubts_about(number: str, carrier: str, patterns: Sequence[str]) -> list[Doubt]:
    """What looks wrong about a cleaned number of a carrier. patterns: regular expressions; none means no shape known."""
    doubts = []
    postal = _S10.fullmatch(number)
    if postal and s10_check_digit(postal[2]) != int(postal[3]):
        doubts.append(Doubt("wrong_check_digit", filled(WRONG_CHECK_DIGIT, number=number)))
    if patterns and not any(re.fullmatch(pattern, number) for pattern in patterns):
        doubts.append(Doubt("not_its_shape", filled(NOT_ITS_SHAPE, number=number, carrier=carrier)))
    return doubts


def carriers_that_fit(number: str, shapes: Mapping[int, Sequence[str]]) -> list[int]:
    """The carriers that have numbers of this shape. shapes: carrier → regular expressions of a whole, cleaned number.

    Who has these first letters for itself (SF…, JT…) has the number, whatever somebody's looser shape would allow.
    """
    fitting = {
        carrier: [each for each in patterns if re.fullmatch(each, number)] for carrier, patterns in shapes.items()
    }
    named = [carrier for carrier, patterns in fitting.items() if any(_OWN_LETTERS.match(each) for each in patterns)]
    return named or [carrier for carrier, patterns in fitting.items() if patterns]


def carriers_by_name(carriers: Iterable[CarrierNames]) -> Mapping[str, int]:
    """Every way to write a carrier, folded, to its key. A carrier's own code and name win over another's alias."""
    carriers = list(carriers)
    found: dict[str, int] = {}
    for carrier in carriers:
        for word in (*carrier.aliases, *carrier.platform_names):
            found.setdefault(folded(word), carrier.id)
    for carrier in carriers:
        found |= {folded(carrier.name): carrier.id, folded(carrier.code): carrier.id}
    found.pop("", None)
    return found


def taken_word(carrier: CarrierNames, others: Iterable[CarrierNames]) -> tuple[str, str] | None:
    """A word for this carrier that another one goes by too, and the other's name; None when all are its own."""
    owners = {folded(word): other.name for other in others if other.id != carrier.id for word in _words(other)}
    return next(((word, owners[folded(word)]) for word in _words(carrier) if folded(word) in owners), None)


def _words(carrier: CarrierNames) -> list[str]:
    words = (carrier.code, carrier.name, *carrier.aliases, *carrier.platform_names)
    return [word for word in words if folded(word)]


def folded(name: str) -> str:
    """A carrier's name without blanks, brackets, case and width: `圆通 速递` is `圆通速递`, and `yto` is `ＹＴＯ`."""
    return _BLANKS.sub("", clean.half_width(name)).casefold()
