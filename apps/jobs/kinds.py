"""Kinds of jobs: each floor says what its long work does; the runner knows only this shape."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise

from apps.org.actors import Actor

if TYPE_CHECKING:
    from apps.jobs.models import Job

Tally = dict[str, int]
Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Chunk:
    """What one work step gets: keys and bounds as JSON, and how many rows it covers, for the progress bar."""

    payload: dict[str, Any]
    size: int


@dataclass(frozen=True, slots=True)
class JobKind:
    """One kind of long work, in three phases, each step one transaction.

    plan: look at the whole and cut it into chunks; may report rows seen so far. work: do one chunk and count what
    became of it. finish: close the books; counts are the sums over all chunks. failed: what to undo when it ends badly.
    counted: the counts that its requester is shown, and what they are called.
    """

    name: str
    label: str | Promise
    plan: Callable[["Job", Actor, Progress], Iterable[Chunk]]
    work: Callable[["Job", dict[str, Any], Actor], Tally]
    finish: Callable[["Job", Tally, Actor], None]
    failed: Callable[["Job", Actor], None] | None = None
    counted: Mapping[str, str | Promise] = field(default_factory=dict)


_kinds: dict[str, JobKind] = {}


def register(kind: JobKind) -> None:
    """Make a kind known. For `AppConfig.ready()`. Raises ValueError when the name is taken by another."""
    if _kinds.get(kind.name, kind) != kind:
        raise ValueError(f"job kind {kind.name} is registered twice")
    _kinds[kind.name] = kind


def kind_named(name: str) -> JobKind:
    """The kind. Raises KeyError."""
    return _kinds[name]
