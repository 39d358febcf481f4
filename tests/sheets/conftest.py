"""Builders for sheets: files from rows, sheets run to their end. wei plans for Qinghe."""

import io
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from apps.core.tabular import Sheet as Page
from apps.core.tabular import write_csv, write_xlsx
from apps.jobs.actions import run_job
from apps.org.actors import Actor
from apps.org.models import User
from apps.sheets.actions import apply_sheet, receive_sheet
from apps.sheets.models import Sheet, SheetRow

Rows = Sequence[Sequence[str]]


def a_file(header: Sequence[str], *rows: Sequence[str], name: str = "sheet.csv") -> SimpleUploadedFile:
    """A sheet as a browser sends it: csv or xlsx, by its name."""
    sink = io.BytesIO()
    if name.endswith(".xlsx"):
        write_xlsx(sink, [Page("Sheet", list(header), [list(row) for row in rows])])
    else:
        write_csv(sink, list(header), [list(row) for row in rows])
    return SimpleUploadedFile(name, sink.getvalue())


@pytest.fixture
def wei(person: Callable[..., User]) -> User:
    """Planner."""
    return person("wei", "planner")


@pytest.fixture
def as_wei(wei: User) -> Actor:
    """Wei as the one who acts."""
    return Actor.of(wei)


@pytest.fixture
def checked(as_wei: Actor) -> Callable[..., Sheet]:
    """Receive a file and run its check: `checked("skus", a_file(…))`."""

    def make(kind: str, file: SimpleUploadedFile, *, by: Actor | None = None, place: int | None = None) -> Sheet:
        received = receive_sheet(kind, file, by=by or as_wei, place_id=place)
        run_job(received.sheet.check_job_id or 0)
        return Sheet.objects.select_related("check_job", "apply_job").get(pk=received.sheet.pk)

    return make


@pytest.fixture
def run_apply(as_wei: Actor) -> Callable[..., Sheet]:
    """Apply a checked sheet to its end."""

    def make(sheet: Sheet, *, by: Actor | None = None) -> Sheet:
        run_job(apply_sheet(sheet.pk, by=by or as_wei).apply_job_id or 0)
        return Sheet.objects.select_related("apply_job").get(pk=sheet.pk)

    return make


def verdicts(sheet: Sheet) -> list[tuple[int, str]]:
    """Row numbers and verdicts, in file order."""
    return list(SheetRow.objects.filter(sheet=sheet).values_list("number", "verdict"))


def findings(sheet: Sheet) -> list[tuple[int, str, str, str]]:
    """Row, column, code and English sentence of every finding, in file order."""
    rows = SheetRow.objects.filter(sheet=sheet).values_list("number", "findings")
    return [(number, f["column"], f["code"], f["text"]["en"]) for number, found in rows for f in found]


def refusal(sheet: Sheet) -> dict[str, Any]:
    """Why the check refused the whole file."""
    assert sheet.check_job is not None
    kept: dict[str, Any] = sheet.check_job.refusal or {}
    return kept
