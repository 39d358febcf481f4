"""Settlement statements: the list by state, one statement from receipts to total, its verbs, its workbooks."""

import datetime as dt
import tempfile
from collections.abc import Callable
from functools import partial
from typing import Any, BinaryIO, cast

from django.db import transaction
from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from apps.approvals.queries import open_request_of
from apps.contracts.actions import (
    decide_statement,
    draft_again,
    export_annex,
    export_statements,
    new_link,
    pay_lump_sum,
    pay_statement,
    record_confirmation,
    record_invoice,
    record_objection,
    revise_statement,
    send_statement,
    submit_statement,
    withdraw_statement,
)
from apps.contracts.actions.daily import start_drafting
from apps.contracts.actions.days import FIRST_YEAR, LAST_YEAR
from apps.contracts.actions.rights import must
from apps.contracts.models import LumpSumClaim, SettlementStatement
from apps.contracts.rules.months import month_after, month_of
from apps.core.calendar import SHANGHAI, today
from apps.core.errors import Conflict, Invalid
from apps.desk.doors import DeskRequest, attempt, found, go, is_fragment, is_htmx, needs, page, tell
from apps.desk.queries.statement_work import STATEMENT_CONDITIONS, statements_under
from apps.desk.queries.statements import PAGE_SIZE, clients_of, months_of, statement_sheet
from apps.desk.views.files import attachment
from apps.desk.views.returns import whole
from apps.desk.views.tabs import Tab, tabs_of
from apps.org.actors import Actor

VIEW = "contracts.view_settlementstatement"
IN_MEMORY_BYTES = 5_000_000
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
Act = Callable[[SettlementStatement, QueryDict, Actor], object]


def _open_request(row: SettlementStatement) -> int:
    request = open_request_of(row)
    if request is None:
        raise Conflict(_("Nobody waits for this decision any more."), code="ended")
    return request.pk


def _decided(verdict: str, row: SettlementStatement, data: QueryDict, by: Actor) -> object:
    return decide_statement(
        _open_request(row), verdict=verdict, by=by, version=data.get("version", ""), comment=data.get("reason", "")
    )


# What a button of the sheet does, and what is said when it is done.
VERBS: dict[str, tuple[Act, str | Promise]] = {
    "draft": (lambda row, _data, by: draft_again(row.pk, by=by), _("The statement was worked out again.")),
    "submit": (
        lambda row, data, by: submit_statement(row.pk, by=by, comment=data.get("reason", "")),
        _("The statement waits for approval."),
    ),
    "recall": (
        lambda row, data, by: withdraw_statement(_open_request(row), by=by, reason=data.get("reason", "")),
        _("The statement is a draft again."),
    ),
    "approve": (partial(_decided, "approve"), _("The statement was approved.")),
    "refuse": (partial(_decided, "refuse"), _("The statement went back to finance.")),
    "revise": (
        lambda row, data, by: revise_statement(row.pk, reason=data.get("reason", ""), by=by),
        _("The statement is a draft again."),
    ),
    "confirm": (
        lambda row, data, by: record_confirmation(
            row.pk, name=data.get("name", ""), reason=data.get("reason", ""), by=by
        ),
        _("The confirmation was written down."),
    ),
    "object": (
        lambda row, data, by: record_objection(
            row.pk, name=data.get("name", ""), sentence=data.get("reason", ""), by=by
        ),
        _("The objection was written down."),
    ),
    "invoice": (
        lambda row, data, by: record_invoice(
            row.pk,
            number=data.get("invoice", ""),
            issued_on=_day(data.get("issued_on", "")),
            by=by,
            reason=data.get("reason", ""),
        ),
        _("The invoice was written down."),
    ),
    "pay": (
        lambda row, data, by: pay_statement(row.pk, paid_on=_day(data.get("paid_on", "")), by=by),
        _("The payment was written down."),
    ),
}
LINKS: dict[str, Callable[..., str]] = {"send": send_statement, "link": new_link}


