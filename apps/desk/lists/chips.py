"""The filters of a list as words, each with the link that takes it away."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from apps.desk.lists.cells import BY_CODE, reason_label
from apps.desk.lists.query import ListQuery
from apps.desk.queries.choices import StoreChoice
from apps.orders.models import Reason

LONGEST_WORD = 40


@dataclass(frozen=True, slots=True)
class Chip:
    """One filter that is on."""

    label: str
    link: str


def chips_of(query: ListQuery, stores: Mapping[int, StoreChoice], reasons: Mapping[str, str]) -> list[Chip]:
    """Every filter that narrows the list."""
    return [Chip(label, f"?{shorter.link()}") for label, shorter in _filters(query, stores, reasons)]


def reason_choices(rules: Mapping[int, str]) -> dict[str, str]:
    """What the reason filter offers: the rules by key, then the kinds that people and platforms cause."""
    by_rule = {f"rule:{pk}": name for pk, name in rules.items()}
    by_code = {code: reason_label(f"{BY_CODE}{code}") for code in Reason.Code.values if code != Reason.Code.RULE}
    return by_rule | by_code


def _filters(
    query: ListQuery, stores: Mapping[int, StoreChoice], reasons: Mapping[str, str]
) -> Iterator[tuple[str, ListQuery]]:
    labels = dict(query.spec.states.choices)
    if query.text:
        word = query.text if len(query.text) <= LONGEST_WORD else f"{query.text[:LONGEST_WORD]}…"
        yield f"“{word}”", query.but(text="")
    for pk in query.stores:
        yield stores[pk].name, query.but(stores=tuple(key for key in query.stores if key != pk))
    for state in query.states:
        yield str(labels[state]), query.but(states=tuple(key for key in query.states if key != state))
    for reason in query.reasons:
        yield reasons.get(reason, reason), query.but(reasons=tuple(key for key in query.reasons if key != reason))
    yield from _days(query)


def _days(query: ListQuery) -> Iterator[tuple[str, ListQuery]]:
    if query.placed_from:
        yield _("from %(day)s") % {"day": _day(query.placed_from)}, query.but(placed_from=None)
    if query.placed_to:
        yield _("until %(day)s") % {"day": _day(query.placed_to)}, query.but(placed_to=None)


def _day(day: dt.date) -> str:
    return day.isoformat()
