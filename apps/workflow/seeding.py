"""The seeding door: history as if it had happened, for an empty database only (demo, opening balances, migration).

Rows go in by COPY with keys taken beforehand, in whatever state they ended up in; their history goes in beside them,
each change at its own time and under the name of whoever made it.
"""

import datetime as dt
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, islice
from operator import itemgetter
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import connection, models, transaction
from django.db.models.fields import NOT_PROVIDED
from django.utils.translation import gettext_lazy as _

from apps.audit.context import Unsigned, signed
from apps.audit.queries import event_model_of
from apps.core.bulk import as_array, copy_rows
from apps.core.errors import Conflict
from apps.core.locks import one_at_a_time
from apps.org.actors import SYSTEM
from apps.workflow.triggers import SEED_VERB

ROWS_PER_COPY = 10_000
Row = Mapping[str, Any]


class NotEmpty(Conflict):
    """There is work in this database; seeding it would mix invented rows with real ones."""

    code = "not_empty"


@dataclass(frozen=True, slots=True)
class Past:
    """One change that happened to a row.

    context: who did what and why, see `context_of`. click: a UUID as text, the same for rows of one act. changes: the
    columns that it set, by attribute name.
    """

    at: dt.datetime
    context: str
    click: str
    changes: Row


@contextmanager
def seeding(work: Sequence[type[models.Model]]) -> Iterator[None]:
    """Open the seeding door while none of the `work` tables holds a row, checked under a lock against a second seeder.

    Inside, rows may be born in any state; everything inside is one transaction. Raises NotEmpty, with nothing written,
    when there is work already.
    """
    with transaction.atomic(), signed(SEED_VERB, by=SYSTEM):
        _wait_for_the_door()
        busy = [model._meta.label for model in work if model._base_manager.exists()]
        if busy:
            raise NotEmpty(_("This database already has work in it, so nothing was loaded."), tables=busy)
        yield


def reserved_keys(model: type[models.Model], count: int) -> list[int]:
    """Take `count` primary keys, ascending, that nobody else will get."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [connection.ops.quote_name(model._meta.db_table), count],
        )
        return sorted(key for (key,) in cursor.fetchall())


def write_rows(model: type[models.Model], rows: Iterable[Row]) -> int:
    """COPY rows into a model's table. Inside `seeding` only. Returns how many.

    rows: all with the same columns, by attribute name, values as `copy_rows` takes them; columns that are not given get
    the model's default.
    """
    _only_inside()
    return _copied(model, rows)


def write_histories(model: type[models.Model], lives: Iterable[tuple[Row, Sequence[Past]]]) -> int:
    """Write what happened to rows, each change at its own time. Inside `seeding` only. Returns how many changes.

    lives: the row as it was born, with its key, and its changes, oldest first.
    """
    _only_inside()
    events = chain.from_iterable(_events(row, past) for row, past in lives)
    return _copied(event_model_of(model), events)


def ended(row: Row, past: Sequence[Past]) -> dict[str, Any]:
    """The row as it is after all its changes."""
    now = dict(row)
    for change in past:
        now.update(change.changes)
    return now


@lru_cache(maxsize=4_096)
def context_of(verb: str, actor_id: int | None, actor: str, reason: str = "", source: str = "page") -> str:
    """A signature as the history keeps it, for an act of the past."""
    facts = {"verb": verb, "actor_id": actor_id, "actor": actor, "reason": reason, "source": source}
    return json.dumps(facts, ensure_ascii=False)


def _wait_for_the_door() -> None:
    """Seeding lasts longer than a page may: a job's time limits, for this transaction only; one seeder at a time."""
    limit = str(settings.JOB_STATEMENT_TIMEOUT_SECONDS * 1000)
    with connection.cursor() as cursor:
        for name in ("statement_timeout", "idle_in_transaction_session_timeout", "lock_timeout"):
            cursor.execute("SELECT set_config(%s, %s, true)", [name, limit])
    one_at_a_time("workflow.seeding")


def _events(row: Row, past: Sequence[Past]) -> Iterator[dict[str, Any]]:
    """The row as it was before each change: what the history triggers would have stored."""
    was = dict(row)
    for change in past:
        yield {
            **was, "pgh_obj_id": row["id"], "pgh_label": "update", "pgh_created_at": change.at,
            "pgh_context": change.context, "pgh_context_id": change.click,
        }  # fmt: skip
        was.update(change.changes)


def _only_inside() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('opsdesk.verb', true)")
        (verb,) = cursor.fetchone()
    if verb != SEED_VERB:
        raise Unsigned("rows and histories are written through the seeding door only")


def _copied(model: type[models.Model], rows: Iterable[Row]) -> int:
    stream = iter(rows)
    first = next(stream, None)
    if first is None:
        return 0
    given = [field for field in model._meta.concrete_fields if field.attname in first]
    left = [field for field in model._meta.concrete_fields if field not in given and _has_default(field)]
    read, rest = itemgetter(*(field.attname for field in given)), [field.get_default() for field in left]
    texts = {place: text for place, field in enumerate((*given, *left)) if (text := _text_for(field))}
    cells = (_with_texts([*read(row), *rest], texts) for row in chain([first], stream))
    count = 0
    while part := list(islice(cells, ROWS_PER_COPY)):
        count += copy_rows(model, [field.column for field in (*given, *left)], part)
    return count


def _text_for(field: "models.Field[Any, Any]") -> Callable[[Any], str] | None:
    """How a column's values are written where COPY cannot take them as Python prints them."""
    if isinstance(field, models.DateTimeField):
        return _text_of
    return as_array if isinstance(field, ArrayField) else None


def _with_texts(values: list[Any], texts: Mapping[int, Callable[[Any], str]]) -> list[Any]:
    for place, text in texts.items():
        if values[place] is not None:
            values[place] = text(values[place])
    return values


@lru_cache(maxsize=65_536)
def _text_of(at: dt.datetime) -> str:
    """An instant as COPY reads it. Writing one costs more than the rest of a row, and histories repeat them."""
    return str(at)


def _has_default(field: Any) -> bool:
    """Whether the model fills the column itself: not a generated key, not what Postgres fills, nor what is simply null."""
    if field.primary_key or field.db_default is not NOT_PROVIDED:
        return False
    return field.default is not NOT_PROVIDED or not field.null
