"""The check job: read the file, keep its rows, judge them. The business tables stay as they are."""

import itertools
import json
from collections.abc import Iterator
from typing import Any

from django.db import connection

from apps.core.bulk import copy_rows
from apps.core.errors import DomainError
from apps.core.speech import filled
from apps.core.tabular import open_table
from apps.files.actions import open_file
from apps.jobs.kinds import Chunk, Progress, Tally
from apps.jobs.models import Job
from apps.org.actors import SYSTEM, Actor
from apps.sheets.actions.judging import judge, judge_file, judge_words, span_of
from apps.sheets.kinds import SheetKind, kind_named
from apps.sheets.models import Sheet, SheetRow, Verdict
from apps.sheets.queries import counted
from apps.sheets.rules.columns import header_spec
from apps.sheets.rules.reading import Line, lines_of
from apps.workflow.move import move

BUNDLE = 2_000
COLUMNS = ("sheet_id", "number", "values", "verdict", "findings", "before", "is_applied")


class InFile(DomainError):
    """A refusal with the file's name in front."""

    def __init__(self, name: str, error: DomainError) -> None:
        sentence = filled("%(file)s: %(sentence)s", file=name, sentence=error.sentence)
        super().__init__(sentence, code=error.code, **{**error.data, "file": name})


def plan(job: Job, by: Actor, progress: Progress) -> list[Chunk]:
    """Stage and judge the whole file in one transaction; no chunks follow. Raises InFile when it cannot be used."""
    sheet = Sheet.objects.select_related("file").get(pk=job.params["sheet"])
    kind = kind_named(sheet.kind)
    try:
        _stage(sheet, kind, progress)
    except DomainError as error:
        raise InFile(sheet.name, error) from error
    _expect_many_rows()
    span = span_of(sheet, kind, by)
    judge_file(span, kind)
    judge(span, kind)
    judge_words(span, kind)
    return []


def nothing(_job: Job, _payload: dict[str, Any], _by: Actor) -> Tally:
    """A check has no chunks: a file is read from its beginning."""
    return {}


def finish(job: Job, _counts: Tally, by: Actor) -> None:
    """The dry run is ready."""
    sheet = Sheet.objects.locked().get(pk=job.params["sheet"])
    move(sheet.pass_check, by=by, also={"counts": counted(sheet)})


def failed(job: Job, _by: Actor) -> None:
    """The file cannot be used; it may be uploaded again after a repair."""
    sheet = Sheet.objects.locked().get(pk=job.params["sheet"])
    move(sheet.refuse, by=SYSTEM)
    Sheet.objects.filter(pk=sheet.pk).update(is_current=False)


def _stage(sheet: Sheet, kind: SheetKind, progress: Progress) -> None:
    with open_file(sheet.file) as stream, open_table(stream, header=header_spec(kind.columns)) as table:
        read = 0
        for bundle in _bundles(lines_of(table, kind.columns)):
            read += copy_rows(SheetRow, COLUMNS, [_row(sheet, line) for line in bundle])
            progress(read)


def _bundles(lines: Iterator[Line]) -> Iterator[list[Line]]:
    while bundle := list(itertools.islice(lines, BUNDLE)):
        yield bundle


def _row(sheet: Sheet, line: Line) -> tuple[Any, ...]:
    values, findings = (json.dumps(part, ensure_ascii=False) for part in (line.values, line.findings))
    return (sheet.pk, line.number, values, Verdict.REFUSED if line.findings else "", findings, "{}", False)


def _expect_many_rows() -> None:
    """The rows were copied in this transaction, so the planner takes the table for empty and would loop over them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('enable_nestloop', 'off', true)")
