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
MOST_OF_A_DRAWER, MOST_OF_A_PALETTE, MOST_OF_THE_API = 6, 2, 8
# With nothing kept: what the sidebar and the tiles count in one statement, and one statement for each list of rows.
MOST_OF_A_HOME = {
    "customer_service": 5, "manager": 11, "director": 11, "warehouse": 2, "planner": 9, "finance": 8, "hr": 8, "it": 4,
}  # fmt: skip
WHO_ASKS = 2


@pytest.mark.parametrize("state", ["imported", "confirmed"])
def test_a_drawer_costs_the_same_for_one_line_and_for_fifty(
    browse: Browse, lin: User, an_order: Make, state: str
) -> None:
    small, large = an_order(state=state), an_order(lines=50, state=state)
    client = browse(lin)

    costs = [
        beyond_who_asks(lambda order=order: client.get(f"/desk/orders/{order.pk}/", headers=DRAWER))
        for order in (small, large)
    ]

    assert len(costs[0]) == len(costs[1]) <= MOST_OF_A_DRAWER


@pytest.mark.parametrize("role", MOST_OF_A_HOME)
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

    assert counts[0] == counts[1] <= MOST_OF_A_HOME[role]


def test_who_asks_costs_the_session_and_one_statement(browse: Browse, lin: User) -> None:
    client = browse(lin)

    asked = statements_of(lambda: client.get("/desk/profile/"))

    assert len(asked) - len(beyond_who_asks(lambda: client.get("/desk/profile/"))) == WHO_ASKS
    assert not [sql for sql in asked if 'FROM "org_user"' in sql or 'FROM "auth_permission"' in sql]


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
