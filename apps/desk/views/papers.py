"""Papers: the list, one paper with its state, its file, its page for the browser's printer, and the day's pick list."""

import datetime as dt

from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.core.calendar import day_in, today
from apps.core.errors import Invalid
from apps.desk.doors import STOP_POLLING, DeskRequest, attempt, go, is_fragment, needs, page, tell
from apps.desk.posted import key_in
from apps.desk.queries.board import warehouses_of
from apps.desk.views.board import place_named, rights_of
from apps.documents.actions import open_page, open_pdf, print_again
from apps.documents.downloads import page_answer, pdf_answer
from apps.documents.kinds import all_kinds
from apps.documents.models import Document
from apps.documents.models.document import DocumentRows
from apps.documents.workflows.document import DocumentState
from apps.warehouse.actions import issue_daily_pick_list

ON_PAGE = 50


@needs("documents.view_document")
def papers(request: DeskRequest) -> HttpResponse:
    """The latest papers of one's warehouses and stores, by kind."""
    kinds = {kind.name: kind.label for kind in all_kinds() if request.by.may(kind.right)}
    kind, before = request.GET.get("kind", ""), key_in(request.GET.get("before", ""))
    rows = _readable(request).select_related("warehouse", "store")
    if kind in kinds:
        rows = rows.filter(kind=kind)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    shown = list(rows.order_by("-pk").defer("context", "sealed_context")[: ON_PAGE + 1])
    context = {
        "papers": shown[:ON_PAGE],
        "following": shown[ON_PAGE - 1].pk if len(shown) > ON_PAGE else None,
        "kinds": kinds,
        "kind": kind if kind in kinds else "",
        "places": list(warehouses_of(request.by).values()),
        "day": today(),
        "may": rights_of(request),
    }
    return page(request, "desk/papers/papers.html", context)


@needs("documents.view_document")
def paper(request: DeskRequest, pk: int) -> HttpResponse:
    """One paper. While it is being printed the page asks every two seconds; 286 tells it to stop."""
    row = _paper(request, pk)
    waiting = row.state == DocumentState.ISSUED
    context = {"paper": row, "waiting": waiting}
    if is_fragment(request, "paper"):
        response = page(request, "desk/papers/_paper.html", context)
        response.status_code = 200 if waiting else STOP_POLLING
        return response
    return page(request, "desk/papers/paper.html", context)


@needs("documents.view_document")
def paper_pdf(request: DeskRequest, pk: int) -> HttpResponseBase:
    """The file; before it is there, a sentence on the paper's page."""
    _paper(request, pk)
    opened, refusal = attempt(request, lambda: open_pdf(pk, by=request.by))
    return pdf_answer(opened) if opened is not None else _back(request, pk, refusal)


@needs("documents.view_document")
def paper_page(request: DeskRequest, pk: int) -> HttpResponse:
    """The paper as a page for the browser's own print dialogue."""
    _paper(request, pk)
    html, refusal = attempt(request, lambda: open_page(pk, by=request.by))
    return page_answer(html) if html is not None else _back(request, pk, refusal)


@needs("documents.view_document")
@require_POST
def paper_again(request: DeskRequest, pk: int) -> HttpResponse:
    """Ask for a fresh file of the same paper."""
    _paper(request, pk)
    _done, refusal = attempt(request, lambda: print_again(pk, by=request.by))
    back = HttpResponseRedirect(reverse("desk:paper", args=[pk]))
    return tell(request, back, refusal or _("It is being printed again."), tone="bad" if refusal else "good")


@needs("documents.view_document")
@require_POST
def paper_daily(request: DeskRequest) -> HttpResponse:
    """Issue the pick list of a shipping day and show the paper (WHS-17, WHS-24)."""
    here = place_named(request.POST.get("warehouse", ""), warehouses_of(request.by))
    issued, refusal = attempt(
        request, lambda: issue_daily_pick_list(here.pk, _day(request.POST.get("day", "")), by=request.by)
    )
    if issued is None:
        return tell(request, HttpResponseRedirect(reverse("desk:papers")), refusal, tone="bad")
    return go(request, reverse("desk:paper", args=[issued.pk]))


def _day(text: str) -> dt.date:
    day = day_in(text) if text else today()
    if day is None:
        raise Invalid(_("This is not a day."), code="not_a_day")
    return day


def _readable(request: DeskRequest) -> DocumentRows:
    return Document.objects.readable(request.by)


def _paper(request: DeskRequest, pk: int) -> Document:
    rows = _readable(request).select_related("warehouse", "store", "file", "issued_by", "supersedes", "superseded_by")
    row = rows.filter(pk=pk).first()
    if row is None:
        raise Http404
    return row


def _back(request: DeskRequest, pk: int, refusal: str) -> HttpResponse:
    return tell(request, HttpResponseRedirect(reverse("desk:paper", args=[pk])), refusal, tone="bad")
