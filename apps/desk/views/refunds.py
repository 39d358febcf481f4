"""Refunds: the list by state, one refund with its order's money, asking, deciding, writing down the payment."""

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from apps.aftersales.actions import approve_refund, cancel_refund, pay_refund, refuse_refund, request_refund
from apps.aftersales.models import Refund
from apps.core.errors import Invalid
from apps.desk.doors import DeskRequest, attempt, found, is_fragment, is_htmx, needs, page, tell
from apps.desk.posted import key_in
from apps.desk.queries.return_work import REFUND_CONDITIONS, refunds_under
from apps.desk.queries.returns import PAGE_SIZE, refund_box, refund_timeline
from apps.desk.views import returns as pages
from apps.desk.views.tabs import Tab, tabs_of
from apps.orders.models import Order
from apps.org.actors import Actor

TABS = (
    Tab("to_approve", _("To approve")),
    Tab("to_pay", _("To pay")),
    Tab("paid", _("Paid back"), is_counted=False),
    Tab("all", _("All"), is_counted=False),
)
Act = Callable[[int, QueryDict, Actor], object]
VERBS: dict[str, tuple[Act, str | Promise]] = {
    "approve": (lambda pk, _data, by: approve_refund(pk, by=by), _("The refund was approved.")),
    "refuse": (
        lambda pk, data, by: refuse_refund(pk, reason=data.get("reason", ""), by=by),
        _("The refund was refused."),
    ),
    "pay": (
        lambda pk, data, by: pay_refund(pk, platform_refund_number=data.get("platform_number", ""), by=by),
        _("The payment was written down."),
    ),
    "cancel": (
        lambda pk, data, by: cancel_refund(pk, reason=data.get("reason", ""), by=by),
        _("The refund was cancelled."),
    ),
}


@needs("aftersales.view_refund")
def refunds(request: DeskRequest) -> HttpResponse:
    """Refunds by what they wait for, the newest first."""
    otherwise = "to_pay" if request.by.may("aftersales.pay_refund") else "to_approve"
    wish = request.GET.get("tab", "")
    tab = wish if wish in REFUND_CONDITIONS else otherwise
    rows = refunds_under(tab, request.by).select_related("order__store", "return_order", "requested_by")
    below = key_in(request.GET.get("below", ""))
    shown = list((rows.filter(pk__lt=below) if below else rows).order_by("-pk")[: PAGE_SIZE + 1])
    context = {
        "tab": tab,
        "tabs": tabs_of(TABS, "refunds", tab, request.by),
        "rows": shown[:PAGE_SIZE],
        "below": shown[PAGE_SIZE - 1].pk if len(shown) > PAGE_SIZE else None,
        "is_first": not below,
    }
    return page(request, "desk/returns/refunds.html", context)


@needs("aftersales.view_refund")
def refund(request: DeskRequest, pk: int) -> HttpResponse:
    """One refund among the others of its order."""
    row = found(_refunds(), request.by, pk=pk)
    return _order_sheet(request, row.order, timeline=refund_timeline(row), refund=row)


@needs("aftersales.view_refund")
def refund_order(request: DeskRequest, pk: int) -> HttpResponse:
    """The money of one order, and the form to ask for some of it without goods."""
    return _order_sheet(request, found(_orders(), request.by, pk=pk))


@needs("aftersales.view_refund", "aftersales.request_refund")
@require_POST
def refund_request(request: DeskRequest, pk: int) -> HttpResponse:
    """Ask for money back, for a return when the form says which."""
    found(_orders(), request.by, pk=pk)
    returned = key_in(request.POST.get("return", ""))
    _row, refusal = attempt(request, lambda: _asked(pk, returned, request.POST, request.by))
    sentence = _("The refund was asked for; somebody else approves it.")
    if returned is not None and request.by.may("aftersales.view_returnorder"):
        return pages.answered(request, returned, refusal, sentence)
    return _answered(request, pk, refusal, sentence)


@needs("aftersales.view_refund")
@require_POST
def refund_verb(request: DeskRequest, pk: int, verb: str) -> HttpResponse:
    """Do one thing with one refund; the answer is the sheet from which it was done."""
    if verb not in VERBS:
        raise Http404
    act, sentence = VERBS[verb]
    row = found(_refunds(), request.by, pk=pk)
    _done, refusal = attempt(request, lambda: act(pk, request.POST, request.by))
    if request.POST.get("from") == "return" and row.return_order_id is not None:
        return pages.answered(request, row.return_order_id, refusal, sentence)
    return _answered(request, row.order_id, refusal, sentence)


def _asked(pk: int, returned: int | None, data: QueryDict, by: Actor) -> Refund:
    return request_refund(
        pk, amount=_amount(data), reason=data.get("reason", ""), by=by, key=pages.key_of(data),
        return_pk=returned,
    )  # fmt: skip


def _amount(data: QueryDict) -> Decimal:
    try:
        return Decimal(data.get("amount", "").strip())
    except InvalidOperation as error:
        raise Invalid(_("Give an amount of at least 0.01, in whole cents."), code="no_amount") from error


def _refunds() -> Any:
    return Refund.objects.select_related("order__store", "return_order", "requested_by", "approved_by", "paid_by")


def _orders() -> Any:
    return Order.objects.select_related("store")


def _order_sheet(request: DeskRequest, order: Order, **more: Any) -> HttpResponse:
    context = {**more, "order": order, "box": refund_box(order, request.by)}
    template = "desk/returns/_refund_sheet.html" if is_fragment(request, "sheet") else "desk/returns/refund.html"
    return page(request, template, context)


def _answered(request: DeskRequest, pk: int, refusal: str, sentence: str | Promise) -> HttpResponse:
    """The order's money as it is now. Without htmx the browser goes back to its page."""
    if not is_htmx(request):
        back = HttpResponseRedirect(reverse("desk:refund_order", args=[pk]))
        return tell(request, back, refusal or sentence, tone="bad" if refusal else "good")
    response = _order_sheet(request, found(_orders(), request.by, pk=pk), refusal=refusal)
    return response if refusal else tell(request, response, sentence)
