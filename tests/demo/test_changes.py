"""The demo company's changes of prices and listings."""

from collections import Counter

from apps.approvals.models import ApprovalRequest, Decision
from apps.approvals.queries import inbox_of
from apps.audit.queries import timeline_of
from apps.core.invariants import broken
from apps.desk.demo.load import Loaded
from apps.org.actors import Actor
from apps.org.models import User
from apps.stores.actions.decide import decide_change
from apps.stores.models import ListingChange, PriceChange
from apps.stores.queries.shown import is_stale

CHANGES = ("stores.price_change", "stores.listing_change", "stores.delisting")


def test_some_changes_were_applied_some_wait_for_each_step(company: Loaded) -> None:
    prices = Counter(PriceChange.objects.values_list("state", flat=True))

    assert prices == {"applied": 3, "refused": 1, "withdrawn": 1, "approved": 2, "submitted": 7}
    assert Counter(ListingChange.objects.values_list("state", flat=True)) == {
        "applied": 1,
        "submitted": 3,
        "refused": 1,
    }
    assert Counter(
        ApprovalRequest.objects.filter(kind=CHANGES[0], state="open").values_list("position", flat=True)
    ) == {1: 5, 2: 2}


def test_what_was_applied_is_what_the_listings_say(company: Loaded) -> None:
    applied = PriceChange.objects.filter(state="applied").select_related("listing")

    assert [change.listing.list_price_amount == change.new_price for change in applied] == [True] * 3
    assert [entry.verb for entry in reversed(timeline_of(applied[0]))] == [
        "stores.pricechange.submit", "stores.pricechange.approve", "stores.pricechange.apply",
    ]  # fmt: skip


def test_every_promise_about_approvals_holds(company: Loaded) -> None:
    assert [each.invariant.id for each in broken() if each.invariant.id.startswith(("approvals.", "stores."))] == []
    assert set(Decision.objects.filter(request__kind__in=CHANGES, by__isnull=True).values_list("by_name", flat=True)) == {
        "青禾家居 周女士", "砾汀户外 何先生", "岚岫茶事 林女士",
    }  # fmt: skip


def test_what_waits_can_be_decided_as_it_was_shown(company: Loaded) -> None:
    director = Actor.of(User.objects.get(username="shen.zhiwei"))
    waiting = list(inbox_of(director).filter(kind__in=CHANGES))

    assert len(waiting) == 8
    change = PriceChange.objects.get(pk=waiting[0].subject_id)
    assert not is_stale(waiting[0].shown, change)
    decide_change(waiting[0].pk, verdict="approve", by=director, version=waiting[0].version)

    assert ApprovalRequest.objects.get(pk=waiting[0].pk).position == 2
