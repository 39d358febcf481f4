"""The planner's first page: what waits, what applies next, and what should not be on sale; and decisions for everybody."""

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.desk.homes.feeds import batches, figures_of, tile
from apps.desk.homes.parts import Feed, Home, Row, Tile
from apps.desk.marks import badge, money, platform_mark, tone_of
from apps.desk.queries import home as read
from apps.desk.queries.counts import counts_of
from apps.desk.queries.inbox import items_of, requests_under
from apps.desk.queries.listings import changes_asked
from apps.desk.rules.clocks import age
from apps.org.actors import Actor
from apps.org.scope import visible
from apps.stores.models import Listing, PriceChange
from apps.stores.workflows.listing import ListingState

SHOWN = 6
PLANNER_COUNTS = ("prices.submitted", "prices.approved", "listings.sold_out", "listings.bare")


def planner_home(by: Actor) -> Home:
    """What a planner sees first."""
    return Home(
        tiles=_tiles(by),
        figures=figures_of(by),
        stores=read.store_work(by),
        wide=[_next_to_apply(by)],
        narrow=[decisions(by), _gone(by), *batches(by)],
    )


def decisions(by: Actor) -> Feed:
    """What waits for this person's decision, the oldest first."""
    now = timezone.now()
    rows = [
        Row(
            title=item.request.title,
            note=" · ".join(
                part
                for part in (age(item.request.requested_at, now), item.request.requested_by_name, item.headline)
                if part
            ),
            url=f"{reverse('desk:inbox')}?request={item.request.pk}",
            mark=platform_mark(item.request.store.platform) if item.request.store else "",
        )
        for item in items_of(requests_under("waiting", by)[:SHOWN])
    ]
    return Feed(_("Waiting for my decision"), rows, _("Nothing waits for your decision."), reverse("desk:inbox"))


def decisions_tile(by: Actor) -> Tile:
    """How many decisions wait for this person."""
    count = counts_of(["my.waiting"], by)["my.waiting"]
    return tile(_("decisions waiting for you"), count, "amber", icon="inbox", url=reverse("desk:inbox"))


def _tiles(by: Actor) -> list[Tile]:
    counts = counts_of(PLANNER_COUNTS, by)
    prices = reverse("desk:price_changes")
    listings = reverse("desk:listings")
    return [
        tile(_("price changes to be approved"), counts["prices.submitted"], "amber", icon="timer", url=prices),
        tile(
            _("price changes that apply next"),
            counts["prices.approved"],
            "blue",
            icon="calendar",
            url=f"{prices}?tab=approved",
        ),
        tile(
            _("on sale without stock"),
            counts["listings.sold_out"],
            "red",
            icon="package-open",
            url=f"{listings}?tab=sold_out",
        ),
        tile(_("listings without a SKU"), counts["listings.bare"], "amber", icon="tag", url=f"{listings}?tab=bare"),
    ]


def _next_to_apply(by: Actor) -> Feed:
    changes = changes_asked(PriceChange, "approved", by).order_by("applies_on", "pk")[:SHOWN]
    rows = [
        Row(
            title=change.listing.title,
            note=f"{money(change.old_price)} → {money(change.new_price)} · {change.applies_on:%Y-%m-%d}",
            url=reverse("desk:price_change", args=[change.pk]),
            mark=platform_mark(change.listing.store.platform),
        )
        for change in changes
    ]
    nothing = _("No approved price change waits for its day.")
    return Feed(_("Applies next"), rows, nothing, f"{reverse('desk:price_changes')}?tab=approved")


def _gone(by: Actor) -> Feed:
    """What was taken down lately, to be taken down on the platform too."""
    gone = visible(Listing.objects.filter(state=ListingState.DELISTED, delisted_at__isnull=False), by)
    now = timezone.now()
    rows = [
        Row(
            title=row.title,
            note=f"{row.store.name} · {age(row.delisted_at, now)}",
            url=reverse("desk:listing", args=[row.pk]),
            mark=platform_mark(row.store.platform),
            badge=badge(tone_of("stores.listing", row.state), row.get_state_display()),
        )
        for row in gone.select_related("store").order_by("-delisted_at", "-pk")[:SHOWN]
        if row.delisted_at
    ]
    return Feed(_("Taken down lately"), rows, _("Nothing was taken down."), f"{reverse('desk:listings')}?tab=delisted")
