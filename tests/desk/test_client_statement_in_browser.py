"""The client's page in a real browser: on a desk's screen and on a phone."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from apps.approvals.actions.default_policies import write_default_policies
from apps.org.models import User
from tests.browsing import PHONE

pytest_plugins = ["tests.contracts.builders"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# The driver's own mouse would wait for the page between the two presses.
CONFIRM_TWICE = """() => {
    const button = document.querySelector("button[value=confirm]");
    button.form.requestSubmit(button);
    setTimeout(() => button.form.requestSubmit(button), 15);
}"""
SitDown = Callable[..., Page]
Make = Callable[..., Any]


def test_the_house_stands_above_its_statement_on_every_screen(
    sit_down: SitDown, pia: User, sent: Make, a_contract: Make, receive: Make
) -> None:
    write_default_policies()
    receive("2026-01-05", "4000000")
    _row, token = sent(a_contract(), "2026-01")
    page = sit_down(pia, "en", viewport=PHONE)
    places = "['header.outside-head', 'main'].map(each => document.querySelector(each).getBoundingClientRect())"

    for width in (390, 720, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(f"/desk/answer/statement/{token}/")
        head, main = page.evaluate(places)

        assert head["bottom"] <= main["top"], width
        assert abs(head["left"] - main["left"]) < 1, width
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), width


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_on_a_phone_every_commission_stands_on_the_screen_without_a_sideways_scroll(
    sit_down: SitDown, pia: User, sent: Make, a_contract: Make, receive: Make, *, language: str
) -> None:
    write_default_policies()
    receive("2026-01-05", "12345678.90")
    receive("2026-01-31", "-2345678.90")
    _row, token = sent(a_contract(), "2026-01")
    page = sit_down(pia, language, viewport=PHONE)

    page.goto(f"/desk/answer/statement/{token}/")

    wide = "[...document.querySelectorAll('.outside-scroll')].map(each => each.scrollWidth - each.clientWidth)"
    edges = "[...document.querySelectorAll('td.owed')].map(each => each.getBoundingClientRect().right)"
    assert page.evaluate(wide) == [0, 0]
    rights = page.evaluate(edges)
    assert len(rights) == 4
    assert max(rights) <= PHONE["width"]


def test_a_client_who_presses_confirm_twice_is_thanked_once_and_not_told_that_the_link_is_used_up(
    sit_down: SitDown, pia: User, sent: Make, a_contract: Make, receive: Make
) -> None:
    write_default_policies()
    receive("2026-01-05", "4000000")
    row, token = sent(a_contract(), "2026-01")
    page = sit_down(pia, "en", viewport=PHONE)
    page.goto(f"/desk/answer/statement/{token}/")
    page.fill("#name", "王敏")
    posts = list[str]()
    page.on("request", lambda request: posts.append(request.url) if request.method == "POST" else None)

    page.evaluate(CONFIRM_TWICE)

    expect(page.get_by_role("heading", name="Thank you. The statement is confirmed.")).to_be_visible()
    page.wait_for_load_state("networkidle")
    expect(page.get_by_role("heading", name="Thank you. The statement is confirmed.")).to_be_visible()
    assert len(posts) == 1
    row.refresh_from_db()
    assert row.state == "confirmed"
