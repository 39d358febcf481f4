"""A process killed while it plans a wave or hands parcels over: nothing half is left, and the next click does it whole."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection

from apps.core.invariants import broken
from apps.orders.models import ShippingOrder
from apps.org.models import Warehouse
from apps.warehouse.models import BinBalance, Carrier, Handover, Shipment, StockBalance, StockMove, Wave
from tests.faults.house import until

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]
ROOT = Path(__file__).parents[2]
PLANNING = ["plan.before_claim", "plan.after_claim", "plan.after_marking", "plan.before_commit"]
DISPATCHING = ["dispatch.after_lock", "dispatch.after_shipping", "dispatch.after_moves", "dispatch.before_commit"]


def _act(point: str, *arguments: object) -> int:
    """Do a verb in a process of its own on this test's database. Returns how it ended; -9 is killed."""
    base, _mark, query = os.environ["DATABASE_URL"].partition("?")
    address = f"{base.rpartition('/')[0]}/{connection.settings_dict['NAME']}?{query}"
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.warehouse_acts", point, *map(str, arguments)],
        cwd=ROOT, env={**os.environ, "DATABASE_URL": address}, capture_output=True, timeout=240, check=False,
    )  # fmt: skip
    assert done.returncode in (0, -9), done.stderr[-2000:]
    until(_nobody_else_is_at_work, what="the server to notice")
    return done.returncode


def _nobody_else_is_at_work() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        return cursor.fetchone()[0] == 0


@pytest.mark.parametrize("point", PLANNING)
def test_a_killed_planner_leaves_no_wave_and_the_next_one_plans_all(
    point: str, reserved: Callable[..., list[ShippingOrder]], warehouse: Warehouse
) -> None:
    reserved(6, lines=2)

    assert _act(point, "plan", warehouse.pk) == -9

    assert (Wave.objects.count(), sum(BinBalance.objects.values_list("allocated", flat=True))) == (0, 0)
    assert set(ShippingOrder.objects.values_list("state", flat=True)) == {"reserved"}
    assert _act("nowhere", "plan", warehouse.pk) == 0
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

    assert _act(point, "dispatch", yto.pk, *parcels) == -9

    assert set(Shipment.objects.values_list("state", flat=True)) == {"ready"}
    assert StockBalance.objects.values_list("on_hand", "reserved").get() == (3, 3)
    assert (Handover.objects.count(), StockMove.objects.filter(kind="shipment").count()) == (0, 0)
    assert _act("nowhere", "dispatch", yto.pk, *parcels) == 0
    assert set(ShippingOrder.objects.values_list("state", flat=True)) == {"shipped"}
    assert StockBalance.objects.values_list("on_hand", "reserved").get() == (0, 0)
    assert StockMove.objects.filter(kind="shipment").count() == 3
    assert broken() == []
