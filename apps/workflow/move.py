"""`move` and `move_many`: the only way a state changes.

Lock in key order, ask the guards with a fresh look, update the rows that pass, and say which row was refused by which
guard, all under the verb's signature. One row and ten thousand go the same way (docs/adr/0002).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.db import connection, models
from django.db.models.functions import Now
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.audit.context import Unsigned, signed
from apps.core.bulk import many_keys
from apps.core.errors import DomainError, Invalid, NotAllowed
from apps.core.speech import filled
from apps.org.actors import Actor
from apps.workflow.base import Verb, verbs_of

Row = TypeVar("Row", bound=models.Model)


class IllegalMove(DomainError):
    """This row may not make this move now; the sentence says why."""

    code = "illegal_move"


@dataclass(frozen=True, slots=True)
class Moved:
    """What became of a set: the keys that moved, and for every other key the sentence that refused it."""

    done: list[int] = field(default_factory=list)
    refused: dict[int, str | Promise] = field(default_factory=dict)


def verb_named(transition: Callable[..., Any], model: type[models.Model] | None = None) -> Verb:
    """The declared verb behind `row.confirm` or `Model.confirm`."""
    owner: models.Model | None = getattr(transition, "__self__", None)
    machine = model if owner is None else type(owner)
    if machine is None:
        raise TypeError("an unbound transition needs its model")
    return verbs_of(machine)[transition.__name__]


def move(transition: Callable[..., Any], *, by: Actor, reason: str = "", also: Mapping[str, Any] | None = None) -> None:
    """Move one row: `move(order.confirm, by=by)`. Expects an open transaction; the instance shows the new state after.

    also: further columns written by the same statement, under the same signature.
    Raises NotAllowed without the right, Invalid without a wanted reason, IllegalMove with the guard's sentence.
    """
    row: models.Model = transition.__self__  # type: ignore[attr-defined]  # a bound transition
    spec = verb_named(transition)
    if not also and _moved_alone(spec, row, by, reason):
        return
    moved = _moved(spec, type(row)._base_manager.filter(pk=row.pk), by, reason, also, only=row.pk if also else None)
    if row.pk in moved.refused:
        raise IllegalMove(moved.refused[row.pk], state=str(row.__dict__.get("state", "")), verb=spec.name)
    if not moved.done:
        raise IllegalMove(_("This row is gone."), verb=spec.name)
    row.refresh_from_db(fields=["state", *spec.stamps, *(also or ())])


def move_many(
    queryset: "models.QuerySet[Row]",
    transition: Callable[..., Any],
    *,
    by: Actor,
    reason: str = "",
    also: Mapping[str, Any] | None = None,
    is_held: bool = False,
) -> Moved:
    """Move every row of the set that may move: `move_many(orders, ShippingOrder.confirm, by=by)`.

    is_held: the transaction has locked these rows by an earlier statement, or written them itself, so that nobody else
    can touch them. Expects an open transaction. Three statements whatever the size, one less for rows that are held, plus
    the history. Raises NotAllowed and Invalid for the whole set; refusals of rows are in the result.
    """
    return _moved(verb_named(transition, queryset.model), queryset, by, reason, also, is_held=is_held)


def _check(spec: Verb, by: Actor, reason: str) -> None:
    if not connection.in_atomic_block:
        raise Unsigned(f"{spec.signature} needs an open transaction")
    if not by.may(spec.permission):
        raise NotAllowed(_("You do not have the right to do this."), verb=spec.name)
    if spec.needs_reason and not reason.strip():
        raise Invalid(_("Please give a reason."), code="reason_missing", verb=spec.name)


def _moved_alone(spec: Verb, row: models.Model, by: Actor, reason: str) -> bool:
    """Move a row that nothing but its state can hold back, by one statement that tells the instance what became of it.

    False for a verb with guards, and when the row may not move: then it is asked why.
    """
    _check(spec, by, reason)
    if spec.guards:
        return False
    columns = ["state", *spec.stamps]
    sets = ", ".join(["state = %s", *(f"{stamp} = statement_timestamp()" for stamp in spec.stamps)])
    table = connection.ops.quote_name(spec.model._meta.db_table)
    with signed(spec.signature, by=by, reason=reason), connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET {sets} WHERE id = %s AND state = ANY(%s) RETURNING {', '.join(columns)}",  # noqa: S608 - names come from the model
            [spec.target, row.pk, list(spec.sources)],
        )
        told = cursor.fetchone()
    row.__dict__.update(zip(columns, told or (), strict=False))
    return told is not None


def _moved(
    spec: Verb,
    queryset: "models.QuerySet[Any]",
    by: Actor,
    reason: str,
    also: Mapping[str, Any] | None,
    *,
    is_held: bool = False,
    only: Any = None,
) -> Moved:
    """only: the key when the set is one row."""
    _check(spec, by, reason)
    values = {**(also or {}), **{stamp: Now() for stamp in spec.stamps}, "state": spec.target}
    with signed(spec.signature, by=by, reason=reason):
        # One row without guards is locked and asked by its own update; only when it may not move is it asked why.
        if only is not None and not spec.guards and queryset.filter(state__in=spec.sources).update(**values):
            return Moved([only])
        ready, refused = _sorted_out(spec, queryset if is_held else _locked(spec, queryset))
        if ready:
            spec.model._base_manager.filter(pk__in=many_keys(ready)).update(**values)
    return Moved(ready, refused)


def _locked(spec: Verb, queryset: "models.QuerySet[Any]") -> "models.QuerySet[Any]":
    """The rows locked in key order. Guards are asked afterwards: the locking statement looks at the world before it."""
    rows = spec.model._base_manager.all()
    chosen = rows.filter(pk__in=queryset.order_by().values("pk")).order_by("pk").select_for_update(of=("self",))
    return rows.filter(pk__in=many_keys(chosen.values_list("pk", flat=True))) if spec.guards else chosen


def _sorted_out(spec: Verb, held: "models.QuerySet[Any]") -> tuple[list[int], dict[int, str | Promise]]:
    """The keys that may move, ascending, and why the others may not."""
    ready, refused = list[int](), dict[int, str | Promise]()
    guards = {f"guard_{guard.name}": guard.expression() for guard in spec.guards}
    for pk, state, *passed in held.order_by("pk").annotate(**guards).values_list("pk", "state", *guards):
        if state not in spec.sources:
            refused[pk] = _wrong_state(spec, state)
        elif all(passed):
            ready.append(pk)
        else:
            refused[pk] = next(guard.refusal for guard, ok in zip(spec.guards, passed, strict=True) if not ok)
    return ready, refused


ALREADY = _("It is already “%(state)s”; nothing was changed.")
NOT_FROM_HERE = _("This is not possible while it is “%(state)s”.")


def _wrong_state(spec: Verb, state: str) -> Promise:
    """Somebody was faster or pressed twice; or the verb does not start from here."""
    field: Any = spec.model._meta.get_field("state")
    label = dict(field.flatchoices).get(state, state)
    return filled(ALREADY if state == spec.target else NOT_FROM_HERE, state=label)


def mirror_many(
    model: type[models.Model],
    verb_signature: str,
    *,
    by: Actor,
    source: str,
    params: Mapping[str, Any],
    columns: Iterable[str],
) -> list[int]:
    """Let a set of rows follow an outside truth, each to its own state: the door for states that opsdesk only mirrors.

    verb_signature: the shared signature of the mirrored transitions, e.g. `orders.order.mirror`. source: a SELECT that
    gives id, state and the columns, with named params. Rows are locked keys ascending; the state trigger refuses a pair
    that the machine does not declare, and with it the whole statement. Returns the keys that changed.
    """
    if not connection.in_atomic_block:
        raise Unsigned(f"{verb_signature} needs an open transaction")
    table = connection.ops.quote_name(model._meta.db_table)
    sets = ", ".join(f"{name} = wanted.{name}" for name in ("state", *columns))
    statement = f"""
        WITH wanted AS ({source}),
        locked AS (SELECT t.id FROM {table} t JOIN wanted w ON w.id = t.id ORDER BY t.id FOR UPDATE OF t)
        UPDATE {table} AS t SET {sets} FROM wanted JOIN locked ON locked.id = wanted.id
        WHERE t.id = wanted.id RETURNING t.id
    """  # noqa: S608 - table and columns come from the model and the calling code, values are parameters
    with signed(verb_signature, by=by), connection.cursor() as cursor:
        cursor.execute(statement, params)
        return [row[0] for row in cursor.fetchall()]
