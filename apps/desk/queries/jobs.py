"""Jobs as their requesters see them: what they do, how far they are, why they failed."""

from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.functional import Promise

from apps.core.speech import spoken
from apps.jobs.actions.run import counts_of, progress_of
from apps.jobs.kinds import JobKind, kind_named
from apps.jobs.models import Job
from apps.jobs.workflows.job import JobState
from apps.org.actors import Actor

ALIVE = (JobState.QUEUED, JobState.RUNNING)


@dataclass(frozen=True, slots=True)
class JobSheet:
    """One job as it is shown. done, total: rows; total 0 while nobody knows it yet. counted: what became of them."""

    job: Job
    label: str | Promise
    done: int
    total: int
    counted: list[tuple[str | Promise, int]]
    refusal: str
    may_cancel: bool

    @property
    def is_alive(self) -> bool:
        """Whether something may still happen."""
        return self.job.state in ALIVE


def jobs_of(by: Actor, *, everybody: bool = False) -> "QuerySet[Job]":
    """A person's own jobs, or everybody's for those who may see all."""
    jobs = Job.objects.select_related("requested_by", "result", "store")
    return jobs if everybody and by.may("jobs.view_all_jobs") else jobs.filter(requested_by_id=by.id)


def job_sheet(job: Job, by: Actor) -> JobSheet:
    """Put together what the page and the progress bar show."""
    done, total = progress_of(job)
    own = job.requested_by_id == by.id
    return JobSheet(
        job=job,
        label=label_of(job),
        done=done,
        total=total,
        counted=_counted(job),
        refusal=spoken(job.refusal["text"]) if job.refusal and "text" in job.refusal else "",
        may_cancel=job.state in ALIVE and (own or by.may("jobs.view_all_jobs")),
    )


def label_of(job: Job) -> str | Promise:
    """What the job does; its plain kind when no floor knows it any more."""
    kind = _kind(job)
    return job.kind if kind is None else kind.label


def _counted(job: Job) -> list[tuple[str | Promise, int]]:
    kind = _kind(job)
    if kind is None or not kind.counted:
        return []
    counts = counts_of(job)
    return [(label, counts.get(name, 0)) for name, label in kind.counted.items()]


def _kind(job: Job) -> JobKind | None:
    try:
        return kind_named(job.kind)
    except KeyError:
        return None
