"""What the demo company has sent off: every packed order is in a parcel, every parcel went by a sheet and was told of."""

from collections.abc import Callable

import pytest
from django.db.models import Count, F

from apps.audit.models import Export
from apps.audit.queries import timeline_of
from apps.core.invariants import broken
from apps.desk.demo.load import Loaded
from apps.documents.models import Document
from apps.files.actions import open_file
from apps.orders.models import ShippingOrder
from apps.org.models import Store
from apps.warehouse.models import CheckLine, Handover, Shipment, ShipReport
from apps.warehouse.queries.shipping import stores_to_report
from tests.demo.conftest import NOW


@pytest.fixture
def weeks(load: Callable[..., Loaded]) -> Loaded:
    """A company with parcels of some days."""
    return load(days=6, orders=600)


def test_every_packed_order_is_in_one_parcel_under_its_waybill(weeks: Loaded) -> None:
    packed = ShippingOrder.objects.filter(state__in=["packed", "shipped"])
    parcels = Shipment.objects.filter(weight_grams__gt=60).exclude(waybill_number="")
    under_another = parcels.exclude(waybill_number=F("shipping_order__waybill_number"))

    assert set(under_another.values_list("state", flat=True)) == {"ready"}
    assert set(packed.values_list("pk", flat=True)) == set(parcels.values_list("shipping_order_id", flat=True))
    assert parcels.count() == packed.count() > 100
    assert not CheckLine.objects.exclude(scanned_quantity=F("quantity")).exists()
    assert [found.invariant.id for found in broken()] == []


@pytest.mark.rule("WHS-06")
def test_a_handover_counts_its_parcels_and_takes_them_of_one_warehouse_and_carrier(weeks: Loaded) -> None:
    for sheet in Handover.objects.annotate(inside=Count("shipments")):
        assert sheet.parcels == sheet.inside > 0
        assert set(sheet.shipments.values_list("warehouse_id", "carrier_id")) == {
            (sheet.warehouse_id, sheet.carrier_id)
        }
        assert set(sheet.shipments.values_list("dispatched_at", flat=True)) == {sheet.handed_over_at}
    assert Shipment.objects.filter(state="dispatched", handover__isnull=True).count() == 0
    assert Document.objects.filter(kind="handover_sheet").count() == 6


def test_a_parcel_tells_how_it_was_checked_handed_over_and_told_of(weeks: Loaded) -> None:
    parcel = Shipment.objects.filter(report__isnull=False).earliest("pk")

    assert [change.verb for change in timeline_of(parcel)] == [
        "warehouse.shipment.report", "warehouse.shipment.dispatch", "warehouse.shipment.pass_check",
    ]  # fmt: skip
    assert parcel.checked_at < parcel.dispatched_at < parcel.reported_at < NOW


@pytest.mark.rule("WHS-05")
def test_platforms_were_told_of_everything_but_the_last_handover(weeks: Loaded) -> None:
    newest = max(Shipment.objects.filter(state="dispatched").values_list("dispatched_at", flat=True))
    untold = Shipment.objects.filter(state="dispatched", reported_at__isnull=True)

    assert sum(store.parcels for store in stores_to_report()) == untold.count() > 0
    assert all((newest - at).total_seconds() < 1800 for at in untold.values_list("dispatched_at", flat=True))
    for report in ShipReport.objects.annotate(inside=Count("shipments")):
        assert report.rows == report.inside
        assert set(report.shipments.values_list("store_id", flat=True)) == {report.store_id}
    assert Export.objects.filter(kind="ship_report").count() == ShipReport.objects.count() > Store.objects.count()


def test_the_files_of_the_last_days_can_be_opened_and_older_ones_are_gone(weeks: Loaded) -> None:
    report = ShipReport.objects.filter(store__platform="tmall", file__removed_at__isnull=True).latest("made_at")
    parcel = report.shipments.earliest("pk")

    with open_file(report.file) as file:
        text = file.read().decode("utf-8-sig")
    assert f"{parcel.shipping_order.lead_order.number}" in text
    assert parcel.waybill_number in text
    assert len(text.splitlines()) == report.rows + 1
    assert ShipReport.objects.filter(file__removed_at__lt=NOW).exists()
