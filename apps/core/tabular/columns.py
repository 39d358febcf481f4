"""The cleaners of `clean.py` for whole columns: each different cell is cleaned once, refusals come as a list."""

import datetime as dt
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import TypeVar

from apps.core.tabular import clean
from apps.core.tabular.cell_errors import CellError, DigitsLost

T = TypeVar("T")
Refused = list[tuple[int, CellError]]

_EXACT_DIGITS = 15
_LONG = 18
# Fewer long numbers than this may all end in zeros by chance.
_ENOUGH = 3


def texts(cells: Sequence[str]) -> tuple[list[str], Refused]:
    """See clean.text. Refused cells come back empty."""
    return cleaned(clean.text, cells, "")


def identifiers(cells: Sequence[str]) -> tuple[list[str], Refused]:
    """See clean.identifier. Refused cells come back empty.

    Also refuses the long numbers of a column that all end in zeros after 15 digits: a spreadsheet shortened them and
    then wrote them in full, which no single cell can show.
    """
    values, refused = cleaned(clean.identifier, cells, "")
    long = {value for value in values if len(value) >= _LONG and value.isdigit()}
    if len(long) < _ENOUGH or any(value[_EXACT_DIGITS:].strip("0") for value in long):
        return values, refused
    lost = DigitsLost()
    refused += [(index, lost) for index, value in enumerate(values) if value in long]
    return ["" if value in long else value for value in values], sorted(refused, key=lambda entry: entry[0])


def amounts(cells: Sequence[str]) -> tuple[list[Decimal | None], Refused]:
    """See clean.amount. Refused cells come back as None."""
    return cleaned(clean.amount, cells, None)


def quantities(cells: Sequence[str]) -> tuple[list[int], Refused]:
    """See clean.quantity. Refused cells come back as 0."""
    return cleaned(clean.quantity, cells, 0)


def moments(cells: Sequence[str]) -> tuple[list[dt.datetime | None], Refused]:
    """See clean.moment. Refused cells come back as None."""
    return cleaned(clean.moment, cells, None)


def waybill_lists(cells: Sequence[str]) -> tuple[list[list[str]], Refused]:
    """See clean.waybills. Refused cells come back as an empty list."""
    nothing: list[str] = []
    values, refused = cleaned(clean.waybills, cells, nothing)
    return [list(value) for value in values], refused


def cleaned(cleaner: Callable[[str], T], cells: Sequence[str], blank: T) -> tuple[list[T], Refused]:
    """A column by any cleaner of cells. Refused cells come back as `blank`."""
    known: dict[str, T] = {}
    errors: dict[str, CellError] = {}
    for cell in set(cells):
        try:
            known[cell] = cleaner(cell)
        except CellError as error:
            known[cell] = blank
            errors[cell] = error
    refused = [(index, errors[cell]) for index, cell in enumerate(cells) if cell in errors] if errors else []
    return [known[cell] for cell in cells], refused