@needs(VIEW)
def statements(request: DeskRequest) -> HttpResponse:
    """Statements by what they wait for, by month and client, the newest month first."""
    tab, month, client = _filters(request.GET, request.by)
    rows = statements_under(tab, request.by, month=month, client=client).select_related("contract__client")
    start = whole(request.GET.get("from", "")) or 0
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

    def write(sink: BinaryIO) -> object:
        rows = statements_under(tab, request.by, month=month, client=client)
        return export_statements(rows, sink, query=query, by=request.by)

    return _downloaded(request, write, gettext("Statements"), reverse("desk:statements"))


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
    return _downloaded(request, lambda sink: export_annex(pk, sink, by=request.by), row.number, here)


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
    _done, refusal = attempt(request, lambda: act(row, request.POST, request.by))
    return _answered(request, pk, refusal, sentence)


@needs(VIEW)
@require_POST
def lump_sum_pay(request: DeskRequest, pk: int) -> HttpResponse:
    """Write a milestone payment down; back to the contract."""
    claim = found(LumpSumClaim.objects.all(), request.by, pk=pk)
    _done, refusal = attempt(
        request, lambda: pay_lump_sum(pk, paid_on=_day(request.POST.get("paid_on", "")), by=request.by)
    )
    back = HttpResponseRedirect(reverse("desk:contract", args=[claim.contract_id]))
    return tell(request, back, refusal or _("The payment was written down."), tone="bad" if refusal else "good")


def _started(text: str, by: Actor) -> Any:
    must(by, "contracts.draft_statement")
    month = _month(text)
    if month is None:
        raise Invalid(_("Please choose a month."), code="no_month")
    if month_after(month) > today():
        raise Invalid(_("This month is not over yet."), code="month_not_over")
    return start_drafting(month, by=by)


def _filters(data: QueryDict, by: Actor) -> tuple[str, dt.date | None, int | None]:
    wish = data.get("tab", "")
    otherwise = "to_work_on" if by.may("contracts.draft_statement") else "to_approve"
    return (
        wish if wish in STATEMENT_CONDITIONS else otherwise,
        _month(data.get("month", "")),
        whole(data.get("client", "")),
    )


def _month(text: str) -> dt.date | None:
    try:
        month = dt.date.fromisoformat(f"{text[:7]}-01")
    except ValueError:
        return None
    return month if FIRST_YEAR <= month.year <= LAST_YEAR else None


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise Invalid(_("This is not a day."), code="not_a_day") from error


def _statements() -> Any:
    return SettlementStatement.objects.select_related("contract__client", "drafted_by", "submitted_by")


def _sheet(request: DeskRequest, row: SettlementStatement, **more: Any) -> HttpResponse:
    after = whole(request.GET.get("after", "")) or 0
    sheet = statement_sheet(row, request.by, after=after)
    context = {**more, "row": row, "sheet": sheet, "today": today(), "is_first": not after}
    template = "desk/statements/_sheet.html" if is_fragment(request, "sheet") else "desk/statements/statement.html"
    return page(request, template, context)


def _answered(request: DeskRequest, pk: int, refusal: str, sentence: str | Promise) -> HttpResponse:
    if not is_htmx(request):
        back = HttpResponseRedirect(reverse("desk:statement", args=[pk]))
        return tell(request, back, refusal or sentence, tone="bad" if refusal else "good")
    response = _sheet(request, found(_statements(), request.by, pk=pk), refusal=refusal)
    return response if refusal else tell(request, response, sentence)


def _after_link(request: DeskRequest, pk: int, token: str | None, refusal: str) -> HttpResponse:
    """The sheet with the new link, which nobody sees again: the house keeps only its hash."""
    if token is None:
        return _answered(request, pk, refusal, "")
    address = request.build_absolute_uri(reverse("desk:client_statement", args=[token]))
    return _sheet(request, found(_statements(), request.by, pk=pk), link=address)


def _downloaded(request: DeskRequest, write: Callable[[BinaryIO], object], name: str, back: str) -> HttpResponseBase:
    """A workbook, written with its line in the book of exports or not at all."""
    sink = cast(BinaryIO, tempfile.SpooledTemporaryFile(max_size=IN_MEMORY_BYTES))  # noqa: SIM115 - the response closes it

    @transaction.atomic
    def act() -> object:
        return write(sink)

    _done, refusal = attempt(request, act)
    if refusal:
        return tell(request, HttpResponseRedirect(back), refusal, tone="bad")
    sink.seek(0)
    return attachment(sink, f"{name}-{timezone.now().astimezone(SHANGHAI):%Y%m%d-%H%M}.xlsx")
