"""Parcels: ready for the carrier, labelled from a file, handed over."""

from collections.abc import Collection
from typing import cast

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from apps.core.errors import Invalid
from apps.desk.doors import DeskRequest, attempt, found, go, needs, page, tell
from apps.desk.marks import short
from apps.desk.posted import key_in, keys_in
from apps.desk.queries.board import warehouses_of
from apps.desk.queries.shipments import (
    TABS,
    counts_by_tab,
    handovers,
    numbers_of,
    parcels_in,
    parcels_of,
    piles,
    rest_of_pile,
    with_paper,
)
from apps.orders.actions.receive import Upload
from apps.warehouse.actions.dispatch import dispatch_shipments
from apps.warehouse.actions.import_waybills import receive_waybills
from apps.warehouse.models import Carrier, Handover

GONE = "gone"


@needs("warehouse.view_shipment")
def shipments(request: DeskRequest) -> HttpResponse:
    """The parcels of one tab, or what the carriers took."""
    return _listed(request)


@needs("warehouse.view_shipment")
def handover(request: DeskRequest, pk: int) -> HttpResponse:
    """One handover: its parcels, the order in each, and the sheet that the driver signed (WHS-06)."""
    row = found(with_paper(Handover.objects.all()), request.by, pk=pk)
    context = {"handover": row, "parcels": parcels_of(row, request.by), "may": {}, "choose": False}
    return page(request, "desk/shipments/handover.html", context)


@needs("warehouse.dispatch")
@require_POST
def shipments_dispatch(request: DeskRequest) -> HttpResponse:
    """Hand the chosen parcels to their carrier, and go to their handover; each that stays says why (WHS-06)."""
    keys = keys_in(request.POST.getlist("ids"))
    carrier = key_in(request.POST.get("carrier", "")) or 0
    going = keys + _unshown(request, carrier)
    result, refusal = attempt(request, lambda: dispatch_shipments(_some(going), carrier, by=request.by))
    if result is None:
        return _listed(request, refusal=refusal, chosen=keys)
    if result.handover and not result.refused:
        there = go(request, reverse("desk:handover", args=[result.handover.pk]))
        return tell(request, there, _said_of(result.handover))
    names = numbers_of(result.refused, request.by)
    refused = [(names[pk], sentence) for pk, sentence in result.refused.items() if pk in names]
    said = _said_of(result.handover) if result.handover else ""
    context = {"handover": result.handover, "refused": refused, "said": said}
    return page(request, "desk/shipments/outcome.html", context)


@needs("warehouse.check")
@require_POST
def shipments_waybills(request: DeskRequest) -> HttpResponse:
    """Take a file of waybill numbers; a job gives them to the parcels, row by row."""
    place, carrier = (keys_in([request.POST.get(name, "")]) for name in ("warehouse", "carrier"))
    job, refusal = attempt(
        request,
        lambda: receive_waybills(
            _file(request),
            warehouse_id=place[0] if place else 0,
            carrier_id=carrier[0] if carrier else None,
            by=request.by,
        ),
    )
    return _listed(request, refusal=refusal) if job is None else go(request, reverse("desk:job", args=[job.pk]))


def _listed(request: DeskRequest, *, refusal: str = "", chosen: Collection[int] | None = None) -> HttpResponse:
    tab = request.GET.get("tab", "")
    tab = tab if tab in TABS or tab == GONE else "ready"
    counts = counts_by_tab(request.by)
    context = {
        "tab": tab,
        "tabs": [(key, label, short(counts[key])) for key, (label, _q) in TABS.items()]
        + [(GONE, _("Handed over"), "")],
        "parcels": parcels_in(tab, request.by, chosen) if tab not in {"ready", GONE} else [],
        "piles": piles(request.by, chosen) if tab == "ready" else [],
        "handovers": handovers(request.by) if tab == GONE else [],
        "warehouses": warehouses_of(request.by).values(),
        "carriers": Carrier.objects.filter(is_active=True).order_by("code"),
        "may": {right: request.by.may(f"warehouse.{right}") for right in ("dispatch", "check")},
        "refusal": refusal,
    }
    return page(request, "desk/shipments/shipments.html", context)


def _said_of(handover: Handover) -> str:
    text = ngettext(
        "%(n)s parcel was handed over as %(number)s. The sheet for the driver is being made.",
        "%(n)s parcels were handed over as %(number)s. The sheet for the driver is being made.",
        handover.parcels,
    )
    return text % {"n": handover.parcels, "number": handover.number}


def _unshown(request: DeskRequest, carrier: int) -> list[int]:
    """What goes along unseen when somebody has said so: the pile's parcels after `rest`, the last one that was shown."""
    place, last = (key_in(request.POST.get(name, "")) for name in ("warehouse", "rest"))
    return rest_of_pile(place, carrier, after=last, by=request.by) if place and last else []


def _some(keys: list[int]) -> list[int]:
    if not keys:
        raise Invalid(_("Choose at least one parcel."), code="nothing_chosen")
    return keys


def _file(request: DeskRequest) -> Upload:
    file = request.FILES.get("file")
    if file is None:
        raise Invalid(_("Choose a file first."), code="no_file")
    return cast(Upload, file)
