"""The ten-second sweep: finds work by its rows when a doorbell was lost or a worker died."""

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from apps.core.errors import DomainError
from apps.jobs.actions.run import end_badly
from apps.jobs.doorbell import ring
from apps.jobs.leases import MOST_ATTEMPTS, jobs_with_free_steps
from apps.jobs.models import Job, Step
from apps.jobs.workflows.job import JobState


def sweep_jobs() -> list[int]:
    """Ring for every job with a free step and fail those whose step was tried five times. Returns the jobs rung for."""
    _fail_exhausted()
    jobs = jobs_with_free_steps()
    for job_id in jobs:
        ring(job_id)
    return jobs


@transaction.atomic
def _fail_exhausted() -> None:
    free = Q(leased_until__isnull=True) | Q(leased_until__lt=Now())
    dead = Step.objects.filter(free, done_at__isnull=True, attempts__gte=MOST_ATTEMPTS)
    alive = Q(state__in=[JobState.QUEUED, JobState.RUNNING])
    for job in Job.objects.locked().filter(alive, pk__in=dead.values("job_id")):
        end_badly(job, code="attempts_exhausted", sentence=EXHAUSTED)


EXHAUSTED = DomainError(
    _("Something unexpected stopped this job five times. Nothing half-done was kept; the administrators can see why.")
)
