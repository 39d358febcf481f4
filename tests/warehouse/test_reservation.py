"""Goods set aside: in payment order, all lines or nothing, and let go when the order stands still."""

from collections.abc import Callable

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from apps.audit.context import signed
from apps.audit.queries import timeline_of
from apps.core.errors import Conflict
from apps.orders.actions import (
    amend_order,
    cancel_shipping_order,
    clear_reason,
    hold_shipping_order,
    unconfirm_shipping_order,
)
from apps.orders.actions.progress import mark_picking
from apps.orders.models import Reason, ShippingOrder
from apps.orders.rules.amendment import Amendment, LineWish
from apps.org.actors import SYSTEM, Actor
from apps.org.models import Store, User, Warehouse
from apps.warehouse.actions.release import close_reservations, release_ended
from apps.warehouse.actions.reserve import Tally, reserve_waiting
from apps.warehouse.actions.serve import serve_waiting
from apps.warehouse.models import Bin, Reservation, StockBalance, StockMove
from apps.warehouse.queries.stock import missing_of, shortages, with_free_pieces

pytestmark = pytest.mark.django_db
Wanting = Callable[..., ShippingOrder]
InStock = Callable[..., StockMove]
Balance = Callable[..., tuple[int, int, int]]
StateOf = Callable[[ShippingOrder], str]
MOST_STATEMENTS = 12


@pytest.mark.rule("ORD-08")
def test_a_confirmed_order_gets_its_goods(
    in_stock: InStock, wanting: Wanting, balance: Balance, state_of: StateOf, warehouse: Warehouse
) -> None:
    in_stock("QH-000", 10)
    order = wanting({"QH-000": 3})

    tally = reserve_waiting(warehouse.pk)

    assert tally == Tally(looked_at=1, reserved=1)
    assert state_of(order) == "reserved"
    assert balance("QH-000") == (10, 3, 0)
    assert [line.verb for line in timeline_of(order)] == ["orders.shippingorder.reserve"]


def test_who_paid_first_is_served_first(
    in_stock: InStock, wanting: Wanting, state_of: StateOf, warehouse: Warehouse
) -> None:
    in_stock("QH-000", 5)
    late, early, middle = (
        wanting({"QH-000": 2}, paid=30),
        wanting({"QH-000": 2}, paid=10),
        wanting({"QH-000": 2}, paid=20),
    )

    reserve_waiting(warehouse.pk)

    assert [state_of(order) for order in (early, middle, late)] == ["reserved", "reserved", "confirmed"]


def test_an_order_gets_all_of_its_lines_or_nothing_and_does_not_block_those_behind_it(
    in_stock: InStock, wanting: Wanting, balance: Balance, state_of: StateOf, warehouse: Warehouse
) -> None:
    in_stock("QH-000", 2)
    in_stock("QH-001", 1)
    short = wanting({"QH-000": 2, "QH-001": 2}, paid=1)
    behind = wanting({"QH-000": 2}, paid=2)

    reserve_waiting(warehouse.pk)

    assert (state_of(short), state_of(behind)) == ("confirmed", "reserved")
    assert balance("QH-000") == (2, 2, 0)
    assert balance("QH-001") == (1, 0, 0)
    assert not Reservation.objects.filter(shipping_order=short).exists()


def test_a_chain_of_orders_that_share_skus_is_served_in_one_run(
    in_stock: InStock, wanting: Wanting, state_of: StateOf, warehouse: Warehouse
) -> None:
    for nth in range(7):
        in_stock(f"QH-{nth:03d}", 1)
    chain = [wanting({f"QH-{nth:03d}": 1, f"QH-{nth + 1:03d}": 1}) for nth in range(6)]

    tally = reserve_waiting(warehouse.pk)

    assert [state_of(order) for order in chain] == ["reserved", "confirmed"] * 3
    assert tally == Tally(looked_at=6, reserved=3)
    assert reserve_waiting(warehouse.pk) == Tally(0, 0)


def test_orders_that_stock_can_never_serve_do_not_use_up_a_run(
    in_stock: InStock, wanting: Wanting, state_of: StateOf, warehouse: Warehouse
) -> None:
    in_stock("QH-000", 1)
    for _ in range(3):
        wanting({"QH-009": 1})
    last = wanting({"QH-000": 1})

    reserve_waiting(warehouse.pk, limit=1)

    assert state_of(last) == "reserved"


def test_a_run_that_cannot_take_all_takes_those_who_paid_first(
    in_stock: InStock, wanting: Wanting, state_of: StateOf, warehouse: Warehouse
) -> None:
    in_stock("QH-000", 9)
    last, first, second = (wanting({"QH-000": 1}, paid=day) for day in (3, 1, 2))

    reserve_waiting(warehouse.pk, limit=2)

    assert [state_of(order) for order in (first, second, last)] == ["reserved", "reserved", "confirmed"]


def test_goods_in_a_bin_for_defects_are_not_set_aside(
    in_stock: InStock, a_bin: Callable[..., Bin], wanting: Wanting, state_of: StateOf, warehouse: Warehouse
) -> None:
    in_stock("QH-000", 5, bin=a_bin("D-01-01", kind="defects"))
    order = wanting({"QH-000": 1})

    reserve_waiting(warehouse.pk)

    assert state_of(order) == "confirmed"


