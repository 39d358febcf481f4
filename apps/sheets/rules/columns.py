"""The columns of a kind of sheet, and which column of a file is which: by name, never by position."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from apps.core.errors import Invalid
from apps.core.speech import filled
from apps.core.tabular import HeaderSpec
from apps.core.tabular.header import folded

# The first column of the refused rows as they are handed back; it is passed over when they come in again.
REASON = ("原因", "Reason")

MISSING = _("The header in row %(row)s lacks the column “%(column)s”. Nothing was changed.")
UNKNOWN = _(
    "Row %(row)s, column %(letter)s: “%(column)s” is no column of this kind of sheet. Delete it or correct its name. "
    "Nothing was changed."
)
TWICE = _("Row %(row)s, column %(letter)s: “%(column)s” names a column that is there already. Nothing was changed.")


def as_it_is(value: str) -> str:
    """The kept text is what a person reads."""
    return value


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a kind of sheet.

    key: its name in the kept values. zh, en, aliases: how a header may call it. read: cell → kept text, raises
    CellError. is_required: in every row. is_clearable: a dash empties what is known; an empty cell leaves it as it is.
    show: kept text → what a person reads and writes. note: what to write, for the page.
    """

    key: str
    zh: str
    en: str
    read: Callable[[str], str]
    example: str
    note: str | Promise = ""
    aliases: tuple[str, ...] = ()
    is_required: bool = False
    is_clearable: bool = False
    show: Callable[[str], str | Promise] = as_it_is

    @property
    def names(self) -> tuple[str, ...]:
        """Every name by which a file may call it: Chinese, English, and other usual ones."""
        return (self.zh, self.en, *self.aliases)

    @property
    def heading(self) -> str:
        """Its name in the language of the current reader."""
        return self.zh if (get_language() or "").startswith("zh") else self.en


def header_spec(columns: Sequence[Column]) -> HeaderSpec:
    """What a row must hold to be looked at as the header: any of the names. What is wrong with it is said by name."""
    return HeaderSpec(required=[tuple(name for column in columns for name in column.names)])


def places_of(header: Sequence[str], columns: Sequence[Column], row: int) -> dict[int, Column]:
    """Which cell of a row is which column: place from 0 → column. row: where the header stands, for the sentences.

    Raises Invalid: `unknown_column`, `repeated_column`, `missing_column`.
    """
    known = {folded(name): column for column in columns for name in column.names}
    passed_over = {folded(name) for name in REASON}
    places: dict[int, Column] = {}
    for place, name in enumerate(header):
        if not name or folded(name) in passed_over:
            continue
        column = known.get(folded(name))
        if column is None:
            raise _refusal(UNKNOWN, "unknown_column", row, place, name)
        if column in places.values():
            raise _refusal(TWICE, "repeated_column", row, place, name)
        places[place] = column
    missing = next((c for c in columns if c.is_required and c not in places.values()), None)
    if missing is not None:
        sentence = filled(MISSING, row=row, column=" / ".join((missing.zh, missing.en)))
        raise Invalid(sentence, code="missing_column", row=row, column=missing.key)
    return places


def letters(place: int) -> str:
    """The column's letters as a spreadsheet shows them: 0 is A, 26 is AA."""
    named = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        named = chr(ord("A") + rest) + named
    return named


def _refusal(sentence: Promise | str, code: str, row: int, place: int, name: str) -> Invalid:
    said = filled(sentence, row=row, letter=letters(place), column=name)
    return Invalid(said, code=code, row=row, column=name)
