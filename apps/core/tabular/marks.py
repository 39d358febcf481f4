"""Cells that look like text but hold no usable value: marked by the readers, refused by every cleaner."""

# Noncharacters: Unicode promises that no text uses them, so no real cell can be mistaken for a mark.
LOST_DIGITS = "\ufdd0"
NO_RESULT = "\ufdd1"
MARKS = LOST_DIGITS + NO_RESULT


def lost_digits(figure: str) -> str:
    """The cell for a number too large for a spreadsheet's 15 digits; the figure is kept for the report only."""
    return LOST_DIGITS + figure


def no_result(shown_as: str) -> str:
    """The cell for an Excel error, or for a formula that was never calculated."""
    return NO_RESULT + shown_as


def shown(cell: str) -> str:
    """The cell as a person would see it."""
    return cell.lstrip(MARKS)
