"""Whatever is done to stock in whatever order, the database stands as a few lines of plain Python say."""

from collections.abc import Callable
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any, ClassVar

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from apps.aftersales.actions import Count, inspect_return
from apps.aftersales.models import ReturnOrder
from apps.core.errors import Conflict
from apps.orders.actions import cancel_shipping_order
from apps.orders.models import ShippingOrder
from apps.org.actors import SYSTEM, Actor
from apps.org.models import Warehouse
from apps.stores.models import Sku
from apps.warehouse.actions import confirm_rest, dispatch_shipments, finish_wave, plan_wave, start_wave
from apps.warehouse.actions.serve import serve_waiting
from apps.warehouse.actions.stock_documents import StockLine, draft_stock_document, post_stock_document
from apps.warehouse.models import Bin, Carrier, Shipment, StockBalance, StockMove

pytestmark = pytest.mark.django_db
CODES = ["QH-000", "QH-001", "QH-002"]
PIECES = st.integers(1, 4)
# Enough for the first orders: a house that opens empty ships next to nothing within so few steps.
OPENING = 6
WANTS = st.dictionaries(st.sampled_from(CODES), PIECES, min_size=1)


def _nothing() -> dict[str, int]:
    return dict.fromkeys(CODES, 0)


@dataclass
class Plain:
    """Stock as a person would keep it: what is there and what is spoilt, who holds what, who waits, in payment order."""

    on_hand: dict[str, int] = field(default_factory=_nothing)
    defective: dict[str, int] = field(default_factory=_nothing)
    waiting: list[tuple[int, dict[str, int]]] = field(default_factory=list)
    holding: list[tuple[int, dict[str, int]]] = field(default_factory=list)
    gone: list[tuple[int, dict[str, int]]] = field(default_factory=list)

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
        for code in CODES:
            self.receive(code, OPENING)
            self.order({code: 2})

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

    @precondition(lambda self: self.plain.waiting or self.plain.holding)
    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        order = data.draw(st.sampled_from(sorted([*self.plain.waiting, *self.plain.holding])))
        cancel_shipping_order(order[0], reason="买家不要了", by=SYSTEM)
        (self.plain.waiting if order in self.plain.waiting else self.plain.holding).remove(order)
        self.serve()

    @rule(data=st.data())
    def ship(self, data: st.DataObject) -> None:
        self.serve()
        if not self.plain.holding:
            return
        held = st.sampled_from(sorted(self.plain.holding))
        orders = data.draw(st.lists(held, min_size=1, max_size=3, unique_by=itemgetter(0)))
        self.house["ship"]([order for order, _wants in orders])
        for order in orders:
            self.plain.holding.remove(order)
            self.plain.gone.append(order)
            for code, pieces in order[1].items():
                self.plain.on_hand[code] -= pieces

    @precondition(lambda self: self.plain.gone)
    @rule(data=st.data())
    def come_back(self, data: st.DataObject) -> None:
        order = data.draw(st.sampled_from(sorted(self.plain.gone)))
        good = {code: data.draw(st.integers(0, pieces), label=f"good {code}") for code, pieces in order[1].items()}
        self.house["inspect"](order[0], good)
        self.plain.gone.remove(order)
        for code, pieces in order[1].items():
            self.plain.on_hand[code] += good[code]
            self.plain.defective[code] += pieces - good[code]

    @invariant()
    def stands_as_it_should(self) -> None:
        rows = StockBalance.objects.values_list("sku__code", "on_hand", "reserved", "defective")
        found = {code: counts for code, *counts in rows}
        plain = self.plain
        for code in CODES:
            assert found.get(code, [0, 0, 0]) == [plain.on_hand[code], plain.reserved(code), plain.defective[code]]
        assert self.house["broken"]() == []


@pytest.fixture
def ship(
    warehouse: Warehouse, yto: Carrier, as_vera: Actor, packed: Callable[..., Shipment]
) -> Callable[[list[int]], None]:
    """Take orders through the house on one wave, from the pick list to the carrier."""

    def make(orders: list[int]) -> None:
        wave = plan_wave(warehouse.pk, pks=orders, by=as_vera)
        start_wave(wave.pk, by=as_vera)
        confirm_rest(wave.pk, by=as_vera)
        finish_wave(wave.pk, by=as_vera)
        parcels = [packed(order).pk for order in ShippingOrder.objects.filter(pk__in=orders)]
        assert sorted(dispatch_shipments(parcels, yto.pk, by=as_vera).done) == sorted(parcels)

    return make


@pytest.fixture
def inspect(received: Callable[..., ReturnOrder], a_bin: Callable[..., Bin]) -> Callable[[int, dict[str, int]], None]:
    """All goods of an order come back: so many of each SKU are good, the others are not."""
    place, _spoilt = a_bin(), a_bin("Z-99-01", kind="defects")

    def make(order: int, good: dict[str, int]) -> None:
        row = received(ShippingOrder.objects.get(pk=order))
        lines = row.lines.select_related("sku")
        counts = {line.pk: Count(good[line.sku.code], line.quantity - good[line.sku.code], place.pk) for line in lines}
        inspect_return(row.pk, counts=counts, by=SYSTEM)

    return make


def test_stock_stands_as_plain_python_says(
    *, warehouse: Warehouse, a_bin: Callable[..., Bin], a_sku: Callable[..., Sku], in_stock: Callable[..., StockMove],
    wanting: Callable[..., ShippingOrder], ship: Callable[[list[int]], None],
    inspect: Callable[[int, dict[str, int]], None], broken_stock: Callable[[], list[str]],
) -> None:  # fmt: skip
    for code in CODES:
        a_sku(code)
    Stock.house = {
        "warehouse": warehouse, "bin": a_bin(), "sku": a_sku, "in_stock": in_stock, "wanting": wanting, "ship": ship,
        "inspect": inspect, "broken": broken_stock,
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
