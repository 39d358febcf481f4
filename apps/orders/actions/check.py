"""The check job: read the files, stage their rows, judge them. The business tables stay as they are."""

import datetime as dt
import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, NoReturn

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.core.bulk import copy_rows
from apps.core.errors import DomainError, Invalid
from apps.core.speech import filled, in_every_language
from apps.core.tabular import Finding as RowFinding
from apps.core.tabular import HeaderSpec, Table, open_table
from apps.core.tabular.errors import RowsDoNotFit
from apps.files.actions import open_file
from apps.jobs.kinds import Chunk, Progress, Tally
from apps.jobs.models import Finding, Job
from apps.orders.actions.importing import judge, summary
from apps.orders.actions.importing.repeats import Repeat
from apps.orders.actions.importing.sql import ChunkOfOrders, rows, run
from apps.orders.imports.layout import Layout
from apps.orders.imports.refusals import LeftOutWhole
from apps.orders.imports.routing import NUMBER_COLUMNS, layout_of
from apps.orders.imports.rows import LINE_COLUMNS, ORDER_COLUMNS, Source, staged_batches
from apps.orders.models import ImportBatch, ImportFile, StagedLine, StagedOrder
from apps.org.actors import SYSTEM, Actor
from apps.org.models import Store
from apps.workflow.move import move

MOST_FINDINGS = 5_000
CLOCKS_DIFFER = dt.timedelta(hours=1)
WRONG_STORE = _(
    "This file is from the store “%(named)s”, but “%(store)s” was chosen. If the two are one store, have its name in the "
    "platform's files entered in the store's record."
)
FOREIGN = _("This order number belongs to another store.")
LOST = _("The order of this line is not known: its own row was refused, or the order file is still missing.")
HEADER = HeaderSpec(required=[NUMBER_COLUMNS])


def plan(job: Job, _by: Actor, progress: Progress) -> list[Chunk]:
    """Stage and judge all files of the batch in one transaction. Raises DomainError when a file cannot be used."""
    batch = ImportBatch.objects.select_related("store").get(pk=job.params["batch"])
    done, spoiled = 0, set[str]()
    for file in batch.files.select_related("stored"):
        staged = _stage(job, batch.store, file, partial(_further, progress, done))
        done, spoiled = done + staged.rows, spoiled | staged.source.seen.spoiled
    whole = ChunkOfOrders(batch.pk, batch.store_id, batch.store.platform, batch.store.warehouse_id, 0, 0)
    run(HASH_JOINS, {})
    spoiled_lines = rows(SPOILED_LINES, whole.params(numbers=sorted(spoiled))) if spoiled else []
    run(LINES_ONLY, whole.params())
    run(REPEATED_LINES, whole.params())
    run(OTHER_GENERATION, whole.params())
    repeats, foreign = judge.judge_batch(whole)
    _report_repeats(job, repeats)
    _report(job, LeftOutWhole.template, LeftOutWhole.code, spoiled_lines)
    _report(job, FOREIGN, "foreign_order", foreign)
    _report(job, LOST, "order_not_known", rows(LOST_LINES, whole.params()))
    return []


def _report_repeats(job: Job, repeats: Sequence[Repeat]) -> None:
    names = dict(ImportFile.objects.filter(pk__in={repeat.other for repeat in repeats}).values_list("pk", "name"))
    for (kind, other), group in itertools.groupby(
        sorted(repeats, key=lambda repeat: (repeat.kind, repeat.other)), lambda repeat: (repeat.kind, repeat.other)
    ):
        same = list(group)
        severity = Finding.Severity.REFUSED if same[0].is_refused else Finding.Severity.WARNING
        sentence = same[0].sentence(names[other])
        _report(job, sentence, kind, [(repeat.file, repeat.row) for repeat in same], severity)


def _report(
    job: Job, sentence: str | Promise, code: str, places: Sequence[tuple[Any, ...]], severity: str = "refused"
) -> None:
    """One sentence about many rows, given as (file, row)."""
    names = dict(ImportFile.objects.filter(pk__in={file for file, _row in places}).values_list("pk", "name"))
    text = in_every_language(sentence)
    Finding.objects.bulk_create(
        [
            Finding(job=job, place=names[file], row=row, code=code, text=text, severity=severity)
            for file, row in places[:MOST_FINDINGS]
        ]
    )


def _further(progress: Progress, before: int, rows: int) -> None:
    """The bar goes on where the file before ended."""
    progress(before + rows)


def nothing(_job: Job, _payload: dict[str, Any], _by: Actor) -> Tally:
    """A check has no chunks: a file is read from its beginning."""
    return {}


def finish(job: Job, _counts: Tally, by: Actor) -> None:
    """The dry run is ready."""
    batch = ImportBatch.objects.locked().get(pk=job.params["batch"])
    move(batch.pass_check, by=by, also={"counts": summary.counted(batch)})


def failed(job: Job, _by: Actor) -> None:
    """The files cannot be used; they may be uploaded again after a repair."""
    batch = ImportBatch.objects.locked().get(pk=job.params["batch"])
    move(batch.refuse, by=SYSTEM)
    ImportFile.objects.filter(batch=batch).update(is_current=False)


@dataclass(frozen=True, slots=True)
class StagedFile:
    """What staging a file has shown: how many rows it has, and what it says as a whole."""

    rows: int
    source: Source


