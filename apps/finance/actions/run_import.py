"""The import job: staged lines into the books, a range a step, then everything is matched once."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Max, Min
from django.utils.translation import gettext_lazy as _

from apps.audit.context import signed
from apps.finance.actions.match import follow_bills, match_store
from apps.finance.models import Bill, StagedBillLine
from apps.finance.models.line import IMPORT_VERB, MIRRORED
from apps.finance.rules.classes import APART
from apps.finance.sql import run
from apps.jobs.kinds import Chunk, Progress, Tally
from apps.jobs.models import Job
from apps.notices.actions import tell
from apps.notices.models import Notice
from apps.org.actors import SYSTEM, Actor
from apps.workflow.move import move

CHUNK = 5_000
_SAID = ", ".join(name for name in MIRRORED if name not in {"bill_id", "store_id"})
# A line that is in the books already came by an import that was interrupted: the same line again is no second one.
INTO_THE_BOOKS = f"""
    INSERT INTO finance_billline (bill_id, store_id, {_SAID}, state, cause, remark)
    SELECT s.bill_id, b.store_id, {", ".join(f"s.{name}" for name in _SAID.split(", "))},
           CASE WHEN s.line_class = ANY (%(apart)s) THEN 'apart' ELSE 'unmatched' END, '', ''
    FROM finance_stagedbillline s JOIN finance_bill b ON b.id = s.bill_id
    WHERE s.bill_id = %(bill)s AND s.id BETWEEN %(first)s AND %(last)s
      AND NOT EXISTS (SELECT FROM finance_billline l WHERE l.bill_id = s.bill_id AND l.position = s.position)
    ORDER BY s.id
"""  # noqa: S608 - fixed column names, values are parameters


def page_of(bill: Bill) -> str:
    """Where the bill is shown. The desk lies above this floor, so its address is known by agreement, not by name."""
    return f"/desk/bills/{bill.pk}/"


def plan(job: Job, _by: Actor, _progress: Progress) -> Iterator[Chunk]:
    """Cut the staged lines into ranges of keys."""
    bill = job.params["bill"]
    bounds = StagedBillLine.objects.filter(bill=bill).aggregate(first=Min("id"), last=Max("id"))
    if bounds["first"] is None:
        return
    for first in range(bounds["first"], bounds["last"] + 1, CHUNK):
        last = min(first + CHUNK - 1, bounds["last"])
        yield Chunk({"bill": bill, "first": first, "last": last}, last - first + 1)


def work(job: Job, payload: dict[str, Any], by: Actor) -> Tally:
    """Put one range into the books; fees and transfers are born apart."""
    with signed(IMPORT_VERB, by=by, click=job.click):
        count = run(INTO_THE_BOOKS, {**payload, "apart": [c.value for c in APART]})
    return {"lines": count}


def finish(job: Job, _counts: Tally, by: Actor) -> None:
    """Close the bill, match what can be matched, and tell who asked for it."""
    bill = Bill.objects.locked().get(pk=job.params["bill"])
    move(bill.finish, by=by)
    StagedBillLine.objects.filter(bill=bill).delete()
    match_store(bill.store_id, by=SYSTEM)
    follow_bills(bill.store_id, by=SYSTEM)
    _tell(job, bill, _("Your bill is in the books."), Notice.Tone.GOOD)


def failed(job: Job, _by: Actor) -> None:
    """The import stopped: the bill may be imported again, and what is in stays in."""
    bill = Bill.objects.locked().get(pk=job.params["bill"])
    move(bill.interrupt, by=SYSTEM)
    _tell(job, bill, _("The import of your bill stopped before its end; start it again."), Notice.Tone.BAD)


def _tell(job: Job, bill: Bill, sentence: Any, tone: str) -> None:
    if job.requested_by_id:
        tell([job.requested_by_id], key=f"job:{job.pk}", sentence=sentence, url=page_of(bill), tone=tone)
