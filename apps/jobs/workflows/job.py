"""How a job stands."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_fsm import transition

from apps.workflow.base import Workflow, verb
from apps.workflow.fields import StateField


class JobState(models.TextChoices):
    """Queued until a worker takes it; then it ends well, badly, or on request."""

    QUEUED = "queued", _("Waiting")
    RUNNING = "running", _("Running")
    SUCCEEDED = "succeeded", _("Done")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")


class JobWorkflow(Workflow):
    """The job's machine and the moments it stamps."""

    state = StateField(_("state"), default=JobState.QUEUED, choices=JobState.choices)
    started_at = models.DateTimeField(_("started at"), null=True, editable=False)
    ended_at = models.DateTimeField(_("ended at"), null=True, editable=False)

    class Meta:
        abstract = True

    @transition(
        state,
        source=JobState.QUEUED,
        target=JobState.RUNNING,
        custom=verb(_("Start"), stamps=["started_at"], internal=True),
    )
    def start(self) -> None:
        """A worker has taken the first step."""

    @transition(
        state,
        source=JobState.RUNNING,
        target=JobState.SUCCEEDED,
        custom=verb(_("Finish"), stamps=["ended_at"], internal=True),
    )
    def succeed(self) -> None:
        """The last step is done."""

    @transition(
        state,
        source=[JobState.QUEUED, JobState.RUNNING],
        target=JobState.FAILED,
        custom=verb(_("Fail"), stamps=["ended_at"], internal=True),
    )
    def fail(self) -> None:
        """A step was refused, or failed five times."""

    @transition(
        state,
        source=[JobState.QUEUED, JobState.RUNNING],
        target=JobState.CANCELLED,
        custom=verb(_("Cancel"), stamps=["ended_at"], tone="danger", asked_in="jobs.actions.cancel.cancel_job"),
    )
    def cancel(self) -> None:
        """Somebody stopped it; steps that are done stay done, the others do not begin."""
