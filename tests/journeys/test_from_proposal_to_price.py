"""A price changes: proposed, refused with a reason, proposed anew, approved, applied; and a title the same way."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from apps.approvals.actions.default_policies import write_default_policies
from apps.org.models import Store, User
from apps.stores.actions.apply import apply_due_changes
from apps.stores.models import Listing, PriceChange

pytest_plugins = ["tests.stores.builders"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SitDown = Callable[..., Page]
Make = Callable[..., Any]


@pytest.fixture
def listing(own_store: Store, a_listing: Make) -> Listing:
    """A cup at 100.00 that cost 60.00."""
    write_default_policies()
    row: Listing = a_listing(cost="60.00")
    return row


def _propose(page: Page, listing: Listing, verb: str, value: str, reason: str) -> None:
    page.goto(f"/desk/listings/{listing.pk}/")
    form = f"form[action$='/propose/{verb}/']"
    page.locator(f"details:has({form}) summary").click()
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


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.rule("LST-11", "LST-12", "LST-16")
def test_a_refused_price_stays_away_and_an_approved_one_applies(
    language: str, sit_down: SitDown, listing: Listing, wei: User, *, dora: User
) -> None:
    planner, director = sit_down(wei, language), sit_down(dora, language)

    _propose(planner, listing, "price", "61", "清仓")
    _refuse(director, "毛利太低")
    _propose(planner, listing, "price", "89", "换季")
    _approve(director, "89.00")
    _propose(planner, listing, "title", "保温杯 500 ml 新款", "新包装")
    _approve(director, "新款")
    apply_due_changes()

    listing.refresh_from_db()
    assert (listing.list_price_amount, listing.title) == (Decimal("89.00"), "保温杯 500 ml 新款")
    assert list(PriceChange.objects.order_by("pk").values_list("state", flat=True)) == ["refused", "applied"]
    planner.goto("/desk/price-changes/?tab=all")
    expect(planner.locator("main")).to_contain_text("¥61.00")
