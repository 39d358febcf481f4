"""A list's address read with care: what is unknown, foreign or bent is dropped, and what is left makes clean links."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict

from apps.core.calendar import day_in
from apps.desk.lists.spec import ListSpec, Sort, Tab
from apps.desk.posted import count_in, key_in
from apps.desk.rules.cursor import Cursor, read_cursor

MOST_CHOICES = 50
LONGEST_SEARCH = 8_000


@dataclass(frozen=True, slots=True)
class ListQuery:
    """Tab, filters, search, order and place of one page of a list. Only known values are in it.

    pasted: the short name under which a long pasted text is kept for this session; links carry it instead of the text.
    """

    spec: ListSpec
    tab: str
    sort: str
    stores: tuple[int, ...] = ()
    states: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    placed_from: dt.date | None = None
    placed_to: dt.date | None = None
    text: str = ""
    after: Cursor | None = None
    before: Cursor | None = None
    start: int = 1
    view: int | None = None
    pasted: str = ""

    @property
    def current_tab(self) -> Tab:
        """The tab that is open."""
        return self.spec.tabs_by_key[self.tab]

    @property
    def order(self) -> tuple[Sort, bool]:
        """The sort column, and whether the largest comes first."""
        return self.spec.sorts[self.sort.removeprefix("-")], self.sort.startswith("-")

    @property
    def is_filtered(self) -> bool:
        """Whether anything but the tab narrows the list."""
        return bool(self.stores or self.states or self.reasons or self.placed_from or self.placed_to or self.text)

    def filters(self) -> dict[str, list[str]]:
        """What a saved view keeps: everything but the place in the list."""
        kept: dict[str, list[str]] = {
            "tab": [self.tab],
            "store": [str(pk) for pk in self.stores],
            "state": list(self.states),
            "reason": list(self.reasons),
            "from": [self.placed_from.isoformat()] if self.placed_from else [],
            "to": [self.placed_to.isoformat()] if self.placed_to else [],
            "q": [self.text] if self.text else [],
            "sort": [self.sort] if self.sort != self.current_tab.sort else [],
        }
        return {key: values for key, values in kept.items() if values}

    def link(self) -> str:
        """The query string of exactly this page of the list."""
        filters = self.filters() | ({"q": [self.pasted]} if self.pasted else {})
        start = self.start if self.start > 1 else None
        place = {"after": self.after, "before": self.before, "start": start, "view": self.view}
        return _encoded(filters | {key: [str(value)] for key, value in place.items() if value is not None})

    def at(self, *, after: Cursor | None = None, before: Cursor | None = None, start: int = 1) -> "ListQuery":
        """The same list at another place."""
        return replace(self, after=after, before=before, start=start)

    def but(self, **changes: Any) -> "ListQuery":
        """The same list with other filters, from its beginning."""
        pasted = "" if "text" in changes else self.pasted
        return replace(self.at(), **{"view": None, "pasted": pasted, **changes})


def read_query(
    spec: ListSpec,
    data: QueryDict | Mapping[str, Any],
    *,
    stores: Iterable[int],
    default_tab: str = "",
    pasted: Mapping[str, str] = MappingProxyType({}),
) -> ListQuery:
    """The query in an address or in a saved view.

    stores: the keys that this person may ask for. pasted: long texts kept for this session, by their short names.
    """
    tabs = spec.tabs_by_key
    tab = _one(data, "tab")
    if tab not in tabs:
        tab = default_tab or spec.tabs[0].key
    allowed = {str(pk) for pk in stores}
    wished = _one(data, "sort")
    is_known = wished.removeprefix("-") in spec.sorts and tabs[tab].can_sort(wished)
    sort = wished if is_known else tabs[tab].sort
    kind = spec.sorts[sort.removeprefix("-")].kind
    text = _one(data, "q")[:LONGEST_SEARCH].strip()
    return ListQuery(
        spec=spec,
        tab=tab,
        sort=sort,
        stores=tuple(sorted(int(pk) for pk in _many(data, "store") if pk in allowed)),
        states=tuple(state for state in _many(data, "state") if state in spec.states.values),
        reasons=tuple(filter(_is_reason, _many(data, "reason"))) if spec.has_reasons else (),
        placed_from=day_in(_one(data, "from")),
        placed_to=day_in(_one(data, "to")),
        text=pasted.get(text, text),
        pasted=text if text in pasted else "",
        after=_place(_one(data, "after"), kind),
        before=_place(_one(data, "before"), kind),
        start=count_in(_one(data, "start")) or 1,
        view=key_in(_one(data, "view")),
    )


def _encoded(filters: Mapping[str, Sequence[str]]) -> str:
    return urlencode(filters, doseq=True, safe=":,~")


def _many(data: QueryDict | Mapping[str, Any], key: str) -> list[str]:
    found = data.getlist(key) if isinstance(data, QueryDict) else data.get(key, [])
    values = found if isinstance(found, list) else [found]
    return [str(value) for value in dict.fromkeys(map(str, values[:MOST_CHOICES]))]


def _one(data: QueryDict | Mapping[str, Any], key: str) -> str:
    values = _many(data, key)
    return values[-1] if values else ""


def _is_reason(text: str) -> bool:
    kind, _colon, key = text.partition(":")
    return key_in(key) is not None if kind == "rule" else kind.isidentifier() and not key


def _place(text: str, kind: type) -> Cursor | None:
    cursor = read_cursor(text)
    fits = cursor is not None and (cursor.value is None or isinstance(cursor.value, kind))
    return cursor if fits else None
