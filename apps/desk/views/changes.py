"""Changes of prices and listings: the lists, one change with its timeline, cancelling, the export."""

from typing import Any, BinaryIO

from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from apps.desk.doors import DeskRequest, attempt, found, needs, page, tell
from apps.desk.posted import key_in
from apps.desk.queries.listings import CHANGE_TABS, ChangeModel, changes_asked, changes_page, request_pk_of
from apps.desk.queries.timeline import Entry, timeline_of_row
from apps.desk.workbooks import workbook
from apps.stores.actions.decide import cancel_change
from apps.stores.actions.export import export_changes
from apps.stores.models import ListingChange, PriceChange
from apps.stores.workflows.change import ChangeState

ROOTS: dict[ChangeModel, str] = {PriceChange: "price_change", ListingChange: "listing_change"}


@needs("stores.view_pricechange")
def price_changes(request: DeskRequest) -> HttpResponse:
    """Price changes by state."""
    return _list(request, PriceChange)


@needs("stores.view_listingchange")
def listing_changes(request: DeskRequest) -> HttpResponse:
    """Listing changes by state."""
    return _list(request, ListingChange)


@needs("stores.view_pricechange")
def price_change(request: DeskRequest, pk: int) -> HttpResponse:
    """One price change."""
    return _one(request, PriceChange, pk)


@needs("stores.view_listingchange")
def listing_change(request: DeskRequest, pk: int) -> HttpResponse:
    """One listing change."""
    return _one(request, ListingChange, pk)


@needs("stores.view_pricechange", "stores.propose_change")
@require_POST
def price_change_cancel(request: DeskRequest, pk: int) -> HttpResponse:
    """Call an approved price change off."""
    return _cancel(request, PriceChange, pk)


@needs("stores.view_listingchange", "stores.propose_change")
@require_POST
def listing_change_cancel(request: DeskRequest, pk: int) -> HttpResponse:
    """Call an approved listing change off."""
    return _cancel(request, ListingChange, pk)


@needs("stores.view_pricechange", "stores.export_change")
@require_POST
def price_changes_export(request: DeskRequest) -> HttpResponseBase:
    """What is listed is what is exported; the book of exports knows who took it (SEC-31)."""
    tab = _tab(request.POST.get("tab", ""))

    def write(sink: BinaryIO) -> int:
        return export_changes(changes_asked(PriceChange, tab, request.by), sink, query={"tab": tab}, by=request.by)

    return workbook(request, gettext("Price changes"), write, back=reverse("desk:price_changes"))


def _list(request: DeskRequest, model: ChangeModel) -> HttpResponse:
    tab, below = _tab(request.GET.get("tab", "")), key_in(request.GET.get("below", ""))
    rows, following = changes_page(model, tab, below, request.by)
    context = {
        "tab": tab,
        "tabs": [(key, label) for key, (label, _q) in CHANGE_TABS.items()],
        "rows": rows,
        "next": "?" + urlencode({"tab": tab, "below": str(following)}) if following else "",
        "is_first": not below,
        "of_prices": model is PriceChange,
        "may_export": model is PriceChange and request.by.may("stores.export_change"),
    }
    return page(request, "desk/listings/changes.html", context)


def _one(request: DeskRequest, model: ChangeModel, pk: int, **more: Any) -> HttpResponse:
    rows: Any = model.objects.select_related("listing__store", "made_by")
    row: Any = found(rows, request.by, pk=pk)
    born = Entry(row.made_at, _("Proposed"), str(row.made_by or ""), row.reason)
    context = {
        **more,
        "row": row,
        "of_prices": model is PriceChange,
        "timeline": timeline_of_row(row, ChangeState, born),
        "request_pk": request_pk_of(row),
        "may_cancel": row.state == ChangeState.APPROVED and request.by.may("stores.propose_change"),
        "cancel_url": reverse(f"desk:{ROOTS[model]}_cancel", args=[pk]),
    }
    return page(request, "desk/listings/change.html", context, status=422 if more.get("refusal") else 200)


def _cancel(request: DeskRequest, model: ChangeModel, pk: int) -> HttpResponse:
    reason = request.POST.get("reason", "")
    rows: Any = model.objects.all()
    found(rows, request.by, pk=pk)
    _done, refusal = attempt(request, lambda: cancel_change(model._meta.label_lower, pk, by=request.by, reason=reason))
    if refusal:
        return _one(request, model, pk, refusal=refusal)
    back = HttpResponseRedirect(reverse(f"desk:{ROOTS[model]}", args=[pk]))
    return tell(request, back, _("The change was cancelled."))


def _tab(wish: str) -> str:
    return wish if wish in CHANGE_TABS else "submitted"
