"""What giving a decision and taking it back cost: the same however much else waits or is on its way."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.test import Client

from apps.approvals.models import ApprovalRequest, Intention
from apps.org.models import Store, User
from tests.performance.counting import beyond_who_asks

pytest_plugins = ["tests.stores.builders"]
Browse = Callable[[User], Client]
Make = Callable[..., Any]
HTMX = {"hx-request": "true", "hx-target": "inbox"}
FEW = 5
# Giving rehearses the floor's whole verb.
MOST_OF_GIVING, MOST_OF_TAKING_BACK = 49, 20


@pytest.fixture
def waiting(
    own_store: Store, price_to: Make, a_listing: Make, request_of: Make
) -> Callable[[int], list[ApprovalRequest]]:
    """So many more price changes that wait for a director."""
    codes = iter(range(1, 100))
    return lambda count: [request_of(price_to(a_listing(f"QH-{next(codes)}"), "89.00")) for _nth in range(count)]


def _approve(client: Client, request: ApprovalRequest) -> None:
    data = {"verdict": "approve", "version": request.version}
    assert client.post(f"/desk/inbox/{request.pk}/decide/", data, headers=HTMX).status_code == 200


def _undo(client: Client, request: ApprovalRequest) -> None:
    data = {"intention": Intention.objects.values_list("pk", flat=True).get(request=request)}
    assert client.post("/desk/inbox/undo/", data, headers=HTMX).status_code == 200


def test_giving_and_taking_back_cost_the_same_for_few_and_for_many(browse: Browse, dora: User, waiting: Make) -> None:
    client, costs = browse(dora), []
    for _time in range(2):
        first, second, *_others = waiting(FEW)
        _approve(client, first)
        given = beyond_who_asks(partial(_approve, client, second))
        undone = beyond_who_asks(partial(_undo, client, second))
        costs.append((len(given), len(undone)))

    states = list(Intention.objects.order_by("pk").values_list("state", flat=True))
    assert states == ["open", "taken_back"] * 2
    assert costs[0] == costs[1]
    assert costs[0][0] <= MOST_OF_GIVING
    assert costs[0][1] <= MOST_OF_TAKING_BACK
