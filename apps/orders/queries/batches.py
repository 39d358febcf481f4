"""What an import batch would do, and what became of each of its rows."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from apps.core.speech import spoken
from apps.jobs.models import Finding
from apps.orders.models import ImportBatch, StagedOrder
from apps.orders.models.staging import Verdict
from apps.orders.workflows.import_batch import BatchState


@dataclass(frozen=True, slots=True)
class BatchSummary:
    """A batch in numbers. Before the import: what it would do. After: what it did.

    new, changed, same, older, duplicate, refused: orders by verdict. lines: order lines ready. without_lines: paid orders
    that cannot be confirmed yet. refused_rows, warnings: findings. opened, stopped, confirmed: shipping orders, after.
    """

    is_imported: bool
    new: int
    changed: int
    same: int
    older: int
    duplicate: int
    refused: int
    lines: int
    without_lines: int
    refused_rows: int
    warnings: int
    opened: int
    stopped: int
    confirmed: int


def batch_summary(batch: ImportBatch) -> BatchSummary:
    """The numbers of a checked or imported batch; all zero before its check is done."""
    counts: dict[str, Any] = batch.counts
    looked_at = counts.get("orders", {})
    done = counts.get("imported", {})
    is_imported = batch.state == BatchState.IMPORTED
    verdicts = (
        {**looked_at, **{v: done.get(v, 0) for v in ("new", "changed", "same", "older")}} if is_imported else looked_at
    )
    findings = counts.get("findings", {})
    return BatchSummary(
        is_imported=is_imported,
        **{v.value: verdicts.get(v.value, 0) for v in Verdict},
        lines=counts.get("lines", {}).get("ready", 0),
        without_lines=counts.get("without_lines", {}).get("orders", 0),
        refused_rows=findings.get(Finding.Severity.REFUSED, 0),
        warnings=findings.get(Finding.Severity.WARNING, 0),
        opened=done.get("opened", 0),
        stopped=done.get("reasons", 0),
        confirmed=done.get("confirmed", 0),
    )


@dataclass(frozen=True, slots=True)
class RowResult:
    """One row of a file: its order, and what became or would become of it."""

    file: str
    row: int
    number: str
    verdict: str


def batch_results(batch: ImportBatch, *, after: int = 0, limit: int = 100) -> list[tuple[int, RowResult]]:
    """The order rows of a batch in file order with their verdicts, `limit` at a time; each with the key to go on after."""
    rows = (
        StagedOrder.objects.filter(batch=batch, lines_only=False, pk__gt=after)
        .order_by("pk")
        .values_list("pk", "file__name", "row", "number", "applied", "verdict")[:limit]
    )
    return [(pk, RowResult(file, row, number, applied or verdict)) for pk, file, row, number, applied, verdict in rows]


def failed_rows(batch: ImportBatch) -> Iterator[tuple[str, int, str]]:
    """File, row and reasons of every row that was refused, in file order; several reasons of a row in one text."""
    refused = Q(severity=Finding.Severity.REFUSED, row__isnull=False)
    findings = Finding.objects.filter(refused, job=batch.check_job_id).order_by("place", "row", "pk")
    current: tuple[str, int] | None = None
    reasons: list[str] = []
    for place, row, column, text in findings.values_list("place", "row", "column", "text").iterator(chunk_size=2_000):
        if current is not None and (place, row) != current:
            yield (*current, " ".join(reasons))
            reasons = []
        current = (place, row or 0)
        reasons.append(f"{column}: {spoken(text)}" if column else spoken(text))
    if current is not None:
        yield (*current, " ".join(reasons))
