"""Batch-ship files: tell each platform what went out under which waybill number."""

from django.http import Http404, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_POST

from apps.desk.doors import DeskRequest, attempt, found, go, needs, page
from apps.desk.queries.reports import files_made, to_tell
from apps.desk.views.files import attachment
from apps.files.actions import open_file
from apps.warehouse.actions.ship_report import start_ship_report
from apps.warehouse.models import ShipReport


@needs("warehouse.view_shipreport")
def reports(request: DeskRequest) -> HttpResponse:
    """Which stores have something to tell, and the files made so far."""
    return _listed(request)


@needs("warehouse.report_shipments")
@require_POST
def report_make(request: DeskRequest, store_pk: int) -> HttpResponse:
    """Have the file of one store made; the job's page leads to it (WHS-05)."""
    job, refusal = attempt(request, lambda: start_ship_report(store_pk, by=request.by))
    return _listed(request, refusal) if job is None else go(request, reverse("desk:job", args=[job.pk]))


@needs("warehouse.report_shipments")
def report_file(request: DeskRequest, pk: int) -> HttpResponseBase:
    """An earlier file again; a foreign store's looks like none at all."""
    report = found(ShipReport.objects.select_related("file"), request.by, pk=pk)
    if report.file.removed_at is not None:
        raise Http404
    return attachment(open_file(report.file), report.file.name)


def _listed(request: DeskRequest, refusal: str = "") -> HttpResponse:
    waiting = to_tell(request.by)
    context = {
        "waiting": waiting,
        "unconfirmed": any(not each.layout.confirmed for each in waiting),
        "files": files_made(request.by),
        "may_make": request.by.may("warehouse.report_shipments"),
        "refusal": refusal,
    }
    return page(request, "desk/reports/reports.html", context)
