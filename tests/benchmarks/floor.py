"""The warehouse of the small company: bins, stock, a lead, and orders as far along as a workload wants them."""

import csv
from dataclasses import dataclass
from pathlib import Path

from django.contrib.auth.models import Group
from django.db import connection, transaction
from django.db.models import Value
from django.db.models.functions import Coalesce

from apps.audit.context import signed
from apps.orders.actions.progress import mark_packed
from apps.orders.models import ShippingOrder
from apps.org.actors import SYSTEM, Actor
from apps.org.models import User, Warehouse, WarehouseGrant
from apps.stores.models import Sku
from apps.warehouse.actions import confirm_rest, finish_wave, plan_waves, start_wave
from apps.warehouse.actions.open_shipment import open_parcels
from apps.warehouse.actions.reserve import reserve_waiting
from apps.warehouse.models import Bin, Carrier, Shipment, StockMove, Wave
from apps.warehouse.rules.waves import WaveRule
from apps.warehouse.workflows.remarks import remarks_print
from apps.workflow.move import move_many
from tests.benchmarks.company import Company
from tests.benchmarks.intake import expect, import_once
from tests.benchmarks.invented import Files

BINS, PLENTY, WAVE_SIZE = 400, 100_000, 50
CONTENT = """
    INSERT INTO warehouse_checkline (shipment_id, sku_id, quantity, scanned_quantity)
    SELECT s.id, l.sku_id, sum(l.quantity), sum(l.quantity)
    FROM warehouse_shipment s JOIN orders_shippingorderline l ON l.shipping_order_id = s.shipping_order_id
    GROUP BY s.id, l.sku_id ORDER BY s.id, l.sku_id
"""


@dataclass(frozen=True, slots=True)
class Floor:
    """The warehouse, who leads it, and its carrier."""

    warehouse: Warehouse
    lead: Actor
    carrier: Carrier


@transaction.atomic
def open_floor(company: Company) -> Floor:
    """Bins with plenty of every SKU."""
    warehouse = company.store.warehouse
    with signed("core.seed", by=SYSTEM):
        lead = User.objects.create_user("lead", password=None, name="Lead")
        lead.groups.add(Group.objects.get(name="warehouse_lead"))
        WarehouseGrant.objects.create(user=lead, warehouse=warehouse)
        carrier = Carrier.objects.create(code="BENCH", name="测速快递")
        bins = Bin.objects.bulk_create(
            [
                Bin(warehouse=warehouse, code=f"A-{place:04d}", zone=f"{place // 50}", walk_order=place)
                for place in range(BINS)
            ]
        )
    with signed("warehouse.stockdocument.post", by=SYSTEM):
        StockMove.objects.bulk_create(
            [
                StockMove(
                    warehouse=warehouse, bin=bins[sku % BINS], sku_id=sku, quantity=PLENTY, kind="opening",
                    subject_type="bench", subject_id=1,
                )
                for sku in Sku.objects.order_by("pk").values_list("pk", flat=True)
            ]
        )  # fmt: skip
    return Floor(warehouse, Actor.of(lead), carrier)


def reserve_orders(files: Files, company: Company, floor: Floor, count: int) -> None:
    """Import and confirm the file's orders, and set their goods aside."""
    expect(import_once(files, company), count)
    while reserve_waiting(floor.warehouse.pk).reserved:
        pass
    done = ShippingOrder.objects.filter(state="reserved").count()
    assert done == count, (done, count)


def plan_all(floor: Floor) -> int:
    """Waves of fifty of all that waits. Returns how many waves."""
    return len(plan_waves(floor.warehouse.pk, rule=WaveRule(most_orders=WAVE_SIZE), by=floor.lead))


def pack_all(floor: Floor) -> None:
    """Walk every wave and check every parcel; no waybills yet."""
    for wave in Wave.objects.values_list("pk", flat=True):
        start_wave(wave, by=floor.lead)
        confirm_rest(wave, by=floor.lead)
        finish_wave(wave, by=floor.lead)
    with transaction.atomic():
        picked = list(ShippingOrder.objects.filter(state="picking").values_list("pk", flat=True))
        open_parcels(picked)
        with connection.cursor() as cursor:
            cursor.execute(CONTENT)
        with signed("warehouse.shipment.remarks", by=floor.lead):
            read = Coalesce(remarks_print(), Value(""))
            Shipment.objects.update(remarks_confirmed_at=Wave.objects.values("planned_at")[:1], remarks_digest=read)
        assert not move_many(Shipment.objects.all(), Shipment.pass_check, by=floor.lead).refused
        assert not mark_packed(picked, by=floor.lead).refused


def write_waybills(path: Path) -> Path:
    """A carrier's file: shipping order, waybill."""
    numbers = ShippingOrder.objects.filter(state="packed").order_by("pk").values_list("number", flat=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["发货单号", "运单号"])
        rows.writerows([number, f"BX{nth:011d}"] for nth, number in enumerate(numbers))
    return path
