"""Who does a thing: a user, or the house itself."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from apps.org.models import User


@dataclass(frozen=True)
class Actor:
    """The one who acts, as actions and the history know them. The name is kept beside the id: it outlives the account.

    user: the log-in behind it; None for the house itself, which may do everything and is never a person's disguise.
    """

    id: int | None
    name: str
    user: "User | None" = None

    @classmethod
    def of(cls, user: "User") -> "Actor":
        """The actor behind a log-in."""
        return cls(id=user.pk, name=str(user), user=user)

    @property
    def is_system(self) -> bool:
        """Whether this is the house itself."""
        return self.user is None and self.id is None

    def may(self, permission: str) -> bool:
        """Whether the actor has a right, `app.codename`. An empty permission asks for nothing."""
        if self.is_system or not permission:
            return True
        return self.user is not None and self.user.is_active and self.user.has_perm(permission)

    @cached_property
    def store_ids(self) -> frozenset[int] | None:
        """The stores this actor works for; None means all of them."""
        if self.is_system or self.may("org.see_all_stores"):
            return None
        if not self.user:
            return frozenset()
        if self.user.standing:
            return self.user.standing.store_ids
        return frozenset(self.user.store_grants.values_list("store_id", flat=True))

    @cached_property
    def warehouse_ids(self) -> frozenset[int] | None:
        """The warehouses this actor works in; None means all of them."""
        if self.is_system or self.may("org.see_all_warehouses"):
            return None
        if not self.user:
            return frozenset()
        if self.user.standing:
            return self.user.standing.warehouse_ids
        return frozenset(self.user.warehouse_grants.values_list("warehouse_id", flat=True))


SYSTEM = Actor(id=None, name="opsdesk")
