"""A stock document takes goods from orders while others reserve them: nobody waits in a circle, nothing is lost."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event

import pytest
from django.db import OperationalError, transaction

from apps.orders.models import ShippingOrder
from apps.org.actors import SYSTEM
from apps.org.models import Warehouse
from apps.stores.models import Sku
from apps.warehouse.actions import stock_documents as documents
from apps.warehouse.actions.locks import lock_stock_to_move
from apps.warehouse.actions.reserve import reserve_waiting
from apps.warehouse.actions.stock_documents import StockLine, draft_stock_document, post_stock_document
from apps.warehouse.models import Bin, StockDocument, StockMove
from tests.concurrency.hands import PATIENCE, own_connection, until_somebody_waits_for_a_lock

pytestmark = pytest.mark.django_db(transaction=True)
Balance = Callable[..., tuple[int, int, int]]
LockBoth = Callable[[int, int, int], None]
PostedWhileReserved = Callable[[LockBoth], tuple[ShippingOrder, list[object]]]


def _result(act: Callable[[], object]) -> object:
    """What it gave, or the error that the database met."""
    with own_connection():
        try:
            return act()
        except OperationalError as error:
            return error


def _in_one_go(warehouse: int, first: int, second: int) -> None:
    lock_stock_to_move(warehouse, [first, second])


@pytest.fixture
def posted_while_reserved(
    *, warehouse: Warehouse, in_stock: Callable[..., StockMove], wanting: Callable[..., ShippingOrder],
    a_sku: Callable[..., Sku], a_bin: Callable[..., Bin],
) -> PostedWhileReserved:  # fmt: skip
    """One piece of QH-001 is written off; while the document waits for its balance, an order gets that piece and one of QH-000.

    A third hand wants both balances, and takes them as it is told (warehouse, first SKU, second SKU). Returns the order,
    and what became of the document and of the third.
    """

    def run(lock_both: LockBoth) -> tuple[ShippingOrder, list[object]]:
        in_stock("QH-000", 5)
        place = a_bin("A-9")
        in_stock("QH-001", 1, bin=place)
        both = [a_sku("QH-000").pk, a_sku("QH-001").pk]
        order = wanting({"QH-000": 1, "QH-001": 1})
        lines = [StockLine(place.pk, both[1], -1)]
        document = draft_stock_document(warehouse.pk, kind="adjustment", lines=lines, reason="盘亏", by=SYSTEM)

        def third() -> None:
            with transaction.atomic():
                lock_both(warehouse.pk, *both)

        acts: list[Callable[[], object]] = [lambda: post_stock_document(document.pk, by=SYSTEM), third]
        with ThreadPoolExecutor(2) as pool:
            running: list[Future[object]] = []
            with transaction.atomic():
                lock_stock_to_move(warehouse.pk, both)
                for nth, act in enumerate(acts, start=1):
                    running.append(pool.submit(_result, act))
                    until_somebody_waits_for_a_lock(nth)
                reserve_waiting(warehouse.pk)
            return order, [each.result(PATIENCE) for each in running]

    return run


def test_an_order_that_got_its_goods_while_the_document_waited_gives_them_back_without_a_circle(
    posted_while_reserved: PostedWhileReserved, balance: Balance, broken_stock: Callable[[], list[str]]
) -> None:
    order, (document, third) = posted_while_reserved(_in_one_go)

    order.refresh_from_db()
    assert (type(document), third) == (StockDocument, None)
    assert order.state == "confirmed"
    assert (balance("QH-000"), balance("QH-001")) == ((5, 0, 0), (0, 0, 0))
    assert broken_stock() == []


def test_control_with_a_look_before_the_locks_only_the_two_wait_in_a_circle(
    posted_while_reserved: PostedWhileReserved, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each holds one of the two balances before either asks for the other: so the circle closes in every run."""
    document_holds_one, third_holds_one = Event(), Event()

    def careless(document: StockDocument) -> None:
        lock_stock_to_move(document.warehouse_id, documents._touched(document))
        document_holds_one.set()
        assert third_holds_one.wait(PATIENCE)

    def one_by_one(warehouse: int, first: int, second: int) -> None:
        lock_stock_to_move(warehouse, [first])
        third_holds_one.set()
        assert document_holds_one.wait(PATIENCE)
        lock_stock_to_move(warehouse, [second])

    monkeypatch.setattr(documents, "_lock_touched", careless)

    _order, results = posted_while_reserved(one_by_one)

    assert sum(isinstance(each, OperationalError) and "deadlock" in str(each) for each in results) == 1
