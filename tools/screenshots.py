"""Take the pictures of the README from a running demo company: `python tools/screenshots.py http://127.0.0.1:8000`.

Needs the development packages and Debian's chromium; the demo's own log-ins are used.
"""

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parents[1]
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
PICTURES = {"order-desk": "/desk/orders/", "home": "/desk/"}


def main(address: str, user: str, password: str) -> None:
    """Log in and take each picture at 1440 × 900."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        page = browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN", base_url=address).new_page()
        page.goto("/desk/login/")
        page.fill("#id_username", user)
        page.fill("#id_password", password)
        page.click("main form button.primary")
        page.wait_for_url("**/desk/")
        for name, path in PICTURES.items():
            page.goto(path)
            page.screenshot(path=ROOT / "docs" / "images" / f"{name}.png")
        browser.close()


if __name__ == "__main__":
    main(*sys.argv[1:4])
