"""Kinds of papers: each floor says what it prints; issuing and rendering know only this shape."""

import datetime as dt
from dataclasses import dataclass

from django.utils.functional import Promise

KEPT = dt.timedelta(days=30 * 366)
PERSONAL_KEPT = dt.timedelta(days=30)
CHINESE = "zh-hans"


@dataclass(frozen=True, slots=True)
class DocumentKind:
    """One kind of paper.

    name: stored with each document, at most 30 letters. label: the paper's title. prefix: before date and running
    number, another for each kind. template: extends `documents/base.html`. language: of the paper, unless it is issued
    in another. rows: the lists in the context that may be long, with blanks between their names and in the order in which
    they are printed; papers with more than 500 such rows are printed in parts.
    right: what else, beside `documents.view_document`, a person needs to see papers of this kind.
    personal: shows a buyer's or an employee's data; the context is kept sealed, the file ends after `kept_for`, and
    whoever takes it stands in the book of exports.
    """

    name: str
    label: str | Promise
    prefix: str
    template: str
    language: str = CHINESE
    rows: str = ""
    right: str = ""
    personal: bool = False
    kept_for: dt.timedelta | None = None

    @property
    def long_lists(self) -> list[str]:
        """The lists whose rows are parted."""
        return self.rows.split()

    @property
    def lifetime(self) -> dt.timedelta:
        """How long a file of this kind is kept; a paper that is asked for later is printed again."""
        return self.kept_for or (PERSONAL_KEPT if self.personal else KEPT)


_kinds: dict[str, DocumentKind] = {}


def register(kind: DocumentKind) -> None:
    """Make a kind known. For `AppConfig.ready()`. Raises ValueError when name or prefix belong to another."""
    for other in _kinds.values():
        if other != kind and (other.name == kind.name or other.prefix == kind.prefix):
            raise ValueError(f"document kind {kind.name} takes the name or prefix of {other.name}")
    _kinds[kind.name] = kind


def kind_named(name: str) -> DocumentKind:
    """The kind. Raises KeyError."""
    return _kinds[name]


def all_kinds() -> list[DocumentKind]:
    """Every kind that the house knows, by name."""
    return [_kinds[name] for name in sorted(_kinds)]
