"""Which moves a person may make with a row now, for the buttons of pages and admin."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import models
from django.utils.functional import Promise

from apps.org.actors import Actor
from apps.workflow.base import Verb, verbs_of

Row = TypeVar("Row", bound=models.Model)


@dataclass(frozen=True, slots=True)
class Button:
    """One move on offer. refusal: why it would be refused now, empty when it would go through."""

    verb: Verb
    refusal: str | Promise = ""

    @property
    def enabled(self) -> bool:
        """Whether pressing it would do something."""
        return not self.refusal


def with_guards(rows: "models.QuerySet[Row]", by: Actor) -> "models.QuerySet[Row]":
    """Rows that bring along what the guards of this actor's moves say about them: their buttons ask nothing more."""
    guards = {guard.name: guard for verb in _held(rows.model, by) for guard in verb.guards}
    found: models.QuerySet[Row] = rows.annotate(**{_column(name): each.expression() for name, each in guards.items()})
    return found


def buttons_for(row: models.Model, by: Actor) -> list[Button]:
    """The moves that start from the row's state and that the actor has the right to, guards asked in one statement."""
    state = row.__dict__["state"]
    open_verbs = [verb for verb in _held(type(row), by) if state in verb.sources]
    passed = _passed(row, {guard.name: guard for verb in open_verbs for guard in verb.guards})
    return [
        Button(verb, next((guard.refusal for guard in verb.guards if not passed[guard.name]), ""))
        for verb in open_verbs
    ]


def _held(model: type[models.Model], by: Actor) -> list[Verb]:
    return [verb for verb in verbs_of(model).values() if verb.permission and by.may(verb.permission)]


def _passed(row: models.Model, guards: Mapping[str, Any]) -> dict[str, bool]:
    """What each guard says: as the row brought it along, asked otherwise."""
    read = vars(row)
    missing = {name: guard for name, guard in guards.items() if _column(name) not in read}
    answers = {name: bool(read[_column(name)]) for name in guards if name not in missing}
    if missing:
        columns = {_column(name): guard.expression() for name, guard in missing.items()}
        asked = type(row)._base_manager.filter(pk=row.pk).annotate(**columns).values_list(*columns).get()
        answers |= {name: bool(said) for name, said in zip(missing, asked, strict=True)}
    return answers


def _column(guard: str) -> str:
    return f"guard_{guard}"
