"""Batch-ship files: tell each platform what went out under which waybill number."""

from collections.abc import Callable

from django.http import Http404, HttpResponse, HttpResponseBase, QueryDict
from django.urls import reverse
from django.views.decorators.http import require_POST

from apps.desk.doors import DeskRequest, attempt, found, go, needs, page
from apps.desk.downloads import attachment
from apps.desk.queries.reports import files_made, to_tell
from apps.files.actions import open_file
from apps.org.actors import Actor
from apps.warehouse.actions.confirm_layout import confirm_ship_layout, withdraw_ship_layout
from apps.warehouse.actions.ship_report import start_ship_report
from apps.warehouse.models import ShipReport
from apps.warehouse.rules.ship_layouts import Field


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


LAYOUT_VERBS: dict[str, Callable[[int, QueryDict, Actor], object]] = {
    "confirm": lambda pk, _data, by: confirm_ship_layout(pk, by=by),
    "withdraw": lambda pk, data, by: withdraw_ship_layout(pk, reason=data.get("reason", ""), by=by),
}


@needs("warehouse.confirm_layout")
@require_POST
def report_layout(request: DeskRequest, pk: int, verb: str) -> HttpResponse:
    """Say that the platform has read a file, or that it does not read such files any more (WHS-05). A foreign one is 404."""
    act = LAYOUT_VERBS.get(verb)
    if act is None:
        raise Http404
    found(ShipReport.objects.all(), request.by, pk=pk)
    _done, refusal = attempt(request, lambda: act(pk, request.POST, request.by))
    return _listed(request, refusal) if refusal else go(request, reverse("desk:reports"))


def _listed(request: DeskRequest, refusal: str = "") -> HttpResponse:
    waiting = to_tell(request.by)
    context = {
        "waiting": waiting,
        "unconfirmed": any(not each.layout.confirmed for each in waiting),
        "files": files_made(request.by),
        "may_make": request.by.may("warehouse.report_shipments"),
        "may_confirm": request.by.may("warehouse.confirm_layout"),
        "fields": list(Field),
        "refusal": refusal,
    }
    return page(request, "desk/reports/reports.html", context)
