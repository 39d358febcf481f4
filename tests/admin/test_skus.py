"""Who sees which SKUs in the records, and what they cost."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client as Browser

from apps.org.actors import Actor
from apps.org.models import Store, User, Warehouse, WarehouseGrant
from apps.stores.models import Sku
from apps.warehouse.actions.stock_documents import StockLine, draft_stock_document
from apps.warehouse.models import Bin, StockMove
from tests.admin.conftest import MARK, page
from tests.admin.test_timeline import lines

Browse = Callable[[User], Browser]
InStock = Callable[..., StockMove]


@pytest.fixture
def foreign_goods(kestrel: dict[str, Any], a_bin: Callable[..., Bin], in_stock: InStock) -> Sku:
    """A SKU of a client for whom nobody here works; it lies in the east warehouse."""
    sku: Sku = kestrel["stores_sku"]
    in_stock(sku.code, 3)
    return sku


def test_a_picker_sees_the_goods_in_the_warehouse_whosever_they_are(
    browse: Browse, noor: User, foreign_goods: Sku
) -> None:
    listed = browse(noor).get(page("stores_sku_changelist")).content.decode()

    assert foreign_goods.code in listed
    assert browse(noor).get(page("stores_sku_change", foreign_goods.pk)).status_code == 200


def test_what_a_store_of_the_warehouse_sells_is_there_before_it_came(
    browse: Browse, noor: User, kestrel: dict[str, Any], warehouse: Warehouse
) -> None:
    Store.objects.filter(client=kestrel["stores_product"].client).update(warehouse=warehouse)

    assert kestrel["stores_sku"].code in browse(noor).get(page("stores_sku_changelist")).content.decode()


@pytest.mark.parametrize(("role", "sees"), [("warehouse", False), ("warehouse_lead", True)])
def test_a_stock_documents_cost_is_for_who_writes_it_down(
    *, browse: Browse, person: Callable[..., User], warehouse: Warehouse, a_sku: Callable[..., Sku],
    a_bin: Callable[..., Bin], as_vera: Actor, role: str, sees: bool,
) -> None:  # fmt: skip
    line = StockLine(a_bin("A-1").pk, a_sku("QH-9").pk, 3, Decimal("21.75"))
    draft = draft_stock_document(warehouse.pk, kind="opening", lines=[line], reason="期初", by=as_vera)
    reader = person("reader", role)
    WarehouseGrant.objects.get_or_create(user=reader, warehouse=warehouse)

    shown = browse(reader).get(page("warehouse_stockdocument_change", draft.pk))

    assert shown.status_code == 200
    assert ("21.75" in shown.content.decode()) is sees


def test_what_lies_nowhere_near_is_not_there(browse: Browse, noor: User, kestrel: dict[str, Any]) -> None:
    browser = browse(noor)

    assert MARK not in browser.get(page("stores_sku_changelist")).content.decode()
    assert browser.get(page("stores_sku_change", kestrel["stores_sku"].pk)).status_code == 404


def test_who_keeps_products_does_not_change_a_foreign_clients_goods_in_the_warehouse(
    *, browse: Browse, person: Callable[..., User], vera: User, foreign_goods: Sku
) -> None:
    vera.groups.add(*person("wen", "planner").groups.all())
    browser = browse(vera)

    answer = browser.post(
        page("stores_sku_change", foreign_goods.pk), {"properties": "x", "product": foreign_goods.product_id}
    )

    assert browser.get(page("stores_sku_change", foreign_goods.pk)).status_code == 200
    assert answer.status_code == 403
    foreign_goods.refresh_from_db()
    assert foreign_goods.properties == ""


@pytest.mark.parametrize(
    ("role", "sees"), [("warehouse", False), ("customer_service", False), ("planner", True), ("finance", True)]
)
def test_what_goods_cost_is_seen_by_those_who_need_it(
    *, browse: Browse, person: Callable[..., User], a_sku: Callable[..., Sku], role: str, sees: bool
) -> None:
    sku = a_sku("QH-9", cost_amount=Decimal("20.50"))
    Sku.objects.filter(pk=sku.pk).update(cost_amount=Decimal("21.75"))
    browser = browse(person("reader", role))

    listed = browser.get(page("stores_sku_changelist")).content.decode()
    shown = browser.get(page("stores_sku_change", sku.pk)).content.decode()
    told = lines(browser, "stores_sku", sku)[0].columns

    assert [("21.75" in text) for text in (listed, shown)] == [sees, sees]
    assert bool(told) is sees
