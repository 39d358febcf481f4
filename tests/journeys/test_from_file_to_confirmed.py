"""The walk of an order clerk: a platform's files become confirmed shipping orders, in both languages."""

import threading
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from apps.jobs.actions import run_job
from apps.orders.actions.default_rules import install_default_rules
from apps.orders.models import AuditRule, Order, Reason, ShippingOrder
from apps.org.actors import SYSTEM
from apps.org.models import Store, User
from tests import browsing
from tests.browsing import PHONE
from tests.orders.conftest import CSV, ITEMS_2017, ORDERS_2017

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Says = Callable[[str, str], str]
FITS = "document.documentElement.scrollWidth <= innerWidth"
SPOILT = "4001260903000040048"


@pytest.fixture(autouse=True)
def _open_house(qinghe: Store, a_sku: Callable[..., Any], workers: None) -> None:
    Store.objects.filter(pk=qinghe.pk).update(export_name="青禾小铺(示例)")
    for code in ("QH-MUG-BL", "QH-MUG-WH", "QH-TBC-140", "QH-BOX-S"):
        a_sku(code)
    install_default_rules(by=SYSTEM)
    look_twice = [
        {"field": "paid_amount", "op": ">=", "value": "60"},
        {"field": "sku_code", "op": "in", "value": ["QH-BOX-S"]},
    ]
    AuditRule.objects.create(code="boxes", name="盒子满 60 元复核", effect="exception", conditions=look_twice)


@pytest.fixture
def no_hurry(monkeypatch: pytest.MonkeyPatch, workers: None) -> threading.Event:
    """Workers that begin when they are told to."""
    ready = threading.Event()

    def run(job_id: int) -> int:
        assert ready.wait(60)
        return run_job(job_id)

    monkeypatch.setattr(browsing, "run_job", run)
    return ready


def _upload(page: Page, files: list[Any]) -> None:
    page.goto("/desk/imports/")
    page.set_input_files("#files", files)
    page.click("#upload button[type=submit]")
    page.wait_for_url("**/desk/imports/*/")


def _import(page: Page, done: str) -> None:
    page.locator("form[action$='/run/'] button").click(timeout=30_000)
    expect(page.locator("#batch")).to_contain_text(done, timeout=30_000)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.rule("ORD-08", "ORD-12", "SEC-25")
def test_a_clerk_imports_the_samples_and_confirms_an_order(
    language: str, lin: User, sit_down: Callable[..., Page], says: Says
) -> None:
    page = sit_down(lin, language)

    _upload(page, [CSV / name for name in (ORDERS_2017, ITEMS_2017)])
    begin = page.locator("form[action$='/run/'] button")
    expect(begin).to_have_text(says(language, "Import"), timeout=30_000)
    expect(page.locator("#batch .big")).to_contain_text("13")
    assert Order.objects.count() == 0

    begin.click()
    expect(page.locator("#batch")).to_contain_text(says(language, "What became of each row"), timeout=30_000)
    assert Order.objects.count() == 13

    page.goto("/desk/orders/?tab=all&q=0048")
    order = ShippingOrder.objects.get(lead_order__number__endswith="0048")
    page.locator("tbody a.no").first.click()
    sheet = page.locator("#sheet")
    expect(sheet).to_contain_text(order.lead_order.number)
    reason = Reason.objects.get(shipping_order=order, cleared_at__isnull=True)
    expect(sheet).to_contain_text("盒子满 60 元复核")
    expect(sheet.locator("form[action$='/confirm/'] button")).to_have_count(0)
    clear = sheet.locator(f"form[action$='/reasons/{reason.pk}/clear/']")
    clear.locator("input[name=note]").fill("已与买家核对")
    clear.locator("button").click()
    expect(clear).to_have_count(0)

    confirm = sheet.locator("form[action$='/confirm/'] button")
    confirm.click()
    expect(confirm).to_have_count(0)
    expect(sheet.locator(".time li").first).to_contain_text("Lin")
    order.refresh_from_db()
    assert order.state == "confirmed"


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_two_hundred_orders_are_confirmed_at_once(
    language: str, lin: User, an_order: Callable[..., ShippingOrder], sit_down: Callable[..., Page], says: Says
) -> None:
    for _ in range(199):
        an_order()
    an_order(lines=0)
    page = sit_down(lin, language)

    page.goto("/desk/orders/?tab=to_confirm")
    page.locator("thead .ck").check()
    page.locator("#bulk-all").check()
    page.locator("#bulk button[value=confirm]").click()

    expect(page.locator("#outcome")).to_contain_text("199", timeout=30_000)
    expect(page.locator("#outcome")).to_contain_text(
        says(language, "It has no lines yet; import the item file of this order.")
    )
    assert ShippingOrder.objects.filter(state="confirmed").count() == 199


