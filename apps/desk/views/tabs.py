"""Tabs with bounded counts, for lists that are not made of the list kit."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise

from apps.desk.marks import short
from apps.desk.queries.counts import counts_of
from apps.org.actors import Actor


@dataclass(frozen=True, slots=True)
class Tab:
    """A part of a list. key: in the address; also names its count."""

    key: str
    label: str | Promise
    tone: str = ""
    is_counted: bool = True


@dataclass(frozen=True, slots=True)
class TabLink:
    """A tab as the page shows it."""

    key: str
    label: str | Promise
    tone: str
    count: str
    is_current: bool


def tabs_of(tabs: Iterable[Tab], counts: str, current: str, by: Actor) -> list[TabLink]:
    """The tabs with their counts, all counted in one statement. counts: the family, as `counts.COUNTED` names it."""
    tabs = list(tabs)
    found = counts_of([f"{counts}.{tab.key}" for tab in tabs if tab.is_counted], by)
    return [
        TabLink(tab.key, tab.label, tab.tone, short(found.get(f"{counts}.{tab.key}", 0)), tab.key == current)
        for tab in tabs
    ]
