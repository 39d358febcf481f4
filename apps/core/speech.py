"""Sentences kept for later readers: written down once in every language of the house."""

from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise, lazy

Spoken = dict[str, str]


def _fill(template: str | Promise, params: dict[str, Any]) -> str:
    return str(template) % {name: f"{value:,}" if type(value) is int else value for name, value in params.items()}


_filled = lazy(_fill, str)


def filled(template: str | Promise, **params: Any) -> Promise:
    """A lazy sentence with lazy values in it: `filled(_("It is “%(state)s”."), state=label)`. Whole numbers get commas."""
    sentence: Any = _filled(template, params)  # typed as text, a promise in truth
    promised: Promise = sentence
    return promised


def in_every_language(sentence: str | Promise) -> Spoken:
    """A lazy sentence as `{language: text}`, so that a stored finding or notice is read in the reader's language."""
    spoken = {}
    for code, _ in settings.LANGUAGES:
        with translation.override(code):
            spoken[code] = str(sentence)
    return spoken


def spoken(texts: Spoken) -> str:
    """The text in the language of the current request, or in the house's first language."""
    language = translation.get_language() or settings.LANGUAGE_CODE
    return texts.get(language) or texts.get(settings.LANGUAGE_CODE, "")
