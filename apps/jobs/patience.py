"""The time limits of work that nobody waits for at a page."""

from django.conf import settings
from django.db import connection


def take_time() -> None:
    """Let this transaction take as long as a job may: its own limits, gone at its end."""
    milliseconds = settings.JOB_STATEMENT_TIMEOUT_SECONDS * 1000
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('statement_timeout', %s, true), set_config('idle_in_transaction_session_timeout', %s, true), "
            "set_config('lock_timeout', '30000', true)",
            [str(milliseconds), str(milliseconds)],
        )
