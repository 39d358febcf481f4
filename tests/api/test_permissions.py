"""The cast × every address: who may call what. An address without a line here fails the build."""

from collections.abc import Callable

import pytest
from django.urls import get_resolver

from apps.orders.api import urls
from apps.orders.models import ImportBatch, Order, Reason, ShippingOrder
from apps.org.models import Store, StoreGrant, User
from tests.api.conftest import Program, code_of, pushed_order

# Columns: CAST. ida is the system administrator, the foreigner a clerk of another store with a token of that one.
TABLE = {
    ("GET", "orders/"): (401, 200, 200, 403, 200, 403, 403, 200),
    ("POST", "orders/"): (401, 200, 200, 403, 403, 403, 403, 200),
    ("GET", "orders/<str:number>/"): (401, 200, 200, 403, 200, 403, 403, 404),
    ("GET", "shipping-orders/"): (401, 200, 200, 200, 200, 403, 403, 200),
    ("GET", "shipping-orders/<str:number>/"): (401, 200, 200, 200, 200, 403, 403, 404),
    ("POST", "shipping-orders/<str:number>/confirm/"): (401, 200, 200, 403, 403, 403, 403, 404),
    ("POST", "shipping-orders/<str:number>/hold/"): (401, 200, 200, 403, 403, 403, 403, 404),
}
CAST = ["nobody", "lin", "mara", "noor", "otto", "ida", "pia", "foreigner"]
CELLS = [
    (name, address, status) for address, row in TABLE.items() for name, status in zip(CAST, row, strict=True)
]  # fmt: skip
CODES = {401: "not_authenticated", 403: "not_allowed", 404: "not_found"}


@pytest.fixture
def as_member(
    request: pytest.FixtureRequest,
    program: Callable[..., Program],
    person: Callable[..., User],
    qinghe: Store,
    fengdu: Store,
) -> Callable[[str], Program]:
    """The program of one of the cast, by name."""

    def make(name: str) -> Program:
        if name == "nobody":
            return Program("")
        user = person("ida", "it", stores=()) if name == "ida" else request.getfixturevalue(name)
        if name == "pia":
            StoreGrant.objects.create(user=user, store=qinghe)
        return program(user, store=fengdu if name == "foreigner" else qinghe)

    return make


@pytest.mark.parametrize(("name", "address", "status"), CELLS)
def test_who_may_call_what(
    name: str,
    address: tuple[str, str],
    status: int,
    as_member: Callable[[str], Program],
    an_order: Callable[..., ShippingOrder],
) -> None:
    method, route = address
    parcel = an_order(number="100001")
    number = parcel.number if route.startswith("shipping") else "100001"
    body = {"orders": [pushed_order("100002")]} if route == "orders/" else {"note": "x"} if "hold" in route else {}
    caller = as_member(name)
    path = "/api/v1/" + route.replace("<str:number>", number)

    answer = caller.get(path) if method == "GET" else caller.post(path, body)

    assert answer.status_code == status
    if status != 200:
        assert code_of(answer) == CODES[status]
        assert answer.json()["details"] == {}
        assert (Order.objects.count(), Reason.objects.count(), ImportBatch.objects.count()) == (1, 0, 0)
        assert ShippingOrder.objects.get().state == "imported"
    if name == "foreigner":
        assert parcel.number not in answer.content.decode()
        assert "100001" not in answer.content.decode()


def test_every_address_has_a_line_in_the_table() -> None:
    served = set()
    for pattern in urls.urlpatterns:
        view = getattr(pattern.callback, "view_class", None)
        if view is not None:
            served |= {(method, str(pattern.pattern)) for method in view.rights}
            handlers = {word.upper() for word in ("get", "post", "put", "patch", "delete") if hasattr(view, word)}
            assert handlers == set(view.rights)

    assert served == set(TABLE)


def test_the_other_addresses_of_the_api_are_the_description_alone() -> None:
    names = {name for name in get_resolver().reverse_dict if isinstance(name, str) and name.startswith("api")}

    assert names == {"api-schema", "api-docs"}


def test_a_refused_caller_learns_nothing_about_the_number(
    as_member: Callable[[str], Program], an_order: Callable[..., ShippingOrder]
) -> None:
    parcel, noor = an_order(), as_member("noor")

    there, missing = (noor.post(f"/api/v1/shipping-orders/{number}/confirm/") for number in (parcel.number, "FH-NONE"))

    assert (there.status_code, missing.status_code) == (403, 403)
    assert there.content == missing.content
