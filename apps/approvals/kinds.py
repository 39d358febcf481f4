"""Kinds of approvals: each floor says what may be decided; asking and deciding know only this shape."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from django.utils.functional import Promise

from apps.approvals.rules.steps import Answer, Step
from apps.org.actors import Actor


class Decider(Protocol):
    """The floor's own verb: locks its subject, calls `approvals.actions.decide`, moves its subject by the answer.

    Its transitions ask for no right: `decide` has asked who may. Raises DomainError, with nothing changed but what the
    refusal itself means, such as a request that lapses. All it does can be rolled back: the inbox rehearses it.
    """

    def __call__(self, request_id: int, *, verdict: str, by: Actor, version: str, comment: str = "") -> Answer:
        """Say yes or no, as this person or outside party, to what was shown under this version."""


class Withdrawer(Protocol):
    """The floor's own verb: calls `approvals.actions.withdraw` and takes its subject back."""

    def __call__(self, request_id: int, *, by: Actor, reason: str) -> object:
        """Take the request back."""


class Witness(Protocol):
    """What has happened to a subject since it was asked about, beside what was shown and is frozen."""

    def __call__(self, subject_id: int, /) -> Sequence[str | Promise]:
        """Sentences for whoever decides, with the way to act; none when what was shown is still the whole."""


@dataclass(frozen=True)
class ApprovalKind:
    """One kind of decision.

    name: `floor.subject`. decide, withdraw: the floor's verbs. url_name: the desk's page of the subject, taking its key.
    facts: what a policy's condition may ask about, with its words. steps: the policy that the house starts with.
    right: what a bystander needs, beside `approvals.view_approvalrequest`, to read requests of this kind; whoever asks or
    decides reads them anyway. since: asked while the request is open. rules: where it comes from.
    """

    name: str
    label: str | Promise
    decide: Decider
    withdraw: Withdrawer | None = None
    url_name: str = ""
    icon: str = "clipboard-check"
    facts: Mapping[str, str | Promise] = field(default_factory=dict)
    steps: tuple[Step, ...] = ()
    right: str = ""
    since: Witness | None = None
    rules: tuple[str, ...] = ()


_kinds: dict[str, ApprovalKind] = {}


def register(kind: ApprovalKind) -> None:
    """Make a kind known. For `AppConfig.ready()`. Raises ValueError when the name is taken by another."""
    if _kinds.get(kind.name, kind) != kind:
        raise ValueError(f"approval kind {kind.name} is registered twice")
    _kinds[kind.name] = kind


def kind_named(name: str) -> ApprovalKind:
    """The kind. Raises KeyError."""
    return _kinds[name]


def all_kinds() -> list[ApprovalKind]:
    """Every kind, by name."""
    return [_kinds[name] for name in sorted(_kinds)]


def forget(name: str) -> None:
    """Take a kind back; for tests that bring their own."""
    _kinds.pop(name, None)
