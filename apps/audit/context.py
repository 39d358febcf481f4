"""The signature: who does which verb, why and from where, known to Postgres for as long as a block of code runs.

The library's own context signs statements by rewriting their text, leaks the inner context outward and misses COPY
(docs/adr/0003). Ours is three settings of the transaction, read by the history and state triggers and put back on exit.
"""

import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import connection
from psycopg2.extensions import TRANSACTION_STATUS_INTRANS

from apps.org.actors import Actor

# The targets of a SELECT are worked out from left to right: what was there is read before it is written over. An inner
# signature keeps the outer click.
SIGN = (
    "SELECT current_setting('pghistory.context_id', true), current_setting('pghistory.context_metadata', true), "
    "current_setting('opsdesk.verb', true), set_config('pghistory.context_id', "
    "coalesce(%s, nullif(current_setting('pghistory.context_id', true), ''), %s), true), "
    "set_config('pghistory.context_metadata', %s, true), set_config('opsdesk.verb', %s, true)"
)
PUT_BACK = (
    "SELECT set_config('pghistory.context_id', %s, true), set_config('pghistory.context_metadata', %s, true), "
    "set_config('opsdesk.verb', %s, true)"
)
_source: ContextVar[str] = ContextVar("source", default="task")


class Unsigned(Exception):
    """A signature was asked for outside a transaction. A programming mistake."""


@contextmanager
def acting_from(source: str) -> Iterator[None]:
    """Say where the acts inside come from: page, api, task or command."""
    token = _source.set(source)
    try:
        yield
    finally:
        _source.reset(token)


@contextmanager
def signed(verb: str, *, by: Actor, reason: str = "", click: uuid.UUID | None = None) -> Iterator[uuid.UUID]:
    """Sign every change made inside, whoever makes it: ORM, raw SQL or COPY. Yields the id of the click.

    verb: `app.model.verb`, as the triggers know it. reason: the person's own words, shown on the timeline. click: ties
    rows of one act together; an inner signature keeps the outer click. Raises Unsigned outside a transaction.
    """
    if not connection.in_atomic_block:
        raise Unsigned(f"{verb} needs an open transaction")
    with connection.cursor() as cursor:
        cursor.execute(SIGN, [click and str(click), str(uuid.uuid4()), _metadata(verb, by, reason), verb])
        *outer, kept, _facts, _verb = (value or "" for value in cursor.fetchone())
    try:
        yield uuid.UUID(kept)
    finally:
        # A broken transaction refuses every further statement, and its rollback puts the settings back.
        if not _is_broken():
            with connection.cursor() as cursor:
                cursor.execute(PUT_BACK, outer)


def _is_broken() -> bool:
    """Whether the database or Django has given this transaction up, whatever error has come of it."""
    session = connection.connection
    return (
        connection.needs_rollback or session is None or session.get_transaction_status() != TRANSACTION_STATUS_INTRANS
    )


def _metadata(verb: str, by: Actor, reason: str) -> str:
    facts = {"verb": verb, "actor_id": by.id, "actor": by.name, "reason": reason, "source": _source.get()}
    return json.dumps(facts, ensure_ascii=False)
