"""How a machine is declared: guards, verbs, and the abstract row that carries a state."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import BooleanField, ExpressionWrapper, Q
from django.db.models.expressions import Combinable
from django.utils.functional import Promise
from django_fsm import Transition

from apps.workflow.fields import StateField

Condition = Q | Combinable


@dataclass(frozen=True)
class Guard:
    """A reason to refuse: the sentence the clerk reads, and one condition that serves a row and ten thousand alike.

    condition: called when the guard is asked, gives an expression that Postgres evaluates for each row of a set.
    """

    name: str
    refusal: str | Promise
    condition: Callable[[], Condition]

    def __call__(self, row: models.Model) -> bool:
        """Whether this one row passes; the same condition, asked for one key."""
        return type(row)._base_manager.filter(pk=row.pk).filter(self.expression()).exists()

    def expression(self) -> ExpressionWrapper:  # type: ignore[type-arg]  # the class takes no argument at run time
        """The condition as a boolean column."""
        return ExpressionWrapper(self.condition(), output_field=BooleanField())


def guard(refusal: str | Promise) -> Callable[[Callable[[], Condition]], Guard]:
    """Declare a guard: `@guard(_("The sentence.")) def has_lines() -> Condition: …`, named as a true statement."""

    def declare(condition: Callable[[], Condition]) -> Guard:
        return Guard(condition.__name__, refusal, condition)

    return declare


def rows_of(label: str) -> "models.QuerySet[Any]":
    """The rows of a model by its label, for guards: a machine lies further in than the models it asks about."""
    rows: models.QuerySet[Any] = apps.get_model(label)._base_manager.all()
    return rows


def verb(
    label: str | Promise,
    *,
    stamps: Sequence[str] = (),
    needs_reason: bool = False,
    tone: str = "plain",
    signed_as: str = "",
    internal: bool = False,
    asked_in: str = "",
) -> dict[str, Any]:
    """What a transition says about itself beyond its states, for `@transition(custom=verb(…))`.

    label: on the button. stamps: columns set to the moment of the move. needs_reason: refuse without an explanation.
    tone: primary, plain or danger, for the button. signed_as: the verb in the signature when several transitions share
    one, as the mirrored ones do; otherwise the transition's own name.

    Whose right it is, is said once: by the transition's permission; or internal, when the house takes it, or another
    verb that has asked already; or asked_in, the action that asks for what no single right says, `jobs.actions.cancel.
    cancel_job`: a voice, one's own request.
    """
    said = {"label": label, "stamps": tuple(stamps), "needs_reason": needs_reason, "tone": tone, "signed_as": signed_as}
    return {**said, "internal": internal, "asked_in": asked_in}


class Workflow(models.Model):
    """A row with a state. A concrete machine adds `state = StateField(…)`, its transitions and their stamps."""

    state: StateField

    class Meta:
        abstract = True

    def refresh_from_db(
        self,
        using: str | None = None,
        fields: Iterable[str] | None = None,
        from_queryset: "models.QuerySet[Any] | None" = None,
    ) -> None:
        """Read the row again, its state too.

        The library's mixin switches the protection of the shared field off while it reads, for every thread and, when
        the row is gone, for good; so the state is put into the instance instead.
        """
        wanted = [f.attname for f in self._meta.concrete_fields] if fields is None else list(fields)
        ours = wanted if from_queryset is None and self._are_plain(wanted) else [n for n in wanted if n == "state"]
        others = [name for name in wanted if name not in ours]
        if others:
            super().refresh_from_db(using=using, fields=others, from_queryset=from_queryset)
        if ours:
            rows: models.QuerySet[Any] = type(self)._base_manager.db_manager(using or self._state.db).all()
            self.__dict__.update(rows.values(*ours).get(pk=self.pk))

    def _are_plain(self, names: Iterable[str]) -> bool:
        """Whether these are columns of the row's own, behind which no other row may be kept in memory."""
        return {f.attname for f in self._meta.concrete_fields if not f.is_relation}.issuperset(names)


@dataclass(frozen=True, slots=True)
class Verb:
    """One transition of a machine, gathered from its declarations by source state."""

    model: type[models.Model]
    name: str
    sources: tuple[str, ...]
    target: str
    guards: tuple[Guard, ...]
    permission: str
    label: str | Promise
    stamps: tuple[str, ...]
    needs_reason: bool
    tone: str
    signature: str
    internal: bool
    asked_in: str


@cache
def verbs_of(model: type[models.Model]) -> dict[str, Verb]:
    """Every transition of a model's machine by name. Raises FieldDoesNotExist for a model without a state."""
    field: Any = model._meta.get_field("state")
    by_name: dict[str, list[Transition]] = {}
    for transition in field.get_all_transitions(model):
        by_name.setdefault(transition.name, []).append(transition)
    return {name: _gathered(model, name, found) for name, found in sorted(by_name.items())}


def _gathered(model: type[models.Model], name: str, found: list[Transition]) -> Verb:
    first, said = found[0], found[0].custom
    return Verb(
        model=model,
        name=name,
        sources=tuple(sorted(str(t.source) for t in found)),
        target=str(first.target),
        guards=tuple(c for c in first.conditions if isinstance(c, Guard)),
        permission=str(first.permission or ""),
        label=said.get("label", name),
        stamps=tuple(said.get("stamps", ())),
        needs_reason=bool(said.get("needs_reason")),
        tone=said.get("tone", "plain"),
        signature=f"{model._meta.label_lower}.{said.get('signed_as') or name}",
        internal=bool(said.get("internal")),
        asked_in=str(said.get("asked_in", "")),
    )


def legal_pairs(model: type[models.Model]) -> list[tuple[str, str, str]]:
    """Every (from, to, signature) that the declared machine allows, sorted."""
    return sorted({(source, v.target, v.signature) for v in verbs_of(model).values() for source in v.sources})
