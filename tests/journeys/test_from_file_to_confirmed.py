"""The walk of an order clerk: a platform's files become confirmed shipping orders, in both languages."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from apps.orders.actions.default_rules import install_default_rules
from apps.orders.models import AuditRule, Order, Reason, ShippingOrder
from apps.org.actors import SYSTEM
from apps.org.models import Store, User
from tests.browsing import PHONE
from tests.orders.conftest import CSV, ITEMS_2017, ORDERS_2017

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Says = Callable[[str, str], str]


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


def _upload(page: Page, *names: str) -> None:
    page.goto("/desk/imports/")
    page.set_input_files("#files", [CSV / name for name in names])
    page.click("#upload button[type=submit]")
    page.wait_for_url("**/desk/imports/*/")


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.rule("ORD-08", "ORD-12", "SEC-25")
def test_a_clerk_imports_the_samples_and_confirms_an_order(
    language: str, lin: User, sit_down: Callable[..., Page], says: Says
) -> None:
    page = sit_down(lin, language)

    _upload(page, ORDERS_2017, ITEMS_2017)
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


def test_a_clerk_of_another_store_finds_nothing_there(
    foreigner: User, an_order: Callable[..., ShippingOrder], sit_down: Callable[..., Page]
) -> None:
    order = an_order()
    page = sit_down(foreigner)

    answer = page.goto(f"/desk/orders/{order.pk}/")

    assert answer is not None
    assert answer.status == 404
    page.goto(f"/desk/orders/?tab=all&q={order.lead_order.number}")
    expect(page.locator("tbody a.no")).to_have_count(0)


def test_failed_rows_come_back_as_a_file_that_can_be_corrected(lin: User, sit_down: Callable[..., Page]) -> None:
    content = (CSV / ORDERS_2017).read_bytes().replace(b'"128.00","0"', b'"12x8.00","0"', 1)
    page = sit_down(lin, "en")
    page.goto("/desk/imports/")
    page.set_input_files("#files", [{"name": "ExportOrderList.csv", "mimeType": "text/csv", "buffer": content}])
    page.click("#upload button[type=submit]")
    page.wait_for_url("**/desk/imports/*/")

    with page.expect_download(timeout=30_000) as waiting:
        page.locator("a[href*='/failed/']").first.click(timeout=30_000)
    rows = Path(waiting.value.path()).read_text(encoding="utf-8-sig")

    assert "This is not an amount." in rows
    assert "12x8.00" in rows
    assert Order.objects.count() == 0


def test_the_desk_works_on_a_phone(
    lin: User, an_order: Callable[..., ShippingOrder], sit_down: Callable[..., Page]
) -> None:
    order = an_order()
    page = sit_down(lin, viewport=PHONE)

    page.goto("/desk/orders/?tab=all")
    page.locator("tbody a.no").first.click()

    expect(page.locator("#sheet")).to_contain_text(order.lead_order.number)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
