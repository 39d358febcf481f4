"""One at a time: acts on the same thing wait for each other, although there is no row yet that they could lock."""

from django.db import connection

# The text names the act and the thing, in 64 bits: two of them meet by chance as good as never.
WAIT = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))"
# What was set, and what is to be: the one is read before the other is written.
BE_PATIENT = "SELECT current_setting('lock_timeout'), set_config('lock_timeout', %s, true)"


def one_at_a_time(purpose: str, *keys: object, patience: str = "") -> None:
    """Wait until nobody else does this to the same thing, and keep others waiting until the transaction ends.

    purpose: `app.what`. keys: what tells one thing from the next. patience: how long this wait may last, such as `20s`;
    without it as long as any lock of the transaction. Raises OperationalError when it lasts longer.
    """
    name = ":".join([purpose, *map(str, keys)])
    with connection.cursor() as cursor:
        if not patience:
            cursor.execute(WAIT, [name])
            return
        cursor.execute(BE_PATIENT, [patience])
        usual, _now = cursor.fetchone()
        cursor.execute(WAIT, [name])
        cursor.execute(BE_PATIENT, [usual])
