"""Freezing: what a paper will say, as plain JSON that says the same for ever, and the digest that proves it."""

import datetime as dt
import hashlib
import json
import uuid
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise

from apps.core.calendar import SHANGHAI
from apps.core.money import Money

Frozen = dict[str, Any]

# No paper says these, and some of them could make a line read differently from what it holds.
_UNPRINTABLE = dict.fromkeys(
    [*range(0x20), *range(0x7F, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF, *range(0xD800, 0xE000)]
)
_UNPRINTABLE.pop(ord("\n"))


def freeze(context: Mapping[str, Any]) -> Frozen:
    """The context as plain values: texts, whole numbers, yes and no, lists, mappings.

    Decimals become texts with all their places, days `2026-11-21`, instants Shanghai's `2026-11-21T14:05:00+08:00`,
    money `{amount, currency}`; labels are said in the active language. Raises TypeError for floats and for objects.
    """
    return {_key(name): _plain(value) for name, value in context.items()}


def canonical(frozen: Frozen) -> bytes:
    """The one way to write a frozen context down, whatever order its parts came in."""
    return json.dumps(frozen, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def digest_of(frozen: Frozen) -> str:
    """SHA-256 of the canonical writing, 64 hexadecimal digits, as the paper prints it."""
    return hashlib.sha256(canonical(frozen)).hexdigest()


def _key(name: object) -> str:
    if not isinstance(name, str):
        raise TypeError(f"a context names its parts by text, not {name!r}")
    return name


def _plain(value: Any) -> Any:
    # Nearly all values of a long list are such texts; nothing unprintable is to be taken out of them.
    if type(value) is str and value.isprintable():
        return value
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, Mapping):
        return {_key(name): _plain(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    return _text(value)


def _text(value: Any) -> Any:
    if isinstance(value, Promise | str | uuid.UUID):
        return str(value).replace("\r\n", "\n").translate(_UNPRINTABLE)
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, dt.datetime):
        return value.astimezone(SHANGHAI).isoformat(timespec="seconds")
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Money):
        return {"amount": f"{value.amount:f}", "currency": value.currency}
    raise TypeError(f"a paper cannot be frozen with {type(value).__name__} in it")
