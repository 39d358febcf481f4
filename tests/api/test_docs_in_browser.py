"""The API page in a real browser: it draws, it asks nobody else, and the strict policy has nothing to object to."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Page, Request

from apps.org.models import User


@pytest.fixture(autouse=True, scope="session")
def _a_loop_runs_beside() -> Iterator[None]:
    """The browser's driver runs a loop in this thread to the end, which Django takes for asynchronous code."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        yield


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """The system's browser, quiet."""
    quiet = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
             "--disable-component-update", "--disable-sync"]  # fmt: skip
    return {"executable_path": "/usr/bin/chromium", "args": quiet}


@pytest.fixture
def logged_in(page: Page, live_server: Any, transactional_db: None) -> Callable[[User], Page]:
    """A page of somebody who is logged in."""

    def make(user: User) -> Page:
        client = Client()
        client.force_login(user)
        page.context.add_cookies(
            [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
        )
        return page

    return make


@pytest.mark.browser
def test_the_api_page_draws_under_the_strict_policy(
    logged_in: Callable[[User], Page], lin: User, live_server: Any
) -> None:
    page = logged_in(lin)
    asked: list[str] = []
    complaints: list[str] = []

    def note(request: Request) -> None:
        asked.append(request.url)

    page.on("request", note)
    page.on(
        "console", lambda message: complaints.append(message.text) if message.type in ("error", "warning") else None
    )
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{live_server.url}/api/docs/")
    page.locator(".opblock").nth(6).wait_for()
    page.locator("#operations-orders-orders_push .opblock-summary-control").first.click()
    page.get_by_text("Idempotency-Key").first.wait_for()
    page.get_by_role("button", name="Authorize").click()
    page.get_by_text("storeToken").first.wait_for()

    assert complaints == []
    assert {url.split("/api")[0].split("/static")[0] for url in asked if not url.startswith("data:")} == {
        live_server.url
    }
