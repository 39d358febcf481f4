"""From an open month to the pay on one's own page: HR, the employee and the store manager, each in their own browser."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from apps.org.models import User
from apps.staff.models import PayLine, ScoreSheet
from tests.staff.builders import MONTH

pytest_plugins = ["tests.staff.builders"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SitDown = Callable[..., Page]
Make = Callable[..., Any]
Says = Callable[[str, str], str]


@pytest.fixture
def house(noor: User, on_staff: Make, printed: Make, terms: Make, minimum: Make) -> None:
    """A packer, the printed sheet of her position, what she is paid by."""
    printed("发货专员", "shipping")
    on_staff(noor, "发货专员")
    terms("发货专员", performance="2000.00")
    minimum()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.rule("STF-71", "STF-73", "STF-102")
def test_a_month_is_opened_scored_by_both_voices_closed_and_paid(
    language: str, sit_down: SitDown, house: None, says: Says, *, hana: User, noor: User, leo: User
) -> None:
    hr = sit_down(hana, language)
    hr.goto(f"/desk/scores/?month={MONTH:%Y-%m}")
    hr.get_by_role("button", name=says(language, "Open the month for everybody")).click()
    expect(hr.locator(".scores tbody tr")).to_have_count(1)
    sheet, saved = ScoreSheet.objects.get(), says(language, "The scores were saved.")

    own = sit_down(noor, language)
    _fill(own, sheet, "96", says(language, "Save the self-assessment"), saved)
    manager = sit_down(leo, language)
    _fill(manager, sheet, "80", says(language, "Save my scores"), saved, but="attendance")
    manager.get_by_role("button", name=says(language, "Finish scoring")).click()
    expect(manager.locator("#sheet .sheet-head")).to_contain_text(says(language, "Scored"))
    expect(manager.locator("#totals .formula")).to_contain_text("75% × 81.82 + 25% × 96.00 + 0 = 85.37")

    hr.goto(f"/desk/scores/?month={MONTH:%Y-%m}&tab=scored")
    hr.locator("form[action$='/close/'] button[type=submit]").click()
    hr.goto(f"/desk/pay/?month={MONTH:%Y-%m}")
    hr.get_by_role("button", name=says(language, "Compute the pay of closed sheets")).click()
    expect(hr.locator("table")).not_to_contain_text("2,000.00")
    hr.locator("details:has(form[action$='/pay/reveal/']) > summary").click()
    hr.get_by_role("button", name=says(language, "Show the figures"), exact=True).click()
    expect(hr.locator("table")).to_contain_text("2,000.00 × 1.2")

    own.goto("/desk/my-scores/")
    expect(own.locator(".my-months")).to_contain_text("2,000.00 × 1.2")
    expect(own.locator(".my-months")).to_contain_text("¥2,400.00")
    assert PayLine.objects.get().total == Decimal("2400.00")


def _fill(page: Page, sheet: ScoreSheet, score: str, button: str, saved: str, *, but: str = "") -> None:
    """Every box of an item that people score, then the button. but: items of this source are known from events."""
    page.goto(f"/desk/scores/{sheet.pk}/")
    for item in sheet.template.items.all():
        if not but or item.source != but:
            page.locator(f"#score-{item.pk}").fill(score)
    page.get_by_role("button", name=button).click()
    expect(page.locator(".toast")).to_contain_text(saved)
