"""Whose rows are whose: the one scoping function, used by pages, admin, API, exports, tasks, counts and caches.

A model says by which path it belongs to a store or a warehouse; `visible` turns that into a filter. A model without a
declaration cannot be scoped, and asking for it is an error, not an empty filter.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.core.errors import NotFound

if TYPE_CHECKING:
    from apps.org.actors import Actor

Row = TypeVar("Row", bound=models.Model)


class Unscoped(Exception):
    """The model does not say to whom its rows belong. A programming mistake."""


@dataclass(frozen=True, slots=True)
class StoreScope:
    """Lookup paths from a row to its store and its warehouse ids; either opens the row to those who work there."""

    store: str = ""
    warehouse: str = ""

    def condition(self, by: "Actor") -> Q | None:
        """The filter for this actor, or None when they may see everything."""
        if self.store and by.store_ids is None:
            return None
        if self.warehouse and by.warehouse_ids is None:
            return None
        condition = Q(pk__in=[])
        if self.store and by.store_ids:
            condition |= Q(**{f"{self.store}__in": sorted(by.store_ids)})
        if self.warehouse and by.warehouse_ids:
            condition |= Q(**{f"{self.warehouse}__in": sorted(by.warehouse_ids)})
        return condition


def visible(queryset: "models.QuerySet[Row]", by: "Actor") -> "models.QuerySet[Row]":
    """The rows of the queryset that this actor may know of. Foreign rows do not exist for them (404, never 403)."""
    scope = getattr(queryset.model, "scope", None)
    if not isinstance(scope, StoreScope):
        raise Unscoped(f"{queryset.model._meta.label} has no scope")
    condition = scope.condition(by)
    return queryset if condition is None else queryset.filter(condition)


def the_visible(queryset: "models.QuerySet[Row]", by: "Actor", **key: object) -> Row:
    """The one row with this key, if this actor may know of it. Raises NotFound, the same for foreign and for missing."""
    row = visible(queryset.filter(**key), by).first()
    if row is None:
        raise NotFound(_("There is no such record, or it belongs to another store."))
    return row


def scope_key(by: "Actor") -> str:
    """A cache key part that is equal for actors who see the same rows."""
    stores = "*" if by.store_ids is None else ",".join(map(str, sorted(by.store_ids)))
    warehouses = "*" if by.warehouse_ids is None else ",".join(map(str, sorted(by.warehouse_ids)))
    return f"s{stores}|w{warehouses}"
