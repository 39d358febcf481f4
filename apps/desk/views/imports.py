"""Imports: upload, dry run, import, result row by row."""

from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.core.errors import DomainError
from apps.desk.doors import STOP_POLLING, DeskRequest, attempt, found, go, is_fragment, is_htmx, needs, page, tell
from apps.desk.downloads import attachment, new_file
from apps.desk.posted import key_in
from apps.desk.queries.choices import stores_of
from apps.desk.queries.counts import forget_counts
from apps.desk.queries.imports import batch_sheet, results_of
from apps.orders.actions import discard_batch, import_batch, receive_files, write_failed_rows
from apps.orders.models import ImportBatch, ImportFile
from apps.org.scope import visible

ON_PAGE = 60


@needs("orders.view_importbatch")
def imports(request: DeskRequest) -> HttpResponse:
    """The batches of the stores one works for, with the form for the next upload."""
    return _listed(request)


@needs("orders.add_importbatch")
@require_POST
def upload(request: DeskRequest) -> HttpResponse:
    """Take the files and have them checked; nothing in the business tables changes."""
    store = key_in(request.POST.get("store", "")) or 0
    files = request.FILES.getlist("files")
    try:
        batch = receive_files(store, files, by=request.by)  # type: ignore[arg-type]  # Django's upload fits the protocol
    except DomainError as refusal:
        known = refusal.data.get("batch")
        context = {"refusal": refusal.sentence, "file": refusal.data.get("file", "") if known else "", "known": known}
        if is_htmx(request):
            return page(request, "desk/imports/_refusal.html", context)
        return _listed(request, **context)
    forget_counts(request.by)
    return go(request, reverse("desk:import_batch", args=[batch.pk]))


@needs("orders.view_importbatch")
def batch(request: DeskRequest, pk: int) -> HttpResponse:
    """One batch. While a job works on it the page asks every two seconds; 286 tells it to stop."""
    row = _batch(request, pk)
    sheet = batch_sheet(row, request.by)
    after = key_in(request.GET.get("after", "")) or 0
    rows, following = results_of(row, after, request.by) if sheet.is_known else ([], None)
    context = {"sheet": sheet, "rows": rows, "following": following}
    if is_fragment(request, "batch"):
        response = page(request, "desk/imports/_batch.html", context)
        response.status_code = 200 if sheet.is_busy else STOP_POLLING
        return response
    return page(request, "desk/imports/batch.html", context)


@needs("orders.run_importbatch")
@require_POST
def run(request: DeskRequest, pk: int) -> HttpResponse:
    """Import what the dry run has shown."""
    _batch(request, pk)
    _done, refusal = attempt(request, lambda: import_batch(pk, by=request.by))
    return _back(request, pk, refusal, _("The import has begun."))


@needs("orders.add_importbatch")
@require_POST
def discard(request: DeskRequest, pk: int) -> HttpResponse:
    """Throw a batch away; its files may be uploaded again."""
    _batch(request, pk)
    _done, refusal = attempt(request, lambda: discard_batch(pk, by=request.by))
    return _back(request, pk, refusal, _("The batch was discarded; nothing was imported."))


@needs("orders.add_importbatch")
def failed_rows(request: DeskRequest, pk: int, file_pk: int) -> HttpResponseBase:
    """The refused rows of one file as a file to correct and upload again."""
    row = _batch(request, pk)
    found_file = ImportFile.objects.filter(pk=file_pk, batch=row).first()
    if found_file is None:
        return go(request, reverse("desk:import_batch", args=[pk]))
    sink = new_file()
    name, refusal = attempt(request, lambda: write_failed_rows(row, file_pk, sink, by=request.by))
    if name is None:
        return _back(request, pk, refusal, "")
    sink.seek(0)
    return attachment(sink, name)


def _listed(request: DeskRequest, **context: object) -> HttpResponse:
    rows = visible(ImportBatch.objects.select_related("store", "received_by", "token"), request.by).prefetch_related(
        "files"
    )
    stores = [store for store in stores_of(request.by).values() if store.is_active]
    shown = {"batches": rows[:ON_PAGE], "stores": stores, "may_add": request.by.may("orders.add_importbatch")}
    return page(request, "desk/imports/imports.html", {**shown, **context})


def _batch(request: DeskRequest, pk: int) -> ImportBatch:
    rows = ImportBatch.objects.select_related(
        "store", "received_by", "token", "check_job__requested_by", "import_job__requested_by"
    )
    return found(rows, request.by, pk=pk)


def _back(request: DeskRequest, pk: int, refusal: str, sentence: str) -> HttpResponse:
    back = HttpResponseRedirect(reverse("desk:import_batch", args=[pk]))
    return tell(request, back, refusal or sentence, tone="bad" if refusal else "good")
