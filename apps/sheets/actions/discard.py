"""Discard a sheet."""

from django.db import transaction

from apps.jobs.actions import cancel_job
from apps.jobs.workflows.job import JobState
from apps.org.actors import Actor
from apps.org.scope import the_visible
from apps.sheets.models import Sheet
from apps.workflow.move import move


@transaction.atomic
def discard_sheet(pk: int, *, by: Actor) -> Sheet:
    """Discard a sheet that nobody applied; its file may be uploaded again. Raises NotFound, NotAllowed, IllegalMove."""
    sheet = the_visible(Sheet.objects.select_related("check_job"), by, pk=pk)
    if sheet.check_job and sheet.check_job.state in (JobState.QUEUED, JobState.RUNNING):
        # Cancelling refuses the sheet, which frees its file as discarding would.
        cancel_job(sheet.check_job_id or 0, by=by)
        sheet.refresh_from_db()
        return sheet
    move(sheet.discard, by=by)
    Sheet.objects.filter(pk=pk).update(is_current=False)
    return sheet
