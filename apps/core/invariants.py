"""Invariants: what must be true of the whole database, as statements that find the rows for which it is not.

Every app declares its own; one command runs them after tests, after restores and nightly.
"""

from dataclasses import dataclass

from django.db import connection

SHOWN = 10


@dataclass(frozen=True, slots=True)
class Invariant:
    """One promise: its id, what it says, and a SELECT that gives the keys of rows that break it."""

    id: str
    says: str
    breaks: str


@dataclass(frozen=True, slots=True)
class Broken:
    """A promise that does not hold, with how many rows break it and the first of them."""

    invariant: Invariant
    count: int
    first: list[str]


_declared: dict[str, Invariant] = {}


def declare(*invariants: Invariant) -> None:
    """Register promises. For `AppConfig.ready()`."""
    for invariant in invariants:
        _declared[invariant.id] = invariant


def declared() -> list[Invariant]:
    """Every promise that an app has declared, by id."""
    return [_declared[key] for key in sorted(_declared)]


def broken() -> list[Broken]:
    """Every declared promise that does not hold now, by id."""
    return [found for invariant in declared() if (found := checked(invariant)) is not None]


def checked(invariant: Invariant) -> Broken | None:
    """How one promise is broken now; nothing when it holds."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM ({invariant.breaks}) t")  # noqa: S608 - declared in code
        count = cursor.fetchone()[0]
        if not count:
            return None
        cursor.execute(f"SELECT * FROM ({invariant.breaks}) t LIMIT {SHOWN}")  # noqa: S608 - declared in code
        return Broken(invariant, count, [", ".join(map(str, row)) for row in cursor.fetchall()])
