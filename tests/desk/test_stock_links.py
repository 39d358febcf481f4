"""From a line of the ledger to what caused it and back: parcels, returns, stock documents, imports, handovers."""

from collections.abc import Callable

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.aftersales.models import ReturnOrder
from apps.audit.context import signed
from apps.files.models import StoredFile
from apps.orders.models import ShippingOrder
from apps.org.actors import Actor
from apps.org.models import User, Warehouse
from apps.sheets.models import Sheet
from apps.stores.models import Sku
from apps.warehouse.actions.stock_documents import StockLine, draft_stock_document, post_stock_document
from apps.warehouse.models import Bin, Handover, Shipment, StockDocument

Browse = Callable[..., Client]
Orders = Callable[..., list[ShippingOrder]]


@pytest.fixture
def document(
    warehouse: Warehouse, a_bin: Callable[..., Bin], a_sku: Callable[..., Sku], as_vera: Actor
) -> StockDocument:
    """Three more pieces of QH-000 were found and posted."""
    lines = [StockLine(a_bin().pk, a_sku("QH-000").pk, 3)]
    drafted = draft_stock_document(warehouse.pk, kind="adjustment", lines=lines, reason="盘盈", by=as_vera)
    return post_stock_document(drafted.pk, by=as_vera)


def _sku_page(client: Client, warehouse: Warehouse) -> str:
    sku = Sku.objects.get(code="QH-000")
    return client.get(reverse("desk:stock_of", args=[warehouse.pk, sku.pk])).content.decode()


def test_each_line_of_the_ledger_leads_to_what_caused_it(
    *, browse: Browse, vera: User, warehouse: Warehouse, document: StockDocument, shipped: Orders,
    inspected: Callable[..., ReturnOrder],
) -> None:  # fmt: skip
    (order,) = shipped(1)
    returned = inspected(order)

    page = _sku_page(browse(vera), warehouse)

    parcel = Shipment.objects.get()
    assert f'<a href="{reverse("desk:order", args=[order.pk])}">{parcel.number}</a>' in page
    assert f'<a href="{reverse("desk:return", args=[returned.pk])}">{returned.number}</a>' in page
    assert f'<a href="{reverse("desk:stock_document", args=[document.pk])}">{document.number}</a>' in page


def test_many_lines_are_led_back_with_the_statements_of_one(
    browse: Browse, vera: User, warehouse: Warehouse, document: StockDocument, shipped: Orders
) -> None:
    client, counts = browse(vera), []
    for _ in range(2):
        shipped(2)
        _sku_page(client, warehouse)
        with CaptureQueriesContext(connection) as asked:
            _sku_page(client, warehouse)
        counts.append(len(asked))

    assert counts[0] == counts[1]


def test_a_stock_document_leads_to_its_skus_and_to_the_import_that_it_was_made_of(
    browse: Browse, vera: User, warehouse: Warehouse, document: StockDocument
) -> None:
    file = StoredFile.objects.create(kind="upload", name="期初.xlsx", size_bytes=1, sha256=b"1")
    sheet = Sheet(
        kind="opening_stock", warehouse=warehouse, file=file, name="期初.xlsx", made_id=document.pk, sha256=b"1"
    )
    with transaction.atomic(), signed("core.seed", by=Actor.of(vera)):
        sheet.save()

    page = browse(vera).get(reverse("desk:stock_document", args=[document.pk])).content.decode()

    assert f'href="{reverse("desk:stock_of", args=[warehouse.pk, Sku.objects.get().pk])}">QH-000</a>' in page
    assert f'<a href="{reverse("desk:sheet", args=[sheet.pk])}">期初.xlsx</a>' in page
    assert "+3" in page


@pytest.mark.rule("WHS-06")
def test_a_handover_leads_to_its_parcels_their_orders_and_the_sheet(
    browse: Browse, noor: User, shipped: Orders
) -> None:
    orders, client = shipped(2), browse(noor)
    handover = Handover.objects.get()

    listed = client.get(reverse("desk:shipments") + "?tab=gone").content.decode()
    page = client.get(reverse("desk:handover", args=[handover.pk])).content.decode()

    assert f'<a href="{reverse("desk:handover", args=[handover.pk])}">{handover.number}</a>' in listed
    assert all(f'href="{reverse("desk:order", args=[order.pk])}"' in page for order in orders)
    assert all(waybill in page for waybill in Shipment.objects.values_list("waybill_number", flat=True))
    assert "Open the sheet" in page
