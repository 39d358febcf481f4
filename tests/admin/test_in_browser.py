"""Record pages in a real browser: the admin's script policy is never broken, and the keyboard reaches everything."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from apps.orders.models import ShippingOrder
from apps.org.models import User
from tests.admin.conftest import page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SitDown = Callable[..., Page]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_no_record_page_breaks_the_script_policy(
    sit_down: SitDown,
    root: User, lin: User, an_order: Callable[..., ShippingOrder], language: str,
) -> None:  # fmt: skip
    order = an_order(lines=2)
    browser = sit_down(root, language)
    for address in (
        "/admin/",
        page("orders_shippingorder_changelist"),
        page("orders_shippingorder_change", order.pk),
        page("orders_shippingorder_history", order.pk),
        page("org_user_change", lin.pk),
        page("org_user_add"),
        page("orders_auditrule_add"),
        page("parameters_parametervalue_changelist"),
    ):
        assert browser.goto(address).status == 200
        browser.wait_for_load_state("networkidle")


def _press(browser: Page, button: str) -> Locator:
    found = browser.locator(f"{button} >> visible=true")
    found.focus()
    browser.keyboard.press("Enter")
    return found


def test_menu_account_and_filters_open_by_the_keyboard(
    sit_down: SitDown,
    mara: User, an_order: Callable[..., ShippingOrder],
) -> None:  # fmt: skip
    an_order()
    browser = sit_down(mara, "en")
    browser.goto(page("orders_shippingorder_changelist"))

    _press(browser, "button[aria-label='Show or hide the menu']")
    expect(browser.locator("#nav-sidebar")).to_be_hidden()
    _press(browser, "button[aria-label='Show or hide the menu']")
    expect(browser.locator("#nav-sidebar")).to_be_visible()
    expect(_press(browser, "button[aria-controls=user-links]")).to_have_attribute("aria-expanded", "true")
    expect(browser.locator("#user-links")).to_be_visible()
    browser.keyboard.press("Escape")
    expect(browser.locator("#user-links")).to_be_hidden()
    expect(_press(browser, "button[aria-controls=changelist-filter]")).to_have_attribute("aria-expanded", "true")
    expect(browser.locator("#changelist-filter a:focus")).to_be_visible()
    browser.keyboard.press("Escape")
    expect(browser.locator("#changelist-filter")).to_be_hidden()
