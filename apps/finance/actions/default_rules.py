"""The class rules that a house starts with; afterwards they are its own to change."""

from typing import Any

from apps.finance.models import ClassRule
from apps.finance.rules.usual import USUAL


def write_default_rules(**_: Any) -> None:
    """Fill an empty table after a migration; whatever somebody has changed stays as it is. Rule: FIN-21."""
    if ClassRule.objects.exists():
        return
    rules = [
        ClassRule(
            position=(nth + 1) * 10, name=name, code=p.code, kind_text=p.kind_text, text=p.text,
            number_prefix=p.number_prefix, direction=p.direction, line_class=p.line_class,
        )
        for nth, (name, p) in enumerate(USUAL)
    ]  # fmt: skip
    ClassRule.objects.bulk_create(rules, ignore_conflicts=True)
