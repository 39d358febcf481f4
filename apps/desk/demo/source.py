"""What the company is made of: the texts in `fixtures/demo`, and dice that always fall the same way."""

import json
from functools import cache
from random import Random
from typing import Any

from django.conf import settings

SEED = "opsdesk demo 1"


@cache
def read(name: str) -> Any:
    """One file of the demo's texts, by name without ending."""
    return json.loads((settings.BASE_DIR / "fixtures" / "demo" / f"{name}.json").read_text(encoding="utf-8"))


def dice(*parts: object) -> Random:
    """Dice for one purpose: they fall the same way for the same parts, whatever else was rolled before."""
    return Random(":".join((SEED, *map(str, parts))))  # noqa: S311 - invented data, nothing secret


def fen(amount: str) -> int:
    """An amount in yuan as whole fen."""
    yuan, _, rest = amount.partition(".")
    return int(yuan) * 100 + int(rest.ljust(2, "0"))


def yuan(amount: int) -> str:
    """Whole fen as an amount in yuan."""
    return f"{amount // 100}.{amount % 100:02d}"