def _stage(job: Job, store: Store, file: ImportFile, progress: Progress) -> StagedFile:
    try:
        with open_file(file.stored) as stream, open_table(stream, header=HEADER) as table:
            return _stage_table(job, store, file, table, progress)
    except DomainError as error:
        # The clerk chose several files: the sentence must say which one it is about.
        raise InFile(file.name, error) from error


class InFile(DomainError):
    """A refusal with the file's name in front."""

    def __init__(self, name: str, error: DomainError) -> None:
        sentence = filled("%(file)s: %(sentence)s", file=name, sentence=error.sentence)
        super().__init__(sentence, code=error.code, **{**error.data, "file": name})


def _stage_table(job: Job, store: Store, file: ImportFile, table: Table, progress: Progress) -> StagedFile:
    layout = layout_of(table.header, store.platform)
    exported_at = _made_at(layout, file.name)
    source = Source(file.batch_id, file.pk, store.pk, layout, exported_at)
    read = kept = 0
    for staged in staged_batches(table, source):
        copy_rows(StagedOrder, ORDER_COLUMNS, staged.orders)
        copy_rows(StagedLine, LINE_COLUMNS, staged.lines)
        kept += _keep(job, file, staged.findings, MOST_FINDINGS - kept)
        read += staged.rows
        progress(read)
    _same_store(source.store_name, store)
    if not read:
        _refuse_without_rows(table)
    ImportFile.objects.filter(pk=file.pk).update(layout=layout.name, exported_at=exported_at, rows=read)
    return StagedFile(read, source)


def _made_at(layout: Layout, name: str) -> dt.datetime | None:
    """When the file was made, as its name says. Nobody exports tomorrow: such a name would beat every later file."""
    at = layout.exported_at(name)
    return None if at is not None and at > timezone.now() + CLOCKS_DIFFER else at


def _refuse_without_rows(table: Table) -> NoReturn:
    misfits = sum(finding.severity == "refused" for finding in table.findings)
    if misfits:
        raise RowsDoNotFit(count=misfits)
    raise Invalid(_("The file has a header but no rows."), code="no_rows")


def _same_store(name: str, store: Store) -> None:
    """The file names its store: it must be the chosen one."""
    if name and name not in (store.name, store.export_name):
        raise Invalid(filled(WRONG_STORE, named=name, store=store.name), code="wrong_store", named=name)


def _keep(job: Job, file: ImportFile, findings: Iterable[RowFinding], room: int) -> int:
    stored = [_stored(job, file, finding) for finding in itertools.islice(findings, max(room, 0))]
    Finding.objects.bulk_create(stored)
    return len(stored)


def _stored(job: Job, file: ImportFile, finding: RowFinding) -> Finding:
    return Finding(
        job=job, place=file.name, row=finding.row, column=finding.column[:80], code=finding.code,
        text=in_every_language(finding.sentence), severity=finding.severity, excerpt=finding.value[:80],
    )  # fmt: skip


# The rows were copied in this transaction, so the planner takes the tables for empty and would loop over them row by row.
HASH_JOINS = "SELECT set_config('enable_nestloop', 'off', true)"
# Lines whose order is in no file of the batch but known: a row of its own lets them be judged and cut like the others.
LINES_ONLY = """
    INSERT INTO orders_stagedorder (batch_id, file_id, row, number, verdict, applied, lines_only, state, digest, is_masked)
    SELECT %(batch)s, min(t.file_id), min(t.row), t.number, '', '', true, o.state, ''::bytea, false
    FROM orders_stagedline t
    JOIN orders_order o ON o.platform = %(platform)s AND o.store_id = %(store)s AND o.number = t.number
    WHERE t.batch_id = %(batch)s
      AND NOT EXISTS (SELECT 1 FROM orders_stagedorder s WHERE s.batch_id = t.batch_id AND s.number = t.number)
    GROUP BY t.number, o.state ORDER BY min(t.id)
"""
# Another row of these orders could not be read, further down or in another file: half an order is none.
SPOILED_LINES = """
    UPDATE orders_stagedline SET verdict = 'refused'
    WHERE batch_id = %(batch)s AND verdict = '' AND number = ANY (%(numbers)s)
    RETURNING file_id, row
"""
# The same line in several files: the file that was exported later counts, as it does for orders.
REPEATED_LINES = """
    UPDATE orders_stagedline t SET verdict = 'duplicate'
    FROM (
        SELECT l.id, row_number() OVER (
            PARTITION BY l.number, l.line_key ORDER BY f.exported_at DESC NULLS LAST, l.id
        ) AS nth
        FROM orders_stagedline l JOIN orders_importfile f ON f.id = l.file_id
        WHERE l.batch_id = %(batch)s AND l.verdict = ''
    ) d
    WHERE d.id = t.id AND d.nth > 1
"""
# Two generations of item files in one upload: lines that the platform names win over lines known by their place.
OTHER_GENERATION = """
    UPDATE orders_stagedline t SET verdict = 'duplicate'
    WHERE t.batch_id = %(batch)s AND t.verdict = '' AND starts_with(t.line_key, '#')
      AND EXISTS (SELECT 1 FROM orders_stagedline o WHERE o.batch_id = t.batch_id AND o.number = t.number
                  AND o.verdict = '' AND NOT starts_with(o.line_key, '#'))
"""
LOST_LINES = """
    UPDATE orders_stagedline t SET verdict = 'refused'
    WHERE t.batch_id = %(batch)s AND t.verdict = ''
      AND NOT EXISTS (SELECT 1 FROM orders_stagedorder s WHERE s.batch_id = t.batch_id AND s.number = t.number)
    RETURNING t.file_id, t.row
"""
