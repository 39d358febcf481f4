"""Refusals that a person can act on. Programming mistakes stay plain exceptions and reach the log."""

from typing import Any

from django.utils.functional import Promise


class DomainError(Exception):
    """The business says no: a stable code for programs, a sentence for the person, the data behind it."""

    code = "refused"

    def __init__(self, sentence: str | Promise, *, code: str | None = None, **data: Any) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.data = data
        if code is not None:
            self.code = code

    def __str__(self) -> str:
        return str(self.sentence)


class NotAllowed(DomainError):
    """The actor lacks the right for this verb."""

    code = "not_allowed"


class NotFound(DomainError):
    """No such row in the actor's stores and warehouses; says nothing about whether it exists elsewhere."""

    code = "not_found"


class Conflict(DomainError):
    """Somebody else was faster, or the row has moved on since it was shown."""

    code = "conflict"


class Invalid(DomainError):
    """The input cannot be used as it is."""

    code = "invalid"
