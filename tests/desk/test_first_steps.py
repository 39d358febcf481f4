"""What a company that has just begun is shown to do next."""

import re
from collections.abc import Callable

import pytest
from django.core.cache import cache
from django.test import Client

from apps.orders.models import ShippingOrder
from apps.org.actors import Actor
from apps.org.models import User, Warehouse
from apps.stores.models import Product, Sku
from apps.warehouse.actions.stock_documents import StockLine, draft_stock_document, post_stock_document
from apps.warehouse.models import Bin

Browse = Callable[..., Client]
Person = Callable[..., User]
pytestmark = pytest.mark.usefixtures("qinghe")


@pytest.fixture
def chen(person: Person) -> User:
    """Who has set opsdesk up."""
    return person("chen", "it")


def test_the_administrator_is_led_to_the_users_and_sees_what_comes_after(browse: Browse, chen: User) -> None:
    page = browse(chen).get("/desk/").content.decode()

    assert 'href="/admin/org/user/add/"' in page
    assert "Upload the first order file" in page
    assert "/desk/sheets/?kind=skus" not in page


def test_a_step_for_others_says_whose_it_is(browse: Browse, chen: User) -> None:
    page = re.sub(r"\s+", " ", browse(chen).get("/desk/").content.decode())

    assert "<small> Done by: Warehouse lead </small>" in page
    assert "<small> Done by: Operations and planning / Store manager </small>" in page
    assert "Done by: System administrator" not in page


def test_a_step_that_is_done_is_ticked_and_leads_nowhere(browse: Browse, chen: User, person: Person) -> None:
    planner = person("pan", "planner")
    Sku.objects.create(code="YF-1", product=Product.objects.create(code="YF", name="杯"))

    page = browse(planner).get("/desk/").content.decode()

    assert page.count('class="step done"') == 2
    assert "/desk/sheets/?kind=skus" not in page
    assert "Bring in your SKUs" in page


def test_opening_stock_is_done_when_it_is_posted_and_a_draft_of_it_leads_to_the_draft(
    browse: Browse, vera: User, warehouse: Warehouse, a_bin: Callable[..., Bin], a_sku: Callable[..., Sku]
) -> None:
    lead, line = Actor.of(vera), StockLine(a_bin().pk, a_sku().pk, 3)
    draft = draft_stock_document(warehouse.pk, kind="opening", lines=[line], reason="Opening", by=lead)
    drafts = "/admin/warehouse/stockdocument/?kind__exact=opening&amp;state__exact=draft"

    page = browse(vera).get("/desk/").content.decode()

    # The SKU and the bin are there.
    assert page.count('class="step done"') == 2
    assert f'href="{drafts}"' in page
    assert "The opening document is drafted; nothing is in stock before somebody posts it." in page
    assert "/desk/sheets/?kind=opening_stock" not in page
    assert draft.number in browse(vera).get(drafts.replace("&amp;", "&")).content.decode()

    post_stock_document(draft.pk, by=lead)
    cache.clear()
    page = browse(vera).get("/desk/").content.decode()

    assert page.count('class="step done"') == 3
    assert drafts not in page
    assert "One sheet per warehouse becomes a signed opening document." in page


def test_stock_that_was_only_adjusted_is_no_opening_stock(
    browse: Browse, vera: User, warehouse: Warehouse, a_bin: Callable[..., Bin], a_sku: Callable[..., Sku]
) -> None:
    line = StockLine(a_bin().pk, a_sku().pk, 3)
    found = draft_stock_document(warehouse.pk, kind="adjustment", lines=[line], reason="Found", by=Actor.of(vera))
    post_stock_document(found.pk, by=Actor.of(vera))

    page = browse(vera).get("/desk/").content.decode()

    assert 'href="/desk/sheets/?kind=opening_stock"' in page


def test_the_first_order_ends_it_for_everybody(
    browse: Browse, chen: User, an_order: Callable[..., ShippingOrder]
) -> None:
    an_order()

    assert "First steps" not in browse(chen).get("/desk/").content.decode()


def test_who_can_do_none_of_it_is_not_bothered(browse: Browse, person: Person) -> None:
    assert "First steps" not in browse(person("fin", "finance")).get("/desk/").content.decode()
