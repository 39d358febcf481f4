"""An import batch as its page shows it: what it would do or did, how far it is, what is wrong with single rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.desk.queries.jobs import JobSheet, job_sheet
from apps.jobs.models import Finding
from apps.orders.models import ImportBatch, ImportFile, Order
from apps.orders.models.staging import Verdict
from apps.orders.queries import batch_results, batch_summary
from apps.orders.queries.batches import BatchSummary, RowResult
from apps.orders.workflows.import_batch import BatchState
from apps.org.actors import Actor
from apps.org.scope import visible
from apps.workflow.buttons import Button, buttons_for

MOST_FINDINGS = 200
ROWS = 100
LABELS: dict[str, tuple[str | Promise, str]] = {
    Verdict.NEW: (gettext_lazy("new"), "green"),
    Verdict.CHANGED: (gettext_lazy("changed"), "amber"),
    Verdict.SAME: (gettext_lazy("unchanged"), ""),
    Verdict.OLDER: (gettext_lazy("older than what is known"), ""),
    Verdict.DUPLICATE: (gettext_lazy("twice in the files"), ""),
    Verdict.REFUSED: (gettext_lazy("refused"), "red"),
}
MADE: dict[str, tuple[str | Promise, str]] = {
    "lines": (gettext_lazy("order lines"), ""),
    "opened": (gettext_lazy("shipping orders made"), ""),
    "stopped": (gettext_lazy("exceptions and holds"), "amber"),
    "confirmed": (gettext_lazy("confirmed by themselves"), "green"),
}


@dataclass(frozen=True, slots=True)
class Tally:
    """One number of the dry run or of the result."""

    count: int
    label: str | Promise
    tone: str


@dataclass(frozen=True, slots=True)
class Result:
    """A row of a file and what became of it, as a word. order: the key of what it names, for who may see it."""

    row: RowResult
    label: str | Promise
    tone: str
    order: int | None


@dataclass(frozen=True, slots=True)
class BatchSheet:
    """Everything on a batch's page. job: the one that runs or ran last. has_failed: files that have refused rows."""

    batch: ImportBatch
    files: list[ImportFile]
    summary: BatchSummary
    job: JobSheet | None
    findings: list[Finding]
    failed_files: list[ImportFile]
    buttons: list[Button]

    @property
    def is_busy(self) -> bool:
        """Whether a job works on it."""
        return self.job is not None and self.job.is_alive

    @property
    def is_known(self) -> bool:
        """Whether the check is done, so that there is something to tell."""
        return self.batch.state in (BatchState.CHECKED, BatchState.IMPORTING, BatchState.IMPORTED)

    @property
    def orders(self) -> int:
        """Orders in the files; a row that repeats its order is not another one."""
        return sum(getattr(self.summary, v.value) for v in Verdict if v is not Verdict.DUPLICATE)

    @property
    def tallies(self) -> list[Tally]:
        """The numbers that are not zero: orders by verdict, then lines, and what an import made of them."""
        known = {**LABELS, **MADE}
        found = ((getattr(self.summary, name), label, tone) for name, (label, tone) in known.items())
        return [Tally(count, label, tone) for count, label, tone in found if count]


def batch_sheet(batch: ImportBatch, by: Actor) -> BatchSheet:
    """Put the page of one batch together."""
    files = list(batch.files.select_related("stored"))
    job = batch.import_job or batch.check_job
    findings = list(Finding.objects.filter(job=batch.check_job_id)[:MOST_FINDINGS]) if batch.check_job_id else []
    places = set(
        Finding.objects.filter(job=batch.check_job_id, severity=Finding.Severity.REFUSED, row__isnull=False)
        .order_by()
        .values_list("place", flat=True)
        .distinct()
    )
    return BatchSheet(
        batch=batch,
        files=files,
        summary=batch_summary(batch),
        job=job_sheet(job, by) if job else None,
        findings=findings,
        failed_files=[file for file in files if file.name in places],
        buttons=buttons_for(batch, by),
    )


def results_of(batch: ImportBatch, after: int, by: Actor) -> tuple[list[Result], int | None]:
    """A hundred rows with their verdicts in file order, and the key to go on after, None at the end."""
    rows: Sequence[tuple[int, RowResult]] = batch_results(batch, after=after, limit=ROWS + 1)
    known = _orders_of(batch, [row.number for _pk, row in rows[:ROWS]], by)
    shown = [Result(row, *_label(row.verdict), known.get(row.number)) for _pk, row in rows[:ROWS]]
    return shown, rows[ROWS - 1][0] if len(rows) > ROWS else None


def _orders_of(batch: ImportBatch, numbers: list[str], by: Actor) -> dict[str, int]:
    """Number → key of the batch's store's orders that are there already and that this person may see."""
    if not by.may("orders.view_order"):
        return {}
    orders = visible(Order.objects.filter(store=batch.store_id, number__in=numbers), by)
    return dict(orders.order_by().values_list("number", "pk"))


def _label(verdict: str) -> tuple[Any, str]:
    known: dict[str, tuple[Any, str]] = {str(key): value for key, value in LABELS.items()}
    label, tone = known.get(verdict, (_("not looked at yet"), ""))
    return label, tone or "neutral"
