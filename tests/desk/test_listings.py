"""Listings, proposing from one of them, and the lists of changes."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.audit.context import signed
from apps.audit.models import Export
from apps.core.calendar import today
from apps.org.actors import SYSTEM
from apps.org.models import Store, User
from apps.stores.actions.apply import apply_due_changes
from apps.stores.models import Listing, ListingChange, PriceChange

pytest_plugins = ["tests.stores.builders"]
Make = Callable[..., Any]
Browse = Callable[..., Client]


@pytest.fixture
def proposed(a_listing: Make, price_to: Make, dora: User) -> Make:
    """Propose a price for a listing of its own: `proposed("89.00")`."""
    codes = iter(range(1, 100))
    return lambda price="89.00": price_to(a_listing(f"QH-{next(codes)}"), price)


def _form(**more: str) -> dict[str, str]:
    return {"applies_on": today().isoformat(), "reason": "Season's end", **more}


def test_listings_are_listed_by_place_and_found(browse: Browse, a_listing: Make, wei: User) -> None:
    a_listing("QH-1")
    a_listing("QH-2", state="delisted")

    html = browse(wei).get("/desk/listings/").content.decode()

    assert html.count("<tr>") == 2
    assert "¥100.00" in html
    assert "No listing here" in browse(wei).get("/desk/listings/?q=zzz").content.decode()
    assert browse(wei).get("/desk/listings/?tab=delisted&below=x").content.decode().count("<tr>") == 2


def test_a_planners_tile_leads_to_the_listings_that_it_counts(
    browse: Browse, a_listing: Make, sold_out: Make, wei: User
) -> None:
    whole, gone, bare = a_listing("QH-1"), a_listing("QH-2"), a_listing("QH-3")
    with transaction.atomic(), signed("core.seed", by=SYSTEM):
        Listing.objects.filter(pk=bare.pk).update(sku=None)
    sold_out(gone)
    client = browse(wei)

    home = client.get("/desk/").content.decode()
    pages = {tab: client.get(f"/desk/listings/?tab={tab}").content.decode() for tab in ("sold_out", "bare")}

    assert all(f"/desk/listings/?tab={tab}" in home for tab in pages)
    shown = {
        tab: [row.pk for row in (whole, gone, bare) if f"/desk/listings/{row.pk}/" in html]
        for tab, html in pages.items()
    }
    assert shown == {"sold_out": [gone.pk], "bare": [bare.pk]}


def test_a_new_price_is_proposed_from_the_listing(browse: Browse, a_listing: Make, wei: User, dora: User) -> None:
    listing = a_listing(cost="60.00", guide="99.00")

    page = browse(wei).get(f"/desk/listings/{listing.pk}/").content.decode()
    assert "40.00 %" in page
    answer = browse(wei).post(f"/desk/listings/{listing.pk}/propose/price/", _form(price="89.00"), follow=True)

    assert "waits for approval" in answer.content.decode()
    change = PriceChange.objects.get()
    assert (str(change.new_price), change.state, change.made_by) == ("89.00", "submitted", wei)
    assert "¥100.00 → ¥89.00" in answer.content.decode()


class TestBeforeItIsSent:
    """The planner sees what the approver will see, before anybody is asked."""

    @pytest.mark.rule("LST-22", "LST-76")
    def test_the_price_in_the_box_is_shown_with_its_margin_and_what_is_wrong(
        self, browse: Browse, a_listing: Make, wei: User
    ) -> None:
        listing = a_listing(cost="60.00", guide="99.00")
        client = browse(wei)

        low = client.post(f"/desk/listings/{listing.pk}/outlook/", {"price": "50", "applies_on": "x"}).content.decode()
        fine = client.post(f"/desk/listings/{listing.pk}/outlook/", {"price": "99.00"}).content.decode()

        assert "The new price is below the floor price of ¥60.00." in low
        assert ("-20.00 %" in low, "now 40.00 %" in low, "-50.00 %" in low) == (True, True, True)
        assert "guide price of ¥99.00" in low
        assert 'name="seen" value="50.00"' in low
        assert ("call amber" in fine, 'name="seen"' in fine, "39.39 %" in fine) == (False, False, True)
        assert not PriceChange.objects.exists()

    @pytest.mark.parametrize("text", ["", "abc", "-1", "0", "NaN", "1e99"])
    def test_what_is_no_price_shows_the_present_one_without_a_warning(
        self, browse: Browse, a_listing: Make, wei: User, text: str
    ) -> None:
        listing, client = a_listing(cost="120"), browse(wei)

        answer = client.post(f"/desk/listings/{listing.pk}/outlook/", {"price": text})
        page = client.get(f"/desk/listings/{listing.pk}/").content.decode()

        figures = answer.content.decode()
        assert answer.status_code == 200
        assert ("0.00 %" in figures, "now -20.00 %" in figures) == (True, True)
        assert ("call amber" in figures, 'name="seen"' in figures) == (False, False)
        assert figures.strip() in page

    def test_a_listing_without_a_price_shows_nothing_until_one_is_typed(
        self, browse: Browse, a_listing: Make, wei: User
    ) -> None:
        listing = a_listing(cost="60", price=None)
        client, address = browse(wei), f"/desk/listings/{listing.pk}/outlook/"

        nothing, typed = (client.post(address, {"price": text}).content.decode() for text in ("", "80"))

        assert ("<dl" in nothing, "25.00 %" in typed) == (False, True)

    @pytest.mark.rule("LST-76")
    def test_a_price_below_the_floor_is_proposed_only_by_who_has_seen_what_it_means(
        self, browse: Browse, a_listing: Make, wei: User, dora: User
    ) -> None:
        listing, client = a_listing(cost="60.00"), browse(wei)
        address = f"/desk/listings/{listing.pk}/propose/price/"

        unseen = client.post(address, _form(price="50"))
        other = client.post(address, _form(price="40", seen="50.00"))
        before = PriceChange.objects.count()
        client.post(address, _form(price="50", seen="50.00"))

        page = unseen.content.decode()
        assert (unseen.status_code, other.status_code, before) == (422, 422, 0)
        assert "Nothing was sent yet: this price is below the floor price." in page
        assert "The new price is below the floor price of ¥60.00." in page
        assert ('value="50"' in page, 'value="Season&#x27;s end"' in page, 'name="seen" value="50.00"' in page) == (
            True, True, True,
        )  # fmt: skip
        assert [str(each.new_price) for each in PriceChange.objects.all()] == ["50.00"]

    def test_a_foreign_listing_has_no_outlook_and_neither_has_who_may_not_propose(
        self, browse: Browse, a_listing: Make, person: Make, lin: User, fengdu: Store
    ) -> None:
        listing = a_listing(cost="60.00")
        stranger = person("stella", "planner", stores=(fengdu,))

        answers = [
            browse(who).post(f"/desk/listings/{listing.pk}/outlook/", {"price": "50"}) for who in (stranger, lin)
        ]

        assert [answer.status_code for answer in answers] == [404, 403]


@pytest.mark.usefixtures("dora")
@pytest.mark.parametrize(
    ("verb", "form"),
    [
        ("price", {"price": "abc"}), ("price", {"price": "0"}), ("price", {"price": "89", "applies_on": "soon"}),
        ("price", {"price": "89", "applies_on": "2020-01-01"}), ("price", {"price": "89", "reason": ""}),
        ("title", {"title": ""}), ("list", {}),
    ],
)  # fmt: skip
def test_what_cannot_be_proposed_is_said_and_what_was_typed_stays(
    browse: Browse, a_listing: Make, wei: User, verb: str, form: dict[str, str]
) -> None:
    listing = a_listing()

    answer = browse(wei).post(f"/desk/listings/{listing.pk}/propose/{verb}/", _form(**form))

    assert answer.status_code == 422
    html = answer.content.decode()
    assert 'role="alert"' in html
    assert form.get("price", "") in html
    assert not PriceChange.objects.exists()
    assert not ListingChange.objects.exists()


def test_a_title_change_is_proposed(browse: Browse, a_listing: Make, wei: User, dora: User) -> None:
    listing = a_listing()

    browse(wei).post(f"/desk/listings/{listing.pk}/propose/title/", _form(title="保温杯 750 ml"))

    assert ListingChange.objects.get().new_title == "保温杯 750 ml"


def test_who_may_not_propose_sees_no_form_and_posts_none(
    browse: Browse, a_listing: Make, lin: User, dora: User
) -> None:
    listing = a_listing()

    assert "Propose a change" not in browse(lin).get(f"/desk/listings/{listing.pk}/").content.decode()
    assert browse(lin).post(f"/desk/listings/{listing.pk}/propose/price/", _form(price="89")).status_code == 403
    assert not PriceChange.objects.exists()


def test_another_stores_listing_and_change_are_not_there(
    browse: Browse, proposed: Make, person: Make, fengdu: Store
) -> None:
    change = proposed()
    stranger = browse(person("shan", "planner", stores=(fengdu,)))

    for url in (f"/desk/listings/{change.listing_id}/", f"/desk/price-changes/{change.pk}/"):
        assert stranger.get(url).status_code == 404
    assert stranger.post(f"/desk/price-changes/{change.pk}/cancel/", {"reason": "x"}).status_code == 404
    assert stranger.post(f"/desk/listings/{change.listing_id}/propose/price/", _form(price="8")).status_code == 404
    assert "保温杯" not in stranger.get("/desk/price-changes/").content.decode()


@pytest.mark.usefixtures("own_store")
def test_an_approved_change_is_cancelled_from_its_page(
    browse: Browse, proposed: Make, votes: Make, dora: User, wei: User
) -> None:
    change = proposed()
    votes(dora, change)
    url = f"/desk/price-changes/{change.pk}/"

    assert "Cancel the change" in browse(wei).get(url).content.decode()
    assert browse(wei).post(f"{url}cancel/", {"reason": ""}).status_code == 422
    assert browse(dora).post(f"{url}cancel/", {"reason": "No"}).status_code == 403
    browse(wei).post(f"{url}cancel/", {"reason": "The campaign is off"})

    assert PriceChange.objects.get().state == "cancelled"
    assert "The campaign is off" in browse(wei).get(url).content.decode()


@pytest.mark.usefixtures("own_store")
def test_the_list_of_price_changes_says_what_waits_and_what_was_applied(
    browse: Browse, proposed: Make, votes: Make, dora: User, wei: User
) -> None:
    votes(dora, proposed("89.00"))
    apply_due_changes()
    proposed("79.00")

    assert "¥79.00" in browse(wei).get("/desk/price-changes/").content.decode()
    assert "¥89.00" in browse(wei).get("/desk/price-changes/?tab=applied").content.decode()
    assert "No change here" in browse(wei).get("/desk/price-changes/?tab=ended").content.decode()


def test_the_list_of_listing_changes_leads_to_each(
    browse: Browse, a_listing: Make, listing_to: Make, dora: User, wei: User
) -> None:
    listing_to(a_listing(), "title", new_title="新保温杯")

    assert "新保温杯" in browse(wei).get("/desk/listing-changes/").content.decode()
    assert browse(wei).get(f"/desk/listing-changes/{ListingChange.objects.get().pk}/").status_code == 200


def test_the_export_needs_its_right_and_is_written_into_the_book(
    browse: Browse, proposed: Make, wei: User, otto: User
) -> None:
    proposed()

    assert browse(otto).post("/desk/price-changes/export/", {"tab": "all"}).status_code == 403
    assert not Export.objects.exists()
    answer = browse(wei).post("/desk/price-changes/export/", {"tab": "all"})

    assert b"".join(answer)[:2] == b"PK"
    assert Export.objects.values_list("kind", "rows", "user").get() == ("price_changes", 1, wei.pk)


@pytest.mark.parametrize("path", ["/desk/listings/", "/desk/price-changes/", "/desk/"])
def test_more_rows_cost_no_more_statements(browse: Browse, proposed: Make, wei: User, path: str) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert browse(wei).get(path).status_code == 200
        return len(asked)

    proposed()
    cost()
    one = cost()
    proposed()
    proposed()

    assert cost() == one


@pytest.mark.usefixtures("own_store")
def test_the_planners_home_says_what_waits_and_what_applies_next(
    browse: Browse, proposed: Make, votes: Make, dora: User, wei: User
) -> None:
    votes(dora, proposed("89.00"))
    proposed("79.00")

    html = browse(wei).get("/desk/").content.decode()

    assert "¥100.00 → ¥89.00" in html
    assert "price changes to be approved" in html
    assert "Waiting for my decision" in browse(dora).get("/desk/").content.decode()
