"""Returns: the list with its scan box, one return, and the form of a new one."""

import uuid
from collections.abc import Callable
from typing import Any, BinaryIO

from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from apps.aftersales.actions import (
    Count,
    Outcome,
    Scanned,
    announce_return,
    cancel_return,
    close_return,
    export_returns,
    inspect_return,
    match_return,
    note_return_waybill,
    receive_return,
    scan,
)
from apps.aftersales.models import ReturnOrder
from apps.core.errors import Invalid
from apps.desk.doors import DeskRequest, attempt, found, is_fragment, is_htmx, needs, page, tell
from apps.desk.posted import count_in, key_in
from apps.desk.queries.return_work import RETURN_CONDITIONS, returns_under
from apps.desk.queries.returns import PAGE_SIZE, announcing, benches_of, return_sheet
from apps.desk.views.tabs import Tab, tabs_of
from apps.desk.workbooks import workbook
from apps.orders.models import ShippingOrder
from apps.org.actors import Actor

LAST_BENCH = "returns.warehouse"
TABS = (
    Tab("to_receive", _("To receive")),
    Tab("to_inspect", _("To inspect")),
    Tab("to_refund", _("To refund")),
    Tab("ownerless", _("Ownerless"), "late"),
    Tab("closed", _("Closed"), is_counted=False),
    Tab("all", _("All"), is_counted=False),
)
SAID: dict[Outcome, tuple[str, str | Promise]] = {
    Outcome.RECEIVED: ("good", _("Received.")),
    Outcome.KNOWN: ("good", _("This return is known already.")),
    Outcome.OWNERLESS: ("bad", _("Nobody has announced this parcel; it is kept as ownerless.")),
    Outcome.ORDER: ("good", _("This is an order. Choose what to do.")),
}
Act = Callable[[int, QueryDict, Actor], object]
# What a button of the sheet does, and what is said when it is done.
VERBS: dict[str, tuple[Act, str | Promise]] = {
    "receive": (lambda pk, _data, by: receive_return(pk, by=by), _("The parcel was received.")),
    "inspect": (
        lambda pk, data, by: inspect_return(pk, counts=_counts(data), reason=data.get("reason", ""), by=by),
        _("The inspection is finished."),
    ),
    "close": (lambda pk, _data, by: close_return(pk, by=by), _("The return was closed.")),
    "cancel": (
        lambda pk, data, by: cancel_return(pk, reason=data.get("reason", ""), by=by),
        _("The return was cancelled."),
    ),
    "match": (
        lambda pk, data, by: match_return(pk, text=data.get("number", ""), by=by),
        _("The parcel has an owner now."),
    ),
    "waybill": (
        lambda pk, data, by: note_return_waybill(
            pk, carrier=data.get("carrier", ""), waybill=data.get("waybill", ""), by=by
        ),
        _("The waybill was written down."),
    ),
}


@needs("aftersales.view_returnorder")
def returns(request: DeskRequest) -> HttpResponse:
    """What comes back, in the order of the work; the newest first."""
    return _listed(request)


@needs("aftersales.view_returnorder")
@require_POST
def returns_scan(request: DeskRequest) -> HttpResponse:
    """One scan: what it was, aloud and in a sentence. The list below follows."""
    bench = key_in(request.POST.get("warehouse", ""))
    if bench:
        request.session[LAST_BENCH] = bench
    result, refusal = attempt(request, lambda: scan(request.POST.get("code", ""), by=request.by, warehouse_id=bench))
    context = {"refusal": refusal, **_heard(result)}
    if not is_htmx(request):
        return _listed(request, **context)
    response = page(request, "desk/returns/_scanned.html", context)
    return tell(request, response, "", events={"returns-changed": True}) if result else response


@needs("aftersales.view_returnorder", "aftersales.export_return")
@require_POST
def returns_export(request: DeskRequest) -> HttpResponseBase:
    """The lines of the tab as a workbook; the book of exports knows who took it (SEC-31)."""
    tab = _tab(request.POST.get("tab", ""), request.by)

    def write(sink: BinaryIO) -> int:
        return export_returns(returns_under(tab, request.by), sink, query={"tab": tab}, by=request.by)

    return workbook(request, gettext("Returns"), write, back=reverse("desk:returns"))


@needs("aftersales.view_returnorder")
def return_order(request: DeskRequest, pk: int) -> HttpResponse:
    """One return."""
    return sheet_of_return(request, pk)


@needs("aftersales.view_returnorder")
@require_POST
def return_verb(request: DeskRequest, pk: int, verb: str) -> HttpResponse:
    """Do one thing with one return; a refusal stands in the sheet, with nothing changed."""
    if verb not in VERBS:
        raise Http404
    act, sentence = VERBS[verb]
    found(ReturnOrder.objects.all(), request.by, pk=pk)
    _done, refusal = attempt(request, lambda: act(pk, request.POST, request.by))
    return answered(request, pk, refusal, sentence)


