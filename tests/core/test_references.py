"""Keys that are looked up once per statement keep what a foreign key keeps: nothing refers to what is not there."""

from collections.abc import Callable

import pgtrigger
import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import Model

from apps.core.references import looked_up_at_once
from apps.orders.models import Order, OrderLine, ShippingOrder, ShippingOrderLine
from apps.org.models import Store
from apps.stores.models import Sku

pytestmark = pytest.mark.django_db
AnOrder = Callable[..., ShippingOrder]
NOBODY = 999_999_999
LINES = """
    INSERT INTO orders_orderline (order_id, line_key, title, outer_code, properties, platform_item_id, quantity, refund_state)
    SELECT n, 'x' || nth, '', '', '', '', 1, '' FROM unnest(%s::bigint[]) WITH ORDINALITY AS k (n, nth)
"""
OF_ORDER = {
    "orders_shippingorderline": "(SELECT order_id FROM orders_orderline l WHERE l.id = order_line_id)",
    "orders_shippingorder": "lead_order_id",
    "orders_orderline": "order_id",
    "orders_order": "id",
}


def _refused(statement: str, *values: object) -> str:
    with pytest.raises(IntegrityError) as refusal, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)
    return str(refusal.value)


def test_no_line_is_written_without_its_order_nor_a_set_with_one_such_line(an_order: AnOrder) -> None:
    known = an_order().lead_order_id

    told = _refused(LINES, [known, NOBODY])

    assert "orders_orderline refers to a row that is not there" in told
    assert OrderLine.objects.count() == 1


@pytest.mark.parametrize("gone", [0, 2, 4])
def test_a_gap_among_keys_that_lie_together_is_found(an_order: AnOrder, gone: int) -> None:
    first = an_order().lead_order_id
    orders = [first, *(an_order().lead_order_id for _ in range(4))]
    assert orders == list(range(first, first + 5)), "drawn together"
    lost = orders[gone]
    with connection.cursor() as cursor:
        for table in ("orders_shippingorderline", "orders_shippingorder", "orders_orderline", "orders_order"):
            cursor.execute(f"DELETE FROM {table} WHERE {OF_ORDER[table]} = %s", [lost])

    told = _refused(LINES, orders)

    assert "orders_orderline refers to a row that is not there" in told
    with connection.cursor() as cursor:
        cursor.execute(LINES, [[order for order in orders if order != lost] * 2])
    assert OrderLine.objects.filter(order_id__in=orders).count() == 4 + 8


def test_a_key_that_may_be_empty_may_be_empty_and_nothing_else(an_order: AnOrder) -> None:
    line = an_order(mapped=False).lines.get()

    told = _refused("UPDATE orders_shippingorderline SET sku_id = %s WHERE id = %s", NOBODY, line.pk)

    assert "orders_shippingorderline refers to a row that is not there" in told
    line.refresh_from_db()
    assert line.sku_id is None


@pytest.mark.parametrize(
    ("model", "referring"),
    [(Order, "orders_orderline"), (ShippingOrder, "orders_shippingorderline"), (Sku, "orders_orderline"),
     (Store, "orders_order")],
)  # fmt: skip
def test_what_is_referred_to_stays(an_order: AnOrder, model: type[Model], referring: str) -> None:
    an_order()

    told = _refused(f"DELETE FROM {model._meta.db_table}")

    assert f"a row of {model._meta.db_table} is still referred to by {referring}" in told
    assert model._base_manager.exists()


def test_a_line_of_a_parcel_stays_in_it_and_its_order_line_with_it(an_order: AnOrder) -> None:
    line, other = an_order().lines.get(), an_order()

    for column, value in (("shipping_order_id", other.pk), ("order_line_id", other.lines.get().order_line_id)):
        told = _refused(f"UPDATE orders_shippingorderline SET {column} = %s WHERE id = %s", value, line.pk)
        assert "may not change this row of orders_shippingorderline" in told


def test_what_is_referred_to_keeps_its_key(an_order: AnOrder) -> None:
    order = an_order().lead_order

    told = _refused("UPDATE orders_order SET id = %s WHERE id = %s", NOBODY, order.pk)

    assert "the key of a row of orders_order stays as it is" in told
    assert Order.objects.filter(pk=order.pk).exists()


def test_what_nobody_refers_to_any_more_may_go(an_order: AnOrder) -> None:
    shipping = an_order()
    line = shipping.lines.get()

    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM orders_shippingorderline WHERE id = %s", [line.pk])
        cursor.execute("DELETE FROM orders_orderline WHERE id = %s", [line.order_line_id])

    assert not ShippingOrderLine.objects.exists()
    assert not OrderLine.objects.exists()


def test_a_key_that_postgresql_checks_itself_is_not_looked_up_twice() -> None:
    with pytest.raises(TypeError, match=r"Reason\.rule"):
        looked_up_at_once("rule")(Order._meta.apps.get_model("orders.Reason"))


@pytest.mark.parametrize("names", [("store",), ("warehouse", "store")])
def test_a_second_key_to_the_same_model_would_have_no_trigger_of_its_own(names: tuple[str, ...]) -> None:
    before = pgtrigger.registered()

    with pytest.raises(
        TypeError, match=r"ShippingOrder\.(store|warehouse): .* is kept by rows_with_shippingorder_stay"
    ):
        looked_up_at_once(*names)(ShippingOrder)

    assert pgtrigger.registered() == before
