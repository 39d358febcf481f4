"""A person at a browser: Debian's Chromium, nothing from outside, and every complaint of the page is a failure."""

import os
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connections
from django.utils import translation
from django.utils.translation import gettext
from playwright.sync_api import Browser, Page, Playwright, expect

from apps.jobs import doorbell
from apps.jobs.actions import run_job
from apps.org.models import User
from tests.accounts import PASSWORD

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
DESKTOP = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
# How long a page may take to become what a test expects, on a machine that has other things to do; not how long it takes.
PATIENCE_SECONDS = 30
# What htmx says of a request that nobody waits for any more: typed on, or gone to another page. A request that fails
# says more than the first of these.
MOVED_ON = ("htmx:afterRequest", "htmx:sendAbort")


@pytest.fixture(scope="session")
def _browser_beside_the_orm() -> None:
    """Playwright runs an event loop in this thread to the end; the ORM is used between its calls, never inside one."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


@pytest.fixture(scope="session")
def chromium(_browser_beside_the_orm: None, playwright: Playwright) -> Iterator[Browser]:
    """One browser for the run."""
    expect.set_options(timeout=PATIENCE_SECONDS * 1000)
    browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
    yield browser
    browser.close()


@pytest.fixture
def workers(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A worker that hears the doorbell at once."""
    threads: list[threading.Thread] = []

    def work(job_id: int) -> None:
        run_job(job_id)
        connections.close_all()

    def ring(job_id: int, times: int) -> None:
        thread = threading.Thread(target=work, args=[job_id])
        thread.start()
        threads.append(thread)

    monkeypatch.setattr(doorbell, "_publish", ring)
    yield
    for thread in threads:
        thread.join(60)


@pytest.fixture
def sit_down(chromium: Browser, live_server: Any) -> Iterator[Callable[..., Page]]:
    """Log a person in and give their page: `sit_down(lin, "en")`. Ends with what the page complained about."""
    complaints: list[str] = []
    contexts = []

    def make(user: User, language: str = "zh-hans", *, viewport: dict[str, int] | None = None) -> Page:
        User.objects.filter(pk=user.pk).update(language=language)
        context = chromium.new_context(viewport=viewport or DESKTOP, base_url=live_server.url, accept_downloads=True)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "request", lambda r: complaints.append(r.url) if not r.url.startswith((live_server.url, "data:")) else None
        )
        page.goto("/desk/login/")
        page.fill("#id_username", user.username)
        page.fill("#id_password", PASSWORD)
        page.click("main form button.primary")
        page.wait_for_url("**/desk/")
        return page

    yield make
    for context in contexts:
        context.close()
    _wait_for_the_last_answer()
    assert [c for c in complaints if "404" not in c and not c.startswith(MOVED_ON)] == []


def _wait_for_the_last_answer() -> None:
    """A request that nobody waited for is still answered, and would stand in the way when the tables are emptied."""
    for thread in threading.enumerate():
        if "process_request_thread" in thread.name:
            thread.join(PATIENCE_SECONDS)
            assert not thread.is_alive()


@pytest.fixture
def says() -> Callable[[str, str], str]:
    """A message as the person reads it."""

    def text(language: str, message: str) -> str:
        with translation.override(language):
            return gettext(message)

    return text
