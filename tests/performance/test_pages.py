"""What the other pages and the API cost."""

from collections.abc import Callable

import pytest
from django.core.cache import cache
from django.test import Client

from apps.orders.actions.tokens import issue_token
from apps.orders.models import ShippingOrder
from apps.org.actors import SYSTEM
from apps.org.models import Store, User
from tests.performance.counting import beyond_who_asks, statements_of

Browse = Callable[[User], Client]
Make = Callable[..., ShippingOrder]
DRAWER = {"hx-request": "true", "hx-target": "drawer"}
MOST_OF_A_HOME, MOST_OF_A_PALETTE, MOST_OF_THE_API = 16, 2, 8


@pytest.mark.parametrize(("state", "most"), [("imported", 7), ("confirmed", 6)])
def test_a_drawer_costs_the_same_for_one_line_and_for_fifty(
    browse: Browse, lin: User, an_order: Make, state: str, most: int
) -> None:
    small, large = an_order(state=state), an_order(lines=50, state=state)
    client = browse(lin)

    costs = [
        beyond_who_asks(lambda order=order: client.get(f"/desk/orders/{order.pk}/", headers=DRAWER))
        for order in (small, large)
    ]

    assert len(costs[0]) == len(costs[1]) <= most


@pytest.mark.parametrize("role", ["customer_service", "manager", "warehouse", "planner", "finance"])
def test_a_first_page_costs_the_same_over_any_number_of_orders(
    browse: Browse, person: Callable[..., User], an_order: Make, role: str
) -> None:
    client, counts = browse(person("wei", role)), list[int]()
    for _ in range(2):
        for _nth in range(20):
            an_order()
        client.get("/desk/")
        cache.clear()
        counts.append(len(beyond_who_asks(lambda: client.get("/desk/"))))

    assert counts[0] == counts[1] <= MOST_OF_A_HOME


def test_the_palette_finds_orders_by_two_statements(browse: Browse, lin: User, an_order: Make) -> None:
    for _ in range(12):
        an_order()
    client = browse(lin)
    answers = []

    cost = beyond_who_asks(
        lambda: answers.append(client.get("/desk/search/?q=26112100000", headers={"hx-request": "true"}))
    )

    assert answers[0].content.decode().count("26112100000") >= 8
    assert len(cost) <= MOST_OF_A_PALETTE


@pytest.mark.parametrize("path", ["/api/v1/orders/", "/api/v1/shipping-orders/"])
def test_a_page_of_the_api_costs_the_same_over_any_number_of_orders(
    lin: User, qinghe: Store, an_order: Make, path: str
) -> None:
    headers = {"Authorization": f"Bearer {issue_token(qinghe.pk, lin.pk, 'ERP', by=SYSTEM)}"}
    counts = []
    for _ in range(2):
        for _nth in range(20):
            an_order(lines=2)
        counts.append(len(statements_of(lambda: Client().get(path, headers=headers))))

    assert counts[0] == counts[1] <= MOST_OF_THE_API
