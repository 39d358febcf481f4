"""Sheets: template, upload, dry run, apply, result row by row."""

from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.core.errors import DomainError
from apps.desk.doors import STOP_POLLING, DeskRequest, attempt, found, go, is_fragment, is_htmx, needs, page, tell
from apps.desk.downloads import attachment, new_file
from apps.desk.marks import moment
from apps.desk.posted import key_in
from apps.desk.queries.sheets import choices_for, recent_sheets, sheet_page, shown_rows
from apps.sheets.actions import Received, apply_sheet, discard_sheet, receive_sheet, write_refused_rows, write_template
from apps.sheets.kinds import kinds_for
from apps.sheets.models import Sheet, Verdict


@needs("sheets.view_sheet")
def sheets(request: DeskRequest) -> HttpResponse:
    """The kinds that one may bring in, the form for the next sheet, and the latest ones."""
    return _listed(request, request.GET.get("kind", ""))


@needs("sheets.view_sheet")
def template(request: DeskRequest, kind: str) -> HttpResponseBase:
    """An empty sheet of one kind: its headers and an example."""
    wanted = next((known for known in kinds_for(request.by) if known.name == kind), None)
    if wanted is None:
        raise Http404
    sink = new_file()
    name = write_template(wanted, sink)
    sink.seek(0)
    return attachment(sink, name)


@needs("sheets.view_sheet")
@require_POST
def upload(request: DeskRequest) -> HttpResponse:
    """Take the file and have it checked; nothing in the business tables changes. A file that waits is found again."""
    kind, file = request.POST.get("kind", ""), request.FILES.get("file")
    try:
        received = receive_sheet(kind, file, by=request.by, place_id=key_in(request.POST.get("place", "")) or 0)  # type: ignore[arg-type]  # Django's upload fits the protocol
    except DomainError as refusal:
        context = {"refusal": refusal.sentence, "file": refusal.data.get("file", "")}
        if is_htmx(request):
            return page(request, "desk/imports/_refusal.html", context)
        return _listed(request, kind, **context)
    answer = go(request, reverse("desk:sheet", args=[received.sheet.pk]))
    sentence = _said_of(received)
    return tell(request, answer, sentence) if sentence else answer


def _said_of(received: Received) -> str:
    if received.is_known:
        return _("This file was uploaded before: here is its sheet.")
    if received.before is None:
        return ""
    applied = received.before.apply_job
    brought = {"when": moment(received.before.applied_at), "who": (applied and applied.requested_by) or "opsdesk"}
    return _("This file was applied before: %(when)s, %(who)s. Here is what it would change now.") % brought


@needs("sheets.view_sheet")
def sheet(request: DeskRequest, pk: int) -> HttpResponse:
    """One sheet. While a job works on it the page asks every two seconds; 286 tells it to stop."""
    shown = sheet_page(_sheet(request, pk), request.by)
    verdict = request.GET.get("rows", "")
    verdict = verdict if verdict in Verdict.values else ""
    after = key_in(request.GET.get("after", "")) or 0
    rows, following = shown_rows(shown, verdict, after) if shown.is_known else ([], None)
    context = {"page": shown, "rows": rows, "following": following, "verdict": verdict}
    if is_fragment(request, "sheet-body"):
        response = page(request, "desk/sheets/_sheet.html", context)
        response.status_code = 200 if shown.is_busy else STOP_POLLING
        return response
    return page(request, "desk/sheets/sheet.html", context)


@needs("sheets.view_sheet")
@require_POST
def apply(request: DeskRequest, pk: int) -> HttpResponse:
    """Do what the dry run has shown."""
    _sheet(request, pk)
    _done, refusal = attempt(request, lambda: apply_sheet(pk, by=request.by))
    return _back(request, pk, refusal, _("The sheet is being applied."))


@needs("sheets.view_sheet")
@require_POST
def discard(request: DeskRequest, pk: int) -> HttpResponse:
    """Throw a sheet away; its file may be uploaded again."""
    _sheet(request, pk)
    _done, refusal = attempt(request, lambda: discard_sheet(pk, by=request.by))
    return _back(request, pk, refusal, _("The sheet was discarded; nothing was changed."))


@needs("sheets.view_sheet")
def refused(request: DeskRequest, pk: int) -> HttpResponseBase:
    """The refused rows as a file to correct and upload again."""
    row = _sheet(request, pk)
    sink = new_file()
    name, refusal = attempt(request, lambda: write_refused_rows(row, sink, by=request.by))
    if name is None:
        return _back(request, pk, refusal, "")
    sink.seek(0)
    return attachment(sink, name)


def _listed(request: DeskRequest, kind: str, **context: object) -> HttpResponse:
    choices = choices_for(request.by, kind)
    current = next((choice for choice in choices if choice.is_current), None)
    shown = {"choices": choices, "current": current, "sheets": recent_sheets(request.by)}
    return page(request, "desk/sheets/sheets.html", {**shown, **context})


def _sheet(request: DeskRequest, pk: int) -> Sheet:
    rows = Sheet.objects.select_related(
        "store", "warehouse", "received_by", "check_job__requested_by", "apply_job__requested_by"
    )
    return found(rows, request.by, pk=pk)


def _back(request: DeskRequest, pk: int, refusal: str, sentence: str) -> HttpResponse:
    back = HttpResponseRedirect(reverse("desk:sheet", args=[pk]))
    return tell(request, back, refusal or sentence, tone="bad" if refusal else "good")