def _spoilt(name: str) -> bytes:
    """The sample of this name, with a letter in what one buyer paid."""
    content = (CSV / name).read_bytes()
    number = content.index(SPOILT.encode())
    return content[:number] + content[number:].replace(b'"66.00"', b'"6x6.00"', 1)


def _download(page: Page, button: str) -> bytes:
    """What the person who pressed the button finds in their folder."""
    with page.expect_download(timeout=30_000) as waiting:
        page.get_by_role("link", name=button).click(timeout=30_000)
    return Path(waiting.value.path()).read_bytes()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.rule("ORD-08")
def test_failed_rows_are_downloaded_corrected_and_uploaded_again(
    language: str, lin: User, sit_down: Callable[..., Page], says: Says
) -> None:
    page = sit_down(lin, language)
    orders, items = ({"name": f"{kind}.csv", "mimeType": "text/csv"} for kind in ("orders", "items"))
    _upload(page, [orders | {"buffer": _spoilt(ORDERS_2017)}, items | {"buffer": (CSV / ITEMS_2017).read_bytes()}])

    _import(page, done := says(language, "What became of each row"))
    first = set(Order.objects.values_list("number", flat=True))
    button = says(language, "Failed rows of %(name)s")
    failed = {name: _download(page, button % {"name": name}) for name in ("orders.csv", "items.csv")}
    told = failed["orders.csv"].decode("utf-8-sig")
    corrected = told.replace("6x6.00", "66.00").encode("utf-8-sig")
    _upload(page, [orders | {"buffer": corrected}, items | {"buffer": failed["items.csv"]}])
    _import(page, done)

    assert says(language, "This is not an amount.") in told
    assert told.splitlines()[0].startswith(says(language, "Reason"))
    assert (len(first), SPOILT in first) == (12, False)
    numbers = list(Order.objects.values_list("number", flat=True))
    assert (len(numbers), set(numbers)) == (13, first | {SPOILT})
    assert ShippingOrder.objects.filter(lead_order__number=SPOILT).count() == 1
    again = Order.objects.get(number=SPOILT)
    assert (again.paid_amount, again.lines.count()) == (Decimal("66.00"), 1)
    page.goto(f"/desk/orders/?tab=all&q={SPOILT}")
    expect(page.locator("tbody a.no")).to_have_text([SPOILT])


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_progress_is_seen_before_there_is_a_result(
    language: str, lin: User, sit_down: Callable[..., Page], says: Says, no_hurry: threading.Event
) -> None:
    page = sit_down(lin, language)
    bar = page.get_by_role("progressbar", name=says(language, "Progress"))

    _upload(page, [CSV / name for name in (ORDERS_2017, ITEMS_2017)])
    expect(bar).to_be_visible()
    expect(page.locator("#batch [role=status]")).to_contain_text(says(language, "Waiting for a free worker…"))
    expect(page.locator("#batch .tally")).to_have_count(0)
    no_hurry.set()
    begin = page.locator("form[action$='/run/'] button")
    expect(begin).to_be_visible(timeout=30_000)
    expect(bar).to_have_count(0)

    no_hurry.clear()
    begin.click()
    expect(bar).to_be_visible()
    expect(page.locator("#batch")).not_to_contain_text(says(language, "What became of each row"))
    assert Order.objects.count() == 0
    no_hurry.set()
    expect(page.locator("#batch")).to_contain_text(says(language, "What became of each row"), timeout=30_000)
    expect(bar).to_have_count(0)
    assert Order.objects.count() == 13


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_desk_works_on_a_phone(
    language: str, lin: User, an_order: Callable[..., ShippingOrder], sit_down: Callable[..., Page], says: Says
) -> None:
    order = an_order()
    page = sit_down(lin, language, viewport=PHONE)

    page.goto("/desk/orders/?tab=all")
    on_the_list = page.evaluate(FITS)
    page.locator("tbody a.no").first.click()
    expect(page.locator("#sheet")).to_contain_text(order.lead_order.number)
    in_the_sheet = page.evaluate(FITS)
    page.get_by_role("button", name=says(language, "Confirm"), exact=True).click()
    expect(page.locator("#sheet .time li").first).to_contain_text(says(language, "Confirmed"))
    page.goto("/desk/imports/")

    assert [on_the_list, in_the_sheet, page.evaluate(FITS)] == [True, True, True]
    order.refresh_from_db()
    assert order.state == "confirmed"
