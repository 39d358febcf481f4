"""The doorbell: a Celery message that says "look at this job". Losing it costs ten seconds, never work."""

import logging
from functools import partial

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

logger = logging.getLogger("opsdesk.jobs")


def ring(job_id: int, *, times: int = 1) -> None:
    """After commit, tell `times` workers to look at the job. A broker that is away is logged; the sweep rings again."""
    transaction.on_commit(partial(_publish, job_id, times))


def _publish(job_id: int, times: int) -> None:
    try:
        for _ in range(times):
            current_app.send_task("jobs.run", args=[job_id], retry=False)
    except OperationalError as error:
        logger.warning("doorbell for job %s not rung: %s", job_id, error)
