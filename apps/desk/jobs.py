"""The long work of the desk: exports of its lists."""

import tempfile
from typing import Any, cast

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.calendar import SHANGHAI
from apps.desk.actions.export import KIND
from apps.desk.lists.query import read_query
from apps.desk.lists.shipping_orders import ORDER_DESK
from apps.desk.lists.table import chosen_rows
from apps.desk.queries.choices import stores_of
from apps.desk.queries.finding import Found
from apps.files.actions import keep_file
from apps.files.actions.keep import EXPORTS_KEPT
from apps.files.models import StoredFile
from apps.jobs.kinds import Chunk, JobKind, Progress, Tally, register
from apps.jobs.models import Job
from apps.notices.actions import tell
from apps.notices.models import Notice
from apps.orders.actions.export import export_orders
from apps.org.actors import Actor

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DONE = gettext_lazy("Your export is ready; it is kept for 24 hours.")
FAILED = gettext_lazy("Your export could not be made; the job says why.")


def register_kinds() -> None:
    """Make the desk's jobs known to the runner."""
    label, counted = gettext_lazy("Export of orders"), {"rows": gettext_lazy("Rows")}
    register(JobKind(KIND, label, plan=plan, work=work, finish=finish, failed=failed, counted=counted))


def plan(_job: Job, _by: Actor, _progress: Progress) -> list[Chunk]:
    """One file, one step: it is either whole or not there."""
    return [Chunk({}, 1)]


def work(job: Job, _payload: dict[str, Any], by: Actor) -> Tally:
    """Write the workbook with the rights and the scope that the requester has now. Rules: SEC-24, SEC-31."""
    query = read_query(ORDER_DESK, job.params["query"], stores=stores_of(by))
    keys = job.params["keys"]
    orders = chosen_rows(query, None if keys is None else Found(tuple(keys)), by)
    with tempfile.TemporaryFile() as sink:
        rows = export_orders(orders, sink, query=job.params["query"], by=by)
        sink.seek(0)
        file = keep_file(
            sink, name=_file_name(), kind=StoredFile.Kind.EXPORT, by=by, content_type=XLSX, kept_for=EXPORTS_KEPT
        )
    Job.objects.filter(pk=job.pk).update(result=file)
    return {"rows": rows}


def _file_name() -> str:
    now = timezone.now().astimezone(SHANGHAI)
    return f"{_('Orders')}-{now:%Y%m%d-%H%M}.xlsx"


def finish(job: Job, _counts: Tally, _by: Actor) -> None:
    """Tell who asked for it."""
    _tell(job, DONE, Notice.Tone.GOOD)


def failed(job: Job, _by: Actor) -> None:
    """Tell who asked for it; there is nothing to undo."""
    _tell(job, FAILED, Notice.Tone.BAD)


def _tell(job: Job, sentence: Any, tone: str) -> None:
    tell(
        [cast(int, job.requested_by_id)], key=f"job:{job.pk}", sentence=sentence, url=f"/desk/jobs/{job.pk}/", tone=tone
    )
