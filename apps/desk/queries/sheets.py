"""Sheets as their pages show them: kinds to bring in, what a sheet would do or did, what is wrong with single rows."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.speech import spoken
from apps.core.tabular import shown
from apps.desk.queries.jobs import JobSheet, job_sheet
from apps.org.actors import Actor
from apps.org.scope import visible
from apps.sheets.kinds import SheetKind, kind_named, kinds_for
from apps.sheets.models import Sheet, SheetRow, Verdict
from apps.sheets.queries import places_for, rows_of
from apps.sheets.workflows.sheet import SheetState
from apps.workflow.buttons import Button, buttons_for

ROWS = 100
ON_PAGE = 60
LABELS: dict[str, tuple[str | Promise, str]] = {
    Verdict.NEW: (gettext_lazy("new"), "green"),
    Verdict.CHANGED: (gettext_lazy("changed"), "amber"),
    Verdict.SAME: (gettext_lazy("unchanged"), ""),
    Verdict.REFUSED: (gettext_lazy("refused"), "red"),
}
WOULD = gettext_lazy(
    "%(new)s new, %(changed)s changed, %(same)s unchanged, %(refused)s refused. Nothing has been changed yet."
)
DID = gettext_lazy("Applied: %(new)s new, %(changed)s changed, %(same)s unchanged, %(refused)s refused.")
HALF = gettext_lazy("It stopped before its end. %(applied)s rows are in and stay in; the others can still be applied.")


@dataclass(frozen=True, slots=True)
class Choice:
    """One kind on the page of sheets. places: keys and names to choose from, for a kind that belongs to a place."""

    kind: SheetKind
    is_current: bool
    places: list[tuple[int, str]]


@dataclass(frozen=True, slots=True)
class Tab:
    """One verdict: how many rows have it."""

    verdict: str
    label: str | Promise
    tone: str
    count: int


@dataclass(frozen=True, slots=True)
class Said:
    """One cell as it is told: its column, what was known, what the row says, what is wrong with it."""

    heading: str
    known: str
    says: str
    refusal: str = ""


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A row with its verdict as a word, and the cells that matter for it."""

    number: int
    name: str
    label: str | Promise
    tone: str
    said: list[Said]


@dataclass(frozen=True, slots=True)
class SheetPage:
    """Everything on a sheet's page. job: the one that runs or ran last."""

    sheet: Sheet
    kind: SheetKind
    job: JobSheet | None
    buttons: list[Button]

    @property
    def is_busy(self) -> bool:
        """Whether a job works on it."""
        return self.job is not None and self.job.is_alive

    @property
    def is_known(self) -> bool:
        """Whether the check is done, so that there is something to tell."""
        return self.sheet.state in (SheetState.CHECKED, SheetState.APPLYING, SheetState.APPLIED)

    @property
    def counts(self) -> dict[str, int]:
        """Rows by verdict, and how many are in."""
        return {name: self.sheet.counts.get(name, 0) for name in (*Verdict.values, "applied")}

    @property
    def sentence(self) -> str:
        """What the sheet would do, or did, in one sentence."""
        if self.sheet.state == SheetState.APPLIED:
            return str(DID) % self.counts
        if self.sheet.state == SheetState.CHECKED:
            return str(HALF if self.counts["applied"] else WOULD) % self.counts
        return ""

    @property
    def told(self) -> str | Promise:
        """What the sheet as a whole became, where its kind makes one thing of it."""
        made = self.sheet.made_id
        return self.kind.told(made) if self.kind.told is not None and made is not None else ""

    @property
    def tabs(self) -> list[Tab]:
        """The verdicts that rows have."""
        counts = self.counts
        return [Tab(name, label, tone, counts[name]) for name, (label, tone) in LABELS.items() if counts[name]]


def choices_for(by: Actor, wanted: str) -> list[Choice]:
    """The kinds that this person may bring in; the wanted one, or the first, is current."""
    kinds = kinds_for(by)
    current = wanted if wanted in {kind.name for kind in kinds} else next((kind.name for kind in kinds), "")
    return [Choice(kind, kind.name == current, places_for(kind, by)) for kind in kinds]


def recent_sheets(by: Actor) -> "QuerySet[Sheet]":
    """The latest sheets that this person may know of."""
    return visible(Sheet.objects.select_related("store", "warehouse", "received_by"), by)[:ON_PAGE]


def sheet_page(sheet: Sheet, by: Actor) -> SheetPage:
    """Put the page of one sheet together."""
    job = sheet.apply_job or sheet.check_job
    return SheetPage(
        sheet=sheet,
        kind=kind_named(sheet.kind),
        job=job_sheet(job, by) if job else None,
        buttons=buttons_for(sheet, by),
    )


def shown_rows(page: SheetPage, verdict: str, after: int) -> tuple[list[ShownRow], int | None]:
    """A hundred rows of one verdict, or of all, in file order, and the key to go on after; None at the end."""
    rows = rows_of(page.sheet, verdict=verdict, after=after, limit=ROWS + 1)
    return [_shown(row, page.kind) for row in rows[:ROWS]], rows[ROWS - 1].pk if len(rows) > ROWS else None


def _shown(row: SheetRow, kind: SheetKind) -> ShownRow:
    known: dict[str, tuple[Any, str]] = {str(name): labelled for name, labelled in LABELS.items()}
    label, tone = known.get(row.verdict, (_("not looked at yet"), ""))
    name = " / ".join(shown(row.values[key]) for key in kind.key if row.values.get(key)) or "—"
    return ShownRow(row.number, name, label, tone or "neutral", _said(row, kind))


def _said(row: SheetRow, kind: SheetKind) -> list[Said]:
    """Of a refused row what is wrong, of a changed one what changes, of a new one all that it says."""
    if row.verdict == Verdict.REFUSED:
        return [_refused(row, finding, kind) for finding in row.findings]
    if row.verdict == Verdict.SAME:
        return []
    told = row.before if row.verdict == Verdict.CHANGED else row.values
    columns = [column for column in kind.columns if column.key in told and column.key not in kind.key]
    return [
        Said(column.heading, str(column.show(row.before.get(column.key, ""))), str(column.show(row.values[column.key])))
        for column in columns
    ]


def _refused(row: SheetRow, finding: dict[str, Any], kind: SheetKind) -> Said:
    column = kind.column(finding["column"])
    value = shown(row.values.get(finding["column"], ""))
    heading = column.heading if column else ""
    return Said(heading, "", str(column.show(value)) if column else "", spoken(finding["text"]))