@needs("aftersales.view_returnorder", "aftersales.announce_return")
def return_new(request: DeskRequest, pk: int) -> HttpResponse:
    """Announce a return of one shipped order."""
    order = found(ShippingOrder.objects.select_related("store", "warehouse", "lead_order"), request.by, pk=pk)
    refusal = ""
    if request.method == "POST":
        data = request.POST
        row, refusal = attempt(request, lambda: _announced(pk, data, request.by))
        if row is not None:
            back = HttpResponseRedirect(reverse("desk:return", args=[row.pk]))
            return tell(request, back, _("The return was announced."))
    context = {"form": announcing(order, request.POST), "refusal": refusal, "sent": request.POST}
    return page(request, "desk/returns/new.html", context)


def sheet_of_return(request: DeskRequest, pk: int, **more: Any) -> HttpResponse:
    """The sheet: in place, as a page of its own otherwise."""
    rows = ReturnOrder.objects.select_related(
        "store", "warehouse", "reason", "shipping_order__lead_order", "announced_by", "received_by", "inspected_by"
    )
    row = found(rows, request.by, pk=pk)
    context = {**more, "row": row, "sheet": return_sheet(row, request.by)}
    template = "desk/returns/_sheet.html" if is_fragment(request, "sheet") else "desk/returns/return.html"
    return page(request, template, context)


def answered(request: DeskRequest, pk: int, refusal: str, sentence: str | Promise) -> HttpResponse:
    """The sheet as it is now. Without htmx the browser goes back to the return's page."""
    if not is_htmx(request):
        back = HttpResponseRedirect(reverse("desk:return", args=[pk]))
        return tell(request, back, refusal or sentence, tone="bad" if refusal else "good")
    response = sheet_of_return(request, pk, refusal=refusal)
    return response if refusal else tell(request, response, sentence)


def key_of(data: QueryDict) -> uuid.UUID:
    """The one-time key of a form. Raises Invalid for a form that no page of ours has made."""
    try:
        return uuid.UUID(data.get("key", ""))
    except ValueError as error:
        raise Invalid(_("This form is not complete; open the page again."), code="form_without_key") from error


def _listed(request: DeskRequest, **more: Any) -> HttpResponse:
    tab = _tab(request.GET.get("tab", ""), request.by)
    rows = returns_under(tab, request.by).select_related("store", "warehouse", "reason", "shipping_order__lead_order")
    below = key_in(request.GET.get("below", ""))
    shown = list((rows.filter(pk__lt=below) if below else rows).order_by("-pk")[: PAGE_SIZE + 1])
    context = {
        "tab": tab,
        "tabs": tabs_of(TABS, "returns", tab, request.by),
        "rows": shown[:PAGE_SIZE],
        "below": shown[PAGE_SIZE - 1].pk if len(shown) > PAGE_SIZE else None,
        "is_first": not below,
        "benches": benches_of(request.by),
        "bench": request.session.get(LAST_BENCH),
        "can_export": request.by.may("aftersales.export_return"),
    }
    # A list that redraws itself has changed: the sidebar is counted anew with it.
    fresh = is_fragment(request, "returns")
    template = "desk/returns/_list.html" if fresh else "desk/returns/returns.html"
    return page(request, template, {**context, "fresh": fresh, **more})


def _announced(pk: int, data: QueryDict, by: Actor) -> ReturnOrder:
    return announce_return(
        pk, quantities=_numbered(data, "quantity-"), reason_pk=key_in(data.get("reason", "")) or 0, by=by,
        key=key_of(data), carrier=data.get("carrier", ""), waybill=data.get("waybill", ""), note=data.get("note", ""),
    )  # fmt: skip


def _numbered(data: QueryDict, prefix: str) -> dict[int, int]:
    """Counts by key: `quantity-17=2`. An empty box is nothing; raises Invalid for what is no count."""
    found_counts = {}
    for name in data:
        pk = key_in(name.removeprefix(prefix)) if name.startswith(prefix) else None
        if pk is not None:
            text = data.get(name, "").strip()
            count = count_in(text) if text else 0
            if count is None:
                raise Invalid(_("A count is a whole number from zero on."), code="not_a_count")
            found_counts[pk] = count
    return found_counts


def _counts(data: QueryDict) -> dict[int, Count]:
    good, bad = _numbered(data, "good-"), _numbered(data, "bad-")
    return {
        pk: Count(good[pk], bad.get(pk, 0), key_in(data.get(f"bin-{pk}", "")), data.get(f"note-{pk}", ""))
        for pk in good
    }


def _heard(result: Scanned | None) -> dict[str, Any]:
    if result is None:
        return {}
    tone, sentence = SAID[result.outcome]
    return {"scanned": result, "sound": tone, "sentence": sentence}


def _tab(wish: str, by: Actor) -> str:
    """The tab asked for; otherwise what this person works on."""
    if wish in RETURN_CONDITIONS:
        return wish
    return "to_inspect" if by.may("aftersales.inspect_return") else "to_refund"
