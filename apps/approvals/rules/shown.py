"""What a decision was shown: frozen words and figures, and the digest by which a decision is bound to them."""

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256
from typing import Any

from django.utils.functional import Promise

from apps.core.speech import in_every_language


@dataclass(frozen=True, slots=True)
class Change:
    """One line of the difference: what it is now, what is asked for."""

    label: str | Promise
    before: str | Promise
    after: str | Promise


@dataclass(frozen=True, slots=True)
class Figure:
    """One fact beside the difference. tone: plain, good or bad."""

    label: str | Promise
    value: str | Promise
    tone: str = "plain"
    note: str | Promise = ""


def shown_as(
    *,
    title: str,
    note: str | Promise = "",
    changes: Sequence[Change] = (),
    figures: Sequence[Figure] = (),
    warnings: Sequence[str | Promise] = (),
) -> dict[str, Any]:
    """The usual shape of what an inbox shows; every sentence is kept in every language of the house.

    title: names the subject in data, not in words, such as a listing's title or a statement's number.
    """
    return {
        "title": title,
        "note": as_plain(note),
        "changes": [[as_plain(part) for part in (c.label, c.before, c.after)] for c in changes],
        "figures": [[as_plain(f.label), as_plain(f.value), f.tone, as_plain(f.note)] for f in figures],
        "warnings": [as_plain(warning) for warning in warnings],
    }


def as_plain(value: Any) -> Any:
    """A value as JSON keeps it: amounts as digits, days and instants as text, sentences in every language."""
    match value:
        case Promise():
            return in_every_language(value)
        case Decimal():
            return f"{value:f}"
        case dt.date():
            return value.isoformat()
        case Mapping():
            return {str(name): as_plain(each) for name, each in value.items()}
        case list() | tuple():
            return [as_plain(each) for each in value]
        case str() | bool() | int() | None:
            return value
    raise TypeError(f"{type(value).__name__} cannot be shown")


def version_of(*, kind: str, subject: str, shown: Mapping[str, Any], facts: Mapping[str, Any]) -> str:
    """The digest that a decision names: another title, amount or fact gives another version."""
    whole = {"kind": kind, "subject": subject, "shown": as_plain(shown), "facts": as_plain(facts)}
    text = json.dumps(whole, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()
