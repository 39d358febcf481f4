"""Whoever presses every button twice does everything once, and is told so once."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from apps.aftersales.models import Refund, ReturnLine, ReturnOrder, ReturnReason
from apps.jobs.models import Job
from apps.orders.models import ShippingOrder
from apps.org.actors import Actor
from apps.org.models import User, Warehouse
from apps.warehouse.actions import plan_wave
from apps.warehouse.models import Handover, Shipment, ShipReport, Wave

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SitDown = Callable[..., Page]
Make = Callable[..., Any]
# How long each click stays down, in ms: a nervous finger, and one whose second click meets what the first one led to.
PACES = [0, 120]

# What two presses of Enter do; the driver's own keyboard would wait for the page between them.
ENTER_TWICE = """() => {
    const form = document.querySelector("#waybill").form;
    form.requestSubmit();
    setTimeout(() => form.requestSubmit(), 30);
}"""

# The second click of a double click, on a link that has come under the pointer: whether the page let it through.
SECOND_CLICK_ON_A_LINK = """() => {
    document.querySelector("#wave form[hx-post]").requestSubmit();
    const second = new MouseEvent("click", { detail: 2, bubbles: true, cancelable: true });
    return document.querySelector("#side nav a").dispatchEvent(second);
}"""


def _posts(page: Page) -> list[str]:
    """Whatever the page sends from now on."""
    sent = list[str]()
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    return sent


def _twice(button: Locator, pace: int, answer: str) -> None:
    """Press a button twice: it is sent once, and the page says that it was done, with nothing of a refusal."""
    page = button.page
    sent = _posts(page)

    button.dblclick(delay=pace)

    expect(page.locator(f":is(.toast.good, .call.good, #job .bdg):has-text('{answer}')")).to_have_count(1)
    page.wait_for_load_state("networkidle")
    expect(page.locator(".toast.bad, .call.amber, [data-refused]")).to_have_count(0)
    assert len(sent) == 1, sent
    for toast in page.locator(".toast [data-dismiss]").all():
        toast.click()


@pytest.mark.parametrize("pace", PACES)
def test_a_wave_that_is_pressed_twice_everywhere_leaves_the_house_once(
    sit_down: SitDown, vera: User, mara: User, *, reserved: Make, packed: Make, workers: None, pace: int
) -> None:
    orders: list[ShippingOrder] = reserved(2)
    page = sit_down(vera, "en")
    page.goto("/desk/waves/plan/")

    _twice(page.locator("#rule button[type=submit]"), pace, "was planned with 2 orders.")
    _twice(page.get_by_role("button", name="Start picking"), pace, "Picking has started.")
    page.locator("summary", has_text="All as listed").click()
    _twice(page.get_by_role("button", name="All as listed"), pace, "All stops are picked as listed.")
    _twice(page.get_by_role("button", name="Finish picking"), pace, "it is at the bench")
    for order in orders:
        packed(order)
    page.goto("/desk/shipments/?tab=ready")
    page.get_by_text("Hand over…").click()
    _twice(page.get_by_role("button", name="Hand over"), pace, "2 parcels were handed over")
    service = sit_down(mara, "en")
    service.goto("/desk/reports/")
    _twice(service.get_by_role("button", name="Make the file"), pace, "Done")

    assert list(Wave.objects.values_list("state", flat=True)) == ["picked"]
    assert list(Handover.objects.values_list("parcels", flat=True)) == [2]
    assert list(Shipment.objects.values_list("state", flat=True)) == ["dispatched"] * 2
    assert Job.objects.filter(kind="warehouse.ship_report").count() == 1
    assert list(ShipReport.objects.values_list("rows", flat=True)) == [2]


def test_a_link_that_comes_under_the_second_click_is_not_followed(
    sit_down: SitDown, vera: User, reserved: Make, warehouse: Warehouse, as_vera: Actor
) -> None:
    reserved(1)
    wave = plan_wave(warehouse.pk, by=as_vera)
    page = sit_down(vera, "en")
    page.goto(f"/desk/waves/{wave.pk}/")

    assert page.evaluate(SECOND_CLICK_ON_A_LINK) is False

    expect(page.locator(".toast.good")).to_have_text("Picking has started.")
    page.wait_for_url(f"**/desk/waves/{wave.pk}/")


@pytest.mark.parametrize("pace", PACES)
def test_a_return_that_is_pressed_twice_everywhere_comes_back_once(
    sit_down: SitDown, lin: User, noor: User, *, shipped: Make, reasons: dict[str, ReturnReason], bins: Any, pace: int
) -> None:
    order: ShippingOrder = shipped(1)[0]
    service, bench = sit_down(lin, "en"), sit_down(noor, "en")
    service.goto(f"/desk/returns/new/{order.pk}/")
    service.locator(".stepper button").last.click()
    service.locator("#reason").select_option(str(reasons["quality"].pk))

    _twice(service.get_by_role("button", name="Announce the return"), pace, "The return was announced.")
    row = ReturnOrder.objects.get()
    bench.goto(f"/desk/returns/{row.pk}/")
    _twice(bench.get_by_role("button", name="Receive"), pace, "The parcel was received.")
    bench.locator("[id^=bin-]").select_option(str(bins["pick"].pk))
    _twice(bench.get_by_role("button", name="Finish inspection"), pace, "The inspection is finished.")
    service.goto(f"/desk/returns/{row.pk}/")
    service.locator("#sheet summary", has_text="Ask for a refund").click()
    service.locator("#sheet input[name=amount]").fill("28.00")
    service.locator("#sheet form[action$='/request/'] input[name=reason]").fill("质量问题")
    _twice(service.locator("#sheet form[action$='/request/'] button[type=submit]"), pace, "The refund was asked for")

    row = ReturnOrder.objects.get()
    assert row.state == "inspected"
    assert list(ReturnLine.objects.values_list("good_quantity", "bad_quantity")) == [(1, 0)]
    assert [str(amount) for amount in Refund.objects.values_list("amount", flat=True)] == ["28.00"]


def test_a_form_that_waits_for_its_page_is_not_sent_by_a_second_enter(
    sit_down: SitDown, lin: User, shipped: Make, reasons: dict[str, ReturnReason]
) -> None:
    page = sit_down(lin, "en")
    page.goto(f"/desk/returns/new/{shipped(1)[0].pk}/")
    page.locator(".stepper button").last.click()
    page.locator("#reason").select_option(str(reasons["quality"].pk))
    sent = _posts(page)

    page.evaluate(ENTER_TWICE)

    expect(page.locator(".toast.good")).to_have_count(1)
    assert len(sent) == 1, sent
    assert ReturnOrder.objects.count() == 1
