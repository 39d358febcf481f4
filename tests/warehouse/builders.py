"""Builders for the warehouse's tests: bins, goods in them, and how the balances stand."""

import datetime as dt
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import transaction
from django.utils import translation

from apps.audit.context import signed
from apps.core.calendar import SHANGHAI
from apps.core.invariants import broken
from apps.orders.actions import confirm_shipping_orders
from apps.orders.models import Order, OrderLine, ShippingOrder, ShippingOrderLine
from apps.org.actors import SYSTEM, Actor
from apps.org.models import Store, User, Warehouse, WarehouseGrant
from apps.stores.models import Sku
from apps.warehouse.actions import (
    confirm_pick,
    dispatch_shipments,
    finish_wave,
    open_shipment,
    pass_scan_check,
    plan_wave,
    scan_item,
    set_waybill,
    start_wave,
)
from apps.warehouse.actions import confirm_remarks as read_remarks
from apps.warehouse.actions.reserve import reserve_waiting
from apps.warehouse.models import Bin, Carrier, Shipment, StockBalance, StockMove, Wave

FIRST_PAID = dt.datetime(2026, 11, 20, 9, tzinfo=SHANGHAI)


@pytest.fixture
def a_bin(warehouse: Warehouse) -> Callable[..., Bin]:
    """Make a bin: `a_bin("A-01-01")`."""

    def make(code: str = "A-01-01", *, of: Warehouse | None = None, **columns: Any) -> Bin:
        place = {"warehouse": of or warehouse, "code": code}
        return Bin.objects.get_or_create(**place, defaults={"zone": code[0], **columns})[0]

    return make


@pytest.fixture
def in_stock(a_bin: Callable[..., Bin], a_sku: Callable[..., Sku]) -> Callable[..., StockMove]:
    """Put pieces of a SKU into a bin: `in_stock("QH-000", 10)`."""

    def make(code: str = "QH-000", quantity: int = 10, *, bin: Bin | None = None, kind: str = "receipt") -> StockMove:
        place = bin or a_bin()
        with transaction.atomic(), signed("warehouse.test.stock", by=SYSTEM):
            return StockMove.objects.create(
                warehouse_id=place.warehouse_id, bin=place, sku=a_sku(code), quantity=quantity, kind=kind,
                subject_type="test", subject_id=1,
            )  # fmt: skip

    return make


@pytest.fixture
def balance(warehouse: Warehouse) -> Callable[..., tuple[int, int, int]]:
    """How a SKU stands: on hand, reserved, defective."""

    def read(code: str = "QH-000", *, of: Warehouse | None = None) -> tuple[int, int, int]:
        rows = StockBalance.objects.filter(warehouse=of or warehouse, sku__code=code)
        return rows.values_list("on_hand", "reserved", "defective").get()

    return read


@pytest.fixture
def vera(person: Callable[..., User], warehouse: Warehouse) -> User:
    """Leads the warehouse."""
    user = person("vera", "warehouse_lead", stores=())
    WarehouseGrant.objects.create(user=user, warehouse=warehouse)
    return user


@pytest.fixture
def as_vera(vera: User) -> Actor:
    """Vera as the one who acts."""
    return Actor.of(vera)


@pytest.fixture
def wanting(qinghe: Store, a_sku: Callable[..., Sku]) -> Callable[..., ShippingOrder]:
    """Make a confirmed order for pieces of SKUs: `wanting({"QH-000": 3}, paid=2)`; paid: minutes after the first."""
    running = iter(range(1, 100_000))

    def make(
        wants: dict[str, int], *, paid: int | None = None, state: str = "confirmed", store: Store | None = None
    ) -> ShippingOrder:
        store, nth = store or qinghe, next(running)
        at = FIRST_PAID + dt.timedelta(minutes=nth if paid is None else paid)
        with transaction.atomic(), signed("core.seed", by=SYSTEM):
            order = Order.objects.create(
                platform=store.platform, store=store, number=f"W{nth:06d}", state="wait_ship", placed_at=at, paid_at=at,
                digest=b"",
            )  # fmt: skip
            shipping = ShippingOrder.objects.create(
                number=f"FH-W{nth:06d}", store=store, warehouse=store.warehouse, lead_order=order, state=state,
                placed_at=at, accepted_at=at, confirmed_at=at, quantity=sum(wants.values()),
            )  # fmt: skip
            for place, (code, pieces) in enumerate(wants.items()):
                line = OrderLine.objects.create(
                    order=order, line_key=f"{order.number}-{place}", title=code, quantity=pieces, sku=a_sku(code)
                )
                ShippingOrderLine.objects.create(
                    shipping_order=shipping, order_line=line, sku=line.sku, quantity=pieces
                )
        return shipping

    return make


