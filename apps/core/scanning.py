"""What a scanner types, or a hand in its place: the same code however the keyboard is set."""

from apps.core.tabular import clean

# What is left around a number that was copied out of a spreadsheet.
_WRAPPERS = "='\"`"


def scanned(text: str) -> str:
    """A code as it was meant: a Chinese input method may have typed it in full width. Letters keep their case."""
    return clean.half_width(text.strip()).strip(f"{_WRAPPERS}\t\r\n ")


def scanned_number(text: str) -> str:
    """The number of a parcel, return or order as it was meant, or as files write it: no blanks, capital letters."""
    return clean.unlabelled("".join(scanned(text).split()))


def is_scan_of(text: str, *codes: str) -> bool:
    """Whether a cleaned scan is one of these codes, whatever the case of its letters. An empty code is nobody's."""
    wanted = text.casefold()
    return any(code and code.casefold() == wanted for code in codes)
