"""Settlement statements: the list by state, one statement from receipts to total, its workbooks."""

import datetime as dt
from collections.abc import Sequence
from typing import Any, BinaryIO

from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from apps.approvals.models import Intention
from apps.contracts.actions import (
    export_annex,
    export_statements,
    pay_lump_sum,
)
from apps.contracts.actions.daily import start_drafting
from apps.contracts.actions.days import FIRST_YEAR, LAST_YEAR
from apps.contracts.actions.rights import must
from apps.contracts.models import LumpSumClaim, SettlementStatement
from apps.contracts.rules.months import month_after, month_of
from apps.contracts.workflows.statement import not_over
from apps.core.calendar import today
from apps.core.errors import Invalid
from apps.desk.doors import DeskRequest, attempt, found, go, is_fragment, is_htmx, needs, page, tell
from apps.desk.posted import count_in, key_in, keys_in
from apps.desk.queries.pending import Undo, no_longer_offered, undo_of
from apps.desk.queries.statement_work import STATEMENT_CONDITIONS, statements_under
from apps.desk.queries.statements import PAGE_SIZE, clients_of, months_of, statement_sheet
from apps.desk.views.statement_verbs import LINKS, VERBS, day_in
from apps.desk.views.tabs import Tab, tabs_of
from apps.desk.workbooks import workbook
from apps.org.actors import Actor

VIEW = "contracts.view_settlementstatement"
TABS = (
    Tab("to_work_on", _("To work on")),
    Tab("to_approve", _("To approve")),
    Tab("with_client", _("With the client")),
    Tab("to_pay", _("Confirmed")),
    Tab("overdue", pgettext_lazy("statement", "Overdue"), "late"),
    Tab("to_invoice", _("To invoice")),
    Tab("paid", _("Paid by the client"), is_counted=False),
    Tab("all", _("All"), is_counted=False),
)


@needs(VIEW)
def statements(request: DeskRequest) -> HttpResponse:
    """Statements by what they wait for, by month and client, the newest month first."""
    tab, month, client = _filters(request.GET, request.by)
    rows = statements_under(tab, request.by, month=month, client=client).select_related("contract__client")
    start = count_in(request.GET.get("from", "")) or 0
    shown = list(rows.order_by("-month", "contract__client__name", "-pk")[start : start + PAGE_SIZE + 1])
    context = {
        "tab": tab, "tabs": tabs_of(TABS, "statements", tab, request.by), "rows": shown[:PAGE_SIZE], "month": month,
        "client": client, "months": months_of(request.by), "clients": clients_of(request.by), "start": start,
        "next_start": start + PAGE_SIZE if len(shown) > PAGE_SIZE else None,
        "filters": urlencode({"tab": tab, "month": f"{month:%Y-%m}" if month else "", "client": client or ""}),
        "can_draft": request.by.may("contracts.draft_statement"),
        "can_export": request.by.may("contracts.export_statement"), "last_month": month_after(month_of(today()), -1),
    }  # fmt: skip
    return page(request, "desk/statements/statements.html", context)


@needs(VIEW, "contracts.draft_statement")
@require_POST
def statements_draft(request: DeskRequest) -> HttpResponse:
    """Work a month out for all contracts; the page of the job shows how far it is."""
    job, refusal = attempt(request, lambda: _started(request.POST.get("month", ""), request.by))
    if job is None:
        return tell(request, HttpResponseRedirect(reverse("desk:statements")), refusal, tone="bad")
    return go(request, reverse("desk:job", args=[job.pk]))


@needs(VIEW, "contracts.export_statement")
@require_POST
def statements_export(request: DeskRequest) -> HttpResponseBase:
    """The filtered list as a workbook; the book of exports knows who took it (SEC-31)."""
    tab, month, client = _filters(request.POST, request.by)
    query = {"tab": tab, "month": f"{month:%Y-%m}" if month else "", "client": client}

    def write(sink: BinaryIO) -> int:
        rows = statements_under(tab, request.by, month=month, client=client)
        return export_statements(rows, sink, query=query, by=request.by)

    return workbook(request, gettext("Statements"), write, back=reverse("desk:statements"))


@needs(VIEW)
def statement(request: DeskRequest, pk: int) -> HttpResponse:
    """One statement: from receipts over tiers to the total, every row, what may be done now."""
    return _sheet(request, found(_statements(), request.by, pk=pk))


