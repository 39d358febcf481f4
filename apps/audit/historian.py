"""What the floor below asks of this one: the history of its records, and a name under its verbs."""

from contextlib import AbstractContextManager

from django.db import models

from apps.audit.context import signed
from apps.audit.queries import Change, changes_among, timeline_of
from apps.org.actors import Actor


class Historian:
    """Tells from the history tables. A model that keeps no history has nothing to tell."""

    def changes_of(self, row: models.Model, *, limit: int) -> list[Change]:
        """What happened to one row, newest first."""
        try:
            return timeline_of(row, limit=limit)
        except LookupError:
            return []

    def changes_among(self, model: type[models.Model], *, limit: int, **where: object) -> list[Change]:
        """What happened to the rows of another table that belong to it, newest first."""
        return changes_among(model, limit=limit, **where)


class Signer:
    """Signs for the actions of the floor below."""

    def signed(self, verb: str, *, by: Actor, reason: str = "") -> AbstractContextManager[object]:
        """The house's one signature. Raises Unsigned outside a transaction."""
        return signed(verb, by=by, reason=reason)
