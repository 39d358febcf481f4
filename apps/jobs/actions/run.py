"""Run a job: take step after step until there is none to take."""

import logging

from django.db import transaction
from django.db.models import Sum
from django.db.models.functions import Now
from django.utils import translation

from apps.core.errors import DomainError
from apps.core.speech import in_every_language
from apps.jobs.doorbell import ring
from apps.jobs.kinds import Progress, Tally, kind_named
from apps.jobs.leases import beating, claim_step, release_step
from apps.jobs.models import Job, Step
from apps.jobs.patience import take_time
from apps.jobs.workflows.job import JobState
from apps.org.actors import SYSTEM, Actor
from apps.workflow.move import move

logger = logging.getLogger("opsdesk.jobs")
HELPERS = 2


def run_job(job_id: int) -> int:
    """Work on a job until no step is free; returns how many steps this worker finished.

    An exception gives the step back and goes on to the log; the sweep rings again, five attempts at most. A refusal
    (DomainError) ends the job with its sentence.
    """
    finished = 0
    while (step := claim_step(job_id)) is not None:
        done = False
        try:
            done = _perform(step)
            finished += done
        finally:
            if not done:
                release_step(step)
        if not done:
            break
    return finished


def _perform(step: Step) -> bool:
    job = Job.objects.select_related("requested_by").get(pk=step.job_id)
    by = Actor.of(job.requested_by) if job.requested_by else SYSTEM
    with translation.override(job.language), beating(step) as heart:
        try:
            return _in_one_transaction(step, by, heart.report)
        except DomainError as refusal:
            _refuse(step, refusal)
            return True


@transaction.atomic
def _in_one_transaction(step: Step, by: Actor, progress: Progress) -> bool:
    """The step's effect and its mark commit together. False when the lease was lost or the job has ended.

    The step is not locked meanwhile, or the heart could not beat; who lost the lease finds that out when marking it.
    """
    take_time()
    job = Job.objects.get(pk=step.job_id)
    if job.state not in (JobState.QUEUED, JobState.RUNNING):
        return False
    if job.state == JobState.QUEUED:
        move(job.start, by=by)
    counts = _effect(step, job, by, progress)
    ours = Step.objects.filter(pk=step.pk, lease_token=step.lease_token, done_at__isnull=True)
    if not ours.update(done_at=Now(), counts=counts, progress=step.size):
        transaction.set_rollback(True)
        return False
    return True


def _effect(step: Step, job: Job, by: Actor, progress: Progress) -> Tally:
    kind = kind_named(job.kind)
    if step.phase == Step.Phase.PLAN:
        _plan(job, by, progress)
        return {}
    if step.phase == Step.Phase.WORK:
        return kind.work(job, step.payload, by)
    counts = counts_of(job)
    kind.finish(job, counts, by)
    move(job.succeed, by=by)
    return counts


def _plan(job: Job, by: Actor, progress: Progress) -> None:
    chunks = list(kind_named(job.kind).plan(job, by, progress))
    Step.objects.bulk_create(
        [
            Step(job=job, phase=Step.Phase.WORK, number=number, payload=chunk.payload, size=chunk.size)
            for number, chunk in enumerate(chunks)
        ]
    )
    Job.objects.filter(pk=job.pk).update(total=sum(chunk.size for chunk in chunks))
    if len(chunks) > 1:
        ring(job.pk, times=min(HELPERS, len(chunks) - 1))


def counts_of(job: Job) -> Tally:
    """The sums of what the work steps counted so far."""
    total: Tally = {}
    for counts in job.steps.filter(phase=Step.Phase.WORK, done_at__isnull=False).values_list("counts", flat=True):
        for name, number in counts.items():
            total[name] = total.get(name, 0) + number
    return total


def progress_of(job: Job) -> tuple[int, int]:
    """Rows done and rows in all, for the bar; while planning, rows read so far and 0."""
    rows = job.steps.exclude(phase=Step.Phase.FINISH).aggregate(done=Sum("progress"))
    return rows["done"] or 0, job.total or 0


@transaction.atomic
def _refuse(step: Step, refusal: DomainError) -> None:
    job = Job.objects.locked().get(pk=step.job_id)
    if job.state in (JobState.QUEUED, JobState.RUNNING):
        end_badly(job, code=refusal.code, sentence=refusal)


def end_badly(job: Job, *, code: str, sentence: DomainError) -> None:
    """Fail a locked job with a sentence for its requester, and undo what its kind wants undone."""
    refusal = {"code": code, "text": in_every_language(sentence.sentence)}
    logger.info("job %s failed: %s", job.pk, code)
    move(job.fail, by=SYSTEM, reason=code, also={"refusal": refusal})
    undo = kind_named(job.kind).failed
    if undo is not None:
        undo(job, SYSTEM)
