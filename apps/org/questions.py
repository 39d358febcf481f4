"""What people and places ask of the floor above: the history of their records, and a name under their verbs."""

import datetime as dt
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any, Protocol

from django.db import models

from apps.core.questions import Question
from apps.org.actors import Actor


class Told(Protocol):
    """One change of one row, as the history knows it. columns: name → what it was, what it became."""

    @property
    def at(self) -> dt.datetime:
        """When."""

    @property
    def verb(self) -> str:
        """The signature's verb; empty for a change that nobody signed."""

    @property
    def actor(self) -> str:
        """The name of who did it."""

    @property
    def reason(self) -> str:
        """The person's own words."""

    @property
    def source(self) -> str:
        """Through which door: page, admin, api, task or command."""

    @property
    def label(self) -> str:
        """Insert, update or delete."""

    @property
    def columns(self) -> Mapping[str, tuple[Any, Any]]:
        """Before and after, by column."""


class Historian(Protocol):
    """Who can tell what happened to rows, newest first."""

    def changes_of(self, row: models.Model, *, limit: int) -> Sequence[Told]:
        """What happened to one row."""

    def changes_among(self, model: type[models.Model], *, limit: int, **where: object) -> Sequence[Told]:
        """What happened to the rows of another table that belong to it, births and removals too."""


class NobodyRemembers:
    """The default while no historian answers."""

    def changes_of(self, row: models.Model, *, limit: int) -> Sequence[Told]:
        """Nothing."""
        return []

    def changes_among(self, model: type[models.Model], *, limit: int, **where: object) -> Sequence[Told]:
        """Nothing."""
        return []


HISTORY: Question[Historian] = Question("org.history", NobodyRemembers())


class Signer(Protocol):
    """Who puts a verb, an actor and a reason under everything that is written inside a block."""

    def signed(self, verb: str, *, by: Actor, reason: str = "") -> AbstractContextManager[object]:
        """Sign. Expects an open transaction."""


class NobodySigns:
    """The default while no signer answers: what is written stays under the signature around it."""

    def signed(self, verb: str, *, by: Actor, reason: str = "") -> AbstractContextManager[object]:
        """Nothing changes."""
        return nullcontext()


SIGNATURE: Question[Signer] = Question("org.signature", NobodySigns())
