"""Cancel a job."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from apps.core.errors import NotAllowed
from apps.jobs.kinds import kind_named
from apps.jobs.models import Job
from apps.org.actors import Actor
from apps.workflow.move import move


@transaction.atomic
def cancel_job(pk: int, *, by: Actor) -> Job:
    """Stop a job before its next step. Its requester may, and whoever sees all jobs. Raises NotAllowed, IllegalMove."""
    job = Job.objects.locked().get(pk=pk)
    if job.requested_by_id != by.id and not by.may("jobs.view_all_jobs"):
        raise NotAllowed(_("Only the person who started a job may cancel it."))
    move(job.cancel, by=by)
    undo = kind_named(job.kind).failed
    if undo is not None:
        undo(job, by)
    return job
