"""Two people look one after the other: what is kept for the one is never shown to the other."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.desk.actions.export import request_export
from apps.desk.lists.query import read_query
from apps.desk.lists.shipping_orders import ORDER_DESK
from apps.desk.queries.board import warehouses_of
from apps.desk.queries.choices import stores_of
from apps.desk.queries.counts import counts_of, scope_hash
from apps.jobs.actions import run_job
from apps.jobs.models import Step
from apps.orders.models import ShippingOrder
from apps.org.actors import SYSTEM, Actor
from apps.org.models import Store, StoreGrant, User
from apps.org.scope import scope_key

pytestmark = [pytest.mark.django_db, pytest.mark.rule("STO-42")]
Make = Callable[..., ShippingOrder]
BACKEND = "apps.org.backend.StandingBackend"


def _somebody(stores: set[int] | None, warehouses: set[int] | None) -> Actor:
    actor = Actor(id=7, name="wei")
    actor.__dict__["store_ids"] = None if stores is None else frozenset(stores)
    actor.__dict__["warehouse_ids"] = None if warehouses is None else frozenset(warehouses)
    return actor


def test_the_key_tells_scopes_apart_and_knows_equal_ones() -> None:
    different = [
        _somebody(set(), set()), _somebody(None, set()), _somebody(set(), None), _somebody(None, None),
        _somebody({1}, set()), _somebody(set(), {1}), _somebody({1, 12}, set()), _somebody({11, 2}, set()),
        _somebody({112}, set()), _somebody({1, 2}, {3}), _somebody({1}, {2, 3}),
    ]  # fmt: skip

    assert len({scope_key(by) for by in different}) == len(different)
    assert len({scope_hash(by) for by in different}) == len(different)
    assert scope_key(_somebody({2, 1}, {9, 3})) == scope_key(_somebody({1, 2}, {3, 9}))


@pytest.fixture
def orders_of_two_stores(an_order: Make, fengdu: Store) -> None:
    """Three orders of Qinghe, one of the other store."""
    for _ in range(3):
        an_order()
    an_order(store=fengdu)


@pytest.mark.usefixtures("orders_of_two_stores")
def test_each_counts_their_own_although_the_other_has_just_counted(
    lin: User, foreigner: User, otto: User, pia: User
) -> None:
    people = [Actor.of(user) for user in (lin, foreigner, otto, pia)]

    first = [counts_of(["orders.to_confirm"], by)["orders.to_confirm"] for by in people]
    with CaptureQueriesContext(connection) as statements:
        again = [counts_of(["orders.to_confirm"], Actor.of(by.user))["orders.to_confirm"] for by in people if by.user]

    assert first == again == [3, 1, 4, 0]
    assert not [one for one in statements if "orders_shippingorder" in one["sql"]]


@pytest.mark.usefixtures("orders_of_two_stores")
def test_a_colleague_of_the_same_stores_gets_the_count_that_is_kept(lin: User, mara: User, an_order: Make) -> None:
    counted = counts_of(["orders.to_confirm"], Actor.of(lin))
    an_order()

    assert counts_of(["orders.to_confirm"], Actor.of(mara)) == counted == {"orders.to_confirm": 3}


@pytest.mark.usefixtures("orders_of_two_stores")
def test_a_new_store_is_counted_at_once_although_the_old_count_is_kept(lin: User, fengdu: Store) -> None:
    before = counts_of(["orders.to_confirm"], Actor.of(lin))
    StoreGrant.objects.create(user=lin, store=fengdu)

    assert (before, counts_of(["orders.to_confirm"], Actor.of(lin))) == (
        {"orders.to_confirm": 3}, {"orders.to_confirm": 4},
    )  # fmt: skip


@pytest.mark.usefixtures("orders_of_two_stores")
def test_stores_and_warehouses_to_choose_from_are_ones_own(
    lin: User, foreigner: User, noor: User, qinghe: Store, fengdu: Store
) -> None:
    chosen = [set(stores_of(Actor.of(user))) for user in (lin, foreigner, noor)]
    places = [set(warehouses_of(Actor.of(user))) for user in (lin, noor)]

    assert chosen == [{qinghe.pk}, {fengdu.pk}, {qinghe.pk}]
    assert places == [set(), {qinghe.warehouse_id}]
    assert set(stores_of(SYSTEM)) == {qinghe.pk, fengdu.pk}


@pytest.mark.usefixtures("orders_of_two_stores")
def test_two_pages_one_after_the_other_show_two_scopes(lin: User, foreigner: User) -> None:
    pages = []
    for user in (lin, foreigner, lin):
        client = Client(headers={"accept-language": "en"})
        client.force_login(user, backend=BACKEND)
        answer = client.get("/desk/orders/?tab=to_confirm")
        pages.append(
            ([tab.count for tab in answer.context["tabs"] if tab.key == "to_confirm"], answer.content.decode())
        )

    assert [counts for counts, _page in pages] == [["3"], ["1"], ["3"]]
    assert ["枫渡旗舰店" in page for _counts, page in pages] == [False, True, False]
    assert ["青禾小铺" in page for _counts, page in pages] == [True, False, True]


@pytest.mark.usefixtures("orders_of_two_stores")
def test_a_job_works_with_the_scope_that_its_requester_has_when_it_runs(
    person: Callable[..., User], fengdu: Store
) -> None:
    manager = person("shen", "manager")
    by = Actor.of(manager)
    query = read_query(ORDER_DESK, {"tab": ["all"]}, stores=stores_of(by))
    jobs = [request_export(query, by=by).pk for _ in range(2)]

    run_job(jobs[0])
    StoreGrant.objects.filter(user=manager).update(store=fengdu)
    run_job(jobs[1])

    rows = [Step.objects.get(job=job, phase=Step.Phase.WORK).counts["rows"] for job in jobs]
    assert rows == [3, 1]
