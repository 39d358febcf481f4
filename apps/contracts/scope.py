"""Whose contracts are whose: a contract is confidential, so working for one of its stores is not enough (CON-53)."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.apps import apps
from django.db.models import Q

from apps.org.scope import StoreScope

if TYPE_CHECKING:
    from apps.org.actors import Actor


@dataclass(frozen=True, slots=True)
class ContractScope(StoreScope):
    """A contract and its statements are open to those who work for every store that it is about.

    contract: the path from a row to its contract's key.
    """

    contract: str = "pk"

    def condition(self, by: "Actor") -> Q | None:
        """The filter for this actor, or None when they may see everything."""
        if by.store_ids is None:
            return None
        stores = apps.get_model("contracts.ContractStore")._base_manager
        own = stores.filter(store__in=sorted(by.store_ids)).values("contract")
        foreign = stores.exclude(store__in=sorted(by.store_ids)).values("contract")
        return Q(**{f"{self.contract}__in": own}) & ~Q(**{f"{self.contract}__in": foreign})
