"""Two texts side by side: which pieces are gone and which are new."""

from dataclasses import dataclass
from difflib import SequenceMatcher

ALIKE = 0.3


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text; is_marked: only this side has it."""

    text: str
    is_marked: bool


def pieces(before: str, after: str) -> tuple[list[Piece], list[Piece]]:
    """Both texts in pieces. Texts that have little in common, such as two amounts, are marked whole."""
    if before == after:
        return [Piece(before, False)], [Piece(after, False)]
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    if not _has_words(before, after) or matcher.ratio() < ALIKE:
        return [Piece(before, True)], [Piece(after, True)]
    gone, new = [], []
    for tag, b1, b2, a1, a2 in matcher.get_opcodes():
        if b2 > b1:
            gone.append(Piece(before[b1:b2], tag != "equal"))
        if a2 > a1:
            new.append(Piece(after[a1:a2], tag != "equal"))
    return gone, new


def _has_words(*texts: str) -> bool:
    """Whether there are letters to compare: of figures a common digit says nothing."""
    return all(any(sign.isalpha() for sign in text) for text in texts)
