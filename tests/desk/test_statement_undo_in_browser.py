"""A decision on a statement's page, in a real browser: what takes it back is in sight, wherever one has scrolled to."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from apps.approvals.actions.default_policies import write_default_policies
from apps.approvals.models import Intention
from apps.contracts.models import SettlementStatement
from apps.org.models import User
from tests.browsing import DESKTOP, PHONE

pytest_plugins = ["tests.contracts.builders"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SitDown = Callable[..., Page]
Make = Callable[..., Any]


@pytest.fixture
def row(submitted: Make, a_contract: Make, receive: Make) -> SettlementStatement:
    """January's statement with more rows than a page shows, waiting for the director."""
    write_default_policies()
    for nth in range(51):
        receive("2026-01-05", 80_000 + nth)
    waiting: SettlementStatement = submitted(a_contract(), "2026-01")
    return waiting


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE])
def test_below_fifty_rows_the_decision_is_taken_back_where_one_stands(
    sit_down: SitDown, row: SettlementStatement, dora: User, viewport: dict[str, int]
) -> None:
    page = sit_down(dora, "en", viewport=viewport)
    page.goto(f"/desk/statements/{row.pk}/")
    page.locator(".statement-rows tbody tr").last.scroll_into_view_if_needed()

    page.get_by_role("button", name="Approve").click()

    expect(page.locator("#undo .toast")).to_contain_text("Approved; takes effect at")
    expect(page.locator("#undo [data-undo]")).to_be_in_viewport()
    expect(page.locator(".pending [data-undo]")).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.keyboard.press("u")
    expect(page.locator("#toasts")).to_contain_text("Taken back; nothing is decided.")
    expect(page.locator("#undo .toast")).to_have_count(0)
    expect(page.get_by_role("button", name="Approve")).to_be_in_viewport()
    assert Intention.objects.get().state == "taken_back"
