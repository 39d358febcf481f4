"""Listings: the list, one listing with its price, and proposing changes of it."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from apps.core.calendar import today
from apps.core.errors import Invalid
from apps.desk.doors import DeskRequest, attempt, found, needs, page, tell
from apps.desk.posted import key_in
from apps.desk.queries.listings import TABS, listing_sheet, listings_page
from apps.desk.queries.price_outlook import PriceOutlook, present_outlook, price_outlook
from apps.org.actors import Actor
from apps.stores.actions.propose import propose_listing_change, propose_price_change
from apps.stores.models import Listing

LONGEST_TEXT = 80
LOOK_FIRST = _(
    "Nothing was sent yet: this price is below the floor price. Look at its figures; sent again, it is proposed."
)
NO_PRICE = _("Give a price of at least 0.01, in whole cents.")
NO_DAY = _("Give the day from which it holds.")


@needs("stores.view_listing")
def listings(request: DeskRequest) -> HttpResponse:
    """Listings by where they are, the newest first."""
    wish = request.GET.get("tab", "")
    tab = wish if wish in TABS else "on_sale"
    text = request.GET.get("q", "").strip()[:LONGEST_TEXT]
    below = key_in(request.GET.get("below", ""))
    rows, following = listings_page(tab, text, below, request.by)
    context = {
        "tab": tab,
        "tabs": list(TABS.items()),
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


@needs("stores.view_listing", "stores.propose_change")
@require_POST
def listing_outlook(request: DeskRequest, pk: int) -> HttpResponse:
    """What the price in the box would mean; nothing is proposed."""
    row = found(_listings(), request.by, pk=pk)
    return page(request, "desk/listings/_outlook.html", {"outlook": _outlook(row, request.POST) or _as_it_is(row)})


def _shown(request: DeskRequest, pk: int, *, status: int = 200, **more: Any) -> HttpResponse:
    row = found(_listings(), request.by, pk=pk)
    may_propose = request.by.may("stores.propose_change")
    context = {**more, "may_propose": may_propose, "sheet": listing_sheet(row, request.by), "today": today()}
    if may_propose:
        typed = _outlook(row, request.POST) if more.get("refused") == "price" else None
        context["outlook"] = typed or _as_it_is(row)
    return page(request, "desk/listings/listing.html", context, status=status)


def _listings() -> "QuerySet[Listing]":
    return Listing.objects.select_related("store__client", "sku__product")


def _as_it_is(row: Listing) -> PriceOutlook | None:
    """Its figures stand there from the beginning, so that nothing below them jumps while a price is typed."""
    return present_outlook(row, today())


def _outlook(row: Listing, data: QueryDict) -> PriceOutlook | None:
    """By the day in the form, or today's while there is none."""
    try:
        price = _amount(data.get("price", ""))
    except Invalid:
        return None
    try:
        day = _day(data)
    except Invalid:
        day = today()
    return price_outlook(row, price, day)


def _price(pk: int, data: QueryDict, by: Actor) -> object:
    """A price below the floor is proposed by whoever has seen what it means. Rule: LST-76."""
    outlook = _outlook(_listings().get(pk=pk), data)
    if outlook and outlook.must_be_seen and data.get("seen", "") != outlook.must_be_seen:
        raise Invalid(LOOK_FIRST, code="look_first")
    return propose_price_change(
        pk, new_price=_amount(data.get("price", "")), applies_on=_day(data), reason=data.get("reason", ""), by=by,
        as_exception=data.get("exception") == "on",
    )  # fmt: skip


def _change(kind: str) -> Callable[[int, QueryDict, Actor], object]:
    def propose(pk: int, data: QueryDict, by: Actor) -> object:
        return propose_listing_change(
            pk,
            kind=kind,
            applies_on=_day(data),
            reason=data.get("reason", ""),
            by=by,
            new_title=data.get("title", ""),
        )

    return propose


PROPOSALS: dict[str, Callable[[int, QueryDict, Actor], object]] = {
    "price": _price,
    "title": _change("title"),
    "list": _change("list"),
    "delist": _change("delist"),
}


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
