"""The worklist of bill lines: what has no order yet, and what an accountant decides about it."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Any, BinaryIO

from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from apps.core.calendar import ONE_DAY, day_bounds, today
from apps.core.errors import DomainError, Invalid
from apps.desk.doors import DeskRequest, attempt, found, is_fragment, is_htmx, is_standing, needs, page, tell
from apps.desk.posted import key_in, keys_in
from apps.desk.queries.bill_lines import line_sheet
from apps.desk.queries.bill_work import LONGEST, PAGE_SIZE, LineQuery, following, line_query, lines_under
from apps.desk.queries.choices import stores_of
from apps.desk.rules.cursor import Cursor, read_cursor
from apps.desk.views.tabs import Tab, tabs_of
from apps.desk.workbooks import workbook
from apps.finance.actions.decide import dispute_lines, explain_lines, match_line, undo_lines
from apps.finance.actions.export import export_lines
from apps.finance.models import Bill, BillLine
from apps.finance.queries.differences import Difference
from apps.finance.queries.receipts import month_bounds
from apps.finance.queries.sums import equation_of
from apps.finance.rules.classes import APART, Cause, LineClass
from apps.finance.workflows.bill_line import BOOKED, LineState
from apps.org.actors import Actor
from apps.org.scope import visible
from apps.workflow.move import Moved

LIST_CHANGED = {"list-changed": True}
TABS = (
    Tab("unmatched", _("Unmatched"), "late"),
    Tab("disputed", _("Disputed")),
    Tab("matched", _("Matched and explained"), is_counted=False),
    Tab("apart", _("Fees and transfers"), is_counted=False),
    Tab("all", _("All"), is_counted=False),
)
Many = Callable[[list[int], QueryDict, Actor], Moved]
# What a button does with one line or many.
VERBS: dict[str, Many] = {
    "explain": lambda pks, data, by: explain_lines(
        pks, cause=data.get("cause", ""), remark=data.get("remark", ""), by=by
    ),
    "dispute": lambda pks, data, by: dispute_lines(pks, reason=data.get("reason", ""), by=by),
    "undo": lambda pks, data, by: undo_lines(pks, reason=data.get("reason", ""), by=by),
}
SAID: dict[str, str | Promise] = {
    "match": _("The line was matched."),
    "explain": _("The line was explained."),
    "dispute": _("The line is disputed."),
    "undo": _("The decision was taken back."),
}
TITLES: dict[str, str | Promise] = {
    "explain": _("Explain lines"),
    "dispute": _("Dispute lines"),
    "undo": _("Take decisions back"),
}


@needs("finance.view_billline")
def bill_lines(request: DeskRequest) -> HttpResponse:
    """The lines, the latest first; to begin with, those without an order."""
    query = line_query(request.GET.dict())
    rows = lines_under(query, request.by).select_related("store", "bill", "order", "refund")
    after = read_cursor(request.GET.get("after", ""))
    shown = list(following(rows, after)[: PAGE_SIZE + 1])
    context = {
        "query": query,
        "rows": shown[:PAGE_SIZE],
        "next": Cursor(shown[PAGE_SIZE - 1].happened_at, shown[PAGE_SIZE - 1].pk) if len(shown) > PAGE_SIZE else None,
        "is_first": after is None,
        "may": _may(request.by),
        "causes": Cause.choices,
        "fresh": request.headers.get("HX-Trigger") == "results",
        "in_place": is_fragment(request, "results"),
        **_sums(query, request.by),
    }
    if context["in_place"]:
        if context["fresh"]:
            context["tabs"] = tabs_of(TABS, "bill_lines", query.tab, request.by)
        response = page(request, "desk/bill_lines/_results.html", context)
        response["HX-Push-Url"] = f"{request.path}?{query.link}"
        return response
    around = {
        "tabs": tabs_of(TABS, "bill_lines", query.tab, request.by),
        "stores": stores_of(request.by).values(),
        "classes": LineClass.choices,
        "differences": Difference.choices,
    }
    return page(request, "desk/bill_lines/lines.html", {**context, **around})


@needs("finance.view_billline", "finance.export_line")
@require_POST
def export(request: DeskRequest) -> HttpResponseBase:
    """What is filtered is what is exported; the book of exports knows who took it (SEC-31)."""
    query = line_query(request.POST.dict())

    def write(sink: BinaryIO) -> int:
        return export_lines(lines_under(query, request.by), sink, query=query.filters(), by=request.by)

    return workbook(request, gettext("Bill lines"), write, back=f"{reverse('desk:bill_lines')}?{query.link}")


@needs("finance.view_billline", "finance.match_line")
@require_POST
def bulk(request: DeskRequest) -> HttpResponse:
    """One thing with the selected lines, and what became of each."""
    doing = request.POST.get("do", "")
    if doing not in VERBS:
        raise Http404
    moved, refusal = attempt(request, lambda: VERBS[doing](_chosen(request.POST), request.POST, request.by))
    moved = moved or Moved()
    names = dict(visible(BillLine.objects.filter(pk__in=list(moved.refused)), request.by).values_list("pk", "serial"))
    context = {
        "title": TITLES[doing],
        "refusal": refusal,
        "done": len(moved.done),
        "refused": [(pk, names[pk], sentence) for pk, sentence in moved.refused.items() if pk in names],
    }
    if not is_htmx(request):
        return page(request, "desk/bill_lines/outcome.html", context)
    response = page(request, "desk/bill_lines/_outcome.html", context)
    return tell(request, response, "", events={"open-dialog": "#outcome-box", **LIST_CHANGED})


@needs("finance.view_billline")
def bill_line(request: DeskRequest, pk: int) -> HttpResponse:
    """One line: in the drawer, or as a page of its own."""
    return _sheet(request, pk)


@needs("finance.view_billline", "finance.match_line")
@require_POST
def bill_line_verb(request: DeskRequest, pk: int, verb: str) -> HttpResponse:
    """Decide about one line; a refusal stands in the sheet, with nothing changed."""
    if verb not in SAID:
        raise Http404
    found(BillLine.objects.all(), request.by, pk=pk)
    _done, refusal = attempt(request, lambda: _decided(pk, verb, request.POST, request.by))
    if not is_htmx(request):
        back = HttpResponseRedirect(reverse("desk:bill_line", args=[pk]))
        return tell(request, back, refusal or SAID[verb], tone="bad" if refusal else "good")
    response = _sheet(request, pk, refusal=refusal)
    return response if refusal else tell(request, response, SAID[verb], events=LIST_CHANGED)


def _decided(pk: int, verb: str, data: QueryDict, by: Actor) -> object:
    if verb == "match":
        order, refund = key_in(data.get("order", "")), key_in(data.get("refund", ""))
        return match_line(pk, order_pk=order or 0, refund_pk=refund, remark=data.get("remark", ""), by=by)
    moved = VERBS[verb]([pk], data, by)
    if pk in moved.refused:
        raise DomainError(moved.refused[pk])
    return moved


def _sheet(request: DeskRequest, pk: int, **more: Any) -> HttpResponse:
    rows = BillLine.objects.select_related("store", "bill", "order", "refund", "decided_by", "rule")
    line = found(rows, request.by, pk=pk)
    # A refused match shows the order again that was looked up for it.
    find = (request.GET.get("find", "") or request.POST.get("find", "")).strip()[:LONGEST]
    context = {
        **more,
        "standing": is_standing(request),
        "sheet": line_sheet(line, find),
        "may": _may(request.by),
        "causes": Cause.choices,
        "is_open": line.state == LineState.UNMATCHED,
        "can_dispute": line.state in (LineState.UNMATCHED, LineState.APART),
        "can_explain": line.state in (LineState.UNMATCHED, LineState.DISPUTED) and line.line_class not in APART,
        "can_undo": line.state in (*BOOKED, LineState.DISPUTED),
    }
    in_place = is_fragment(request, "drawer") or is_fragment(request, "sheet")
    return page(request, "desk/bill_lines/_sheet.html" if in_place else "desk/bill_lines/line.html", context)


def _sums(query: LineQuery, by: Actor) -> dict[str, Any]:
    """What stands above the lines: their sums, and the bill to which they are narrowed."""
    bill = visible(Bill.objects.all(), by).filter(pk=query.bill).first() if query.bill else None
    return {
        "month": None if query.bill else _month_of(query),
        "equation": _sum_of(query, by),
        "bill": bill,
        "all_bills": replace(query, bill=None).link,
    }


def _may(by: Actor) -> dict[str, bool]:
    return {name: by.may(f"finance.{right}") for name, right in (("match", "match_line"), ("export", "export_line"))}


def _sum_of(query: LineQuery, by: Actor) -> Any:
    """Everything that is in the books of the filter's bill, else of its month and store, whatever the tab."""
    # Stores are named also for who sees all: lines are indexed by store and moment.
    stores = [query.store] if query.store else sorted(stores_of(by))
    lines = visible(BillLine.objects.filter(store__in=stores), by)
    if query.bill:
        return equation_of(lines.filter(bill=query.bill))
    first, end = (day_bounds(day)[0] for day in month_bounds(_month_of(query)))
    return equation_of(lines.filter(happened_at__gte=first, happened_at__lt=end))


def _month_of(query: LineQuery) -> dt.date:
    """A day of the month that is summed up: of the filter's days, else of the month whose bills are due."""
    return query.first or query.last or today().replace(day=1) - ONE_DAY


def _chosen(data: QueryDict) -> list[int]:
    keys = keys_in(data.getlist("ids"))
    if not keys:
        raise Invalid(_("Choose at least one line."), code="no_line")
    return keys
