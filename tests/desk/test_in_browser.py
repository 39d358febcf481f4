"""The desk by keyboard and mouse in a real browser; whatever a page complains about fails the test."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from apps.desk.models import SavedView
from apps.orders.models import Reason, ShippingOrder
from apps.org.models import User
from tests.browsing import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SitDown = Callable[..., Page]
Make = Callable[..., ShippingOrder]


def _open(page: Page, address: str) -> None:
    page.goto(address)
    page.wait_for_load_state("networkidle")


def test_the_keyboard_walks_opens_selects_and_closes(sit_down: SitDown, lin: User, an_order: Make) -> None:
    numbers = [an_order().lead_order.number for _ in range(3)]
    page = sit_down(lin, "en")
    _open(page, "/desk/orders/?tab=all&sort=placed_at")

    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.locator("#sheet h2")).to_have_text(numbers[0])
    page.keyboard.press("j")
    expect(page.locator("#sheet h2")).to_have_text(numbers[1])
    page.keyboard.press("x")
    expect(page.locator("#bulk-count")).to_have_text("1 selected")
    page.keyboard.press("Escape")
    expect(page.locator("#drawer")).not_to_be_visible()
    expect(page.locator("a.no:focus")).to_have_text(numbers[1])
    page.keyboard.press("k")
    expect(page.locator("a.no:focus")).to_have_text(numbers[0])


def test_keys_are_letters_while_somebody_types(sit_down: SitDown, lin: User, an_order: Make) -> None:
    an_order()
    page = sit_down(lin, "en")
    _open(page, "/desk/orders/?tab=all")

    page.keyboard.press("/")
    page.keyboard.type("xj?g")

    expect(page.locator("#q")).to_have_value("xj?g")
    expect(page.locator("#keys")).not_to_be_visible()
    expect(page.locator("#results")).to_contain_text("No order matches")


def test_a_row_stays_ticked_that_is_ticked_right_after_a_search(sit_down: SitDown, lin: User, an_order: Make) -> None:
    order = an_order()
    page = sit_down(lin, "en")
    _open(page, "/desk/orders/?tab=all")
    typed = order.lead_order.number[:12]
    page.locator("#q").press_sequentially(typed)
    page.wait_for_url(f"**q={typed}*")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))

    page.locator("#results td .ck").click()
    page.locator("#bulk-count").click()

    expect(page.locator("#bulk-count")).to_have_text("1 selected")
    page.wait_for_load_state("networkidle")
    assert not [url for url in asked if "/desk/orders/?" in url]
    expect(page.locator("#results td .ck")).to_be_checked()


def test_the_palette_opens_an_order_and_a_page(sit_down: SitDown, lin: User, an_order: Make) -> None:
    order = an_order()
    page = sit_down(lin, "en")

    page.keyboard.press("Control+k")
    page.keyboard.type(order.lead_order.number[:12])
    expect(page.locator("#palette-list [aria-selected=true]")).to_contain_text(order.lead_order.number)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/desk/orders/{order.pk}/")
    page.keyboard.press("Control+k")
    expect(page.locator("#palette-list [role=option]").first).to_be_visible()
    page.keyboard.type("imp")
    expect(page.locator("#palette-list [role=option]")).to_have_count(1)
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/imports/")


def test_a_number_scanned_into_the_palette_opens_its_order_and_no_page(
    sit_down: SitDown, lin: User, an_order: Make
) -> None:
    order = an_order()
    page = sit_down(lin, "en")
    page.keyboard.press("Control+k")
    expect(page.locator("#palette-list [role=option]").first).to_be_visible()

    page.keyboard.insert_text(order.lead_order.number)
    page.keyboard.press("Enter")

    page.wait_for_url(f"**/desk/orders/{order.pk}/")


def test_help_and_jumps_by_two_keys(sit_down: SitDown, lin: User) -> None:
    page = sit_down(lin, "en")

    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    page.keyboard.press("o")

    page.wait_for_url("**/desk/orders/")


def test_filters_change_the_address_and_back_brings_the_list_before(
    sit_down: SitDown,
    lin: User,
    an_order: Make,
) -> None:
    an_order()
    shipped = an_order(state="shipped", platform_state="shipped")
    page = sit_down(lin, "en")
    _open(page, "/desk/orders/?tab=all")

    page.locator("#f details").nth(1).click()
    page.check("input[name=state][value=shipped]")
    page.wait_for_url("**/desk/orders/?tab=all&state=shipped")
    expect(page.locator("a.no")).to_have_text([shipped.lead_order.number])
    expect(page.locator("#said")).to_have_text("1 row shown")
    page.go_back()

    expect(page.locator("a.no")).to_have_count(2)


def test_a_pasted_column_of_two_hundred_numbers_is_one_short_address(
    sit_down: SitDown,
    lin: User,
    an_order: Make,
) -> None:
    order = an_order()
    page = sit_down(lin, "en")
    _open(page, "/desk/orders/?tab=all")
    pasted = "\n".join([order.lead_order.number, *(f"77000000000000{n:05d}" for n in range(199))])

    page.fill("#q", pasted.replace("\n", " "))
    page.wait_for_url("**q=list-*")

    expect(page.locator("a.no")).to_have_text([order.lead_order.number])
    expect(page.locator("#results")).to_contain_text("199 numbers were not found")
    page.reload()
    expect(page.locator("a.no")).to_have_text([order.lead_order.number])


def test_confirming_in_the_drawer_redraws_list_tabs_and_side_bar(
    sit_down: SitDown,
    lin: User,
    an_order: Make,
) -> None:
    order = an_order()
    an_order()
    page = sit_down(lin, "en")
    _open(page, "/desk/orders/?tab=to_confirm")

    page.locator("a.no", has_text=order.lead_order.number).click()
    page.locator("#sheet form[action$='/confirm/'] button").click()

    expect(page.locator("#sheet .sheet-head")).to_contain_text("Confirmed")
    expect(page.locator(".toast")).to_contain_text("The order was confirmed.")
    expect(page.locator("a.no", has_text=order.lead_order.number)).to_have_count(0)
    expect(page.locator("#tabs [aria-current] em")).to_have_text("1")
    expect(page.locator("#nav [aria-current] em")).to_have_text("1")


def test_many_orders_are_held_from_the_bar(sit_down: SitDown, lin: User, an_order: Make) -> None:
    for _ in range(3):
        an_order()
    page = sit_down(lin, "en")
    _open(page, "/desk/orders/?tab=to_confirm")

    page.check("#results th .ck")
    page.locator("#bulk details summary").click()
    page.fill("#bulk input[name=note]", "等盘点")
    page.click("#bulk button[value=hold]")

    expect(page.locator("#outcome")).to_contain_text("3 orders were changed.")
    expect(page.locator("#tabs")).to_contain_text("Held and exceptions")
    assert Reason.objects.filter(note="等盘点").count() == 3


def test_columns_and_a_saved_view_stay_for_the_next_visit(sit_down: SitDown, lin: User, an_order: Make) -> None:
    an_order(state="shipped", platform_state="shipped")
    page = sit_down(lin, "en")
    _open(page, "/desk/orders/?tab=all&state=shipped")

    page.locator("#layout summary").click()
    page.check("#layout input[value=waybill]")
    expect(page.locator("th.c-waybill")).to_be_visible()
    page.keyboard.press("Escape")
    page.locator("#tabs > button").click()
    page.fill("#view-name", "已发货")
    page.locator("#save-view button[type=submit]").click()
    page.wait_for_url("**view=*")

    expect(page.locator("#tabs [aria-current]")).to_contain_text("已发货")
    expect(page.locator("th.c-waybill")).to_be_visible()
    assert SavedView.objects.filter(name="已发货").exists()


def test_a_refused_request_is_told_in_a_toast(sit_down: SitDown, lin: User, an_order: Make) -> None:
    an_order()
    page = sit_down(lin, "en")
    _open(page, "/desk/orders/?tab=all")
    lin.store_grants.all().delete()

    page.locator("a.no").click()

    expect(page.locator(".toast.bad")).to_contain_text("This page does not exist, or it belongs to another store.")


def test_on_a_phone_the_side_bar_opens_and_the_drawer_is_a_sheet(
    sit_down: SitDown,
    lin: User,
    an_order: Make,
) -> None:
    an_order()
    page = sit_down(lin, "en", viewport=PHONE)
    _open(page, "/desk/orders/?tab=all")

    expect(page.locator("#side")).not_to_be_visible()
    page.locator(".menu-button").click()
    expect(page.locator("#side")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#side")).not_to_be_visible()
    page.locator("#results tbody tr").click()
    expect(page.locator("#sheet")).to_be_visible()

    assert page.evaluate("document.querySelector('#drawer').matches(':modal')")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
