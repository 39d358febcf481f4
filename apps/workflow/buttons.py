"""Which moves a person may make with a row now, for the buttons of pages and admin."""

from dataclasses import dataclass

from django.db import models
from django.utils.functional import Promise

from apps.org.actors import Actor
from apps.workflow.base import Verb, verbs_of


@dataclass(frozen=True, slots=True)
class Button:
    """One move on offer. refusal: why it would be refused now, empty when it would go through."""

    verb: Verb
    refusal: str | Promise = ""

    @property
    def enabled(self) -> bool:
        """Whether pressing it would do something."""
        return not self.refusal


def buttons_for(row: models.Model, by: Actor) -> list[Button]:
    """The moves that start from the row's state and that the actor has the right to, guards asked in one statement."""
    state = row.__dict__["state"]
    open_verbs = [
        v for v in verbs_of(type(row)).values() if state in v.sources and v.permission and by.may(v.permission)
    ]
    guards = {g.name: g for v in open_verbs for g in v.guards}
    passed: dict[str, bool] = {}
    if guards:
        asked = (
            type(row)
            ._base_manager.filter(pk=row.pk)
            .annotate(**{f"guard_{n}": g.expression() for n, g in guards.items()})
        )
        passed = {
            n: bool(ok) for n, ok in zip(guards, asked.values_list(*[f"guard_{n}" for n in guards]).get(), strict=True)
        }
    return [Button(v, next((g.refusal for g in v.guards if not passed[g.name]), "")) for v in open_verbs]
