"""The time limits of work that nobody waits for at a page."""

from django.conf import settings
from django.db import connection


def take_time() -> None:
    """Let this transaction take as long as a job may: its own limits, gone at its end."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {LIMITS}", _limits())


def take_time_for(job_id: int) -> str:
    """The same for a step of this job; the same statement says in which state the job is."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT state, {LIMITS} FROM jobs_job WHERE id = %s", [*_limits(), job_id])  # noqa: S608 - fixed text
        return str(cursor.fetchone()[0])


def _limits() -> list[str]:
    milliseconds = str(settings.JOB_STATEMENT_TIMEOUT_SECONDS * 1000)
    return [milliseconds, milliseconds]


LIMITS = (
    "set_config('statement_timeout', %s, true), set_config('idle_in_transaction_session_timeout', %s, true), "
    "set_config('lock_timeout', '30000', true)"
)
