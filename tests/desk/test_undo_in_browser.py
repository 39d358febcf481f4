"""Taking a decision back in a real browser: with the keyboard at the desk, with a thumb on the phone."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from apps.approvals.actions.default_policies import write_default_policies
from apps.approvals.models import ApprovalRequest, Intention
from apps.org.models import Store, User
from tests.browsing import DESKTOP, PHONE

pytest_plugins = ["tests.stores.builders"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SitDown = Callable[..., Page]
Make = Callable[..., Any]


@pytest.fixture
def two_wait(own_store: Store, a_listing: Make, price_to: Make, dora: User) -> list[str]:
    """Two prices that wait for the director, the older first."""
    write_default_policies()
    for code, price in (("QH-1", "89.00"), ("QH-2", "88.00")):
        price_to(a_listing(code, cost="60.00"), price)
    return ["89.00", "88.00"]


def test_the_wrong_key_is_taken_back_by_another(sit_down: SitDown, two_wait: list[str], dora: User) -> None:
    page = sit_down(dora, "en")
    page.goto("/desk/inbox/")
    expect(page.locator(".difference")).to_contain_text(two_wait[0])

    page.keyboard.press("a")
    expect(page.locator(".difference")).to_contain_text(two_wait[1])
    expect(page.locator("#undo .toast")).to_contain_text("Approved; takes effect at")
    page.keyboard.press("u")

    expect(page.locator(".difference")).to_contain_text(two_wait[0])
    expect(page.locator("#approve")).to_have_count(1)
    expect(page.locator("#undo .toast")).to_have_count(0)
    expect(page.locator("#toasts")).to_contain_text("Taken back; nothing is decided.")
    assert Intention.objects.get().state == "taken_back"


def test_a_jump_by_two_keys_decides_nothing(sit_down: SitDown, two_wait: list[str], dora: User) -> None:
    page = sit_down(dora, "en")
    page.goto("/desk/inbox/")
    expect(page.locator(".difference")).to_contain_text(two_wait[0])

    page.keyboard.press("g")
    with page.expect_navigation():
        page.keyboard.press("a")
    expect(page.locator(".difference")).to_contain_text(two_wait[0])

    assert not Intention.objects.exists()


def test_what_is_ticked_stays_ticked_while_the_others_are_read(
    sit_down: SitDown, two_wait: list[str], dora: User
) -> None:
    page = sit_down(dora, "en")
    page.goto("/desk/inbox/")
    expect(page.locator(".difference")).to_contain_text(two_wait[0])

    page.keyboard.press("x")
    page.keyboard.press("j")
    expect(page.locator(".difference")).to_contain_text(two_wait[1])
    page.keyboard.press("x")
    page.locator(".bulk-foot button").click()

    expect(page.locator("#undo .toast")).to_contain_text("Approved: 2 of 2")
    assert Intention.objects.count() == 2


def test_what_is_taken_back_from_the_tab_leaves_the_toast_of_a_newer_decision(
    sit_down: SitDown, two_wait: list[str], dora: User
) -> None:
    page = sit_down(dora, "en")
    page.goto("/desk/inbox/")
    page.keyboard.press("a")
    expect(page.locator(".difference")).to_contain_text(two_wait[1])
    page.goto("/desk/inbox/")
    page.keyboard.press("a")
    expect(page.locator("#undo .toast")).to_be_visible()
    older, newer = Intention.objects.order_by("pk")
    page.evaluate("htmx.ajax('GET', '/desk/inbox/?tab=effect', {target: '#inbox', swap: 'outerHTML'})")

    page.locator(f".request > button[value='{older.pk}']").click()

    expect(page.locator("#toasts")).to_contain_text("Taken back; nothing is decided.")
    expect(page.locator(f"#undo [name=intention][value='{newer.pk}']")).to_have_count(1)
    page.keyboard.press("u")
    expect(page.locator("#undo .toast")).to_have_count(0)
    assert set(Intention.objects.values_list("state", flat=True)) == {"taken_back"}


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE])
def test_the_toast_is_in_nobodys_way(
    sit_down: SitDown, two_wait: list[str], dora: User, viewport: dict[str, int]
) -> None:
    page = sit_down(dora, "en", viewport=viewport)
    page.goto("/desk/inbox/?request=" + str(ApprovalRequest.objects.earliest("pk").pk))
    page.locator("#approve button").click()
    expect(page.locator(".difference")).to_contain_text(two_wait[1])
    expect(page.locator("#undo .toast")).to_be_visible()

    page.locator("#refuse summary").click()
    expect(page.locator("#undo .toast")).not_to_be_visible()
    page.fill("#refuse-why", "Too low")
    page.locator("#refuse button[type=submit]").click()

    expect(page.locator("#undo .toast")).to_contain_text("Refused; takes effect at")
    assert list(Intention.objects.order_by("pk").values_list("verdict", flat=True)) == ["approve", "refuse"]


def test_on_a_phone_the_tab_counts_down_and_gives_it_back(sit_down: SitDown, two_wait: list[str], dora: User) -> None:
    page = sit_down(dora, "zh-hans", viewport=PHONE)
    page.goto("/desk/inbox/")
    page.locator(".request > a").first.click()
    page.locator("#approve button").click()
    expect(page.locator("#undo .toast")).to_be_visible()
    page.goto("/desk/inbox/?tab=effect")
    left = page.locator(".request [data-seconds]")
    shown = left.inner_text()

    fits = page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    expect(left).not_to_have_text(shown)
    page.locator(".request > button").click()

    expect(page.locator("#approve")).to_have_count(1)
    assert fits
    assert Intention.objects.get().state == "taken_back"
