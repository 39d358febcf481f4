"""What an import has to say about single rows: returned as a list, never raised, so that one bad row stops nobody."""

import re
from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext_lazy as _

from apps.core.speech import filled
from apps.core.tabular.cell_errors import CellError
from apps.core.tabular.clean import half_width
from apps.core.tabular.errors import Sentence
from apps.core.tabular.marks import shown

Severity = Literal["refused", "warning"]

_FIGURES = re.compile(r"(?=.{1,24}$)(?:[0-9.,:/\-+Ee%()¥$元年月日 ]|rmb|cny|usd)+", re.IGNORECASE)
# Nobody's telephone: a spreadsheet writes one with a point and zeros at most.
_BROKEN_AMOUNT = re.compile(r"[^0-9Ee]*[0-9,]+\.[0-9]*[1-9][0-9]*[^0-9Ee]*")
# What programs write where a figure should be.
_NO_FIGURE = re.compile(
    r"[+-]?(?:s?nan|inf|infinity)|null|n/a|#(?:n/a|value!|div/0!|ref!|name\?|num!|null!)", re.IGNORECASE
)
_LONG_DIGITS = re.compile(r"[0-9]{7,}")
_PHONE = re.compile(r"\+?[0-9]{2,4}[ -][0-9]{3,4}[ -][0-9]{4}")
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+")


@dataclass(frozen=True, slots=True)
class Finding:
    """One sentence about one cell or row of a file.

    row: the number a person sees in Excel, None for the file as a whole. value: a masked excerpt, at most 24
    characters, so that neither a log nor a report of errors repeats a buyer's name, phone or address.
    """

    row: int | None
    column: str
    code: str
    sentence: Sentence
    severity: Severity = "refused"
    value: str = ""


_TOO_LONG = _("The row has %(cells)s cells, the header %(columns)s. Probably a comma or quotation mark is wrong in it.")

_REPEATED = _("The column names stand here again, as if two files had been put together. This row was left out.")


def row_too_long(row: int, cells: int, columns: int) -> Finding:
    """A row whose cells cannot be matched with the header; it is left out."""
    return Finding(row, "", "row_too_long", filled(_TOO_LONG, cells=cells, columns=columns))


def repeated_header(row: int) -> Finding:
    """The header once more, as in exports glued together: left out, but worth a look."""
    return Finding(row, "", "repeated_header", _REPEATED, "warning")


def finding_of(row: int, column: str, error: CellError, cell: str = "", severity: Severity = "refused") -> Finding:
    """The finding for a cell that a cleaner refused; the cell's text is masked here."""
    return Finding(row, column, error.code, error.sentence, severity, excerpt(cell))


def excerpt(cell: str) -> str:
    """Enough of a cell to find it again, not enough to know the buyer.

    Figures and dates stay, in half width (long runs of digits lose their middle, except in an amount with a fraction),
    and so do the words that stand for no figure; of other texts the first two characters and the last one remain, of
    very short ones the first.
    """
    line = half_width(_UNPRINTABLE.sub(" ", shown(cell)).strip())
    if _NO_FIGURE.fullmatch(line):
        return line
    if _FIGURES.fullmatch(line) and not _PHONE.search(line):
        if _BROKEN_AMOUNT.fullmatch(line):
            return line
        return _LONG_DIGITS.sub(lambda digits: f"{digits[0][:3]}…{digits[0][-2:]}", line)
    if len(line) <= 3:
        return line[:1] + "…" * (len(line) > 1)
    return f"{line[:2]}…{line[-1]}"
