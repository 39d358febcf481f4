"""Who somebody is at the desk: their roles, kept for a minute."""

from dataclasses import dataclass

from django.core.cache import cache

from apps.org.actors import Actor
from apps.org.permissions import ROLES, home_of

KEPT_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Roles:
    """names: the groups. The labels are read in the language of the page."""

    names: frozenset[str]

    @property
    def labels(self) -> list[str]:
        """The roles as words, the leading one first."""
        return [str(role.label) for name, role in ROLES.items() if name in self.names]

    @property
    def home(self) -> str:
        """Which first page they lead to."""
        return home_of(set(self.names))


def roles_of(by: Actor) -> Roles:
    """The roles of a person: as they were read with the log-in, otherwise kept for a minute."""
    if by.user and by.user.standing:
        return Roles(by.user.standing.roles)
    key = f"desk.roles.{by.id}"
    names: frozenset[str] | None = cache.get(key)
    if names is None:
        names = frozenset(by.user.groups.values_list("name", flat=True)) if by.user else frozenset()
        cache.set(key, names, KEPT_SECONDS)
    return Roles(names)
