"""A sheet on its own page in a real browser: a button redraws it, and it stays a page."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from apps.orders.models import ShippingOrder
from apps.org.models import User
from tests.finance.conftest import as_otto, checked, imported, line_of, received
from tests.finance.files import sale

__all__ = ["as_otto", "checked", "imported", "line_of", "received"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SitDown = Callable[..., Page]
Make = Callable[..., Any]


def test_an_orders_own_page_stays_one_after_a_button(sit_down: SitDown, lin: User, an_order: Make) -> None:
    page = sit_down(lin, "en")
    page.goto(f"/desk/orders/{an_order().pk}/")

    with page.expect_request("**/confirm/") as sent:
        page.locator("#sheet form[action$='/confirm/'] button").click()

    expect(page.locator("#sheet .sheet-head")).to_contain_text("Confirmed")
    expect(page.locator("#sheet [data-close]")).to_have_count(0)
    assert sent.value.headers["hx-standing"] == "1"


def test_in_the_drawer_a_button_leaves_its_close_button(sit_down: SitDown, lin: User, an_order: Make) -> None:
    an_order()
    page = sit_down(lin, "en")
    page.goto("/desk/orders/?tab=to_confirm")
    page.locator("a.no").click()

    with page.expect_request("**/confirm/") as sent:
        page.locator("#sheet form[action$='/confirm/'] button").click()

    expect(page.locator("#sheet .sheet-head")).to_contain_text("Confirmed")
    expect(page.locator("#sheet [data-close]")).to_have_count(1)
    assert "hx-standing" not in sent.value.headers


def test_a_bill_lines_own_page_stays_one_after_a_search_and_a_button(
    sit_down: SitDown, otto: User, imported: Make, line_of: Make
) -> None:
    line = line_of(imported(sale("45.00", "4001260901000010015")))
    page = sit_down(otto, "en")
    page.goto(f"/desk/bill-lines/{line.pk}/")

    page.fill("#find", "4001")
    with page.expect_request("**find=4001*") as searched:
        page.locator("#sheet form[role=search] button").click()
    expect(page.locator("#sheet")).to_contain_text("This store has no order that begins like this.")
    expect(page.locator("#sheet [data-close]")).to_have_count(0)
    page.locator("#sheet summary", has_text="Explain").click()
    page.select_option("#cause", "outside")
    with page.expect_request("**/explain/") as sent:
        page.locator("#sheet form[action$='/explain/'] button").click()

    expect(page.locator("#sheet .sheet-head")).to_contain_text("Explained")
    expect(page.locator("#sheet [data-close]")).to_have_count(0)
    assert [each.value.headers["hx-standing"] for each in (searched, sent)] == ["1", "1"]


def test_the_form_that_asks_for_a_purpose_stays_folded_when_another_button_is_pressed(
    sit_down: SitDown, lin: User, with_contact: ShippingOrder
) -> None:
    page = sit_down(lin, "en")
    page.goto(f"/desk/orders/{with_contact.pk}/")
    fold, head = page.locator("#buyer details.ask"), page.locator("#sheet .sheet-head")

    page.locator("#sheet form[action$='/confirm/'] button").click()
    expect(head).to_contain_text("Confirmed")
    expect(fold).to_have_js_property("open", False)
    fold.locator("summary").click()
    fold.locator("select").select_option("courier")
    page.fill("#note", "等客户回电")
    page.locator("#sheet form[action$='/note/'] button").click()

    expect(page.locator("#sheet .time")).to_contain_text("Internal note written")
    expect(fold).to_have_js_property("open", True)
    expect(fold.locator("select")).to_have_value("courier")
