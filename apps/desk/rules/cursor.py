"""Page cursors: where a list page begins or ends, as text in an address. A cursor that cannot be read starts anew."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from apps.desk.posted import key_in

SortValue = dt.datetime | Decimal | None


@dataclass(frozen=True, slots=True)
class Cursor:
    """The last (or first) row that was shown: its sort value and its key. value None: the row has none."""

    value: SortValue
    pk: int

    def __str__(self) -> str:
        shown = self.value.isoformat() if isinstance(self.value, dt.datetime) else self.value
        return f"{'' if shown is None else shown}~{self.pk}"


def read_cursor(text: str) -> Cursor | None:
    """The cursor in an address, or None when there is none or somebody bent it."""
    value, tilde, key = text.rpartition("~")
    pk = key_in(key)
    if not tilde or pk is None or len(value) > 40:
        return None
    try:
        return Cursor(_read_value(value), pk)
    except (ValueError, InvalidOperation):
        return None


def _read_value(text: str) -> SortValue:
    if not text:
        return None
    if "T" in text:
        # A plus sign that nobody escaped arrives as a blank.
        instant = dt.datetime.fromisoformat(text.replace(" ", "+"))
        if instant.tzinfo is None:
            raise ValueError(text)
        return instant
    amount = Decimal(text)
    if not amount.is_finite():
        raise ValueError(text)
    return amount
