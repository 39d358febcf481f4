"""What axe says of a page, in light and in dark; and whether it fits a phone."""

from collections.abc import Iterable
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from django.urls import resolve
from playwright.sync_api import Page

from tests.browsing import PHONE

RULES = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}
# Nothing but the colours changes with the light: the other rules have been asked already.
COLOUR_RULES = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
SERIOUS = {"serious", "critical"}
OPEN = "document.querySelectorAll('main details').forEach(each => { each.open = true })"
# What reaches over the edge in a page that can be pushed sideways; hidden menus and tables that scroll by themselves do not.
TOO_WIDE = """() => document.documentElement.scrollWidth <= innerWidth ? [] : [...document.querySelectorAll("body *")]
    .filter(each => each.checkVisibility() && each.getBoundingClientRect().right > innerWidth)
    .slice(0, 3).map(each => each.outerHTML.slice(0, 80))"""
# Only what is asked for crosses over: the whole answer names every element that is well, too.
RUN = """options => axe.run(options).then(found => found.violations.map(
    each => [each.impact, each.id, each.nodes.slice(0, 3).map(node => node.target.join(" "))]))"""


def complaints(page: Page) -> list[str]:
    """What is serious on the page as it stands, by address, light and rule, with the first places."""
    page.evaluate(AXE_SCRIPT)
    return _asked(page, "light", RULES) + _asked(page, "dark", COLOUR_RULES) + _too_wide(page)


def complaints_unfolded(page: Page) -> list[str]:
    """The same, and once more with every form open that a page keeps folded: axe passes over what is not shown."""
    found = complaints(page)
    page.evaluate(OPEN)
    return found + _asked(page, "dark", RULES)


def look(page: Page, addresses: Iterable[str]) -> tuple[set[str], list[str]]:
    """Open one page after the other. Gives the names of the addresses that opened, and what is serious there."""
    names, found = set(), []
    for address in addresses:
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == 200, (address, answer.status)
        names.add(resolve(address.partition("?")[0]).url_name)
        found += complaints_unfolded(page)
    return names, found


def _asked(page: Page, light: str, rules: dict[str, Any]) -> list[str]:
    page.emulate_media(color_scheme="dark" if light == "dark" else "light", reduced_motion="reduce")
    assert page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches") is (light == "dark")
    found = page.evaluate(RUN, {"runOnly": rules, "resultTypes": ["violations"], "elementRef": False})
    return [f"{page.url} ({light}): {rule} {places}" for impact, rule, places in found if impact in SERIOUS]


def _too_wide(page: Page) -> list[str]:
    """The page on a phone: nothing makes it wider than the phone is."""
    desk = page.viewport_size
    assert desk is not None
    page.set_viewport_size(PHONE)
    found = page.evaluate(TOO_WIDE)
    page.set_viewport_size(desk)
    return [f"{page.url} (390 px): {found}"] if found else []
