"""Lists that stay quick at a million rows: counts that stop, filters that load only what the person may know."""

import datetime as dt
from collections.abc import Iterator
from functools import cached_property
from typing import Any

from django.contrib.admin import FieldListFilter, RelatedFieldListFilter
from django.contrib.admin.views.main import ChangeList
from django.core.paginator import Paginator
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.core.calendar import day_bounds, day_in

COUNT_BOUND = 5_000
MOST_CHOICES = 300


class BoundedPaginator(Paginator):  # type: ignore[type-arg]  # pages of any model
    """Counts no further than one past the bound; who needs more rows narrows the list."""

    template_name = "admin/bounded_pagination.html"

    @cached_property
    def count(self) -> int:
        """How many rows, at most 5,001."""
        rows: Any = self.object_list
        if isinstance(rows, models.QuerySet):
            return rows.order_by().values("pk")[: COUNT_BOUND + 1].count()
        return len(rows)

    @property
    def is_capped(self) -> bool:
        """Whether there are more rows than were counted."""
        return self.count > COUNT_BOUND

    @property
    def bound(self) -> int:
        """How far it counts."""
        return COUNT_BOUND


class KnownRelatedFilter(RelatedFieldListFilter):
    """A filter by a related record that offers only records the person may know of, and not more than fit a list."""

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Key and name of each."""
        rows = model_admin.get_field_queryset(None, field, request)[:MOST_CHOICES]
        return [(row.pk, str(row)) for row in rows]


class DayRangeFilter(FieldListFilter):
    """From a Shanghai day to a Shanghai day, compared by instants so that an index can answer."""

    template = "admin/day_range_filter.html"

    def __init__(  # noqa: PLR0917 - Django's own signature
        self, field: Any, request: HttpRequest, params: Any, model: Any, model_admin: Any, field_path: str
    ) -> None:
        self.names = {"from": f"{field_path}__from", "until": f"{field_path}__until"}
        super().__init__(field, request, params, model, model_admin, field_path)

    def expected_parameters(self) -> list[str | None]:
        """The two days in the address."""
        return list(self.names.values())

    def day(self, which: str) -> dt.date | None:
        """The chosen day, or None when there is none or it is none."""
        texts: Any = self.used_parameters.get(self.names[which]) or [""]
        return day_in(texts[-1])

    def queryset(self, request: HttpRequest, queryset: "models.QuerySet[Any]") -> "models.QuerySet[Any]":
        """Rows of those days, both included."""
        start, end = self.day("from"), self.day("until")
        if start:
            queryset = queryset.filter(**{f"{self.field_path}__gte": day_bounds(start)[0]})
        if end:
            queryset = queryset.filter(**{f"{self.field_path}__lt": day_bounds(end)[1]})
        return queryset

    def has_output(self) -> bool:
        """It always has its two boxes."""
        return True

    def choices(self, changelist: ChangeList) -> Iterator[Any]:
        """One choice: the two boxes, and the other filters to keep."""
        kept = [(name, value) for name, values in changelist.filter_params.items() for value in values]
        yield {
            "selected": bool(self.day("from") or self.day("until")),
            "query_string": changelist.get_query_string(remove=list(self.names.values())),
            "display": _("Any day"),
            "boxes": [
                {"name": self.names["from"], "label": _("From"), "value": self.day("from")},
                {"name": self.names["until"], "label": _("Until"), "value": self.day("until")},
            ],
            "kept": [(name, value) for name, value in kept if name not in self.names.values()],
        }
