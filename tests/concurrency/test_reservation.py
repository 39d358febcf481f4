"""Many hands on the same stock: exactly what is there is set aside, nobody waits in a circle, nothing stays half."""

import threading
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, OperationalError, connection, connections, transaction

from apps.audit.context import signed
from apps.orders.models import ShippingOrder
from apps.org.actors import SYSTEM
from apps.org.models import Warehouse
from apps.stores.models import Sku
from apps.warehouse.actions import reserve
from apps.warehouse.actions.release import release_ended
from apps.warehouse.actions.reserve import Tally, reserve_waiting
from apps.warehouse.actions.serve import serve_waiting
from apps.warehouse.models import Bin, Reservation, StockBalance, StockMove

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE = 60
BUYERS, UNITS = 50, 10
Wanting = Callable[..., ShippingOrder]
InStock = Callable[..., StockMove]
Balance = Callable[..., tuple[int, int, int]]
Broken = Callable[[], list[str]]


def _at_once(acts: Sequence[Callable[[], object]]) -> list[object]:
    """Do all of it at the same moment, each on its own connection. Returns what each gave, or the error it met."""
    start = threading.Barrier(len(acts), timeout=PATIENCE)

    def one(act: Callable[[], object]) -> object:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SET lock_timeout = '60s'")
            start.wait()
            return act()
        except (IntegrityError, OperationalError) as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(one, acts))


def test_fifty_buyers_of_ten_units_get_exactly_ten(
    in_stock: InStock, wanting: Wanting, balance: Balance, warehouse: Warehouse, broken_stock: Broken
) -> None:
    in_stock("QH-000", UNITS)
    for _ in range(BUYERS):
        wanting({"QH-000": 1})

    tallies = _at_once([lambda: reserve_waiting(warehouse.pk)] * BUYERS)

    assert sum(tally.reserved for tally in tallies if isinstance(tally, Tally)) == UNITS
    assert [tally for tally in tallies if not isinstance(tally, Tally)] == []
    assert ShippingOrder.objects.filter(state="reserved").count() == UNITS
    assert balance("QH-000") == (UNITS, UNITS, 0)
    assert broken_stock() == []


def test_control_without_the_lock_the_second_run_hands_out_goods_that_are_gone(
    in_stock: InStock, wanting: Wanting, balance: Balance, warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_stock("QH-000", UNITS)
    for _ in range(BUYERS):
        wanting({"QH-000": 1})
    both_have_read = threading.Barrier(2, timeout=PATIENCE)

    def careless(warehouse_id: int, sku_ids: Collection[int]) -> dict[int, int]:
        rows = StockBalance.objects.filter(warehouse=warehouse_id, sku__in=sku_ids)
        free = {row.sku_id: row.on_hand - row.reserved for row in rows}
        both_have_read.wait()
        return free

    monkeypatch.setattr(reserve, "lock_stock", careless)

    first, second = sorted(_at_once([lambda: reserve_waiting(warehouse.pk)] * 2), key=lambda r: isinstance(r, Tally))

    assert isinstance(first, IntegrityError)
    assert "reserved_within_on_hand" in str(first)
    assert second == Tally(looked_at=BUYERS, reserved=UNITS)
    assert balance("QH-000") == (UNITS, UNITS, 0)


def test_goods_in_opposite_order_never_wait_in_a_circle(
    *, in_stock: InStock, a_bin: Callable[..., Bin], a_sku: Callable[..., Sku], wanting: Wanting, balance: Balance,
    warehouse: Warehouse, broken_stock: Broken,
) -> None:  # fmt: skip
    place, skus = a_bin(), [a_sku(f"QH-{nth:03d}") for nth in range(4)]
    forwards = {sku.code: 1 for sku in skus}
    backwards = dict(reversed(forwards.items()))
    orders = [wanting(wants) for _ in range(15) for wants in (forwards, backwards)]

    def arrive(order: Sequence[Sku]) -> None:
        for _ in range(15):
            with transaction.atomic(), signed("warehouse.test.arrive", by=SYSTEM):
                StockMove.objects.bulk_create(
                    [
                        StockMove(
                            warehouse=warehouse, bin=place, sku=sku, quantity=1, kind="receipt", subject_type="t",
                            subject_id=1,
                        )
                        for sku in order
                    ]
                )  # fmt: skip

    def serve() -> None:
        for _ in range(15):
            reserve_waiting(warehouse.pk, limit=5)
            release_ended()

    results = _at_once([lambda: arrive(skus), lambda: arrive(skus[::-1]), serve, serve])
    serve_waiting()

    assert results == [None] * 4
    assert ShippingOrder.objects.filter(pk__in=[order.pk for order in orders], state="reserved").count() == 30
    assert [balance(sku.code) for sku in skus] == [(30, 30, 0)] * 4
    assert broken_stock() == []


def test_a_run_that_is_killed_leaves_nothing_half_and_the_sweep_finishes(
    *, in_stock: InStock, wanting: Wanting, balance: Balance, warehouse: Warehouse, broken_stock: Broken,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    in_stock("QH-000", 5)
    orders = [wanting({"QH-000": 1}) for _ in range(3)]

    def die(_warehouse: int, _orders: list[int]) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    with monkeypatch.context() as patch:
        patch.setattr(reserve, "_set_aside", die)
        (died,) = _at_once([lambda: reserve_waiting(warehouse.pk)])
    half = (ShippingOrder.objects.filter(state="reserved").count(), Reservation.objects.count(), balance("QH-000"))
    served = serve_waiting()

    assert isinstance(died, OperationalError)
    assert half == (0, 0, (5, 0, 0))
    assert served == len(orders)
    assert balance("QH-000") == (5, 3, 0)
    assert broken_stock() == []
