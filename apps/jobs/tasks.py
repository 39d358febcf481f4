"""The workers' doors: a key in, one action, out."""

from celery import shared_task

from apps.jobs.actions import run_job, sweep_jobs

# A long import may not keep the clock's small works waiting, such as a decision whose minute is over.
TURN_SECONDS = 4


@shared_task(name="jobs.run")
def run(job_id: int) -> None:
    """Work on this job for a while."""
    run_job(job_id, turn=TURN_SECONDS)


@shared_task(name="jobs.sweep")
def sweep() -> None:
    """Every ten seconds: ring for work that nobody does."""
    sweep_jobs()
