"""Acts on the same thing take the same lock, and those on another thing another."""

import pytest
from django.db import connection, transaction

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
