"""The outside party: somebody without an account who answers through a signed link, or by staying silent."""

from dataclasses import dataclass
from functools import cached_property

from apps.org.actors import Actor


@dataclass(frozen=True)
class OutsideParty(Actor):
    """Acts for one voice of one request, and holds no right of the house.

    voice_id: the only voice that it may raise. knows_stores: those of the request, the only ones that it may know of.
    is_silent: nobody answered in time, and the rule takes that for a yes.
    """

    voice_id: int = 0
    knows_stores: frozenset[int] = frozenset()
    is_silent: bool = False

    @property
    def is_system(self) -> bool:
        """Never the house itself."""
        return False

    def may(self, permission: str) -> bool:
        """Only what asks for no right."""
        return not permission

    @cached_property
    def store_ids(self) -> frozenset[int] | None:
        """The stores of the request."""
        return self.knows_stores

    @cached_property
    def warehouse_ids(self) -> frozenset[int] | None:
        """None at all."""
        return frozenset()
