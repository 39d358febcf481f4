"""One order, as a clerk looks for it, reads why it is stopped and what happened to it; and who does not find it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation
from playwright.sync_api import Page, expect

from apps.audit.queries import timeline_of
from apps.desk.templatetags.desk import full_moment
from apps.orders.actions import hold_shipping_order
from apps.orders.actions.default_rules import install_default_rules
from apps.orders.models import AuditRule, ShippingOrder
from apps.org.actors import SYSTEM, Actor
from apps.org.models import User
from tests.orders.conftest import CSV, ITEMS_2017, ORDERS_2017, checked, imported, upload
from tests.waybills import sent_under

__all__ = ["checked", "imported", "upload"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Says = Callable[[str, str], str]
SitDown = Callable[..., Page]
Make = Callable[..., Any]
LANGUAGES = ["zh-hans", "en"]
NUMBER, NICKNAME, PHONE_NUMBER = "4001260903000040048", "测试买家丁", "13812340048"
WAYBILL = "YT1234567890123"


@pytest.fixture
def sought(imported: Make) -> ShippingOrder:
    """One of the samples' thirteen orders: its buyer's phone is known whole, and its waybill."""
    content = (CSV / ORDERS_2017).read_bytes().replace(b"138****0048", PHONE_NUMBER.encode())
    items = (CSV / ITEMS_2017).read_bytes()
    imported(files=[SimpleUploadedFile("orders.csv", content), SimpleUploadedFile("items.csv", items)])
    order = ShippingOrder.objects.get(lead_order__number=NUMBER)
    sent_under(order, WAYBILL)
    return order


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_a_clerk_has_in_hand_leads_to_the_one_order(
    language: str, sought: ShippingOrder, lin: User, sit_down: SitDown, says: Says
) -> None:
    page = sit_down(lin, language)
    page.goto("/desk/orders/?tab=all")
    rows = page.locator("#results tbody a.no")
    box = page.get_by_placeholder(says(language, "Order number, waybill, buyer, last four digits"), exact=True)
    everything = rows.count()

    for in_hand in (NUMBER, WAYBILL, NICKNAME, PHONE_NUMBER, NUMBER[-4:]):
        page.keyboard.press("/")
        expect(box).to_be_focused()
        page.keyboard.press("Control+a")
        page.keyboard.type(in_hand)
        expect(rows).to_have_text([NUMBER])
        page.keyboard.press("Control+a")
        page.keyboard.press("Delete")
        expect(rows).to_have_count(everything)
        page.keyboard.press("Tab")

    assert everything > 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_clerk_of_another_store_finds_nothing_there_and_is_told_so(
    language: str, foreigner: User, an_order: Make, sit_down: SitDown, says: Says
) -> None:
    order = an_order()
    page = sit_down(foreigner, language)

    answer = page.goto(f"/desk/orders/{order.pk}/")

    assert answer is not None
    assert answer.status == 404
    expect(page.locator("h1")).to_have_text(says(language, "This page does not exist, or it belongs to another store."))
    expect(page.locator("body")).not_to_contain_text(order.lead_order.number)
    page.get_by_role("link", name=says(language, "Go to the home page")).click()
    page.wait_for_url("**/desk/")
    page.goto(f"/desk/orders/?tab=all&q={order.lead_order.number}")
    expect(page.locator("tbody a.no")).to_have_count(0)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.rule("ORD-10")
def test_the_drawer_shows_which_rule_stopped_an_order_and_why(
    language: str, imported: Make, a_sku: Make, as_lin: Actor, lin: User, *, sit_down: SitDown, says: Says
) -> None:
    a_sku("QH-BOX-S")
    install_default_rules(by=SYSTEM)
    rule = AuditRule.objects.create(
        code="boxes", name="盒子满 60 元复核", effect="exception",
        conditions=[{"field": "paid_amount", "op": ">=", "value": "60"}],
    )  # fmt: skip
    imported(ORDERS_2017, ITEMS_2017)
    order = ShippingOrder.objects.get(lead_order__number=NUMBER)
    hold_shipping_order(order.pk, note="等买家回电", release_at=None, by=as_lin)
    page = sit_down(lin, language)
    with translation.override(language):
        why = rule.why

    page.goto(f"/desk/orders/?tab=all&q={NUMBER}")
    expect(page.locator("#results tbody")).to_contain_text(rule.name)
    page.locator("tbody a.no").click()

    sheet = page.locator("#drawer #sheet")
    by_rule, by_hand = (sheet.locator(".reasons > li", has_text=text) for text in (rule.name, "等买家回电"))
    expect(sheet).to_contain_text(says(language, "Stopped by"))
    expect(by_rule).to_contain_text(why)
    expect(by_hand).to_contain_text(says(language, "Held by hand"))
    expect(by_hand).to_contain_text("Lin")
    expect(sheet.locator("#why-not-confirm")).to_contain_text(
        says(language, "It has an open exception or hold; clear it first.")
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_drawer_tells_who_when_from_where_to_where_and_why(
    language: str, an_order: Make, lin: User, sit_down: SitDown, says: Says
) -> None:
    order = an_order()
    page = sit_down(lin, language)
    page.goto("/desk/orders/?tab=all")
    page.locator("tbody a.no").click()
    sheet = page.locator("#drawer #sheet")

    sheet.locator("form[action$='/confirm/'] button").click()
    expect(sheet.locator("form[action$='/confirm/']")).to_have_count(0)
    sheet.locator("details:has(form[action$='/unconfirm/']) summary").click()
    sheet.locator("form[action$='/unconfirm/'] [name=reason]").fill("买家要改地址")
    sheet.locator("form[action$='/unconfirm/'] button").click()
    latest, before = sheet.locator(".time li").nth(0), sheet.locator(".time li").nth(1)
    to_confirm, confirmed = says(language, "To confirm"), says(language, "Confirmed")

    expect(latest.locator("p")).to_have_text(f"{says(language, 'Confirmation taken back')}: {confirmed} → {to_confirm}")
    expect(latest.locator("q")).to_have_text("买家要改地址")
    expect(before.locator("p")).to_have_text(f"{confirmed}: {to_confirm} → {confirmed}")
    with translation.override(language):
        when = [full_moment(change.at) for change in timeline_of(order)]
    for entry, at in zip((latest, before), when, strict=True):
        expect(entry.locator("small")).to_have_text(f"{at} · Lin")
