"""Acts on the same thing take the same lock, and those on another thing another."""

import threading

import pytest
from django.db import OperationalError, connection, connections, transaction

from apps.core.locks import one_at_a_time


def _held() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid() AND granted"
        )
        return int(cursor.fetchone()[0])


@pytest.mark.django_db(transaction=True)
def test_the_same_thing_is_one_lock_until_the_transaction_ends_and_every_other_has_its_own() -> None:
    held = []
    with transaction.atomic():
        for purpose, *keys in [("a.do", 1), ("a.do", 1), ("a.do", 2), ("b.do", 1), ("b.do", 1, "x"), ("b.do",)]:
            one_at_a_time(purpose, *keys)
            held.append(_held())

    assert held == [1, 1, 2, 3, 4, 5]
    assert _held() == 0


def _lock_timeout() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('lock_timeout')")
        return str(cursor.fetchone()[0])


@pytest.mark.django_db(transaction=True)
def test_who_waits_as_long_as_patience_lasts_is_refused_and_other_locks_keep_theirs() -> None:
    held, go_on = threading.Event(), threading.Event()

    def hold() -> None:
        try:
            with transaction.atomic():
                one_at_a_time("a.do", 1)
                held.set()
                go_on.wait(20)
        finally:
            connections.close_all()

    holder = threading.Thread(target=hold)
    holder.start()
    held.wait(20)

    with transaction.atomic():
        usual = _lock_timeout()
        one_at_a_time("a.do", 2, patience="50ms")
        after = _lock_timeout()
    with pytest.raises(OperationalError), transaction.atomic():
        one_at_a_time("a.do", 1, patience="50ms")

    go_on.set()
    holder.join(20)
    assert after == usual != "50ms"
