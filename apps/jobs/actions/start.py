"""Start a job: write its row and its first and last step, and ring."""

import uuid
from typing import Any

from django.db import transaction
from django.utils import translation

from apps.core.bulk import insert_rows
from apps.jobs.doorbell import ring
from apps.jobs.kinds import kind_named
from apps.jobs.models import Job, Step
from apps.org.actors import Actor


@transaction.atomic
def start_job(
    kind: str, params: dict[str, Any], *, by: Actor, store_id: int | None = None, click: uuid.UUID | None = None
) -> Job:
    """Queue long work. The requester's language travels with it. Raises KeyError for an unknown kind."""
    kind_named(kind)
    job = Job.objects.create(
        kind=kind,
        params=params,
        store_id=store_id,
        requested_by_id=by.id,
        language=translation.get_language() or "zh-hans",
        click=click or uuid.uuid4(),
    )
    ends = [{"job_id": job.pk, "phase": phase, "number": 0} for phase in (Step.Phase.PLAN, Step.Phase.FINISH)]
    insert_rows(Step, ends, by="phase")
    ring(job.pk)
    return job
