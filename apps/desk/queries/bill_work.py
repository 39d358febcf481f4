"""The worklist of bill lines: its tabs, filters and counts."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q, QuerySet

from apps.core.calendar import day_bounds, day_in
from apps.desk.posted import key_in
from apps.desk.rules.cursor import Cursor
from apps.finance.models import BillLine
from apps.finance.queries.differences import Difference, with_difference
from apps.finance.rules.classes import LineClass
from apps.finance.workflows.bill_line import BOOKED, LineState
from apps.org.actors import Actor
from apps.org.scope import visible

PAGE_SIZE = 50
LONGEST = 64
TABS: dict[str, Callable[[], Q]] = {
    "unmatched": lambda: Q(state=LineState.UNMATCHED),
    "disputed": lambda: Q(state=LineState.DISPUTED),
    "matched": lambda: Q(state__in=BOOKED),
    "apart": lambda: Q(state=LineState.APART),
    "all": Q,
}


@dataclass(frozen=True, slots=True)
class LineQuery:
    """Tab and filters of the worklist. Only known values are in it."""

    tab: str = "unmatched"
    store: int | None = None
    bill: int | None = None
    line_class: str = ""
    difference: str = ""
    first: dt.date | None = None
    last: dt.date | None = None
    text: str = ""

    @property
    def is_filtered(self) -> bool:
        """Whether anything but the tab narrows the list."""
        return any([self.store, self.bill, self.line_class, self.difference, self.first, self.last, self.text])

    def filters(self) -> dict[str, str]:
        """What the address holds."""
        kept = {
            "tab": self.tab, "store": self.store, "bill": self.bill, "class": self.line_class,
            "difference": self.difference, "from": self.first, "to": self.last, "q": self.text,
        }  # fmt: skip
        return {key: str(value) for key, value in kept.items() if value}

    @property
    def link(self) -> str:
        """The query string of this list."""
        return urlencode(self.filters())


def line_query(data: Mapping[str, str]) -> LineQuery:
    """The query in an address; what is unknown or bent is dropped."""
    tab = data.get("tab", "") or data.get("state", "")
    return LineQuery(
        tab=tab if tab in TABS else "unmatched",
        store=key_in(data.get("store", "")),
        bill=key_in(data.get("bill", "")),
        line_class=_known(data.get("class", ""), LineClass.values),
        difference=_known(data.get("difference", ""), Difference.values),
        first=day_in(data.get("from", "")),
        last=day_in(data.get("to", "")),
        text=data.get("q", "").strip()[:LONGEST],
    )


def lines_under(query: LineQuery, by: Actor) -> QuerySet[Any]:
    """The lines that tab and filters choose, in this person's scope; unmatched ones say why."""
    lines = visible(BillLine.objects.filter(TABS[query.tab](), **_columns(query)), by)
    if query.text:
        starts = Q(order_number__startswith=query.text) | Q(serial__startswith=query.text)
        lines = lines.filter(starts | Q(order__number__startswith=query.text))
    if query.tab != "unmatched":
        return lines
    told: QuerySet[Any] = with_difference(lines)
    return told.filter(difference=query.difference) if query.difference else told


def _columns(query: LineQuery) -> dict[str, Any]:
    """The filters that are plain columns."""
    wanted = {
        "store": query.store,
        "bill": query.bill,
        "line_class": query.line_class,
        "happened_at__gte": query.first and day_bounds(query.first)[0],
        "happened_at__lt": query.last and day_bounds(query.last)[1],
    }
    return {name: value for name, value in wanted.items() if value}


def following(lines: QuerySet[BillLine], after: Cursor | None) -> QuerySet[BillLine]:
    """The lines after a place, the latest first; from the beginning without one or with a place of another list."""
    if after is not None and isinstance(after.value, dt.datetime):
        earlier = Q(happened_at__lt=after.value) | Q(pk__lt=after.pk)
        lines = lines.filter(earlier, happened_at__lte=after.value)
    return lines.order_by("-happened_at", "-pk")


def _counted(name: str) -> Callable[[Actor], QuerySet[BillLine]]:
    return lambda by: visible(BillLine.objects.filter(TABS[name]()), by)


COUNTS = {name: _counted(name) for name in TABS}


def _known(text: str, values: list[str]) -> str:
    return text if text in values else ""
