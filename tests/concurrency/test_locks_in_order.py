"""Hands that need the same rows for different reasons: nobody waits in a circle, and nobody's look is out of date."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import transaction

from apps.core.errors import Conflict
from apps.core.invariants import broken
from apps.orders.models import ShippingOrder
from apps.org.actors import SYSTEM, Actor
from apps.org.models import Warehouse
from apps.stores.models import Sku
from apps.warehouse.actions import cancel_wave, import_waybills, leave, open_shipment, plan_wave, room, stock_documents
from apps.warehouse.actions.import_waybills import label_rows
from apps.warehouse.actions.reserve import reserve_waiting
from apps.warehouse.actions.room import make_room
from apps.warehouse.actions.stock_documents import StockLine, draft_stock_document, post_stock_document
from apps.warehouse.imports.waybills import WaybillRow
from apps.warehouse.models import Bin, BinBalance, Carrier, Shipment, StockDocument
from tests.concurrency.hands import PATIENCE, own_connection, until_somebody_waits_for_a_lock

pytestmark = pytest.mark.django_db(transaction=True)


def _by_another_hand(act: Callable[[], Any]) -> Any:
    with own_connection():
        return act()


@pytest.fixture
def document(
    in_stock: Callable[..., object], a_bin: Callable[..., Bin], a_sku: Callable[..., Sku],
    wanting: Callable[..., object], *, warehouse: Warehouse, as_vera: Actor,
) -> StockDocument:  # fmt: skip
    """Five pieces in each of two bins, five of the ten set aside; a document takes all out of the nearer bin."""
    near, far = a_bin("A-1"), a_bin("B-1")
    for place in (near, far):
        in_stock("QH-000", 5, bin=place)
    for _each in range(5):
        wanting({"QH-000": 1})
    reserve_waiting(warehouse.pk)
    line = StockLine(near.pk, a_sku("QH-000").pk, -5)
    return draft_stock_document(warehouse.pk, kind="adjustment", lines=[line], reason="盘亏", by=as_vera)


def _bins() -> list[tuple[str, int, int]]:
    return list(BinBalance.objects.order_by("bin__code").values_list("bin__code", "quantity", "allocated"))


def test_a_wave_that_takes_pieces_out_of_a_bin_before_a_document_books_makes_it_a_refusal(
    document: StockDocument, warehouse: Warehouse, as_vera: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    look, plans = room._expect_in_bins, []

    def planned_after_the_first_look(row: StockDocument) -> None:
        look(row)
        if not plans:
            with ThreadPoolExecutor(1) as pool:
                plan = pool.submit(_by_another_hand, lambda: plan_wave(warehouse.pk, by=SYSTEM))
                plans.append(plan.result(PATIENCE))

    monkeypatch.setattr(room, "_expect_in_bins", planned_after_the_first_look)
    with pytest.raises(Conflict) as refused:
        post_stock_document(document.pk, by=as_vera)

    document.refresh_from_db()
    assert (refused.value.code, document.state) == ("not_in_bin", "draft")
    assert _bins() == [("A-1", 5, 5), ("B-1", 5, 0)]


def test_a_planner_waits_for_a_document_that_has_looked_at_the_bins(
    document: StockDocument, warehouse: Warehouse, as_vera: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    plans = []
    with ThreadPoolExecutor(1) as pool:

        def planning_begins(row: StockDocument, *, by: Actor) -> None:
            make_room(row, by=by)
            plans.append(pool.submit(_by_another_hand, lambda: plan_wave(warehouse.pk, by=SYSTEM)))
            until_somebody_waits_for_a_lock()

        monkeypatch.setattr(stock_documents, "make_room", planning_begins)
        post_stock_document(document.pk, by=as_vera)
        plans[0].result(PATIENCE)

    assert _bins() == [("A-1", 0, 0), ("B-1", 5, 5)]


def test_a_waybill_file_and_a_cancelled_wave_do_not_wait_for_each_other_in_a_circle(
    reserved: Callable[..., list[ShippingOrder]], warehouse: Warehouse, yto: Carrier, monkeypatch: pytest.MonkeyPatch
) -> None:
    bare, packed = reserved(2)
    wave = plan_wave(warehouse.pk, by=SYSTEM)
    open_shipment(packed.pk, by=SYSTEM)
    rows = [
        WaybillRow(2, bare.number, yto.pk, "YT0000000000001"),
        WaybillRow(3, packed.number, yto.pk, "YT0000000000002"),
    ]
    opened, asked = threading.Event(), threading.Event()
    opens, locks = import_waybills._opened, leave._lock_own_rows

    def open_and_wait(*parcels: Any) -> dict[int, int]:
        found = opens(*parcels)
        opened.set()
        assert asked.wait(PATIENCE)
        return found

    def lock_after(orders: Any) -> None:
        assert opened.wait(PATIENCE)
        # Whether it gets the parcel or has to wait for it: the file goes on now.
        threading.Timer(0.5, asked.set).start()
        locks(orders)

    monkeypatch.setattr(import_waybills, "_opened", open_and_wait)
    monkeypatch.setattr(leave, "_lock_own_rows", lock_after)

    def label() -> list[Any]:
        with transaction.atomic():
            return label_rows(rows, warehouse_id=warehouse.pk, by=SYSTEM)

    with ThreadPoolExecutor(2) as pool:
        file = pool.submit(_by_another_hand, label)
        gone = pool.submit(_by_another_hand, lambda: cancel_wave(wave.pk, reason="改期", by=SYSTEM))
        findings, cancelled = file.result(PATIENCE), gone.result(PATIENCE)

    assert (findings, cancelled.state) == ([], "cancelled")
    assert set(Shipment.objects.values_list("state", flat=True)) == {"cancelled"}
    assert broken() == []
