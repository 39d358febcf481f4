"""Keys, counts and texts in what a browser sends, by a form or in an address, as a column can hold them.

A browser sends texts, and anybody can send any text. What is no plain number is None here; what is said about it is
the caller's to decide.
"""

from collections.abc import Iterable

KEY_DIGITS, COUNT_DIGITS = 18, 9


def key_in(text: str) -> int | None:
    """The key of the row that is meant. text: 1 to 18 ASCII digits without sign or blank; None for anything else."""
    return _plain(text, KEY_DIGITS)


def keys_in(texts: Iterable[str]) -> list[int]:
    """The keys of the rows that are meant, in their order; what is no key is left out."""
    return [key for key in map(key_in, texts) if key is not None]


def count_in(text: str) -> int | None:
    """How many are meant. text: 1 to 9 ASCII digits without sign or blank; None for anything else."""
    return _plain(text, COUNT_DIGITS)


def _plain(text: str, most: int) -> int | None:
    # By its length first: Python refuses to read a number of many thousand digits at all.
    return int(text) if len(text) <= most and text.isascii() and text.isdecimal() else None
