"""Leases: which worker holds which step. Only the database's clock decides."""

import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now

from apps.jobs.models import Step
from apps.jobs.workflows.job import JobState

LEASE = timedelta(seconds=20)
HEARTBEAT_SECONDS = 5
MOST_ATTEMPTS = 5


def claimable_steps() -> "Q":
    """Undone steps that nobody holds and whose earlier phases are done."""
    earlier = Step.objects.filter(job=OuterRef("job"), phase__lt=OuterRef("phase"), done_at__isnull=True)
    free = Q(leased_until__isnull=True) | Q(leased_until__lt=Now())
    alive = Q(job__state__in=[JobState.QUEUED, JobState.RUNNING])
    return Q(free, alive, ~Exists(earlier), done_at__isnull=True)


@transaction.atomic
def claim_step(job_id: int) -> Step | None:
    """Take the next free step of a job for 20 seconds and count the attempt, or None when there is nothing to take."""
    step: Step | None = (
        Step.objects.filter(claimable_steps(), job_id=job_id, attempts__lt=MOST_ATTEMPTS)
        .order_by("phase", "number")
        .select_for_update(skip_locked=True, of=("self",))
        .first()
    )
    if step is None:
        return None
    token = uuid.uuid4()
    Step.objects.filter(pk=step.pk).update(lease_token=token, leased_until=Now() + LEASE, attempts=step.attempts + 1)
    step.lease_token, step.attempts = token, step.attempts + 1
    return step


def release_step(step: Step) -> None:
    """Give the step back at once, if it is still ours and undone."""
    Step.objects.filter(pk=step.pk, lease_token=step.lease_token, done_at__isnull=True).update(leased_until=Now())


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
        try:
            while not self._stop.wait(HEARTBEAT_SECONDS):
                Step.objects.filter(pk=self._step.pk, lease_token=self._step.lease_token, done_at__isnull=True).update(
                    leased_until=Now() + LEASE, progress=self._rows
                )
        finally:
            connection.close()

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