@pytest.fixture
def state_of() -> Callable[[ShippingOrder], str]:
    """How a shipping order stands in the database."""
    return lambda order: ShippingOrder.objects.values_list("state", flat=True).get(pk=order.pk)


@pytest.fixture
def broken_stock() -> Callable[[], list[str]]:
    """The promises about stock that do not hold now."""
    return lambda: [found.invariant.id for found in broken() if found.invariant.id.startswith("warehouse.")]


@pytest.fixture
def english() -> Iterator[None]:
    """Sentences as they are written in the code."""
    with translation.override("en"):
        yield


@pytest.fixture
def as_noor(noor: User) -> Actor:
    """Noor, who picks and packs, as the one who acts."""
    return Actor.of(noor)


@pytest.fixture
def yto(db: None) -> Carrier:
    """A carrier whose numbers have a known shape."""
    return Carrier.objects.create(
        code="YTO-T",
        name="圆通测试",
        aliases=["圆通"],
        waybill_patterns=["YT[0-9]{13}"],
        platform_names={"taobao": "圆通速递"},
    )


@pytest.fixture
def reserved(
    an_order: Callable[..., ShippingOrder], warehouse: Warehouse, in_stock: Callable[..., StockMove]
) -> Callable[..., list[ShippingOrder]]:
    """Orders with their goods set aside: `reserved(3, lines=2)`; their goods lie in one bin unless stock=False."""

    def make(count: int = 1, *, lines: int = 1, stock: bool = True, **columns: Any) -> list[ShippingOrder]:
        orders = [an_order(lines=lines, **columns) for _ in range(count)]
        for place in range(lines if stock else 0):
            in_stock(f"QH-{place:03d}", count)
        assert not confirm_shipping_orders([order.pk for order in orders], by=SYSTEM).refused
        reserve_waiting(warehouse.pk)
        return orders

    return make


@pytest.fixture
def picked(
    reserved: Callable[..., list[ShippingOrder]], warehouse: Warehouse, as_vera: Actor
) -> Callable[..., tuple[Wave, list[ShippingOrder]]]:
    """Make a wave that is at the bench, with its orders."""

    def make(count: int = 1, **columns: Any) -> tuple[Wave, list[ShippingOrder]]:
        orders = reserved(count, **columns)
        wave = plan_wave(warehouse.pk, pks=[order.pk for order in orders], by=as_vera)
        start_wave(wave.pk, by=as_vera)
        for line in wave.lines.all():
            confirm_pick(line.pk, line.quantity, by=as_vera)
        return finish_wave(wave.pk, by=as_vera), orders

    return make


@pytest.fixture
def packed(as_vera: Actor, yto: Carrier) -> Callable[..., Shipment]:
    """Scan and close an order's parcel, with a waybill: `packed(order)`."""
    running = iter(range(1, 10_000))

    def make(order: ShippingOrder, *, waybill: str | None = None) -> Shipment:
        parcel = open_shipment(order.pk, by=as_vera)
        for line in parcel.lines.select_related("sku"):
            for _ in range(line.quantity):
                scan_item(parcel.pk, line.sku.code, key=uuid.uuid4(), by=as_vera)
        read_remarks(parcel.pk, by=as_vera)
        number = f"YT{next(running):013d}" if waybill is None else waybill
        if number:
            set_waybill(parcel.pk, yto.pk, number, by=as_vera)
        return pass_scan_check(parcel.pk, by=as_vera, weight_grams=500)

    return make


@pytest.fixture
def shipped(
    picked: Callable[..., tuple[Wave, list[ShippingOrder]]],
    packed: Callable[..., Shipment],
    yto: Carrier,
    as_vera: Actor,
) -> Callable[..., list[ShippingOrder]]:
    """Make orders that the carrier has: `shipped(2)`."""

    def make(count: int = 1, **columns: Any) -> list[ShippingOrder]:
        _wave, orders = picked(count, **columns)
        parcels = [packed(order).pk for order in orders]
        assert not dispatch_shipments(parcels, yto.pk, by=as_vera).refused
        return orders

    return make
