"""The scan-check at the bench: made for a scanner that types and presses Enter."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.core.errors import Invalid
from apps.core.speech import filled
from apps.desk.doors import DeskRequest, attempt, found, go, is_htmx, needs, page
from apps.desk.posted import count_in, key_in
from apps.desk.queries.check import bench_of, waiting_for_check
from apps.warehouse.actions.close_parcel import close_parcel
from apps.warehouse.actions.correct_label import correct_label
from apps.warehouse.actions.open_shipment import find_for_bench
from apps.warehouse.actions.scan import confirm_remarks, scan_item
from apps.warehouse.actions.take_out import take_out
from apps.warehouse.models import CheckLine, Shipment
from apps.warehouse.workflows.shipment import ShipmentState

LAST_CARRIER = "bench.carrier"
LABEL = ("waybill", "carrier", "weight")


@needs("warehouse.check")
def check(request: DeskRequest) -> HttpResponse:
    """No parcel under the scanner yet: scan one, or choose one that waits."""
    return _start(request)


@needs("warehouse.check")
@require_POST
def check_find(request: DeskRequest) -> HttpResponse:
    """Put the parcel of the scanned number under the scanner."""
    parcel, refusal = attempt(request, lambda: find_for_bench(_code(request), by=request.by))
    if parcel is None:
        return _refused(request, refusal)
    return go(request, reverse("desk:check_parcel", args=[parcel.pk]))


@needs("warehouse.check")
def check_parcel(request: DeskRequest, pk: int) -> HttpResponse:
    """One parcel: what belongs into it, what is in it, what it asks for."""
    return _bench(request, pk)


@needs("warehouse.check")
@require_POST
def check_scan(request: DeskRequest, pk: int) -> HttpResponse:
    """One beep."""
    _parcel(request, pk)
    line, refusal = attempt(
        request, lambda: scan_item(pk, _code(request), key=_key(request.POST.get("key", "")), by=request.by)
    )
    return _answered(request, pk, refusal, "" if line is None else _in_it(line))


@needs("warehouse.check")
@require_POST
def check_remarks(request: DeskRequest, pk: int) -> HttpResponse:
    """Messages, memos and gifts were read and heeded."""
    _parcel(request, pk)
    _done, refusal = attempt(request, lambda: confirm_remarks(pk, by=request.by, seen=request.POST.get("seen")))
    return _answered(request, pk, refusal, _("Noted: everything it asks for was read and heeded."))


@needs("warehouse.check")
@require_POST
def check_pass(request: DeskRequest, pk: int) -> HttpResponse:
    """Close the parcel, with its waybill if the label is there; then the next one.

    What looks wrong about the label is asked once, while the parcel is in somebody's hands: the form comes back with what was
    typed, and the same sent again is meant so.
    """
    parcel = _parcel(request, pk)
    typed = "|".join(_typed(request).values())
    is_sure = request.POST.get("sure") == typed
    usual = request.session.get(LAST_CARRIER)
    doubts, refusal = attempt(
        request,
        lambda: close_parcel(pk, by=request.by, usual_id=usual, is_sure=is_sure, **_written_on_it(request)),
    )
    if doubts is None:
        return _bench(request, pk, refusal=refusal, label=_typed(request), is_about_label=True)
    if doubts and not is_sure:
        said = " ".join(str(doubt.sentence) for doubt in doubts)
        return _bench(request, pk, refusal=said, label=_typed(request), is_about_label=True, sure=typed)
    request.session[LAST_CARRIER] = _parcel(request, pk).carrier_id
    return _to_the_next(request, filled(_("Parcel %(number)s is checked and closed."), number=parcel.number))


@needs("warehouse.check")
@require_POST
def check_label(request: DeskRequest, pk: int) -> HttpResponse:
    """Put right what stands on a closed parcel; the page stays, with what looks wrong about it now."""
    _parcel(request, pk)
    doubts, refusal = attempt(request, lambda: correct_label(pk, by=request.by, **_written_on_it(request)))
    if doubts is None:
        return _bench(request, pk, refusal=refusal, label=_typed(request), is_about_label=True)
    return _bench(request, pk, sentence=_("The label is corrected."), is_about_label=True)


@needs("warehouse.check")
@require_POST
def check_aside(request: DeskRequest, pk: int) -> HttpResponse:
    """Put the order aside with a reason; it waits for goods anew."""
    parcel = _parcel(request, pk)
    done, refusal = attempt(
        request,
        lambda: take_out(parcel.shipping_order_id, reason=request.POST.get("reason", ""), by=request.by) or True,
    )
    if not done:
        return _answered(request, pk, refusal, "")
    return _to_the_next(request, _("The order was put aside; its goods are free for others."))


def _written_on_it(request: DeskRequest) -> dict[str, Any]:
    """Carrier, waybill and weight as the actions take them. Raises Invalid for a weight that is no number."""
    typed = _typed(request)
    return {
        "carrier_id": key_in(typed["carrier"]), "waybill": typed["waybill"], "weight_grams": _grams(typed["weight"]),
    }  # fmt: skip


def _typed(request: DeskRequest) -> dict[str, str]:
    return {name: request.POST.get(name, "") for name in LABEL}


def _parcel(request: DeskRequest, pk: int) -> Shipment:
    return found(Shipment.objects.select_related("shipping_order__store", "carrier"), request.by, pk=pk)


def _code(request: DeskRequest) -> str:
    code = request.POST.get("code", "").strip()
    if not code:
        raise Invalid(_("Scan or type a number first."), code="nothing_scanned")
    return code


def _key(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError as error:
        raise Invalid(_("This scan was not sent by the page; scan again."), code="scan_without_key") from error


def _grams(text: str) -> int | None:
    text = text.strip()
    grams = count_in(text)
    if text and grams is None:
        raise Invalid(_("The weight is a whole number of grams."), code="weight")
    return grams


def _in_it(line: CheckLine) -> str:
    numbers = {"sku": line.sku.code, "scanned": line.scanned_quantity, "quantity": line.quantity}
    return str(filled(_("%(sku)s is right: %(scanned)s of %(quantity)s."), **numbers))


def _bench(request: DeskRequest, pk: int, **context: object) -> HttpResponse:
    bench = bench_of(_parcel(request, pk))
    usual = {"bench": bench, "key": uuid.uuid4(), "label": _label(bench.parcel)}
    template = "desk/check/_bench.html" if is_htmx(request) else "desk/check/parcel.html"
    return page(request, template, {**usual, **context})


def _label(parcel: Shipment) -> dict[str, str]:
    """What the label's fields begin with: what a file has said already. A choice for one parcel is not the next one's.

    On a closed parcel no carrier is chosen: a number that is corrected tells anew whose it is.
    """
    carrier, weight = parcel.carrier_id, parcel.weight_grams
    return {
        "waybill": parcel.waybill_number,
        "carrier": "" if carrier is None or parcel.state == ShipmentState.READY else str(carrier),
        "weight": "" if weight is None else str(weight),
    }


def _answered(request: DeskRequest, pk: int, refusal: str, sentence: str) -> HttpResponse:
    return _bench(request, pk, refusal=refusal, sentence=sentence)


def _refused(request: DeskRequest, refusal: str) -> HttpResponse:
    if is_htmx(request):
        return page(request, "desk/check/_result.html", {"refusal": refusal})
    return _start(request, refusal=refusal)


def _start(request: DeskRequest, **context: object) -> HttpResponse:
    usual = {"waiting": waiting_for_check(request.by), "key": uuid.uuid4()}
    return page(request, "desk/check/check.html", {**usual, **context})


def _to_the_next(request: DeskRequest, sentence: str | Promise) -> HttpResponse:
    """The bench is free. The sentence waits for the next page, because this one goes away."""
    messages.success(request, str(sentence))
    return go(request, reverse("desk:check"))
