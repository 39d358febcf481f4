"""The timeline of a record: signed writes, told in the reader's language."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client as Browser

from apps.audit.queries import timeline_of
from apps.orders.actions import confirm_shipping_order, note_shipping_order, unconfirm_shipping_order
from apps.orders.models import ShippingOrder
from apps.org.actors import Actor
from apps.org.models import Store, User, Warehouse
from apps.org.questions import HISTORY, SIGNATURE
from apps.stores.models import Listing, Sku
from tests.admin.conftest import page

Browse = Callable[[User], Browser]


def lines(browser: Browser, name: str, row: Any, language: str = "en") -> list[Any]:
    """The timeline of a record as the page tells it."""
    browser.cookies["django_language"] = language
    answer = browser.get(page(f"{name}_history", row.pk))
    assert answer.status_code == 200
    return list(answer.context["lines"])


def test_somebody_answers_for_history_and_signature() -> None:
    assert type(HISTORY.ask()).__name__ == "Historian"
    assert type(SIGNATURE.ask()).__name__ == "Signer"


def test_adding_and_changing_a_record_is_signed(
    browse: Browse, wei: User, qinghe: Store, a_sku: Callable[..., Sku]
) -> None:
    browser = browse(wei)
    form = {"store": qinghe.pk, "platform_item_id": "677003", "title": "杯", "sku": a_sku().pk}
    browser.post(page("stores_listing_add"), form)
    listing = Listing.objects.get(platform_item_id="677003")

    browser.post(page("stores_listing_change", listing.pk), {"outer_code": "QH-1", "title": "保温杯", "sku": ""})

    listing.refresh_from_db()
    changed, born = timeline_of(listing)
    assert [(each.verb, each.actor, each.actor_id, each.source) for each in (changed, born)] == [
        ("admin.stores_listing_change", "Wei", wei.pk, "admin"),
        ("admin.stores_listing_add", "Wei", wei.pk, "admin"),
    ]
    assert changed.columns["outer_code"] == ("", "QH-1")
    assert "title" not in changed.columns
    assert changed.click != born.click


def test_the_timeline_says_columns_and_names_in_words(
    browse: Browse, wei: User, qinghe: Store, a_sku: Callable[..., Sku]
) -> None:
    browser = browse(wei)
    form = {"store": qinghe.pk, "platform_item_id": "677004", "title": "杯", "sku": a_sku("QH-1").pk}
    browser.post(page("stores_listing_add"), form)
    listing = Listing.objects.get(platform_item_id="677004")
    form = {"outer_code": "QH-9", "sku": a_sku("QH-2").pk}
    browser.post(page("stores_listing_change", listing.pk), form)

    changed, born = lines(browser, "stores_listing", listing)

    assert (changed.verb, changed.actor, changed.source) == ("Edited", "Wei", "records")
    assert {(each.label, each.before, each.after) for each in changed.columns} == {
        ("Merchant code", "–", "QH-9"),
        ("SKU", "QH-1", "QH-2"),
    }
    assert (born.verb, born.columns) == ("Added", [])


@pytest.mark.parametrize(
    ("language", "verb", "before", "after"),
    [("en", "Take back", "Confirmed", "To confirm"), ("zh-hans", "反审", "已确认", "待确认")],
)
def test_a_move_is_told_by_its_verb_states_and_reason(
    *,
    browse: Browse,
    mara: User,
    an_order: Callable[..., ShippingOrder],
    language: str,
    verb: str,
    before: str,
    after: str,
) -> None:
    order, by = an_order(), Actor.of(mara)
    confirm_shipping_order(order.pk, by=by)
    unconfirm_shipping_order(order.pk, reason="地址有误", by=by)
    note_shipping_order(order.pk, text="call back", by=by)

    note, back, confirmed = lines(browse(mara), "orders_shippingorder", order, language)

    assert (back.state.before, back.state.after, back.reason, back.columns) == (before, after, "地址有误", [])
    assert back.verb == verb
    assert [each.after for each in note.columns] == ["call back"]
    assert confirmed.actor == "Mara"


def test_a_name_that_the_reader_may_not_know_of_stays_a_number(
    browse: Browse, person: Callable[..., User], wei: User, qinghe: Store, fengdu: Store
) -> None:
    listing = Listing.objects.create(store=fengdu, platform_item_id="677005", title="杯")
    Listing.objects.filter(pk=listing.pk).update(store=qinghe)

    moved = lines(browse(wei), "stores_listing", listing)[0]

    assert {(each.before, each.after) for each in moved.columns} == {(f"#{fengdu.pk}", qinghe.name)}


def test_a_change_that_nobody_signed_says_so(browse: Browse, iris: User, warehouse: Warehouse) -> None:
    Warehouse.objects.filter(pk=warehouse.pk).update(name="新仓")
    browser = browse(iris)

    line = lines(browser, "org_warehouse", warehouse)[0]
    text = browser.get(page("org_warehouse_history", warehouse.pk)).content.decode()

    assert (line.verb, line.actor) == ("Changed", "")
    assert "Nobody signed this" in text


def test_what_people_write_is_shown_as_text(browse: Browse, mara: User, an_order: Callable[..., ShippingOrder]) -> None:
    order, hostile = an_order(), "<script>alert(1)</script>"
    note_shipping_order(order.pk, text=hostile, by=Actor.of(mara))

    text = browse(mara).get(page("orders_shippingorder_history", order.pk)).content.decode()

    assert hostile not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text


def test_a_long_history_is_told_from_its_newest_end_in_a_fixed_number_of_statements(
    browse: Browse, iris: User, warehouse: Warehouse, django_assert_max_num_queries: Any
) -> None:
    browser = browse(iris)
    for number in range(210):
        Warehouse.objects.filter(pk=warehouse.pk).update(name=f"仓 {number}")

    with django_assert_max_num_queries(12):
        told = lines(browser, "org_warehouse", warehouse)

    assert len(told) == 200
    assert told[0].columns[0].after == "仓 209"


def test_amounts_keep_their_cents(browse: Browse, wei: User, a_sku: Callable[..., Sku]) -> None:
    sku = a_sku("QH-9", cost_amount=Decimal("20.50"))
    Sku.objects.filter(pk=sku.pk).update(cost_amount=Decimal("21.00"))

    changed = lines(browse(wei), "stores_sku", sku)[0]

    assert [(each.before, each.after) for each in changed.columns] == [("20.50", "21.00")]
