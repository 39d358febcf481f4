"""What opens over a page or comes into it, under axe in light and dark: palette, help, menus, drawer, bulk bar, toast."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from apps.orders.actions import confirm_shipping_order
from apps.orders.models import ShippingOrder
from apps.org.actors import Actor
from apps.org.models import User
from tests.desk.axe import complaints

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SitDown = Callable[..., Page]
Make = Callable[..., ShippingOrder]


@pytest.fixture
def desk(sit_down: SitDown, lin: User, an_order: Make) -> Page:
    """The list of orders to confirm, with three of them on it."""
    for _ in range(3):
        an_order()
    page = sit_down(lin, "en")
    page.goto("/desk/orders/?tab=to_confirm")
    page.wait_for_load_state("networkidle")
    return page


def test_the_palette_with_what_it_found_and_the_help_of_keys(desk: Page) -> None:
    desk.keyboard.press("?")
    expect(desk.locator("#keys")).to_be_visible()
    found = complaints(desk)
    desk.keyboard.press("Escape")
    desk.keyboard.press("Control+k")
    expect(desk.locator("#palette-list [role=option]").first).to_be_visible()
    found += complaints(desk)

    assert found == []


@pytest.mark.parametrize("menu", ["#bell", "#me", "#layout details"])
def test_a_menu_that_hangs_open(menu: str, desk: Page) -> None:
    desk.locator(f"{menu} > summary").click()
    expect(desk.locator(f"{menu} .menu")).to_be_visible()
    desk.wait_for_load_state("networkidle")

    assert complaints(desk) == []


def test_the_drawer_over_its_list(desk: Page) -> None:
    desk.locator("a.no").first.click()
    expect(desk.locator("#sheet h2")).to_be_visible()

    assert complaints(desk) == []


def test_the_bar_for_many_orders_and_what_became_of_them(desk: Page, as_lin: Actor) -> None:
    desk.check("#results th .ck")
    desk.locator("#bulk details summary").click()
    expect(desk.locator("#bulk input[name=note]")).to_be_visible()
    found = complaints(desk)
    confirm_shipping_order(ShippingOrder.objects.earliest("pk").pk, by=as_lin)
    desk.keyboard.press("Escape")
    desk.click("#bulk button[value=confirm]")
    expect(desk.locator("#outcome")).to_contain_text("2 orders were changed.")
    found += complaints(desk)

    assert found == []
