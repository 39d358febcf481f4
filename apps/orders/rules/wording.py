"""An audit rule's conditions as people read them: "Paid amount is at least 5000"."""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.orders.rules.audit import FACTS

PHRASES: dict[str, str | Promise] = {
    ">=": gettext_lazy("%(fact)s is at least …"),
    "<=": gettext_lazy("%(fact)s is at most …"),
    "contains": gettext_lazy("%(fact)s contains …"),
    "in": gettext_lazy("%(fact)s is one of … (separated by commas)"),
}


def phrases() -> list[tuple[str, str]]:
    """Every condition that can be asked, as code and sentence; a yes-or-no fact is two of them."""
    found = []
    for name, fact in FACTS.items():
        for operator in fact.operators:
            if operator == "is":
                found += [
                    (f"{name}|is|yes", str(fact.label)),
                    (f"{name}|is|no", _("Not: %(fact)s") % {"fact": fact.label}),
                ]
            else:
                phrase = str(PHRASES.get(operator, f"%(fact)s {operator}"))
                found.append((f"{name}|{operator}|", phrase % {"fact": fact.label}))
    return found


def line_of(condition: Any) -> tuple[str, str]:
    """A stored condition as the editor's two boxes: code of the sentence, and its value."""
    if not isinstance(condition, dict):
        return "", ""
    value = condition.get("value")
    if condition.get("op") == "is":
        return f"{condition.get('field')}|is|{'yes' if value is True else 'no'}", ""
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return f"{condition.get('field')}|{condition.get('op')}|", text


def in_words(conditions: Any) -> str:
    """All conditions as one sentence, for lists, the history and whoever reads why an order is stopped."""
    known = dict(phrases())
    told = []
    for condition in conditions if isinstance(conditions, list) else []:
        code, text = line_of(condition)
        told.append(known.get(code, code).split("…")[0].strip() + (f" {text}" if text else ""))
    return "; ".join(told)
