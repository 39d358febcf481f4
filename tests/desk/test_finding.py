"""What a search finds: numbers from either end first, and from the middle when nothing begins or ends so."""

from collections.abc import Callable

import pytest
from django.db import connection

from apps.desk.queries.finding import find_orders, find_shipping_orders
from apps.orders.models import Order, ShippingOrder
from apps.orders.queries import meanings_of
from apps.org.actors import SYSTEM, Actor
from apps.org.models import Store, User

Make = Callable[..., ShippingOrder]
BEGINS, ENDS, HAS = "700451000000000001", "260000000000700451", "261121700451000009"


@pytest.fixture
def numbers(an_order: Make) -> dict[str, ShippingOrder]:
    """Three orders with the same six digits at the beginning, at the end and in the middle of their numbers."""
    return {number: an_order(number=number) for number in (BEGINS, ENDS, HAS)}


def _found(text: str, by: Actor) -> set[str]:
    keys = find_shipping_orders(text, by).keys
    assert len(keys) == len(set(keys))
    found = ShippingOrder.objects.filter(pk__in=keys).values_list("lead_order__number", flat=True)
    platform = Order.objects.filter(pk__in=find_orders(text, by).keys).values_list("number", flat=True)
    assert set(found) == set(platform)
    return set(found)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("700451", {BEGINS, ENDS}),
        (BEGINS, {BEGINS}),
        (HAS, {HAS}),
        ("451000009", {HAS}),
        ("61121700451", {HAS}),
        ("70045199", set()),
    ],
)
def test_a_number_is_found_by_its_ends_and_otherwise_by_its_middle(
    numbers: dict[str, ShippingOrder], as_lin: Actor, text: str, found: set[str]
) -> None:
    assert _found(text, as_lin) == found


def test_an_order_of_another_store_hides_nothing(an_order: Make, as_lin: Actor, fengdu: Store) -> None:
    an_order(number=HAS)
    an_order(number=BEGINS, store=fengdu)
    an_order(number=ENDS, store=fengdu)

    assert _found("700451", as_lin) == {HAS}


def test_a_picker_finds_the_parcels_of_her_warehouse_by_the_last_digits(an_order: Make, noor: User) -> None:
    order = an_order(number=ENDS)

    assert find_shipping_orders("700451", Actor.of(noor)).keys == (order.pk,)


@pytest.mark.parametrize(
    ("nth", "condition"),
    [(0, "((number)::text ~>=~ '700451'::text)"), (1, "(reverse((number)::text) ~>=~ '154007'::text)")],
)
def test_each_end_of_a_number_has_its_index(db: None, nth: int, condition: str) -> None:
    sql, params = meanings_of("700451", by=SYSTEM)[nth].order_by().values("pk").query.sql_with_params()

    with connection.cursor() as cursor:
        # A new table in the place of the old: what other tests rolled back makes the old one's indexes look expensive.
        cursor.execute("CREATE TEMPORARY TABLE orders_order (LIKE orders_order INCLUDING INDEXES) ON COMMIT DROP")
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {sql}", params)
        plan = " ".join(line for (line,) in cursor.fetchall())

    assert f"Index Cond: ({condition}" in plan
