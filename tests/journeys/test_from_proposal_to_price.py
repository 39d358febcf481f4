"""Prices, titles and places change: proposed, refused with a reason, proposed anew, approved, applied by the clock."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from apps.approvals.actions.default_policies import write_default_policies
from apps.approvals.models import ApprovalRequest
from apps.org.models import Store, User
from apps.stores.models import Listing, ListingChange, PriceChange
from apps.stores.tasks import apply_changes
from tests.browsing import PHONE

pytest_plugins = ["tests.stores.builders"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("no_undo")]
SitDown = Callable[..., Page]
Make = Callable[..., Any]
Says = Callable[[str, str], str]


@pytest.fixture
def listing(own_store: Store, a_listing: Make) -> Listing:
    """A cup at 100.00 that cost 60.00."""
    write_default_policies()
    row: Listing = a_listing(cost="60.00")
    return row


def _propose(page: Page, listing: Listing, verb: str, value: str | None, reason: str) -> None:
    page.goto(f"/desk/listings/{listing.pk}/")
    form = f"form[action$='/propose/{verb}/']"
    page.locator(f"details:has({form}) summary").click()
    if verb == "price":
        with page.expect_response("**/outlook/"):  # whoever types sees the figures before the reason is written
            page.fill(f"{form} [name={verb}]", str(value))
    elif value is not None:
        page.fill(f"{form} [name={verb}]", value)
    page.fill(f"{form} [name=reason]", reason)
    page.locator(f"{form} button[type=submit]").click()
    page.wait_for_load_state("networkidle")


def _refuse(page: Page, why: str) -> None:
    page.goto("/desk/inbox/")
    page.keyboard.press("r")
    page.fill("#refuse-why", why)
    page.locator("#refuse button[type=submit]").click()
    expect(page.locator("#refuse")).to_have_count(0)


def _approve(page: Page, shown: str) -> None:
    page.goto("/desk/inbox/")
    expect(page.locator("#inbox")).to_contain_text(shown)
    page.keyboard.press("a")
    expect(page.locator("#approve")).to_have_count(0)


def _the_clock_comes_by() -> None:
    """What the beat sends every minute, as a worker runs it."""
    assert settings.CELERY_BEAT_SCHEDULE["apply-changes"]["task"] == apply_changes.name
    apply_changes.apply(throw=True)


def _fates(model: type[PriceChange] | type[ListingChange]) -> list[str]:
    rows: Any = model.objects.order_by("pk")
    return list(rows.values_list("state", flat=True))


def test_nothing_jumps_below_the_figures_while_a_price_is_typed(sit_down: SitDown, listing: Listing, wei: User) -> None:
    page = sit_down(wei, "en", viewport=PHONE)
    page.goto(f"/desk/listings/{listing.pk}/")
    page.locator("summary", has_text="New price").click()
    button = page.locator("form[action$='/propose/price/'] button[type=submit]")
    before = button.bounding_box()

    for price, change in (("89", "-11.00 %"), ("", "0.00 %"), ("120", "+20.00 %")):
        page.fill("#price", price)
        expect(page.locator("#price-outlook .figures div").first).to_contain_text(change)
        assert button.bounding_box() == before


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.rule("LST-11", "LST-12", "LST-16")
def test_refused_changes_stay_away_and_approved_ones_apply(
    language: str, sit_down: SitDown, listing: Listing, wei: User, *, dora: User
) -> None:
    planner, director = sit_down(wei, language), sit_down(dora, language)

    _propose(planner, listing, "price", "61", "清仓")
    _refuse(director, "毛利太低")
    _propose(planner, listing, "price", "89", "换季")
    _approve(director, "89.00")
    _propose(planner, listing, "title", "最好的保温杯", "引流")
    _refuse(director, "不得用极限词")
    _propose(planner, listing, "title", "保温杯 500 ml 新款", "新包装")
    _approve(director, "新款")
    _the_clock_comes_by()

    listing.refresh_from_db()
    assert (listing.list_price_amount, listing.title) == (Decimal("89.00"), "保温杯 500 ml 新款")
    assert _fates(PriceChange) == _fates(ListingChange) == ["refused", "applied"]
    planner.goto("/desk/price-changes/?tab=all")
    expect(planner.locator("main")).to_contain_text("¥61.00")
    planner.goto(f"/desk/listing-changes/{ListingChange.objects.get(state='refused').pk}/")
    expect(planner.locator("main")).to_contain_text("不得用极限词")


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.rule("LST-76")
def test_a_price_below_the_floor_is_warned_of_while_it_is_typed_and_goes_on_when_it_is_meant(
    language: str, sit_down: SitDown, says: Says, listing: Listing, wei: User, *, dora: User
) -> None:
    planner = sit_down(wei, language)
    planner.goto(f"/desk/listings/{listing.pk}/")
    form = planner.locator("form[action$='/propose/price/']")
    planner.locator("details:has(form[action$='/propose/price/']) summary").click()

    planner.locator("#price").press_sequentially("50")
    warning = says(language, "The new price is below the floor price of %(floor)s.") % {"floor": "¥60.00"}
    expect(form.locator("#price-outlook")).to_contain_text(warning)
    expect(form.locator("#price-outlook")).to_contain_text("-20.00 %")
    planner.fill("#why-price", "清仓")
    form.locator("button[type=submit]").click()
    planner.wait_for_load_state("networkidle")

    assert _fates(PriceChange) == ["submitted"]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.rule("LST-14")
def test_a_listing_is_taken_down_once_the_store_manager_agrees(
    language: str, sit_down: SitDown, listing: Listing, wei: User, *, gu: User
) -> None:
    planner, manager = sit_down(wei, language), sit_down(gu, language)

    _propose(planner, listing, "delist", None, "有客诉")
    _refuse(manager, "先等质检结果")
    _the_clock_comes_by()
    kept = Listing.objects.get(pk=listing.pk).state
    _propose(planner, listing, "delist", None, "质检不合格")
    _approve(manager, listing.title)
    _the_clock_comes_by()

    listing.refresh_from_db()
    assert (kept, listing.state, _fates(ListingChange)) == ("on_sale", "delisted", ["refused", "applied"])
    planner.goto(f"/desk/listings/{listing.pk}/")
    expect(planner.locator("form[action$='/propose/delist/']")).to_have_count(0)
    expect(planner.locator("form[action$='/propose/list/']")).to_have_count(1)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.rule("LST-20")
def test_in_a_clients_store_the_client_refuses_one_price_and_confirms_the_next(
    language: str, sit_down: SitDown, a_listing: Make, wei: User, *, dora: User
) -> None:
    write_default_policies()
    listing = a_listing(cost="60.00")
    planner, director = sit_down(wei, language), sit_down(dora, language)

    _propose(planner, listing, "price", "79", "清仓")
    _answer(director, _link(director, "79.00"), "refuse", "79.00")
    _propose(planner, listing, "price", "89", "换季")
    _answer(director, _link(director, "89.00"), "approve", "89.00")
    _the_clock_comes_by()

    listing.refresh_from_db()
    assert (listing.list_price_amount, _fates(PriceChange)) == (Decimal("89.00"), ["refused", "applied"])


def _link(director: Page, shown: str) -> str:
    """Approve as the director, then make the client's link."""
    _approve(director, shown)
    pk = ApprovalRequest.objects.open().get().pk
    director.goto(f"/desk/inbox/?tab=decided&request={pk}")
    director.locator("form[action$='/link/'] button").click()
    link = director.locator("#client-link")
    expect(link).to_be_visible()
    return link.input_value()


def _answer(page: Page, link: str, verdict: str, shown: str) -> None:
    """The client, who has no account."""
    context = page.context.browser.new_context()
    outside = context.new_page()
    outside.goto(link)
    expect(outside.locator("main")).to_contain_text(shown)
    outside.fill("[name=name]", "陈女士")
    if verdict == "refuse":
        outside.fill("[name=comment]", "价格太低")
    outside.locator(f"button[value={verdict}]").click()
    expect(outside.locator(f"button[value={verdict}]")).to_have_count(0)
    context.close()
