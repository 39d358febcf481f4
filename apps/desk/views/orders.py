"""One shipping order: drawer and page, and what can be done with it."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.db.models import Exists, OuterRef, Subquery
from django.http import Http404, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST

from apps.audit.models import BUYER_PURPOSES
from apps.core.calendar import SHANGHAI
from apps.core.errors import Invalid
from apps.desk.doors import DeskRequest, attempt, found, is_fragment, is_htmx, is_standing, needs, page, tell
from apps.desk.queries.order_sheet import order_sheet
from apps.orders.actions import (
    cancel_shipping_order,
    clear_reason,
    confirm_shipping_order,
    hold_shipping_order,
    note_shipping_order,
    record_contact,
    reveal_buyer,
    unconfirm_shipping_order,
)
from apps.orders.models import BuyerContact, Reason, ShippingOrder
from apps.org.actors import Actor
from apps.warehouse.models import Shipment
from apps.workflow.buttons import with_guards

SHOWN_SECONDS = 60
PURPOSES = [(purpose.value, purpose.label) for purpose in BUYER_PURPOSES]
LIST_CHANGED = {"list-changed": True}
RIGHTS = {
    "hold": "hold",
    "clear": "clear_reason",
    "note": "note_shippingorder",
    "contact": "contact_buyer",
    "reveal": "reveal_buyer",
    "amend": "amend_order",
}
Act = Callable[[int, QueryDict, Actor], object]
# What a button of the sheet does, and what is said when it is done.
VERBS: dict[str, tuple[Act, str | Promise]] = {
    "confirm": (lambda pk, _data, by: confirm_shipping_order(pk, by=by), _("The order was confirmed.")),
    "unconfirm": (
        lambda pk, data, by: unconfirm_shipping_order(pk, reason=data.get("reason", ""), by=by),
        _("The confirmation was taken back."),
    ),
    "cancel": (
        lambda pk, data, by: cancel_shipping_order(pk, reason=data.get("reason", ""), by=by),
        _("The order was cancelled."),
    ),
    "hold": (
        lambda pk, data, by: hold_shipping_order(pk, note=data.get("note", ""), release_at=release_at_of(data), by=by),
        _("The order is held."),
    ),
    "note": (lambda pk, data, by: note_shipping_order(pk, text=data.get("text", ""), by=by), _("The note was kept.")),
    "contact": (lambda pk, _data, by: record_contact(pk, by=by), _("The contact was recorded.")),
}


@needs("orders.view_shippingorder")
def order(request: DeskRequest, pk: int) -> HttpResponse:
    """The sheet: a fragment for the drawer, a page of its own otherwise."""
    return sheet_of(request, order_of(request, pk))


@needs("orders.view_shippingorder")
@require_POST
def order_verb(request: DeskRequest, pk: int, verb: str) -> HttpResponse:
    """Do one thing with one order; a refusal stands in the sheet, with nothing changed."""
    if verb not in VERBS:
        raise Http404
    act, sentence = VERBS[verb]
    order_of(request, pk)
    _done, refusal = attempt(request, lambda: act(pk, request.POST, request.by))
    return _answered(request, pk, refusal, sentence)


@needs("orders.view_shippingorder")
@require_POST
def reason_clear(request: DeskRequest, pk: int, reason_pk: int) -> HttpResponse:
    """Clear one of the reasons that stop an order."""
    found(Reason.objects.all(), request.by, pk=reason_pk, shipping_order=pk)
    _done, refusal = attempt(request, lambda: clear_reason(reason_pk, note=request.POST.get("note", ""), by=request.by))
    return _answered(request, pk, refusal, _("The reason was cleared."))


@sensitive_variables("plain")
@needs("orders.view_shippingorder", "orders.reveal_buyer")
@require_POST
def reveal(request: DeskRequest, pk: int) -> HttpResponse:
    """Show a buyer's plain contact data for one minute; the book knows who looked and why (SEC-25)."""
    row = order_of(request, pk)
    purpose, note = request.POST.get("purpose", ""), request.POST.get("note", "")
    plain, refusal = attempt(
        request, lambda: reveal_buyer(row.lead_order_id, purpose=purpose, note=note, by=request.by)
    )
    context = {"plain": plain, "seconds": SHOWN_SECONDS, "refusal": refusal}
    return _buyer(request, row, context) if is_htmx(request) else sheet_of(request, row, **context)


@needs("orders.view_shippingorder")
def buyer(request: DeskRequest, pk: int) -> HttpResponse:
    """The masked buyer again, when the minute is over."""
    return _buyer(request, order_of(request, pk), {})


def release_at_of(data: QueryDict) -> dt.datetime | None:
    """When a hold ends: the form's local time is Shanghai's. Raises Invalid for what is no time."""
    text = data.get("release_at", "")
    if not text:
        return None
    try:
        at = dt.datetime.fromisoformat(text)
    except ValueError as error:
        raise Invalid(_("The release time is not a time."), code="release_not_a_time") from error
    return at.replace(tzinfo=SHANGHAI) if timezone.is_naive(at) else at


def order_of(request: DeskRequest, pk: int) -> ShippingOrder:
    """The shipping order with `has_contact_data`, `label` and what its buttons ask, if this person may know of it.

    label: the waybill number of its parcel, also while that is in the house.
    """
    kept = BuyerContact.objects.filter(order=OuterRef("lead_order"))
    parcel = Shipment.objects.filter(shipping_order=OuterRef("pk"), cancelled_at__isnull=True).order_by()
    rows = ShippingOrder.objects.select_related("store", "warehouse", "lead_order", "contacted_by").annotate(
        has_contact_data=Exists(kept), label=Subquery(parcel.values("waybill_number"))
    )
    return found(with_guards(rows, request.by), request.by, pk=pk)


def _buyer(request: DeskRequest, row: ShippingOrder, context: dict[str, Any]) -> HttpResponse:
    usual = {"order": row, "purposes": PURPOSES, "can_reveal": request.by.may("orders.reveal_buyer")}
    return page(request, "desk/orders/_buyer.html", {**usual, **context})


def sheet_of(request: DeskRequest, row: ShippingOrder, **more: Any) -> HttpResponse:
    """The sheet: in place in the drawer, as a page of its own otherwise."""
    context: dict[str, Any] = {
        **more,
        "standing": is_standing(request),
        "order": row,
        "sheet": order_sheet(row, request.by),
        "purposes": PURPOSES,
        "may": {name: request.by.may(f"orders.{right}") for name, right in RIGHTS.items()},
    }
    in_place = is_fragment(request, "drawer") or is_fragment(request, "sheet")
    return page(request, "desk/orders/_sheet.html" if in_place else "desk/orders/order.html", context)


def _answered(request: DeskRequest, pk: int, refusal: str, sentence: str | Promise) -> HttpResponse:
    """The sheet as it is now. Without htmx the browser goes back to the order's page."""
    if not is_htmx(request):
        back = HttpResponseRedirect(reverse("desk:order", args=[pk]))
        return tell(request, back, refusal or sentence, tone="bad" if refusal else "good")
    response = sheet_of(request, order_of(request, pk), refusal=refusal)
    return response if refusal else tell(request, response, sentence, events=LIST_CHANGED)