@needs(VIEW, "contracts.export_statement")
@require_POST
def statement_export(request: DeskRequest, pk: int) -> HttpResponseBase:
    """The annex: every receipt with its tier, as a workbook (SEC-31)."""
    row = found(_statements(), request.by, pk=pk)
    here = reverse("desk:statement", args=[pk])
    return workbook(request, row.number, lambda sink: export_annex(pk, sink, by=request.by), back=here)


@needs(VIEW)
@require_POST
def statement_verb(request: DeskRequest, pk: int, verb: str) -> HttpResponse:
    """Do one thing with one statement; the answer is the sheet as it is now. A new link is shown once, here."""
    row = found(_statements(), request.by, pk=pk)
    if verb in LINKS:
        token, refusal = attempt(request, lambda: LINKS[verb](pk, by=request.by))
        return _after_link(request, pk, token, refusal)
    if verb not in VERBS:
        raise Http404
    act, sentence = VERBS[verb]
    done, refusal = attempt(request, lambda: act(row, request.POST, request.by))
    undo = undo_of([done], request.by) if isinstance(done, Intention) else None
    undone = keys_in(request.POST.getlist("intention")) if verb == "undo" else []
    return _answered(request, pk, refusal, undo.sentence if undo else sentence, undo=undo, undone=undone)


@needs(VIEW)
@require_POST
def lump_sum_pay(request: DeskRequest, pk: int) -> HttpResponse:
    """Write a milestone payment down; back to the contract."""
    claim = found(LumpSumClaim.objects.all(), request.by, pk=pk)
    _done, refusal = attempt(
        request, lambda: pay_lump_sum(pk, paid_on=day_in(request.POST.get("paid_on", "")), by=request.by)
    )
    back = HttpResponseRedirect(reverse("desk:contract", args=[claim.contract_id]))
    return tell(request, back, refusal or _("The payment was written down."), tone="bad" if refusal else "good")


def _started(text: str, by: Actor) -> Any:
    must(by, "contracts.draft_statement")
    month = _month(text)
    if month is None:
        raise Invalid(_("Please choose a month."), code="no_month")
    if month_after(month) > today():
        raise Invalid(not_over(month), code="month_not_over")
    return start_drafting(month, by=by)


def _filters(data: QueryDict, by: Actor) -> tuple[str, dt.date | None, int | None]:
    wish = data.get("tab", "")
    otherwise = "to_work_on" if by.may("contracts.draft_statement") else "to_approve"
    return (
        wish if wish in STATEMENT_CONDITIONS else otherwise,
        _month(data.get("month", "")),
        key_in(data.get("client", "")),
    )


def _month(text: str) -> dt.date | None:
    try:
        month = dt.date.fromisoformat(f"{text[:7]}-01")
    except ValueError:
        return None
    return month if FIRST_YEAR <= month.year <= LAST_YEAR else None


def _statements() -> Any:
    return SettlementStatement.objects.select_related("contract__client", "drafted_by", "submitted_by")


def _sheet(request: DeskRequest, row: SettlementStatement, **more: Any) -> HttpResponse:
    after = key_in(request.GET.get("after", "")) or 0
    sheet = statement_sheet(row, request.by, after=after)
    context = {**more, "row": row, "sheet": sheet, "today": today(), "is_first": not after}
    template = "desk/statements/_sheet.html" if is_fragment(request, "sheet") else "desk/statements/statement.html"
    return page(request, template, context)


def _answered(
    request: DeskRequest, pk: int, refusal: str, sentence: str | Promise, *, undo: Undo | None = None,
    undone: Sequence[int] = (),
) -> HttpResponse:  # fmt: skip
    """The sheet as it is now. undo: says itself what it offers to take back; undone: what no toast offers any more."""
    if not is_htmx(request):
        back = HttpResponseRedirect(reverse("desk:statement", args=[pk]))
        return tell(request, back, refusal or sentence, tone="bad" if refusal else "good")
    response = _sheet(request, found(_statements(), request.by, pk=pk), refusal=refusal, undo=undo)
    return tell(request, response, "" if refusal or undo else sentence, events=no_longer_offered(undone))


def _after_link(request: DeskRequest, pk: int, token: str | None, refusal: str) -> HttpResponse:
    """The sheet with the new link, which nobody sees again: the house keeps only its hash."""
    if token is None:
        return _answered(request, pk, refusal, "")
    address = request.build_absolute_uri(reverse("desk:client_statement", args=[token]))
    return _sheet(request, found(_statements(), request.by, pk=pk), link=address)
