"""Many hands at the same moment, each on its own connection, on real PostgreSQL."""

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.db import DatabaseError, connection, connections, transaction

from apps.core.errors import DomainError
from apps.core.invariants import broken
from apps.core.querysets import HouseQuerySet
from apps.workflow.move import Moved

PATIENCE = 60
Act = Callable[[], object]
P = ParamSpec("P")
Found = TypeVar("Found")
# The server is shared with the other test workers, whose connections wait for locks as well. A lock on a row names no
# database, but who waits for one holds others that do.
WAITING = """
    SELECT count(DISTINCT pid) FROM pg_locks
    WHERE NOT granted AND pid IN (
        SELECT l.pid FROM pg_locks l JOIN pg_database d ON d.oid = l.database WHERE d.datname = current_database()
    )
"""


@contextmanager
def own_connection() -> Iterator[None]:
    """A thread's connection, which waits for a lock as long as the test does, and is closed at the end."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(f"SET lock_timeout = '{PATIENCE}s'")
        yield
    finally:
        connections.close_all()


def at_once(acts: Sequence[Act], *, meets: type[DomainError | DatabaseError] = DomainError) -> list[object]:
    """Do all of it at the same moment. Returns what each gave, or the error it met, in their order.

    meets: the errors that count as an answer; any other ends the test.
    """
    start = threading.Barrier(len(acts), timeout=PATIENCE)

    def one(act: Act) -> object:
        start.wait()
        return act()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(lambda act: _answer(lambda: one(act), meets), acts))


def told_at_once(*acts: Act) -> list[str]:
    """As above. Returns what each was told, in their order: "done", a refusal's code, or "refused" for a set without a row."""
    return [_told(answer) for answer in at_once(acts)]


def told_in_turn(held: HouseQuerySet[Any], *acts: Act) -> list[str]:
    """Hold rows that every act locks first, until each has come, one after the other, and waits for them; then let go.

    The first to come is the first to have them. Returns what each was told.
    """
    with ThreadPoolExecutor(len(acts)) as pool:
        with transaction.atomic():
            assert list(held.locked())
            running = []
            for nth, act in enumerate(acts, start=1):
                running.append(pool.submit(_answer, act, DomainError))
                until_somebody_waits_for_a_lock(nth)
        return [_told(each.result(PATIENCE)) for each in running]


def abreast(step: Callable[P, Found]) -> Callable[P, Found]:
    """A step from which nobody goes on before two have done it: the pause that makes a race certain."""
    both = threading.Barrier(2, timeout=PATIENCE)

    @wraps(step)
    def paused(*args: P.args, **kwargs: P.kwargs) -> Found:
        found = step(*args, **kwargs)
        both.wait()
        return found

    return paused


def interrupted(step: Callable[P, Found], by: Act) -> Callable[P, Found]:
    """A step after which somebody else does all of something before whoever took the step goes on."""

    @wraps(step)
    def paused(*args: P.args, **kwargs: P.kwargs) -> Found:
        found = step(*args, **kwargs)
        assert told_at_once(by) == ["done"]
        return found

    return paused


@contextmanager
def without_constraint(table: str, name: str) -> Iterator[None]:
    """A table without one of its promises, for a control. At the end its rows are thrown away and the promise is back."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = %s::regclass AND conname = %s",
            [table, name],
        )
        ((promise,),) = cursor.fetchall()
        cursor.execute(f'ALTER TABLE "{table}" DROP CONSTRAINT "{name}"')
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f'TRUNCATE "{table}" CASCADE; ALTER TABLE "{table}" ADD CONSTRAINT "{name}" {promise}')


def until_somebody_waits_for_a_lock(count: int = 1) -> None:
    """Until so many connections to this test's database stand before a lock."""
    pause = threading.Event()
    for _ in range(PATIENCE * 50):
        with connection.cursor() as cursor:
            cursor.execute(WAITING)
            if cursor.fetchone()[0] >= count:
                return
        pause.wait(0.02)
    raise AssertionError("nobody came to wait for the lock")


def broken_on(floor: str) -> list[str]:
    """The promises of one app that do not hold now."""
    return [found.invariant.id for found in broken() if found.invariant.id.startswith(f"{floor}.")]


def _answer(act: Act, meets: type[DomainError | DatabaseError]) -> object:
    with own_connection():
        try:
            return act()
        except meets as error:
            return error


def _told(answer: object) -> str:
    if isinstance(answer, DomainError):
        return answer.code
    return "refused" if isinstance(answer, Moved) and not answer.done else "done"
