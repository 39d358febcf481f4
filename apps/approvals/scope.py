"""Whose requests are whose: what is about several stores is open to those who work for every one of them (CON-53)."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q

from apps.org.scope import StoreScope

if TYPE_CHECKING:
    from collections.abc import Collection

    from apps.org.actors import Actor


@dataclass(frozen=True, slots=True)
class RequestScope(StoreScope):
    """A request about stores is visible to those who know all of them; one about none, to those who know every store.

    path: from the row to its request, with the underscores.
    """

    path: str = ""

    def condition(self, by: "Actor") -> Q | None:
        """The filter for this actor, or None when they may see everything."""
        if by.store_ids is None:
            return None
        return within(by.store_ids, path=self.path) & ~Q(**{f"{self.path}store_ids": []})


def within(store_ids: "Collection[int]", *, path: str = "") -> Q:
    """Requests whose stores are all among these; one that is about no store is everybody's to decide.

    path: from the row that is asked for to its request, with the underscores.
    """
    return Q(**{f"{path}store_ids__contained_by": sorted(store_ids)})
