"""Take the pictures of the README from a running demo company.

`python tools/screenshots.py http://127.0.0.1:8000 PASSWORD`, with the password that `make run` prints. Needs the development
packages and Debian's chromium; the demo's own log-ins are used.
"""

import sys
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urljoin

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).parents[1]
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]


DESK, PHONE = (1440, 900), (390, 844)


class Picture(NamedTuple):
    """Who looks at what. links: what is followed there, one after the other. size: of the window, in pixels."""

    user: str
    path: str
    links: tuple[str, ...] = ()
    size: tuple[int, int] = DESK


PICTURES = {
    "order-desk": Picture("xu.anran", "/desk/orders/"),
    "cut-off-board": Picture("zhou.yanqiu", "/desk/board/"),
    "walk": Picture("sun.lidong", "/desk/waves/", ("main table tr:has-text('拣货中') a", "a[href$='/walk/']"), PHONE),
    "daily-list": Picture("zhou.yanqiu", "/desk/papers/?kind=daily_pick_list", ("main table a", "a[href$='/page/']")),
    "bench": Picture("zhou.yanqiu", "/desk/check/", (".parcels li:nth-child(3) button",), PHONE),
    "return": Picture("zhou.yanqiu", "/desk/returns/", ("main table a",)),
    "inbox": Picture("gu.yunfan", "/desk/inbox/"),
    "bill": Picture("zheng.yunhe", "/desk/bills/", ("main table a",)),
    "statement": Picture("zheng.yunhe", "/desk/statements/?tab=to_approve", ("main table a",)),
    "score-sheet": Picture("ye.qinghuan", "/desk/scores/", ("main table a",)),
}


def main(address: str, password: str) -> None:
    """Log in as each and take their picture."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        for name, picture in PICTURES.items():
            _take(browser, address, password, name, picture)
        browser.close()


def _take(browser: Browser, address: str, password: str, name: str, picture: Picture) -> None:
    width, height = picture.size
    context = browser.new_context(viewport={"width": width, "height": height}, locale="zh-CN", base_url=address)
    page = context.new_page()
    page.goto("/desk/login/")
    page.fill("#id_username", picture.user)
    page.fill("#id_password", password)
    page.click("main form button.primary")
    page.wait_for_url("**/desk/")
    page.goto(picture.path)
    for link in picture.links:
        _follow(page, link)
    page.wait_for_load_state("networkidle")
    page.screenshot(path=ROOT / "docs" / "images" / f"{name}.png")
    context.close()


def _follow(page: Page, link: str) -> None:
    """Go where a link leads, in this window even where it would open another one; press what is no link."""
    found = page.locator(link).first
    address = found.get_attribute("href")
    if address:
        page.goto(urljoin(page.url, address))
    else:
        found.click()
    page.wait_for_load_state("networkidle")


if __name__ == "__main__":
    main(*sys.argv[1:3])