def test_stock_of_another_warehouse_serves_nobody_here(
    in_stock: InStock, a_bin: Callable[..., Bin], wanting: Wanting, state_of: StateOf, fengdu: Store
) -> None:
    in_stock("QH-000", 5, bin=a_bin("A-01-01", of=fengdu.warehouse))
    order = wanting({"QH-000": 1})

    serve_waiting()

    assert state_of(order) == "confirmed"


@pytest.mark.rule("ORD-12")
def test_a_held_order_waits_and_the_next_one_gets_its_goods(
    in_stock: InStock, wanting: Wanting, state_of: StateOf, warehouse: Warehouse, as_lin: Actor
) -> None:
    in_stock("QH-000", 1)
    held, free = wanting({"QH-000": 1}, paid=1), wanting({"QH-000": 1}, paid=2)
    hold_shipping_order(held.pk, note="地址待核实", by=as_lin)

    serve_waiting()

    assert (state_of(held), state_of(free)) == ("confirmed", "reserved")


@pytest.mark.rule("ORD-12")
def test_holding_a_reserved_order_frees_its_goods_and_clearing_it_sets_them_aside_again(
    in_stock: InStock, wanting: Wanting, balance: Balance, state_of: StateOf, as_lin: Actor
) -> None:
    in_stock("QH-000", 3)
    order = wanting({"QH-000": 2})
    serve_waiting()

    hold_shipping_order(order.pk, note="地址待核实", by=as_lin)
    serve_waiting()
    while_held = (state_of(order), balance("QH-000"))
    clear_reason(Reason.objects.get().pk, note="已核实", by=as_lin)
    serve_waiting()

    assert while_held == ("confirmed", (3, 0, 0))
    assert (state_of(order), balance("QH-000")) == ("reserved", (3, 2, 0))
    assert list(Reservation.objects.order_by("pk").values_list("closed_as", flat=True)) == ["released", ""]


def test_cancelling_a_reserved_order_frees_its_goods_for_the_next(
    in_stock: InStock, wanting: Wanting, balance: Balance, state_of: StateOf, mara: User
) -> None:
    in_stock("QH-000", 1)
    first, second = wanting({"QH-000": 1}, paid=1), wanting({"QH-000": 1}, paid=2)
    serve_waiting()

    cancel_shipping_order(first.pk, reason="买家不要了", by=Actor.of(mara))
    serve_waiting()

    assert (state_of(first), state_of(second)) == ("cancelled", "reserved")
    assert balance("QH-000") == (1, 1, 0)


def test_taking_the_confirmation_back_frees_the_goods(
    in_stock: InStock, wanting: Wanting, balance: Balance, state_of: StateOf, as_lin: Actor
) -> None:
    in_stock("QH-000", 1)
    order = wanting({"QH-000": 1})
    serve_waiting()

    unconfirm_shipping_order(order.pk, reason="改地址", by=as_lin)
    serve_waiting()

    assert (state_of(order), balance("QH-000")) == ("imported", (1, 0, 0))


def test_goods_of_an_order_at_the_bench_stay_when_it_is_held(
    in_stock: InStock, wanting: Wanting, balance: Balance, state_of: StateOf, as_lin: Actor
) -> None:
    in_stock("QH-000", 1)
    order = wanting({"QH-000": 1})
    serve_waiting()
    with transaction.atomic():
        mark_picking([order.pk], by=SYSTEM)

    hold_shipping_order(order.pk, note="买家要改色", by=as_lin)
    released = release_ended()

    assert (released, state_of(order), balance("QH-000")) == (0, "picking", (1, 1, 0))


def test_serving_twice_is_harmless(in_stock: InStock, wanting: Wanting, balance: Balance) -> None:
    in_stock("QH-000", 5)
    wanting({"QH-000": 2})

    assert (serve_waiting(), serve_waiting()) == (1, 0)
    assert balance("QH-000") == (5, 2, 0)
    assert Reservation.objects.count() == 1


def test_shortages_say_how_many_pieces_how_many_orders_wait_for(in_stock: InStock, wanting: Wanting) -> None:
    in_stock("QH-000", 3)
    first, second = wanting({"QH-000": 4, "QH-001": 1}), wanting({"QH-000": 2, "QH-001": 1})
    serve_waiting()

    found = {one.sku_code: (one.wanted, one.available, one.orders) for one in shortages(SYSTEM)}

    assert found == {"QH-000": (6, 3, 2), "QH-001": (2, 0, 2)}
    missing = [missing_of(with_free_pieces(order.lines.select_related("sku"))) for order in (first, second)]
    assert missing == [[("QH-000", 1), ("QH-001", 1)], [("QH-001", 1)]]


def test_shortages_of_a_foreign_warehouse_are_not_shown(wanting: Wanting, as_vera: Actor, fengdu: Store) -> None:
    wanting({"QH-009": 1}, store=fengdu)

    assert shortages(as_vera) == []
    assert len(shortages(SYSTEM)) == 1


