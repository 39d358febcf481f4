"""The pages of one order, one import, one wave, one parcel, one return under axe, each with whoever works there."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from playwright.sync_api import Page, expect

from apps.orders.actions import hold_shipping_order, note_shipping_order
from apps.orders.models import ShippingOrder
from apps.org.actors import Actor
from apps.org.models import Store, User, Warehouse
from apps.warehouse.actions import issue_pick_list, open_shipment, plan_wave, start_wave
from apps.warehouse.actions.stock_documents import StockLine, draft_stock_document
from apps.warehouse.models import Shipment, Wave
from tests.desk.axe import complaints_unfolded, look
from tests.desk.test_axe import GOODS, ORDERS, RETURNS
from tests.orders.conftest import CSV, ITEMS_2017, ORDERS_2017, checked, imported, upload

__all__ = ["checked", "imported", "upload"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SitDown = Callable[..., Page]
Make = Callable[..., Any]


def _to(name: str, *keys: Any) -> str:
    return reverse(f"desk:{name}", args=keys)


@pytest.fixture
def held(an_order: Make, as_mara: Actor) -> ShippingOrder:
    """An order with all that a sheet can tell: two lines, one without a SKU, words of both sides, a hold, a note."""
    order = an_order(lines=2, buyer_message="请尽快发货", seller_memo="老客户", flag=1, paid="99.00")
    an_order(mapped=False)
    hold_shipping_order(order.pk, note="等客户", release_at=None, by=as_mara)
    note_shipping_order(order.pk, text="已致电", by=as_mara)
    return order


@pytest.fixture
def batches(qinghe: Store, checked: Make, imported: Make, upload: Make) -> list[Any]:
    """A batch with failed rows, one that waits for its import, and one that is in."""
    Store.objects.filter(pk=qinghe.pk).update(export_name="青禾小铺(示例)")
    wrong = (CSV / ORDERS_2017).read_bytes().replace(b'"128.00","0"', b'"12x8.00","0"', 1)
    failed = checked(files=[SimpleUploadedFile("wrong.csv", wrong)])
    return [failed, checked(ITEMS_2017), imported(ORDERS_2017)]


def test_an_order_an_import_and_its_job(
    sit_down: SitDown, mara: User, lin: User, held: ShippingOrder, batches: list[Any]
) -> None:
    page = sit_down(mara, "en")
    jobs = (batches[0].check_job_id, batches[2].import_job_id)
    page.goto(f"{_to('orders')}?tab=all&q={held.lead_order.number}")
    page.locator("tbody a.no").first.click()
    expect(page.locator("#drawer #sheet h2")).to_have_text(held.lead_order.number)
    in_the_drawer = complaints_unfolded(page)

    names, found = look(
        page,
        [
            _to("order", held.pk),
            _to("order_amend", held.pk),
            _to("platform_order", held.lead_order_id),
            *(_to("import_batch", batch.pk) for batch in batches),
            _to("imports"),
        ],
    )
    job_names, of_her_jobs = look(sit_down(lin, "en"), [*(_to("job", job) for job in jobs), _to("jobs")])

    assert in_the_drawer + found + of_her_jobs == []
    assert names | job_names == ORDERS


@pytest.fixture
def at_the_bench(picked: Make, as_vera: Actor) -> Shipment:
    """A parcel that is being checked."""
    _wave, (order,) = picked(1)
    return open_shipment(order.pk, by=as_vera)


@pytest.fixture
def under_way(reserved: Make, warehouse: Warehouse, as_vera: Actor) -> Wave:
    """A wave that somebody walks."""
    orders = reserved(2, lines=2)
    wave = plan_wave(warehouse.pk, pks=[order.pk for order in orders], by=as_vera)
    return start_wave(wave.pk, by=as_vera)


def test_a_wave_a_walk_a_parcel_a_handover_and_stock(
    sit_down: SitDown, vera: User, as_vera: Actor, warehouse: Warehouse, shipped: Make, *,
    at_the_bench: Shipment, under_way: Wave, a_bin: Make, a_sku: Make,
) -> None:  # fmt: skip
    shipped(1)
    handover = Shipment.objects.exclude(handover=None).get().handover_id
    lines = [StockLine(a_bin("A-02-01").pk, a_sku("QH-000").pk, 3)]
    document = draft_stock_document(warehouse.pk, kind="adjustment", lines=lines, reason="盘盈", by=as_vera)
    paper = issue_pick_list(under_way.pk, by=as_vera)
    page = sit_down(vera, "en")

    names, found = look(
        page,
        [
            _to("wave", under_way.pk),
            _to("wave_pick", under_way.pk),
            _to("check_parcel", at_the_bench.pk),
            _to("handover", handover),
            _to("stock_of", warehouse.pk, a_sku("QH-000").pk),
            _to("stock_document", document.pk),
            _to("paper", paper.pk),
            _to("paper_page", paper.pk),
            _to("papers"),
        ],
    )

    assert found == []
    assert names == GOODS


def test_a_return_and_a_refund(
    sit_down: SitDown, mara: User, *, sent_off: Make, announced: Make, received: Make, inspected: Make, asked: Make
) -> None:
    page = sit_down(mara, "en")
    rows = [announced(waybill="SF1234567890123"), received(), inspected()]
    refund = asked()

    names, found = look(
        page,
        [
            _to("return_new", sent_off(lines=2).pk),
            *(_to("return", row.pk) for row in rows),
            _to("returns"),
            _to("refund_order", refund.order_id),
            _to("refund", refund.pk),
            _to("refunds"),
        ],
    )

    assert found == []
    assert names == RETURNS
