"""Whose returns are whose: an ownerless parcel belongs to its warehouse and to the stores that ship from there."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q

from apps.org.models import Store
from apps.org.scope import StoreScope

if TYPE_CHECKING:
    from apps.org.actors import Actor


@dataclass(frozen=True, slots=True)
class ReturnScope(StoreScope):
    """As every scope by store or warehouse; a row without a store opens to the stores of its warehouse as well."""

    def condition(self, by: "Actor") -> Q | None:
        """The filter for this actor, or None when they may see everything."""
        # The plain call: a dataclass with slots is another class than the one that `super()` remembers.
        condition = StoreScope.condition(self, by)
        if condition is None or not by.store_ids:
            return condition
        nearby = Store.objects.filter(pk__in=by.store_ids).values("warehouse")
        return condition | Q(**{f"{self.store}__isnull": True, f"{self.warehouse}__in": nearby})
