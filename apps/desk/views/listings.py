"""Listings: the list, one listing with its price, and proposing changes of it."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from apps.core.calendar import today
from apps.core.errors import Invalid
from apps.desk.doors import DeskRequest, attempt, found, needs, page, tell
from apps.desk.queries.listings import TABS, listing_sheet, listings_page
from apps.desk.views.returns import whole
from apps.org.actors import Actor
from apps.stores.actions.propose import propose_listing_change, propose_price_change
from apps.stores.models import Listing

LONGEST_TEXT = 80
NO_PRICE = _("Give a price of at least 0.01, in whole cents.")
NO_DAY = _("Give the day from which it holds.")


@needs("stores.view_listing")
def listings(request: DeskRequest) -> HttpResponse:
    """Listings by where they are, the newest first."""
    wish = request.GET.get("tab", "")
    tab = wish if wish in TABS else "on_sale"
    text = request.GET.get("q", "").replace("\0", "").strip()[:LONGEST_TEXT]
    below = whole(request.GET.get("below", ""))
    rows, following = listings_page(tab, text, below, request.by)
    context = {
        "tab": tab,
        "tabs": [(key, label) for key, (label, _q) in TABS.items()],
        "text": text,
        "rows": rows,
        "next": "?" + urlencode({"tab": tab, "q": text, "below": str(following)}) if following else "",
        "is_first": not below,
    }
    return page(request, "desk/listings/listings.html", context)


@needs("stores.view_listing")
def listing(request: DeskRequest, pk: int) -> HttpResponse:
    """One listing."""
    return _shown(request, pk)


@needs("stores.view_listing", "stores.propose_change")
@require_POST
def listing_propose(request: DeskRequest, pk: int, verb: str) -> HttpResponse:
    """Propose a change; what was typed stays when it is refused."""
    if verb not in PROPOSALS:
        raise Http404
    found(Listing.objects.all(), request.by, pk=pk)
    _made, refusal = attempt(request, lambda: PROPOSALS[verb](pk, request.POST, request.by))
    if refusal:
        return _shown(request, pk, status=422, refusal=refusal, refused=verb, typed=request.POST)
    back = HttpResponseRedirect(reverse("desk:listing", args=[pk]))
    return tell(request, back, _("The change is proposed; it waits for approval."))


def _shown(request: DeskRequest, pk: int, *, status: int = 200, **more: Any) -> HttpResponse:
    row = found(Listing.objects.select_related("store__client", "sku__product"), request.by, pk=pk)
    context = {**more, "sheet": listing_sheet(row, request.by), "today": today()}
    context["may_propose"] = request.by.may("stores.propose_change")
    return page(request, "desk/listings/listing.html", context, status=status)


def _price(pk: int, data: QueryDict, by: Actor) -> object:
    return propose_price_change(
        pk, new_price=_amount(data.get("price", "")), applies_on=_day(data), reason=_text(data, "reason"), by=by,
        as_exception=data.get("exception") == "on",
    )  # fmt: skip


def _change(kind: str) -> Callable[[int, QueryDict, Actor], object]:
    def propose(pk: int, data: QueryDict, by: Actor) -> object:
        return propose_listing_change(
            pk, kind=kind, applies_on=_day(data), reason=_text(data, "reason"), by=by, new_title=_text(data, "title")
        )

    return propose


PROPOSALS: dict[str, Callable[[int, QueryDict, Actor], object]] = {
    "price": _price,
    "title": _change("title"),
    "list": _change("list"),
    "delist": _change("delist"),
}


def _text(data: QueryDict, name: str) -> str:
    return data.get(name, "").replace("\0", "")


def _amount(text: str) -> Decimal:
    try:
        return Decimal(text.strip())
    except InvalidOperation as error:
        raise Invalid(NO_PRICE, code="no_price") from error


def _day(data: QueryDict) -> dt.date:
    try:
        return dt.date.fromisoformat(data.get("applies_on", ""))
    except ValueError as error:
        raise Invalid(NO_DAY, code="no_day") from error
