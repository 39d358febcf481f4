"""A score sheet in a real browser: totals that follow the boxes, the keyboard, a phone; complaints of the page fail it."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from apps.org.models import User
from apps.staff.models import ItemScore
from tests.browsing import PHONE
from tests.staff.test_scoring import first_item

pytest_plugins = ["tests.staff.builders"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SitDown = Callable[..., Page]
Make = Callable[..., Any]


def test_totals_follow_the_boxes_before_anything_is_saved(
    sit_down: SitDown, leo: User, a_sheet: Make, fully: Make
) -> None:
    sheet = fully(a_sheet(), "80", "80")
    page = sit_down(leo, "en")
    page.goto(f"/desk/scores/{sheet.pk}/")
    box = page.locator(f"#score-{first_item(sheet).pk}")

    box.fill("14")
    page.keyboard.press("Tab")

    expect(page.locator("#totals")).to_contain_text("With what stands in the boxes; not saved yet.")
    expect(page.locator("#totals .formula")).to_contain_text("75% × 68.00 + 25% × 80.00")
    assert not ItemScore.objects.filter(member=leo).exists()
    box.press("Enter")
    expect(page.locator(".toast")).to_contain_text("The scores were saved.")
    # Two members have scored the item now, and their mean counts.
    expect(page.locator("#totals .formula")).to_contain_text("75% × 74.00 + 25% × 80.00")
    assert ItemScore.objects.get(member=leo).score == 14


def test_scores_in_the_boxes_outlive_another_form_on_the_sheet(sit_down: SitDown, leo: User, a_sheet: Make) -> None:
    sheet = a_sheet()
    page = sit_down(leo, "en")
    page.goto(f"/desk/scores/{sheet.pk}/")
    box, reason = page.locator(f"#score-{first_item(sheet).pk}"), page.locator(f"#comment-{first_item(sheet).pk}")
    box.fill("77")
    reason.fill("抽查两次")

    page.locator("#points").fill("21")
    page.locator("#what-for").fill("大促值班")
    page.get_by_role("button", name="Save the extra points").click()
    expect(page.locator("[data-refused]")).to_contain_text("Extra points lie between 0 and 20")
    expect(page.locator("[data-refused]")).to_be_in_viewport()
    expect(page.locator("#points")).to_have_value("21")
    page.locator("#points").fill("4")
    page.get_by_role("button", name="Save the extra points").click()

    expect(page.locator(".toast")).to_contain_text("The extra points were saved.")
    expect(page.locator("#points")).to_have_value("4")
    expect(box).to_have_value("77")
    expect(reason).to_have_value("抽查两次")
    expect(page.locator("#totals")).to_contain_text("not saved yet")
    assert not ItemScore.objects.filter(member=leo).exists()


def test_an_employee_assesses_themselves_on_a_phone(sit_down: SitDown, noor: User, a_sheet: Make) -> None:
    sheet = a_sheet()
    page = sit_down(noor, "en", viewport=PHONE)
    page.goto("/desk/my-scores/")
    fits = page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    box = page.locator(f"#score-{first_item(sheet).pk}")
    page.get_by_text("Assess yourself").click()
    expect(box).to_be_visible()
    within = "[...document.querySelectorAll('#sheet :is(button, input)')].every(e => e.getBoundingClientRect().right <= innerWidth)"

    assert fits
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate(within)
    box.fill("90")
    page.get_by_role("button", name="Save the self-assessment").click()

    expect(page.locator(".toast")).to_contain_text("The scores were saved.")
    assert sheet.scores.get(part="self").score == 90
