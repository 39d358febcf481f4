"""Expected texts of papers: the house's words by their English name, the rest as it is printed."""

import re
from pathlib import Path

from django.utils import translation
from django.utils.translation import gettext, pgettext

TOKEN = re.compile(r"⟦([^⟧]*)⟧")


def golden(path: Path, language: str, **facts: str) -> str:
    """The expected text; ⟦words⟧ stand for the house's own translation of them, ⟦words|name=value⟧ of a sentence.

    ⟦context¦words⟧ name a context; {name} in the file stands for a fact that only the test knows.
    """

    def said(token: "re.Match[str]") -> str:
        words, *parts = token.group(1).split("|")
        context, _mark, rest = words.rpartition("¦")
        values = dict(part.split("=", 1) for part in parts)
        text = pgettext(context, rest) if context else gettext(rest)
        return text % values if values else text

    text = path.read_text("utf-8")
    for name, value in facts.items():
        text = text.replace(f"{{{name}}}", value)
    with translation.override(language):
        return TOKEN.sub(said, text)


def folded(text: str) -> str:
    """Without blanks and line ends: where a line breaks is the printer's business."""
    return "".join(text.split())
