"""Run a job: take step after step until there is none to take."""

import logging
from time import monotonic

from django.db import connection, transaction
from django.db.models import Sum
from django.utils import translation

from apps.core.bulk import insert_rows
from apps.core.errors import DomainError
from apps.core.speech import in_every_language
from apps.jobs.doorbell import ring
from apps.jobs.kinds import Progress, Tally, kind_named
from apps.jobs.leases import beating, claim_step, mark_done, release_step
from apps.jobs.models import Job, Step
from apps.jobs.patience import take_time_for
from apps.jobs.tidying import seldom_tidied
from apps.jobs.workflows.job import JobState
from apps.org.actors import SYSTEM, Actor
from apps.org.backend import log_in_with_standing
from apps.workflow.move import move

logger = logging.getLogger("opsdesk.jobs")
HELPERS = 2


def run_job(job_id: int, *, turn: float | None = None) -> int:
    """Work on a job until no step is free; returns how many steps this worker finished.

    turn: seconds after which the worker rings anew and lets what waits behind the job have its turn; None: to the end.
    An exception gives the step back and goes on to the log; the sweep rings again, five attempts at most. A refusal
    (DomainError) ends the job with its sentence.
    """
    finished, begun = 0, monotonic()
    asked: tuple[Job, Actor] | None = None
    while (step := claim_step(job_id)) is not None:
        done = False
        try:
            asked = asked or _asked(job_id)
            done = _perform(step, *asked)
            finished += done
        finally:
            if not done:
                release_step(step)
        if not done or step.phase == Step.Phase.FINISH:
            break
        if turn is not None and monotonic() - begun > turn:
            ring(job_id)
            break
    return finished


def _asked(job_id: int) -> tuple[Job, Actor]:
    """What was asked for, and by whom: for a worker's turn, which is short. Only the state is read again with every step."""
    job = Job.objects.get(pk=job_id)
    if job.requested_by_id is None:
        return job, SYSTEM
    user = log_in_with_standing(job.requested_by_id)
    if user is None:
        raise LookupError(f"job {job_id}: nobody has the key of who asked for it")
    return job, Actor.of(user)


def _perform(step: Step, job: Job, by: Actor) -> bool:
    with translation.override(job.language), beating(step) as heart, seldom_tidied():
        try:
            return _in_one_transaction(step, job, by, heart.report)
        except DomainError as refusal:
            _refuse(step, refusal)
            return True


@transaction.atomic
def _in_one_transaction(step: Step, job: Job, by: Actor, progress: Progress) -> bool:
    """The step's effect and its mark commit together. False when the lease was lost or the job has ended.

    The step is not locked meanwhile, or the heart could not beat; who lost the lease finds that out when marking it.
    """
    state = take_time_for(job.pk)
    if state not in (JobState.QUEUED, JobState.RUNNING):
        return False
    if state == JobState.QUEUED:
        move(job.start, by=by)
    counts = _effect(step, job, by, progress)
    if not mark_done(step, counts):
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
    steps = [
        {"job_id": job.pk, "phase": Step.Phase.WORK, "number": number, "payload": chunk.payload, "size": chunk.size}
        for number, chunk in enumerate(chunks)
    ]
    if steps:
        insert_rows(Step, steps, by="number")
    Job.objects.filter(pk=job.pk).update(total=sum(chunk.size for chunk in chunks))
    if len(chunks) > 1:
        ring(job.pk, times=min(HELPERS, len(chunks) - 1))


def counts_of(job: Job) -> Tally:
    """The sums of what the work steps counted so far."""
    with connection.cursor() as cursor:
        cursor.execute(COUNTED, [job.pk, Step.Phase.WORK])
        return dict(cursor.fetchall())


COUNTED = """
    SELECT c.key, sum(c.value::bigint)::bigint FROM jobs_step s, jsonb_each_text(s.counts) c
    WHERE s.job_id = %s AND s.phase = %s AND s.done_at IS NOT NULL GROUP BY c.key
"""


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
