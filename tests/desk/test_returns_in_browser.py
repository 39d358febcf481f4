"""Returns by scanner and thumb in a real browser; whatever a page complains about fails the test."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from apps.aftersales.models import ReturnLine, ReturnOrder
from apps.org.models import User
from tests.browsing import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SitDown = Callable[..., Page]
Make = Callable[..., Any]


def test_a_scanner_goes_through_a_pile_without_a_mouse(
    sit_down: SitDown,
    noor: User,
    announced: Make,
) -> None:
    announced(waybill="SF1234567890123")
    page = sit_down(noor, "en")
    page.goto("/desk/returns/?tab=to_inspect")

    expect(page.locator("#code")).to_be_focused()
    for code, sentence in (
        ("SF1234567890123", "Received."),
        ("YT9876543210987", "kept as ownerless"),
        ("SF1234567890123", "This return is known already."),
        ("包裹", "This is not a number."),
    ):
        page.keyboard.insert_text(code)
        page.keyboard.press("Enter")
        expect(page.locator("#scan-result")).to_contain_text(sentence)
        expect(page.locator("#code")).to_have_value("")

    expect(page.locator("#code")).to_be_focused()
    expect(page.locator("#returns tbody tr")).to_have_count(1)
    expect(page.locator("#nav [aria-current] em")).to_have_text("1")
    assert ReturnOrder.objects.count() == 2


def test_goods_are_counted_with_a_thumb_and_the_page_fits_the_phone(
    sit_down: SitDown,
    noor: User,
    received: Make,
    bins: dict[str, Any],
) -> None:
    row = received()
    page = sit_down(noor, "en", viewport=PHONE)
    page.goto("/desk/returns/")
    fits = page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.goto(f"/desk/returns/{row.pk}/")

    within = "[...document.querySelectorAll('#sheet :is(button, input, select)')].every(e => e.getBoundingClientRect().right <= innerWidth)"
    assert page.evaluate(within)
    good, bad = page.locator(".stepper").nth(0), page.locator(".stepper").nth(1)
    good.locator("button").first.click()
    good.locator("button").first.click()
    bad.locator("button").last.click()
    expect(good.locator("input")).to_have_value("0")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.locator("form[action$='/inspect/'] button[type=submit]").click()

    expect(page.locator("#sheet .sheet-head")).to_contain_text("Inspected")
    assert fits
    assert ReturnLine.objects.values_list("good_quantity", "bad_quantity").get() == (0, 1)


def test_the_form_says_how_many_are_missing_and_asks_why(
    sit_down: SitDown, noor: User, received: Make, bins: dict[str, Any]
) -> None:
    row = received(of={"lines": 2})
    page = sit_down(noor, "en", viewport=PHONE)
    page.goto(f"/desk/returns/{row.pk}/")
    good, missing = page.locator("[id^=good-]"), page.locator("[data-missing]")

    expect(missing).to_be_hidden()
    page.locator(".stepper").first.locator("button").first.click()
    good.last.fill("0")
    expect(missing).to_contain_text("Fewer than announced. Missing: 2")
    good.last.fill("1")
    expect(missing).to_contain_text("Missing: 1")
    page.locator("[id^=bin-]").last.select_option(label="A-01-01")
    finish = page.locator("form[action$='/inspect/'] button[type=submit]")
    finish.click()
    expect(page.locator("#why-fewer")).to_be_focused()
    page.locator("#why-fewer").fill("少一只杯子")
    finish.click()

    expect(page.locator("#sheet .sheet-head")).to_contain_text("Inspected")
    expect(page.locator("#sheet .time q")).to_have_text("少一只杯子")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_what_was_counted_stays_when_the_inspection_is_refused(
    sit_down: SitDown, noor: User, received: Make, bins: dict[str, Any]
) -> None:
    row = received()
    page = sit_down(noor, "en")
    page.goto(f"/desk/returns/{row.pk}/")
    good, bad = page.locator("[id^=good-]"), page.locator("[id^=bad-]")
    good.fill("9")
    bad.fill("1")
    page.locator("[id^=note-]").fill("杯口有裂")
    page.locator("[id^=bin-]").select_option("")

    page.locator("form[action$='/inspect/'] button[type=submit]").click()

    expect(page.locator("[data-refused]")).to_be_visible()
    expect(good).to_have_value("9")
    expect(bad).to_have_value("1")
    expect(page.locator("[id^=note-]")).to_have_value("杯口有裂")
    expect(page.locator("[id^=bin-]")).to_have_value("")
    assert ReturnOrder.objects.get().state == "received"


def test_a_refund_is_asked_for_on_the_sheet(
    sit_down: SitDown,
    lin: User,
    inspected: Make,
) -> None:
    row = inspected()
    page = sit_down(lin, "en")
    page.goto(f"/desk/returns/{row.pk}/")

    page.locator("#sheet summary", has_text="Ask for a refund").click()
    page.locator("#sheet input[name=amount]").fill("28.00")
    page.locator("#sheet input[name=reason]").last.fill("质量问题")
    page.locator("#sheet form[action$='/request/'] button[type=submit]").click()

    expect(page.locator(".refund")).to_contain_text("¥28.00")
    expect(page.locator(".toast")).to_contain_text("The refund was asked for; somebody else approves it.")


def test_the_form_is_empty_and_folded_once_a_refund_was_asked_for(sit_down: SitDown, lin: User, sent_off: Make) -> None:
    page = sit_down(lin, "en")
    page.goto(f"/desk/refunds/order/{sent_off().lead_order_id}/")
    page.locator("#sheet summary", has_text="Ask for a refund").click()
    page.locator("#sheet input[name=amount]").fill("3.00")
    page.locator("#sheet form[action$='/request/'] input[name=reason]").fill("少发一个杯盖")

    page.locator("#sheet form[action$='/request/'] button[type=submit]").click()

    expect(page.locator(".refund")).to_contain_text("¥3.00")
    expect(page.locator("#sheet input[name=amount]")).to_be_hidden()
    expect(page.locator("#sheet input[name=amount]")).to_have_value("")


def test_what_was_typed_stays_when_it_is_refused(
    sit_down: SitDown,
    lin: User,
    inspected: Make,
) -> None:
    page = sit_down(lin, "en")
    page.goto(f"/desk/returns/{inspected().pk}/")
    amount, reason = (
        page.locator("#sheet input[name=amount]"),
        page.locator("#sheet form[action$='/request/'] input[name=reason]"),
    )
    page.locator("#sheet summary", has_text="Ask for a refund").click()
    amount.fill("999")
    reason.fill("质量问题")

    reason.press("Enter")
    expect(page.locator("#sheet [role=alert]")).to_contain_text("can still be refunded for this order")

    expect(amount).to_be_visible()
    expect(amount).to_have_value("999")
    expect(reason).to_have_value("质量问题")
    amount.fill("28.00")
    reason.press("Enter")
    expect(page.locator(".refund")).to_contain_text("¥28.00")
