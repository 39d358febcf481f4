"""The workers' doors: a key in, one action, out."""

from celery import shared_task

from apps.jobs.actions import run_job, sweep_jobs


@shared_task(name="jobs.run")
def run(job_id: int) -> None:
    """Work on this job."""
    run_job(job_id)


@shared_task(name="jobs.sweep")
def sweep() -> None:
    """Every ten seconds: ring for work that nobody does."""
    sweep_jobs()
