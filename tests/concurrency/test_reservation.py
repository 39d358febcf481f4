"""Many hands on the same stock: exactly what is there is set aside, nobody waits in a circle, nothing stays half."""

import threading
from collections.abc import Callable, Collection, Sequence

import pytest
from django.db import IntegrityError, OperationalError, connection, transaction

from apps.audit.context import signed
from apps.orders.models import ShippingOrder
from apps.org.actors import SYSTEM
from apps.org.models import Warehouse
from apps.stores.models import Sku
from apps.warehouse.actions import reserve
from apps.warehouse.actions.locks import lock_stock
from apps.warehouse.actions.release import release_ended
from apps.warehouse.actions.reserve import Tally, reserve_waiting
from apps.warehouse.actions.serve import serve_waiting
from apps.warehouse.models import Bin, Reservation, StockBalance, StockMove
from tests.concurrency.hands import PATIENCE, at_once, without_constraint

pytestmark = pytest.mark.django_db(transaction=True)
BUYERS, UNITS = 50, 10
Wanting = Callable[..., ShippingOrder]
InStock = Callable[..., StockMove]
Balance = Callable[..., tuple[int, int, int]]
Broken = Callable[[], list[str]]


def test_fifty_buyers_of_ten_units_get_exactly_ten(
    in_stock: InStock, wanting: Wanting, balance: Balance, warehouse: Warehouse, broken_stock: Broken
) -> None:
    in_stock("QH-000", UNITS)
    for _ in range(BUYERS):
        wanting({"QH-000": 1})

    tallies = at_once([lambda: reserve_waiting(warehouse.pk)] * BUYERS)

    assert sum(tally.reserved for tally in tallies if isinstance(tally, Tally)) == UNITS
    assert [tally for tally in tallies if not isinstance(tally, Tally)] == []
    assert ShippingOrder.objects.filter(state="reserved").count() == UNITS
    assert balance("QH-000") == (UNITS, UNITS, 0)
    assert broken_stock() == []


@pytest.fixture
def two_careless_runs(
    in_stock: InStock, wanting: Wanting, warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> Callable[[], list[object]]:
    """Two runs for the same buyers that look at what is free without a lock, both before either takes anything."""
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
    return lambda: at_once([lambda: reserve_waiting(warehouse.pk)] * 2, meets=IntegrityError)


def test_control_without_lock_and_check_twice_as_much_is_promised_as_there_is_and_the_checker_finds_it(
    two_careless_runs: Callable[[], list[object]], balance: Balance, broken_stock: Broken
) -> None:
    with without_constraint("warehouse_stockbalance", "reserved_within_on_hand"):
        tallies = two_careless_runs()

        assert tallies == [Tally(looked_at=BUYERS, reserved=UNITS)] * 2
        assert ShippingOrder.objects.filter(state="reserved").count() == 2 * UNITS
        assert balance("QH-000") == (UNITS, 2 * UNITS, 0)
        assert broken_stock() == ["warehouse.reserved_is_there"]


def test_control_without_the_lock_the_check_still_stops_the_second(
    two_careless_runs: Callable[[], list[object]], balance: Balance
) -> None:
    first, second = sorted(two_careless_runs(), key=lambda result: isinstance(result, Tally))

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

    results = at_once([lambda: arrive(skus), lambda: arrive(skus[::-1]), serve, serve])
    serve_waiting()

    assert results == [None] * 4
    assert ShippingOrder.objects.filter(pk__in=[order.pk for order in orders], state="reserved").count() == 30
    assert [balance(sku.code) for sku in skus] == [(30, 30, 0)] * 4
    assert broken_stock() == []


def test_control_runs_that_lock_goods_as_they_come_wait_in_a_circle(
    in_stock: InStock, wanting: Wanting, warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One comes from the front, the other from the back: each holds one balance before either asks for the other."""
    for code in ("QH-000", "QH-001"):
        in_stock(code, 2)
        wanting({"QH-000": 1, "QH-001": 1})
    from_the_back, both_hold_one = iter([False, True]), threading.Barrier(2, timeout=PATIENCE)

    def one_by_one(warehouse_id: int, sku_ids: Collection[int]) -> dict[int, int]:
        first, second = sorted(sku_ids, reverse=next(from_the_back))
        free = lock_stock(warehouse_id, [first])
        both_hold_one.wait()
        return free | lock_stock(warehouse_id, [second])

    monkeypatch.setattr(reserve, "lock_stock", one_by_one)

    results = at_once([lambda: reserve_waiting(warehouse.pk)] * 2, meets=OperationalError)

    assert [each for each in results if isinstance(each, Tally)] == [Tally(looked_at=2, reserved=2)]
    assert [type(each) for each in results if "deadlock detected" in str(each)] == [OperationalError]


def test_control_arrivals_that_are_booked_piece_by_piece_wait_in_a_circle(
    in_stock: InStock, a_sku: Callable[..., Sku], balance: Balance, broken_stock: Broken
) -> None:
    """The ledger orders the balances of one statement; two statements of one transaction come as they come."""
    codes = ["QH-000", "QH-001"]
    for code in codes:
        in_stock(code, 1)
    both_hold_one = threading.Barrier(2, timeout=PATIENCE)

    def arrive(order: Sequence[str]) -> None:
        with transaction.atomic():
            in_stock(order[0], 1)
            both_hold_one.wait()
            in_stock(order[1], 1)

    results = at_once([lambda: arrive(codes), lambda: arrive(codes[::-1])], meets=OperationalError)

    assert [type(each) for each in results if "deadlock detected" in str(each)] == [OperationalError]
    assert [balance(code) for code in codes] == [(2, 0, 0)] * 2
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
        (died,) = at_once([lambda: reserve_waiting(warehouse.pk)], meets=OperationalError)
    half = (ShippingOrder.objects.filter(state="reserved").count(), Reservation.objects.count(), balance("QH-000"))
    served = serve_waiting()

    assert isinstance(died, OperationalError)
    assert half == (0, 0, (5, 0, 0))
    assert served == len(orders)
    assert balance("QH-000") == (5, 3, 0)
    assert broken_stock() == []
