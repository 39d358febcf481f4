"""The timeline of a row, told from its history: the rows as they were, and the row as it is."""

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import pghistory
from django.db import models

QUIET_FIELDS = frozenset({"updated_at"})


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one row: who, when, which verb, why, and each column's before and after. row: its key."""

    at: dt.datetime
    verb: str
    actor: str
    actor_id: int | None
    reason: str
    source: str
    click: uuid.UUID | None
    label: str
    row: Any = None
    columns: dict[str, tuple[Any, Any]] = field(default_factory=dict)

    @property
    def state_from(self) -> Any:
        """The state before, when this change moved it."""
        return self.columns.get("state", (None, None))[0]

    @property
    def state_to(self) -> Any:
        """The state after, when this change moved it."""
        return self.columns.get("state", (None, None))[1]


def event_model_of(model: type[models.Model]) -> type[Any]:
    """The table that keeps the old rows of a model. Raises LookupError for an untracked model."""
    found = pghistory.core.event_models(tracks_model=model)
    if not found:
        raise LookupError(f"{model._meta.label} keeps no history")
    table: type[Any] = found[0]
    return table


def timeline_of(row: models.Model, *, limit: int = 200) -> list[Change]:
    """What happened to a row, newest first: at most `limit` changes, two statements whatever the length.

    The birth is not part of it unless the model stores births: the row itself says when and by what it was made.
    """
    events = list(event_model_of(type(row))._base_manager.filter(pgh_obj_id=row.pk).order_by("-pgh_id")[:limit])
    return list(_changes(events, row))


def changes_among(model: type[models.Model], *, limit: int = 200, **where: object) -> list[Change]:
    """What happened to all rows of a table that share a key, `store_id=3`, newest first: two statements at most.

    Births and removals carry their columns, as far as the model stores them.
    """
    events = list(event_model_of(model)._base_manager.filter(**where).order_by("-pgh_id")[:limit])
    if not events:
        return []
    after: dict[Any, Any] = {row.pk: row for row in model._base_manager.filter(**where)}
    told = []
    for event in events:
        columns = _columns(event, after.get(event.pgh_obj_id))
        told.append(_change(event, {name: pair for name, pair in columns.items() if name not in {"id", *where}}))
        if event.pgh_label != "insert":
            after[event.pgh_obj_id] = event
    return told


def _columns(event: Any, after: Any) -> dict[str, tuple[Any, Any]]:
    if event.pgh_label == "update":
        return _differences(event, after) if after is not None else {}
    values = {f.attname: getattr(event, f.attname) for f in event._meta.fields if not f.name.startswith("pgh_")}
    said = {name: value for name, value in values.items() if value not in (None, "")}
    return {name: (None, value) if event.pgh_label == "insert" else (value, None) for name, value in said.items()}


def _changes(events: Sequence[Any], row: models.Model) -> Iterable[Change]:
    after: Any = row
    for event in events:
        born = event.pgh_label == "insert"
        yield _change(event, {} if born else _differences(event, after))
        if not born:
            after = event


def _differences(before: Any, after: Any) -> dict[str, tuple[Any, Any]]:
    columns = [f.attname for f in before._meta.fields if not f.name.startswith("pgh_") and f.name not in QUIET_FIELDS]
    pairs = {name: (getattr(before, name), getattr(after, name)) for name in columns if hasattr(after, name)}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def _change(event: Any, columns: dict[str, tuple[Any, Any]]) -> Change:
    context = event.pgh_context or {}
    return Change(
        at=event.pgh_created_at,
        verb=context.get("verb", ""),
        actor=context.get("actor", ""),
        actor_id=context.get("actor_id"),
        reason=context.get("reason", ""),
        source=context.get("source", ""),
        click=event.pgh_context_id,
        label=event.pgh_label,
        row=event.pgh_obj_id,
        columns=columns,
    )
