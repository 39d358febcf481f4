"""Leases: which worker holds which step. Only the database's clock decides."""

import json
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db import connection
from django.db.models.functions import Now

from apps.jobs.kinds import Tally
from apps.jobs.models import Step

LEASE = timedelta(seconds=20)
HEARTBEAT_SECONDS = 5
MOST_ATTEMPTS = 5


def claim_step(job_id: int) -> Step | None:
    """Take the next free step of a job for 20 seconds and count the attempt, or None when there is nothing to take."""
    params = {"job": job_id, "token": str(uuid.uuid4()), "lease": LEASE, "most": MOST_ATTEMPTS}
    return next(iter(Step.objects.raw(CLAIM, params)), None)


def jobs_with_free_steps() -> list[int]:
    """Jobs with a step that somebody could take now, ascending."""
    with connection.cursor() as cursor:
        cursor.execute(WAITING, {"most": MOST_ATTEMPTS})
        return [job for (job,) in cursor.fetchall()]


def mark_done(step: Step, counts: Tally) -> bool:
    """Mark a step that is still ours as done, with what it counted. False when the lease was lost."""
    with connection.cursor() as cursor:
        cursor.execute(DONE, [json.dumps(counts), step.pk, step.lease_token])
        return bool(cursor.rowcount)


def release_step(step: Step) -> None:
    """Give the step back at once, if it is still ours and undone."""
    Step.objects.filter(pk=step.pk, lease_token=step.lease_token, done_at__isnull=True).update(leased_until=Now())


# Undone, held by nobody, with all earlier phases done, of a job that has not ended.
_FREE = """
    s.done_at IS NULL AND (s.leased_until IS NULL OR s.leased_until < statement_timestamp())
    AND s.attempts < %(most)s AND j.state IN ('queued', 'running')
    AND NOT EXISTS (SELECT FROM jobs_step e WHERE e.job_id = s.job_id AND e.phase < s.phase AND e.done_at IS NULL)
"""
CLAIM = f"""
    WITH free AS (
        SELECT s.id FROM jobs_step s JOIN jobs_job j ON j.id = s.job_id WHERE s.job_id = %(job)s AND {_FREE}
        ORDER BY s.phase, s.number LIMIT 1 FOR UPDATE OF s SKIP LOCKED
    )
    UPDATE jobs_step s SET lease_token = %(token)s, leased_until = statement_timestamp() + %(lease)s,
        attempts = s.attempts + 1
    FROM free WHERE s.id = free.id RETURNING s.*
"""  # noqa: S608 - the only text put in is a condition of this module
WAITING = f"SELECT DISTINCT s.job_id FROM jobs_step s JOIN jobs_job j ON j.id = s.job_id WHERE {_FREE} ORDER BY 1"  # noqa: S608 - as above

DONE = """
    UPDATE jobs_step SET done_at = statement_timestamp(), counts = %s, progress = size
    WHERE id = %s AND lease_token = %s AND done_at IS NULL
"""


class Heart:
    """Keeps a lease alive from a thread with its own connection, and carries the progress outside the step's transaction."""

    def __init__(self, step: Step) -> None:
        self._step = step
        self._rows = step.progress
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._beat, name=f"heart-{step.pk}", daemon=True)

    def report(self, rows: int) -> None:
        """Rows seen so far; shown at the next beat."""
        self._rows = rows

    def _beat(self) -> None:
        # Most steps end before the first beat. To close a connection Django would first make one.
        if self._stop.wait(HEARTBEAT_SECONDS):
            return
        try:
            self._prolong()
            while not self._stop.wait(HEARTBEAT_SECONDS):
                self._prolong()
        finally:
            connection.close()

    def _prolong(self) -> None:
        Step.objects.filter(pk=self._step.pk, lease_token=self._step.lease_token, done_at__isnull=True).update(
            leased_until=Now() + LEASE, progress=self._rows
        )

    def start(self) -> None:
        """Begin to beat."""
        self._thread.start()

    def stop(self) -> None:
        """Stop, and wait for the last beat."""
        self._stop.set()
        self._thread.join()


@contextmanager
def beating(step: Step) -> Iterator[Heart]:
    """A heart that beats while the block runs."""
    heart = Heart(step)
    heart.start()
    try:
        yield heart
    finally:
        heart.stop()
