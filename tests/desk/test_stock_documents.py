"""A stock document on its page: what it says of itself, and how it is posted or discarded."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from apps.org.actors import Actor
from apps.org.models import User, Warehouse
from apps.stores.models import Sku
from apps.warehouse.actions.stock_documents import StockLine, draft_stock_document
from apps.warehouse.models import Bin, StockDocument, StockMove

Browse = Callable[..., Client]


@pytest.fixture
def draft(a_bin: Callable[..., Bin], a_sku: Callable[..., Sku], warehouse: Warehouse, as_vera: Actor) -> StockDocument:
    """Three pieces that were found, not posted yet."""
    line = StockLine(a_bin("A-02-01").pk, a_sku("QH-000").pk, 3)
    return draft_stock_document(warehouse.pk, kind="adjustment", lines=[line], reason="盘盈", by=as_vera)


def test_a_draft_says_that_it_is_one_and_is_posted_where_it_is_read(
    browse: Browse, vera: User, draft: StockDocument, balance: Callable[..., tuple[int, int, int]]
) -> None:
    client, address = browse(vera), reverse("desk:stock_document", args=[draft.pk])
    assert "This is a draft: the stock changes when it is posted." in client.get(address).content.decode()

    answer = client.post(f"{address}post/", follow=True)

    assert balance("QH-000") == (3, 0, 0)
    assert "Posted; the stock has changed." in answer.content.decode()
    assert "This is a draft" not in client.get(address).content.decode()


def test_a_draft_that_is_discarded_changes_no_stock_and_cannot_be_posted_after(
    browse: Browse, vera: User, draft: StockDocument
) -> None:
    client, address = browse(vera), reverse("desk:stock_document", args=[draft.pk])

    client.post(f"{address}cancel/")
    answer = client.post(f"{address}post/", follow=True).content.decode()

    draft.refresh_from_db()
    assert (draft.state, StockMove.objects.count()) == ("cancelled", 0)
    assert 'class="toast bad"' in answer
    assert client.post(f"{address}burn/").status_code == 404


def test_who_may_only_look_is_told_who_posts_a_draft(browse: Browse, noor: User, draft: StockDocument) -> None:
    client, address = browse(noor), reverse("desk:stock_document", args=[draft.pk])

    assert "when the warehouse lead posts it" in client.get(address).content.decode()
    assert client.post(f"{address}post/").status_code == 403
