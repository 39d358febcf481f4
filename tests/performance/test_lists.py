"""What the order desk costs, whatever the number of orders."""

import re
from collections.abc import Callable

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils.html import escape

from apps.orders.models import ShippingOrder
from apps.org.models import User
from tests.performance.counting import beyond_who_asks

Browse = Callable[[User], Client]
Make = Callable[..., ShippingOrder]
REGION = {"hx-request": "true", "hx-target": "results"}
MOST = 4
MOST_WITH_NOTHING_KEPT = 6


def asked(client: Client, address: str, rows: int, **headers: str) -> list[str]:
    """The statements of a list request that shows so many rows."""
    answers = []
    statements = beyond_who_asks(lambda: answers.append(client.get(address, headers=headers or None)))
    assert answers[0].content.decode().count("data-id=") == rows
    return statements


@pytest.fixture
def of_twice_the_orders(browse: Browse, lin: User, an_order: Make) -> Callable[..., tuple[int, int]]:
    """How many statements an address costs over 60 orders, and over 120."""

    def count(address: str, *, rows: int = 50, nothing_kept: bool = False, **headers: str) -> tuple[int, int]:
        client, counts = browse(lin), list[int]()
        for _ in range(2):
            for _nth in range(60):
                an_order(lines=2)
            client.get(address, headers=headers or None)
            if nothing_kept:
                cache.clear()
            counts.append(len(asked(client, address, rows, **headers)))
        return counts[0], counts[1]

    return count


@pytest.mark.parametrize(
    "address",
    [
        "/desk/orders/",
        "/desk/orders/?tab=all",
        "/desk/orders/?tab=all&state=imported&sort=-paid_amount",
        "/desk/orders/?tab=all&q=26112100000",
        "/desk/platform-orders/",
    ],
)
def test_a_list_page_costs_at_most_four_statements(
    of_twice_the_orders: Callable[..., tuple[int, int]], address: str
) -> None:
    few, many = of_twice_the_orders(address)

    assert few == many
    assert many <= MOST


@pytest.mark.parametrize("address", ["/desk/orders/?tab=all", "/desk/orders/?tab=all&q=26112100000&state=imported"])
def test_its_table_alone_costs_at_most_four_statements(
    of_twice_the_orders: Callable[..., tuple[int, int]], address: str
) -> None:
    few, many = of_twice_the_orders(address, **REGION)

    assert few == many
    assert many <= MOST


def test_the_first_page_of_a_process_costs_the_same_few_statements_over_any_number_of_orders(
    of_twice_the_orders: Callable[..., tuple[int, int]],
) -> None:
    few, many = of_twice_the_orders("/desk/orders/", nothing_kept=True)

    assert few == many
    assert many <= MOST_WITH_NOTHING_KEPT


def test_the_next_page_costs_what_the_first_one_costs(browse: Browse, lin: User, an_order: Make) -> None:
    for _ in range(120):
        an_order()
    client = browse(lin)
    first = client.get("/desk/orders/?tab=all", headers=REGION).content.decode()
    link = re.search(r'href="(\?[^"]*after=[^"]+)"', first)
    assert link
    following = f"/desk/orders/{link[1].replace(escape('&'), '&')}"

    first_cost = asked(client, "/desk/orders/?tab=all", 50, **REGION)
    next_cost = asked(client, following, 50, **REGION)

    assert len(next_cost) == len(first_cost) <= MOST
