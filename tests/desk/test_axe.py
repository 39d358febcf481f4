"""Every page of the desk under axe, in light and dark: nothing serious for those who hear, enlarge or tab."""

from collections.abc import Callable
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import NoReverseMatch, reverse
from playwright.sync_api import Page

from apps.desk import urls
from apps.org.models import User

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}}
FEWEST_PAGES = 8
SERIOUS = {"serious", "critical"}
# Each role sees its own pages; together they see all that open without a key.
ROLES: dict[str, Literal["light", "dark"]] = {
    "customer_service": "light", "service_lead": "dark", "warehouse_lead": "dark", "planner": "light", "manager": "light",
    "director": "dark", "finance": "light", "hr": "dark", "it": "light",
}  # fmt: skip
NO_PAGES = {"desk:logout", "desk:setup", "desk:health", "desk:live"}


def _addresses() -> list[str]:
    found = []
    for pattern in urls.urlpatterns:
        name = f"desk:{getattr(pattern, 'name', '')}"
        try:
            found.append(reverse(name))
        except NoReverseMatch:
            continue
    return sorted({address for address in found if address not in {_safe(name) for name in NO_PAGES}})


def _safe(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def _complaints(page: Page) -> list[str]:
    found: list[dict[str, Any]] = Axe().run(page, options=RULES).response["violations"]
    return [
        f"{page.url}: {each['id']} {[node['target'] for node in each['nodes']][:3]}"
        for each in found
        if each["impact"] in SERIOUS
    ]


@pytest.mark.parametrize("role", ROLES)
def test_axe_finds_nothing_serious_on_any_page(
    role: str,
    person: Callable[..., User],
    sit_down: Callable[..., Page],
    picked: Callable[..., Any],
    sent_off: Callable[..., Any],
) -> None:
    picked(2)
    sent_off(waybill="YT1234567890123")
    page = sit_down(person("wei", role), "en")
    seen, found = 0, []
    for address in _addresses():
        answer = page.request.get(address, headers={"Accept": "text/html"}, max_redirects=0)
        if answer.status != 200 or "<html" not in answer.text():  # closed to this role, or a part of a page
            continue
        page.emulate_media(color_scheme=ROLES[role])
        page.goto(address)
        seen += 1
        found += _complaints(page)

    assert found == []
    assert seen >= FEWEST_PAGES
