"""Import a checked batch, or discard it."""

from django.db import transaction

from apps.jobs.actions import cancel_job, start_job
from apps.jobs.workflows.job import JobState
from apps.orders.models import ImportBatch, ImportFile
from apps.org.actors import Actor
from apps.org.scope import the_visible
from apps.workflow.move import move


@transaction.atomic
def import_batch(pk: int, *, by: Actor) -> ImportBatch:
    """Start the import of a batch whose dry run somebody has seen. Raises NotFound, NotAllowed, IllegalMove."""
    batch = the_visible(ImportBatch.objects.all(), by, pk=pk)
    move(batch.begin, by=by)
    job = start_job("orders.import", {"batch": batch.pk}, by=by, store_id=batch.store_id)
    ImportBatch.objects.filter(pk=pk).update(import_job=job)
    batch.import_job = job
    return batch


@transaction.atomic
def discard_batch(pk: int, *, by: Actor) -> ImportBatch:
    """Discard a batch that nobody imported; its files may be uploaded again. Raises NotFound, NotAllowed, IllegalMove."""
    batch = the_visible(ImportBatch.objects.select_related("check_job"), by, pk=pk)
    if batch.check_job and batch.check_job.state in (JobState.QUEUED, JobState.RUNNING):
        # Cancelling refuses the batch, which frees its files as discarding would.
        cancel_job(batch.check_job_id or 0, by=by)
        batch.refresh_from_db()
        return batch
    move(batch.discard, by=by)
    ImportFile.objects.filter(batch=batch).update(is_current=False)
    return batch
