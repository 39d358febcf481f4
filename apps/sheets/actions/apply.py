"""Apply a checked sheet: chunks of rows, each judged again under lock and committed together with its verdicts."""

from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.db.models import Max, Min, Q
from django.utils.translation import gettext_lazy as _

from apps.audit.context import signed
from apps.core.errors import NotAllowed
from apps.core.locks import one_at_a_time
from apps.jobs.actions import start_job
from apps.jobs.kinds import Chunk, Progress, Tally
from apps.jobs.models import Job
from apps.notices.actions import tell
from apps.notices.models import Notice
from apps.org.actors import SYSTEM, Actor
from apps.org.scope import the_visible
from apps.sheets.actions.judging import judge, lock_targets, span_of
from apps.sheets.kinds import kind_named
from apps.sheets.models import Sheet, SheetRow, Verdict
from apps.sheets.queries import counted
from apps.sheets.sql import Span
from apps.workflow.move import move

CHUNK = 2_000
APPLY_VERB = "sheets.sheet.apply"
UNWRITTEN = """
    SELECT number FROM sheets_sheetrow WHERE sheet_id = %(sheet)s AND id BETWEEN %(first)s AND %(last)s
    AND NOT is_applied AND verdict IN ('new', 'changed') AND target_id IS NULL LIMIT 1
"""
MARK = """
    UPDATE sheets_sheetrow SET is_applied = true
    WHERE sheet_id = %(sheet)s AND id BETWEEN %(first)s AND %(last)s AND NOT is_applied AND verdict <> 'refused'
    RETURNING verdict
"""


class Overtaken(Exception):
    """A row that was to be made is not there: somebody changed what it rests on in this moment. The step runs again."""


@transaction.atomic
def apply_sheet(pk: int, *, by: Actor) -> Sheet:
    """Start applying a sheet whose dry run somebody has seen. Raises NotFound, NotAllowed, IllegalMove."""
    sheet = the_visible(Sheet.objects.all(), by, pk=pk)
    if not by.may(kind_named(sheet.kind).permission):
        raise NotAllowed(_("You do not have the right to import this kind of sheet."))
    move(sheet.apply, by=by)
    job = start_job("sheets.apply", {"sheet": sheet.pk}, by=by, store_id=sheet.store_id)
    Sheet.objects.filter(pk=pk).update(apply_job=job)
    sheet.apply_job = job
    return sheet


def page_of(sheet: Sheet) -> str:
    """Where the sheet is shown. The desk lies above this floor, so its address is known by agreement, not by name."""
    return f"/desk/sheets/{sheet.pk}/"


def plan(job: Job, _by: Actor, _progress: Progress) -> Iterator[Chunk]:
    """Cut the sheet's rows that are not in yet into ranges of keys."""
    todo = SheetRow.objects.filter(~Q(verdict=Verdict.REFUSED), sheet_id=job.params["sheet"], is_applied=False)
    bounds = todo.aggregate(first=Min("id"), last=Max("id"))
    if bounds["first"] is None:
        return
    for first in range(bounds["first"], bounds["last"] + 1, CHUNK):
        last = min(first + CHUNK - 1, bounds["last"])
        yield Chunk({"first": first, "last": last}, last - first + 1)


def work(job: Job, payload: dict[str, Any], by: Actor) -> Tally:
    """Apply one range: lock, judge once more, write, and mark the rows; all of it commits, or none.

    payload: first and last row of the range. Returns how many rows by verdict. Raises Overtaken, upon which the job tries
    the range again.
    """
    sheet = Sheet.objects.get(pk=job.params["sheet"])
    kind = kind_named(sheet.kind)
    span = span_of(sheet, kind, by, payload["first"], payload["last"])
    # Sheets of one kind: a row that another sheet is making is not there yet for whoever looks.
    one_at_a_time("sheets.apply", kind.name)
    with signed(APPLY_VERB, by=by, click=job.click):
        judge(span, kind)
        if lock_targets(span, kind):
            judge(span, kind)
        kind.write(span, by)
        if span.rows(UNWRITTEN):
            raise Overtaken(f"sheet {sheet.pk}, rows {span.first} to {span.last}")
        return mark_applied(span)


def mark_applied(span: Span) -> Tally:
    """Mark the rows as in, and count them by verdict."""
    tally: Tally = {}
    for (verdict,) in span.rows(MARK):
        tally[verdict] = tally.get(verdict, 0) + 1
    return tally


def finish(job: Job, _counts: Tally, by: Actor) -> None:
    """Close the sheet and tell who asked for it."""
    sheet = Sheet.objects.locked().get(pk=job.params["sheet"])
    move(sheet.finish, by=by, also={"counts": counted(sheet)})
    _tell(job, sheet, _("Your sheet is applied."), Notice.Tone.GOOD)


def failed(job: Job, _by: Actor) -> None:
    """It stopped: the rest may be applied again, and what is in stays in."""
    sheet = Sheet.objects.locked().get(pk=job.params["sheet"])
    move(sheet.interrupt, by=SYSTEM, also={"counts": counted(sheet)})
    _tell(job, sheet, _("Your sheet stopped before its end; apply the rest of it."), Notice.Tone.BAD)


def _tell(job: Job, sheet: Sheet, sentence: Any, tone: str) -> None:
    if job.requested_by_id:
        tell([job.requested_by_id], key=f"job:{job.pk}", sentence=sentence, url=page_of(sheet), tone=tone)
