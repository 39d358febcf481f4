"""The walk of a parcel: waved, picked, checked, handed over, told to the platform; then it comes back and is refunded."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from apps.aftersales.models import Refund, ReturnOrder
from apps.core.invariants import broken
from apps.orders.actions import confirm_shipping_order
from apps.orders.models import ShippingOrder
from apps.org.actors import Actor
from apps.org.models import User, Warehouse
from apps.warehouse.actions.reserve import reserve_waiting
from apps.warehouse.models import Shipment, Wave
from tests.browsing import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Says = Callable[[str, str], str]
SitDown = Callable[..., Page]
WAYBILL = "YT1234567890123"


@pytest.fixture
def confirmed(
    an_order: Callable[..., ShippingOrder], in_stock: Callable[..., Any], warehouse: Warehouse, lin: User
) -> ShippingOrder:
    """An order of two items that customer service confirmed, its goods set aside."""
    order = an_order(lines=2, number="2611220000000000048")
    for code in ("QH-000", "QH-001"):
        in_stock(code, 5)
    confirm_shipping_order(order.pk, by=Actor.of(lin))
    reserve_waiting(warehouse.pk)
    return order


@pytest.fixture
def people(sit_down: SitDown, request: pytest.FixtureRequest) -> Callable[[str, str], Page]:
    """Who sits where: `people("noor", "en")`; the picker has a phone."""
    return lambda name, language: sit_down(
        request.getfixturevalue(name), language, viewport=PHONE if name == "noor" else None
    )


def _beep(page: Page, code: str) -> None:
    expect(page.locator("#code")).to_be_focused()
    page.keyboard.type(code)
    page.keyboard.press("Enter")


def _plan(page: Page) -> Wave:
    page.goto("/desk/waves/plan/")
    page.locator("#rule button[type=submit]").click()
    page.wait_for_url("**/desk/waves/*/")
    return Wave.objects.get()


def _walk(page: Page, wave: Wave) -> None:
    page.goto(f"/desk/waves/{wave.pk}/")
    page.locator(f"form[action='/desk/waves/{wave.pk}/start/'] button").click()
    page.locator(f"a[href='/desk/waves/{wave.pk}/walk/']").first.click()
    for code in ("QH-000", "QH-001"):
        _beep(page, code)
        expect(page.locator(".result.good")).to_be_visible()
    page.locator("#bench button.primary, #bench a.primary").first.click()
    page.wait_for_url(f"**/desk/waves/{wave.pk}/")


def _check(page: Page, order: ShippingOrder) -> None:
    page.goto("/desk/check/")
    _beep(page, order.lead_order.number)
    page.wait_for_url("**/desk/check/*/")
    _beep(page, "QH-777")
    expect(page.locator(".result.bad")).to_be_visible()
    for count, code in enumerate(("QH-000", "QH-001"), start=1):
        page.locator("#code").focus()
        _beep(page, code)
        expect(page.locator("#bench header .num")).to_have_text(f"{count} / 2")
    expect(page.locator("#waybill")).to_be_focused()
    page.keyboard.type(WAYBILL)
    page.fill("#weight", "640")
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/check/")


def _hand_over(page: Page) -> None:
    page.goto("/desk/shipments/")
    expect(page.locator("main")).to_contain_text(WAYBILL)
    page.locator("form[action='/desk/shipments/dispatch/'] summary").click()
    page.locator("form[action='/desk/shipments/dispatch/'] button.primary").click()
    page.wait_for_url("**/desk/shipments/handovers/*/")
    expect(page.locator(".toast.good")).to_contain_text(Shipment.objects.get().handover.number)
    expect(page.locator("main")).to_contain_text(WAYBILL)


def _tell_the_platform(page: Page) -> str:
    page.goto("/desk/reports/")
    page.locator("form[action*='/make/'] button, form[action*='/reports/'] button.primary").first.click()
    page.wait_for_url("**/desk/jobs/*/")
    expect(page.locator("#job:not([hx-trigger])")).to_be_visible(timeout=20_000)
    page.goto("/desk/reports/")
    with page.expect_download() as download:
        page.locator("main table a").last.click()
    return Path(download.value.path()).read_bytes().decode("gb18030", errors="replace")


def _announce(page: Page, order: ShippingOrder) -> ReturnOrder:
    page.goto(f"/desk/returns/new/{order.pk}/")
    page.locator(".stepper button").nth(1).click()
    page.locator("#reason").select_option(index=1)
    page.fill("#waybill", "SF1234567890123")
    page.locator("main form button.primary").click()
    page.wait_for_url("**/desk/returns/*/")
    return ReturnOrder.objects.get()


def _take_back(page: Page, back: ReturnOrder) -> None:
    page.goto("/desk/returns/")
    _beep(page, "SF1234567890123")
    expect(page.locator("#scan-result .good")).to_be_visible()
    page.goto(f"/desk/returns/{back.pk}/")
    page.locator("select[name^=bin-]").select_option(index=1)
    page.locator(f"form[action='/desk/returns/{back.pk}/inspect/'] button[type=submit]").click()
    expect(page.locator("form[action$='/inspect/']")).to_have_count(0)


def _ask(page: Page, back: ReturnOrder, amount: str) -> Refund:
    page.goto(f"/desk/returns/{back.pk}/")
    page.locator("#sheet details:has(input[name=amount]) summary").click()
    page.fill("#sheet input[name=amount]", amount)
    page.locator("#sheet form:has(input[name=amount]) input[name=reason]").fill("质量问题")
    page.locator("#sheet form:has(input[name=amount]) button[type=submit]").click()
    expect(page.locator(".refund")).to_be_visible()
    return Refund.objects.get()


def _press(page: Page, refund: Refund, verb: str, **fields: str) -> None:
    page.goto(f"/desk/refunds/{refund.pk}/")
    form = f"form[action$='/{verb}/']"
    if page.locator(f"details:has({form}) summary").count():
        page.locator(f"details:has({form}) summary").click()
    for name, value in fields.items():
        page.fill(f"{form} [name={name}]", value)
    page.locator(f"{form} button[type=submit]").click()
    expect(page.locator(form)).to_have_count(0)


@pytest.mark.usefixtures("workers", "yto", "reasons")
@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.rule("WHS-03", "WHS-06", "AFT-03")
def test_a_parcel_goes_out_is_told_to_the_platform_and_comes_back(
    language: str,
    people: Callable[[str, str], Page],
    confirmed: ShippingOrder,
    balance: Callable[..., tuple[int, int, int]],
) -> None:
    lead, bench, service = people("vera", language), people("noor", language), people("lin", language)

    wave = _plan(lead)
    _walk(bench, wave)
    _check(bench, confirmed)
    _hand_over(lead)
    told = _tell_the_platform(lead)

    confirmed.refresh_from_db()
    assert confirmed.state == "shipped"
    assert WAYBILL in told
    assert confirmed.lead_order.number in told
    assert (balance("QH-000"), balance("QH-001")) == ((4, 0, 0), (4, 0, 0))

    back = _announce(service, confirmed)
    _take_back(bench, back)
    refund = _ask(service, back, "64.00")
    _press(people("mara", language), refund, "approve")
    _press(people("otto", language), refund, "pay")

    refund.refresh_from_db()
    assert (refund.state, refund.amount, refund.approved_by.username) == ("paid", Decimal("64.00"), "mara")
    assert balance("QH-000") == (5, 0, 0)
    assert broken() == []
