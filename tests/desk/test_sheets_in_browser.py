"""Sheets by keyboard and mouse in a real browser, from the template to the result, on a desk and on a phone."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from apps.org.models import User
from apps.stores.models import Sku
from tests.browsing import PHONE
from tests.sheets.conftest import a_file

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SitDown = Callable[..., Page]
HEADER = ["商家编码", "商品编码", "商品名称", "成本价", "条码"]
ROWS = (
    ["QH-1", "", "", "39", ""],
    ["QH-2", "QH", "", "2.00", "6900000000002"],
    ["QH-3", "P9", "", "3", ""],
    ["QH-4", "QH", "", "-1", "6.9E+12"],
)
# What a page without mistakes answers: no part without a name, nothing beyond the edge of the screen.
UNNAMED = """() => [...document.querySelectorAll("main a, main button, main input:not([type=hidden]), main select")]
    .filter((part) => !(part.textContent.trim() || part.getAttribute("aria-label") || part.labels?.length))
    .map((part) => part.outerHTML)"""
A_SHEET = re.compile(r"/desk/sheets/\d+/$")
WIDER = "document.documentElement.scrollWidth - innerWidth"


@pytest.fixture
def wei(person: Callable[..., User]) -> User:
    """Planner."""
    return person("wei", "planner")


@pytest.fixture
def on_disk(tmp_path: Path) -> Path:
    """The sheet as it lies in the planner's folder."""
    path = tmp_path / "秋季新品.xlsx"
    path.write_bytes(a_file(HEADER, *ROWS, name=path.name).read())
    return path


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("viewport", [None, PHONE], ids=["desk", "phone"])
def test_a_sheet_goes_from_the_folder_to_the_skus(
    sit_down: SitDown,
    request: pytest.FixtureRequest,
    a_sku: Callable[..., Sku],
    language: str,
    viewport: dict[str, int] | None,
) -> None:
    request.getfixturevalue("workers")
    wei, on_disk = request.getfixturevalue("wei"), request.getfixturevalue("on_disk")
    a_sku("QH-1", cost_amount="38.50")
    page = sit_down(wei, language, viewport=viewport)

    page.goto("/desk/sheets/?kind=skus")
    assert page.evaluate(UNNAMED) == []
    assert page.evaluate(WIDER) <= 0
    page.set_input_files("#files", str(on_disk))
    page.focus("#upload button[type=submit]")
    page.keyboard.press("Enter")
    page.wait_for_url(A_SHEET)
    expect(page.locator(".tally li")).to_have_count(3, timeout=20_000)
    assert page.evaluate(UNNAMED) == []
    assert page.evaluate(WIDER) <= 0
    assert Sku.objects.count() == 1
    page.locator("form[action$='/apply/'] button").press("Enter")
    expect(page.locator(".form-foot a[href$='?kind=skus']")).to_be_visible(timeout=20_000)
    expect(page.locator("form[action$='/apply/']")).to_have_count(0)
    expect(page.locator("a[href$='/refused/']")).to_be_visible()

    assert list(Sku.objects.order_by("code").values_list("code", flat=True)) == ["QH-1", "QH-2"]


def test_the_refused_rows_are_a_download_and_the_tabs_walk_by_keyboard(
    sit_down: SitDown,
    workers: None,
    wei: User,
    on_disk: Path,
) -> None:
    page = sit_down(wei, "en")
    page.goto("/desk/sheets/?kind=skus")
    page.set_input_files("#files", str(on_disk))
    page.click("#upload button[type=submit]")
    expect(page.locator(".tally li.red b")).to_have_text("4", timeout=20_000)

    with page.expect_download() as waiting:
        page.click("a[href$='/refused/']")
    saved: Any = waiting.value
    page.locator("nav.tabs a[href='?rows=refused']").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**rows=refused")

    assert saved.suggested_filename == "秋季新品-refused rows.xlsx"
    expect(page.locator("nav.tabs [aria-current]")).to_contain_text("refused")
    expect(page.locator("tbody tr")).to_have_count(4)