@pytest.mark.parametrize("orders", [4, 8])
def test_a_run_takes_the_same_few_statements_for_few_and_for_many(
    in_stock: InStock, wanting: Wanting, warehouse: Warehouse, orders: int
) -> None:
    in_stock("QH-000", 100)
    in_stock("QH-001", 100)
    for _ in range(orders):
        wanting({"QH-000": 1, "QH-001": 2})

    with CaptureQueriesContext(connection) as asked:
        tally = reserve_waiting(warehouse.pk)

    own = [query["sql"] for query in asked if "SAVEPOINT" not in query["sql"]]
    assert tally.reserved == orders
    assert len(own) == 9 <= MOST_STATEMENTS


@pytest.mark.parametrize(
    ("stocked", "wrong", "told"),
    [
        ("QH-000", "quantity", "than its line"),
        ("QH-000", "sku", "than its line"),
        ("QH-000", "warehouse", "than its line"),
        ("QH-000", "shipping_order", "than its line"),
        ("QH-001", "", "the warehouse never had"),
    ],
)
def test_a_reservation_that_is_not_its_lines_is_refused(
    in_stock: InStock, wanting: Wanting, fengdu: Store, *, stocked: str, wrong: str, told: str
) -> None:
    in_stock(stocked, 9)
    order, other = wanting({"QH-000": 2}), wanting({"QH-002": 2}, store=fengdu)
    line = order.lines.get()
    right = {"shipping_order": order, "warehouse": order.warehouse, "sku": line.sku, "quantity": 2}
    instead = {"shipping_order": other, "warehouse": other.warehouse, "sku": other.lines.get().sku, "quantity": 3}

    with pytest.raises(IntegrityError, match=told), transaction.atomic():
        Reservation.objects.create(
            shipping_order_line=line, **{name: (instead if name == wrong else right)[name] for name in right}
        )

    assert not Reservation.objects.exists()
    assert set(StockBalance.objects.values_list("on_hand", "reserved")) == {(9, 0)}


def test_a_line_is_set_aside_once_and_again_when_that_was_let_go(
    in_stock: InStock, wanting: Wanting, balance: Balance
) -> None:
    in_stock("QH-000", 9)
    order = wanting({"QH-000": 2})
    line = order.lines.get()
    serve_waiting()

    def set_aside() -> None:
        with transaction.atomic():
            Reservation.objects.create(
                shipping_order_line=line, shipping_order=order, warehouse=order.warehouse, sku=line.sku, quantity=2
            )

    with pytest.raises(IntegrityError, match="one_open_reservation_per_line"):
        set_aside()
    assert balance("QH-000") == (9, 2, 0)
    close_reservations([order.pk], Reservation.Outcome.RELEASED)
    set_aside()

    assert balance("QH-000") == (9, 2, 0)


def test_more_than_is_there_is_never_set_aside_whoever_asks(
    in_stock: InStock, wanting: Wanting, balance: Balance
) -> None:
    in_stock("QH-000", 1)
    order = wanting({"QH-000": 2})
    line = order.lines.get()

    with pytest.raises(IntegrityError, match="reserved_within_on_hand"), transaction.atomic():
        Reservation.objects.create(
            shipping_order_line=line, shipping_order=order, warehouse=order.warehouse, sku=line.sku, quantity=2
        )

    assert balance("QH-000") == (1, 0, 0)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE warehouse_reservation SET quantity = 1",
        "UPDATE warehouse_reservation SET reserved_at = now() - interval '1 day'",
        "DELETE FROM warehouse_reservation",
    ],
)
def test_a_reservation_is_closed_never_changed(
    in_stock: InStock, wanting: Wanting, balance: Balance, statement: str
) -> None:
    in_stock("QH-000", 9)
    wanting({"QH-000": 2})
    serve_waiting()

    with pytest.raises(IntegrityError), transaction.atomic(), signed("warehouse.x", by=SYSTEM):
        connection.cursor().execute(statement)

    assert balance("QH-000") == (9, 2, 0)


def test_a_closed_reservation_is_not_opened_again(
    in_stock: InStock, wanting: Wanting, balance: Balance, mara: User
) -> None:
    in_stock("QH-000", 9)
    order = wanting({"QH-000": 2})
    serve_waiting()
    cancel_shipping_order(order.pk, reason="买家不要了", by=Actor.of(mara))
    serve_waiting()

    with pytest.raises(IntegrityError, match="closed once"), transaction.atomic():
        Reservation.objects.update(closed_at=None, closed_as="")

    assert balance("QH-000") == (9, 0, 0)


def test_a_line_that_had_its_goods_once_is_not_left_out(
    reserved: Callable[..., list[ShippingOrder]], as_lin: Actor
) -> None:
    (order,) = reserved(1, lines=2)
    unconfirm_shipping_order(order.pk, reason="改地址", by=as_lin)
    line = order.lines.order_by("pk")[0]

    with pytest.raises(Conflict) as refused:
        amend_order(order.pk, Amendment(lines={line.pk: LineWish(0)}), reason="平台已发", by=as_lin)

    assert refused.value.code == "had_goods"
    assert order.lines.count() == 2
