"""A bin with goods in it stays in use, and one that is not used any more gets none."""

from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction

from apps.core.invariants import broken
from apps.org.actors import Actor
from apps.org.models import Warehouse
from apps.stores.models import Sku
from apps.warehouse.actions.stock_documents import StockLine, draft_stock_document, post_stock_document
from apps.warehouse.models import Bin, StockMove
from apps.workflow.move import IllegalMove

pytestmark = pytest.mark.django_db
InStock = Callable[..., StockMove]


def _switched_off(place: Bin) -> None:
    with transaction.atomic():
        Bin.objects.filter(pk=place.pk).update(is_active=False)


def test_a_bin_is_switched_off_when_it_is_empty_and_not_before(a_bin: Callable[..., Bin], in_stock: InStock) -> None:
    place = a_bin("A-1")
    in_stock("QH-000", 3, bin=place)

    with pytest.raises(IntegrityError):
        _switched_off(place)
    in_stock("QH-000", -3, bin=place, kind="adjustment")
    _switched_off(place)

    place.refresh_from_db()
    assert place.is_active is False
    assert broken() == []


def test_nothing_is_brought_into_a_bin_that_is_not_used_any_more(a_bin: Callable[..., Bin], in_stock: InStock) -> None:
    place = a_bin("A-1", is_active=False)

    with pytest.raises(IntegrityError), transaction.atomic():
        in_stock("QH-000", 1, bin=place)

    assert StockMove.objects.count() == 0


@pytest.mark.usefixtures("english")
def test_a_draft_whose_bin_was_switched_off_meanwhile_is_refused_with_a_sentence(
    a_bin: Callable[..., Bin], a_sku: Callable[..., Sku], warehouse: Warehouse, as_vera: Actor
) -> None:
    place = a_bin("A-1")
    line = StockLine(place.pk, a_sku("QH-000").pk, 5)
    draft = draft_stock_document(warehouse.pk, kind="adjustment", lines=[line], reason="盘盈", by=as_vera)
    _switched_off(place)

    with pytest.raises(IllegalMove) as refused:
        post_stock_document(draft.pk, by=as_vera)

    assert str(refused.value) == "It brings goods into a bin that is not used any more."
    draft.refresh_from_db()
    assert draft.state == "draft"
