"""Whatever is done to stock in whatever order, the database stands as a few lines of plain Python say."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, ClassVar

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from apps.audit.context import signed
from apps.core.errors import Conflict
from apps.orders.actions import cancel_shipping_order
from apps.orders.actions.progress import mark_packed, mark_picking, mark_shipped
from apps.orders.models import ShippingOrder
from apps.org.actors import SYSTEM
from apps.org.models import Warehouse
from apps.stores.models import Sku
from apps.warehouse.actions.release import close_reservations
from apps.warehouse.actions.serve import serve_waiting
from apps.warehouse.actions.stock_documents import StockLine, draft_stock_document, post_stock_document
from apps.warehouse.models import Bin, Reservation, StockBalance, StockMove

pytestmark = pytest.mark.django_db
CODES = ["QH-000", "QH-001", "QH-002"]
PIECES = st.integers(1, 4)
WANTS = st.dictionaries(st.sampled_from(CODES), PIECES, min_size=1)


@dataclass
class Plain:
    """Stock as a person would keep it: what is there, who holds what, who waits, in payment order."""

    on_hand: dict[str, int] = field(default_factory=lambda: dict.fromkeys(CODES, 0))
    waiting: list[tuple[int, dict[str, int]]] = field(default_factory=list)
    holding: list[tuple[int, dict[str, int]]] = field(default_factory=list)

    def reserved(self, code: str) -> int:
        return sum(wants.get(code, 0) for _order, wants in self.holding)

    def serve(self) -> None:
        for order in sorted(self.waiting):
            if all(self.on_hand[code] - self.reserved(code) >= pieces for code, pieces in order[1].items()):
                self.waiting.remove(order)
                self.holding.append(order)

    def lose(self, code: str, pieces: int) -> None:
        self.on_hand[code] -= pieces
        for order in sorted(self.holding, reverse=True):
            if self.reserved(code) > self.on_hand[code] and code in order[1]:
                self.holding.remove(order)
                self.waiting.append(order)


class Stock(RuleBasedStateMachine):
    house: ClassVar[dict[str, Any]] = {}

    @initialize()
    def open(self) -> None:
        self.rollback = transaction.atomic()
        self.rollback.__enter__()
        self.plain = Plain()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.rollback.__exit__(None, None, None)

    @rule(code=st.sampled_from(CODES), pieces=PIECES)
    def receive(self, code: str, pieces: int) -> None:
        self.house["in_stock"](code, pieces)
        self.plain.on_hand[code] += pieces

    @rule(code=st.sampled_from(CODES), pieces=PIECES)
    def adjust(self, code: str, pieces: int) -> None:
        line = StockLine(self.house["bin"].pk, self.house["sku"](code).pk, -pieces)
        document = draft_stock_document(
            self.house["warehouse"].pk, kind="adjustment", lines=[line], reason="盘亏", by=SYSTEM
        )
        try:
            post_stock_document(document.pk, by=SYSTEM)
        except Conflict:
            assert self.plain.on_hand[code] < pieces
        else:
            self.plain.lose(code, pieces)

    @rule(wants=WANTS)
    def order(self, wants: dict[str, int]) -> None:
        order = self.house["wanting"](wants)
        self.plain.waiting.append((order.pk, wants))

    @rule()
    def serve(self) -> None:
        serve_waiting()
        self.plain.serve()

    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        orders = sorted([*self.plain.waiting, *self.plain.holding])
        if orders:
            order = data.draw(st.sampled_from(orders))
            cancel_shipping_order(order[0], reason="买家不要了", by=SYSTEM)
            (self.plain.waiting if order in self.plain.waiting else self.plain.holding).remove(order)
            self.serve()

    @rule(data=st.data())
    def ship(self, data: st.DataObject) -> None:
        if self.plain.holding:
            order = data.draw(st.sampled_from(sorted(self.plain.holding)))
            _ship(ShippingOrder.objects.get(pk=order[0]), self.house["bin"])
            self.plain.holding.remove(order)
            for code, pieces in order[1].items():
                self.plain.on_hand[code] -= pieces

    @invariant()
    def stands_as_it_should(self) -> None:
        rows = StockBalance.objects.values_list("sku__code", "on_hand", "reserved")
        found = {code: (on_hand, reserved) for code, on_hand, reserved in rows}
        for code in CODES:
            assert found.get(code, (0, 0)) == (self.plain.on_hand[code], self.plain.reserved(code))
        assert self.house["broken"]() == []


def _ship(order: ShippingOrder, place: Bin) -> None:
    """What dispatching does to stock: close what is set aside, then take it out of the bin."""
    with transaction.atomic(), signed("warehouse.test.ship", by=SYSTEM):
        for step in (mark_picking, mark_packed, mark_shipped):
            assert step([order.pk], by=SYSTEM).done == [order.pk]
        close_reservations([order.pk], Reservation.Outcome.SHIPPED)
        StockMove.objects.bulk_create(
            [
                StockMove(
                    warehouse_id=order.warehouse_id, bin=place, sku_id=line.sku_id, quantity=-line.quantity,
                    kind="shipment", subject_type="orders.shippingorder", subject_id=order.pk,
                )
                for line in order.lines.all()
            ]
        )  # fmt: skip


def test_stock_stands_as_plain_python_says(
    *, warehouse: Warehouse, a_bin: Callable[..., Bin], a_sku: Callable[..., Sku], in_stock: Callable[..., StockMove],
    wanting: Callable[..., ShippingOrder], broken_stock: Callable[[], list[str]],
) -> None:  # fmt: skip
    for code in CODES:
        a_sku(code)
    Stock.house = {
        "warehouse": warehouse, "bin": a_bin(), "sku": a_sku, "in_stock": in_stock, "wanting": wanting,
        "broken": broken_stock,
    }  # fmt: skip

    run_state_machine_as_test(
        Stock,
        settings=settings(
            max_examples=12,
            stateful_step_count=15,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
        ),
    )
