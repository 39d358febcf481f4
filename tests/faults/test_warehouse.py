"""A process killed while it reserves, plans, prints or hands over: nothing half is left, and the next does it whole."""

import hashlib
from collections.abc import Callable

import pytest

from apps.core.invariants import broken
from apps.documents.actions import render
from apps.documents.models import Document
from apps.files.actions import open_file
from apps.files.models import StoredFile
from apps.orders.actions import confirm_shipping_orders
from apps.orders.models import ShippingOrder
from apps.org.actors import SYSTEM, Actor
from apps.org.models import Warehouse
from apps.warehouse.actions import issue_pick_list, plan_wave
from apps.warehouse.models import (
    BinBalance,
    Carrier,
    Handover,
    Reservation,
    Shipment,
    StockBalance,
    StockMove,
    Wave,
)
from tests.faults.deaths import act

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]
RESERVING = ["reserve.after_lock", "reserve.after_marking", "reserve.before_commit"]
PRINTING = ["render.after_hold", "render.after_laying_out", "render.after_file"]
PLANNING = ["plan.before_claim", "plan.after_claim", "plan.after_marking", "plan.before_commit"]
DISPATCHING = ["dispatch.after_lock", "dispatch.after_shipping", "dispatch.after_moves", "dispatch.before_commit"]


@pytest.mark.rule("ORD-08")
@pytest.mark.parametrize("point", RESERVING)
def test_a_worker_killed_while_it_sets_goods_aside_leaves_none_and_the_next_serves_all(
    point: str, an_order: Callable[..., ShippingOrder], in_stock: Callable[..., StockMove]
) -> None:
    in_stock("QH-000", 5)
    assert not confirm_shipping_orders([an_order().pk for _ in range(3)], by=SYSTEM).refused

    assert act("warehouse_acts", point, "reserve") == -9

    half = set(ShippingOrder.objects.values_list("state", flat=True)), Reservation.objects.count()
    assert (half, StockBalance.objects.values_list("on_hand", "reserved").get()) == (({"confirmed"}, 0), (5, 0))
    assert act("warehouse_acts", "nowhere", "reserve") == 0
    assert set(ShippingOrder.objects.values_list("state", flat=True)) == {"reserved"}
    assert (Reservation.objects.count(), StockBalance.objects.values_list("on_hand", "reserved").get()) == (3, (5, 3))
    assert broken() == []


@pytest.mark.parametrize("point", PRINTING)
def test_a_worker_killed_while_it_prints_leaves_no_file_and_the_next_prints_the_paper_once(
    point: str, reserved: Callable[..., list[ShippingOrder]], warehouse: Warehouse, as_vera: Actor
) -> None:
    reserved(2)
    paper = issue_pick_list(plan_wave(warehouse.pk, by=as_vera).pk, by=as_vera)

    assert act("warehouse_acts", point, "render", paper.pk) == -9

    assert (_standing(paper), StoredFile.objects.count()) == (("issued", 1), 0)
    assert render(paper.pk) is False
    # The hold of whoever died ends by itself; nobody waits for that here.
    Document.objects.update(held_until=None)
    assert act("warehouse_acts", "nowhere", "render", paper.pk) == 0
    assert render(paper.pk) is False
    paper.refresh_from_db()
    with open_file(StoredFile.objects.get()) as stream:
        file = stream.read()
    assert (_standing(paper), Document.objects.count()) == (("rendered", 0), 1)
    assert (file[:5], hashlib.sha256(file).hexdigest()) == (b"%PDF-", paper.file_hash)
    assert broken() == []


def _standing(paper: Document) -> tuple[str, int]:
    return Document.objects.values_list("state", "attempts").get(pk=paper.pk)


@pytest.mark.parametrize("point", PLANNING)
def test_a_killed_planner_leaves_no_wave_and_the_next_one_plans_all(
    point: str, reserved: Callable[..., list[ShippingOrder]], warehouse: Warehouse
) -> None:
    reserved(6, lines=2)

    assert act("warehouse_acts", point, "plan", warehouse.pk) == -9

    assert (Wave.objects.count(), sum(BinBalance.objects.values_list("allocated", flat=True))) == (0, 0)
    assert set(ShippingOrder.objects.values_list("state", flat=True)) == {"reserved"}
    assert act("warehouse_acts", "nowhere", "plan", warehouse.pk) == 0
    assert (Wave.objects.get().orders.count(), sum(BinBalance.objects.values_list("allocated", flat=True))) == (6, 12)
    assert Wave.objects.get().number.endswith("-01")
    assert broken() == []


@pytest.mark.parametrize("point", DISPATCHING)
def test_a_killed_handover_leaves_every_parcel_and_the_next_click_sends_them_once(
    point: str,
    picked: Callable[..., tuple[Wave, list[ShippingOrder]]],
    packed: Callable[..., Shipment],
    yto: Carrier,
) -> None:
    _wave, orders = picked(3)
    parcels = [packed(order).pk for order in orders]

    assert act("warehouse_acts", point, "dispatch", yto.pk, *parcels) == -9

    assert set(Shipment.objects.values_list("state", flat=True)) == {"ready"}
    assert StockBalance.objects.values_list("on_hand", "reserved").get() == (3, 3)
    assert (Handover.objects.count(), StockMove.objects.filter(kind="shipment").count()) == (0, 0)
    assert act("warehouse_acts", "nowhere", "dispatch", yto.pk, *parcels) == 0
    assert set(ShippingOrder.objects.values_list("state", flat=True)) == {"shipped"}
    assert StockBalance.objects.values_list("on_hand", "reserved").get() == (0, 0)
    assert StockMove.objects.filter(kind="shipment").count() == 3
    assert broken() == []
