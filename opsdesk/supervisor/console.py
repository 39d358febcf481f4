"""What the person in front of `make run` reads."""

import sys
import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime


def say(line: str = "") -> None:
    """Print one line. A console that went away must not keep opsdesk from ending cleanly."""
    try:
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()
    except OSError:
        return


def report(line: str) -> None:
    """Print one line with the time of day."""
    say(f"{datetime.now(tz=UTC).astimezone():%H:%M:%S}  {line}")


def boxed(lines: Sequence[str]) -> str:
    """Lines in a frame; Chinese characters are two columns wide."""
    widest = max((columns(line) for line in lines), default=0)
    rows = [f"│ {line}{' ' * (widest - columns(line))} │" for line in lines]
    edge = "─" * (widest + 2)
    return "\n".join([f"┌{edge}┐", *rows, f"└{edge}┘"])


def columns(text: str) -> int:
    """How many columns a terminal gives to this text."""
    wide = sum(unicodedata.east_asian_width(character) in "WF" for character in text)
    return len(text) + wide - sum(unicodedata.combining(character) > 0 for character in text)
