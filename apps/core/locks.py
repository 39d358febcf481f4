"""One at a time: acts on the same thing wait for each other, although there is no row yet that they could lock."""

from django.db import connection

# The text names the act and the thing, in 64 bits: two of them meet by chance as good as never.
WAIT = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))"


def one_at_a_time(purpose: str, *keys: object) -> None:
    """Wait until nobody else does this to the same thing, and keep others waiting until the transaction ends.

    purpose: `app.what`. keys: what tells one thing from the next.
    """
    with connection.cursor() as cursor:
        cursor.execute(WAIT, [":".join([purpose, *map(str, keys)])])
