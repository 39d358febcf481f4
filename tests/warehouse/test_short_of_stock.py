"""An audit rule asks the warehouse for stock: an order that alone asks for more than is free is stopped."""

from collections.abc import Callable, Iterator

import pytest

from apps.orders.actions.audit import audit_orders
from apps.orders.models import AuditRule, Reason, ShippingOrder
from apps.orders.questions import STOCK
from apps.org.actors import SYSTEM
from apps.org.models import Store
from apps.warehouse.actions.reserve import reserve_waiting

pytestmark = [pytest.mark.django_db, pytest.mark.rule("ORD-10", "WHS-11")]
Wanting = Callable[..., ShippingOrder]


@pytest.fixture
def rule(qinghe: Store) -> AuditRule:
    """Stop what there is not enough of."""
    short = [{"field": "short_of_stock", "op": "is", "value": True}]
    return AuditRule.objects.create(code="short", name="库存不足", effect="exception", conditions=short)


def _stopped(store: Store) -> set[int]:
    audit_orders(ShippingOrder.objects.filter(state="imported"), store_id=store.pk, by=SYSTEM)
    return set(Reason.objects.values_list("shipping_order_id", flat=True))


@pytest.mark.usefixtures("rule")
def test_an_order_for_more_than_is_free_is_stopped_and_one_for_all_of_it_is_not(
    in_stock: Callable[..., object], wanting: Wanting, qinghe: Store
) -> None:
    in_stock("QH-000", 5)
    in_stock("QH-001", 5)
    reserve_waiting(wanting({"QH-000": 2}).warehouse_id)
    enough = wanting({"QH-000": 3, "QH-001": 5}, state="imported")
    short = wanting({"QH-000": 4}, state="imported")
    short_of_one = wanting({"QH-000": 1, "QH-001": 6}, state="imported")

    assert _stopped(qinghe) == {short.pk, short_of_one.pk}
    assert enough.pk not in _stopped(qinghe)


@pytest.mark.usefixtures("rule")
def test_what_the_warehouse_never_kept_and_what_lies_elsewhere_say_nothing(
    in_stock: Callable[..., object], a_bin: Callable[..., object], wanting: Wanting, qinghe: Store, fengdu: Store
) -> None:
    in_stock("QH-000", 1, bin=a_bin("B-01-01", of=fengdu.warehouse))

    wanting({"QH-000": 9, "QH-777": 1}, state="imported")

    assert _stopped(qinghe) == set()


@pytest.fixture
def nobody_answers() -> Iterator[None]:
    """A house without a warehouse."""
    answerer = STOCK.ask()
    STOCK.forget()
    yield
    STOCK.answer_with(answerer)


@pytest.mark.usefixtures("rule", "nobody_answers")
def test_while_nobody_answers_no_order_is_stopped(
    in_stock: Callable[..., object], wanting: Wanting, qinghe: Store
) -> None:
    in_stock("QH-000", 1)

    wanting({"QH-000": 9}, state="imported")

    assert _stopped(qinghe) == set()
