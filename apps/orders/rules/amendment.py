"""What an amendment asks for, and whether it can be: pencil and paper, no database (ORD-06, ORD-07)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from apps.core.errors import Invalid
from apps.core.money import CENT
from apps.core.speech import filled

LONGEST_MEMO = 1000
FLAGS = ("", "red", "yellow", "green", "blue", "purple")
BEYOND = Decimal(10) ** 9
# Eleven digits, perhaps with the extension of a privacy number; or an area code and a number.
PHONE = re.compile(r"\+?\d{2,4}[- ]?\d{7,11}(?:-\d{1,6})?|1\d{10}(?:-\d{1,6})?|\d{5,8}")
ADDRESS = ("province", "city", "district", "street")
LONGEST = {"receiver": 60, "phone": 30, "province": 30, "city": 30, "district": 30, "street": 200}


@dataclass(frozen=True, slots=True, repr=False)
class Contact:
    """Who gets the parcel and where; as a wish, empty parts stay as they are. Has no repr, so that no log can hold it."""

    receiver: str = ""
    phone: str = ""
    province: str = ""
    city: str = ""
    district: str = ""
    street: str = ""

    @property
    def address(self) -> str:
        """In one line, parted by blanks as the platforms write it; a municipality stands there once."""
        region = dict.fromkeys((self.province, self.city, self.district))
        return " ".join(part for part in (*region, self.street) if part)


@dataclass(frozen=True, slots=True)
class LineWish:
    """What a line shall become: how many, and as which SKU; None and empty stay as they are."""

    quantity: int | None = None
    sku_code: str = ""


@dataclass(frozen=True, slots=True)
class Amendment:
    """What shall change about an order; whatever is None, empty or not named stays. lines: by key of the shipping line."""

    contact: Contact = field(default_factory=Contact, repr=False)
    paid_amount: Decimal | None = None
    seller_memo: str | None = None
    flag: str | None = None
    lines: Mapping[int, LineWish] = field(default_factory=dict)


def taken_apart(address: str, province: str, city: str, district: str) -> tuple[str, str, str, str]:
    """Region and street of a known address. The street is empty where it cannot be told from the rest, or is masked."""
    region = " ".join(part for part in dict.fromkeys((province, city, district)) if part)
    text = " ".join(address.split())
    street = text.removeprefix(region).strip() if text.startswith(region) else ""
    return province, city, district, "" if "*" in street else street


def amended_contact(known: Contact, wish: Contact) -> dict[str, str]:
    """The parts that become different. Raises Invalid for a part that cannot be, or a new region without a street."""
    for name, limit in LONGEST.items():
        _check_part(name, getattr(wish, name), limit)
    if wish.phone and not PHONE.fullmatch(wish.phone):
        raise Invalid(_("This is not a phone number."), code="not_a_phone", field="phone")
    said = {name: getattr(wish, name) for name in LONGEST if getattr(wish, name)}
    if wish.province or wish.city:
        # A district belongs to its city: with another city the old one is wrong, not merely unsaid.
        said["district"] = wish.district
    changes = {name: text for name, text in said.items() if text != getattr(known, name)}
    if not changes.keys().isdisjoint(ADDRESS) and not (changes.get("street") or known.street):
        raise Invalid(
            _("Write the street and house number too: the known ones are missing or masked."),
            code="street_missing",
            field="street",
        )
    return changes


def _check_part(name: str, text: str, limit: int) -> None:
    if len(text) > limit:
        raise Invalid(filled(_("This is longer than %(limit)s characters."), limit=limit), code="too_long", field=name)
    if "*" in text or not text.isprintable():
        raise Invalid(_("Write the whole name, phone or address, without stars."), code="masked", field=name)


def checked_amount(amount: Decimal) -> Decimal:
    """An amount that a buyer can have paid, in whole cents. Raises Invalid."""
    if not amount.is_finite() or not 0 <= amount < BEYOND or amount != amount.quantize(CENT):
        raise Invalid(
            _("Give the amount in yuan with at most two decimals, not negative."), code="amount", field="paid_amount"
        )
    return amount.quantize(CENT)


def is_beyond(before: Decimal | None, after: Decimal, percent: Decimal) -> bool:
    """Whether a price change is larger than so many per cent of the old price. An unknown price may not be set freely."""
    return before is None or abs(after - before) > before * percent / 100


def checked_memo(text: str) -> str:
    """A seller's memo. Raises Invalid."""
    if len(text) > LONGEST_MEMO or "\0" in text:
        raise Invalid(_("A memo has at most 1,000 characters."), code="too_long", field="seller_memo")
    return text.strip()


def checked_flag(flag: str, known: str) -> str:
    """One of the flags, or the one that is there already. Raises Invalid."""
    if flag not in FLAGS and flag != known:
        raise Invalid(_("There is no such flag."), code="flag", field="flag")
    return flag
