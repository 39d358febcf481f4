"""The batch-ship file: every platform order once, as its platform writes it, and written into the book."""

import csv
import datetime as dt
import io
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.db import transaction

from apps.audit.context import signed
from apps.audit.models import Export
from apps.core.calendar import today
from apps.core.errors import Invalid, NotAllowed, NotFound
from apps.files.actions import open_file
from apps.files.models import StoredFile
from apps.jobs.actions import run_job
from apps.orders.models import Order, OrderLine, ShippingOrder, ShippingOrderLine
from apps.org.actors import SYSTEM, Actor
from apps.org.models import Store, User, Warehouse, WarehouseGrant
from apps.org.scope import visible
from apps.parameters.models import ParameterValue
from apps.stores.models import Sku
from apps.warehouse.actions import make_ship_report, start_ship_report
from apps.warehouse.models import Carrier, Shipment, ShipReport

pytestmark = pytest.mark.django_db
Orders = Callable[..., list[ShippingOrder]]


def _table(file: StoredFile) -> list[list[str]]:
    with open_file(file) as stream:
        return list(csv.reader(io.StringIO(stream.read().decode("utf-8-sig"))))


@pytest.mark.rule("WHS-05")
def test_the_file_has_a_row_for_each_platform_order_as_the_platform_writes_its_carrier(
    shipped: Orders, qinghe: Store, as_lin: Actor
) -> None:
    first, second = shipped(2)

    report = make_ship_report(qinghe.pk, by=as_lin)

    waybills = dict(Shipment.objects.values_list("shipping_order_id", "waybill_number"))
    assert _table(report.file) == [
        ["订单编号", "物流公司", "运单号"],
        [first.lead_order.number, "圆通速递", waybills[first.pk]],
        [second.lead_order.number, "圆通速递", waybills[second.pk]],
    ]
    assert (report.rows, report.layout, report.is_confirmed) == (2, "taobao", False)
    assert Shipment.objects.filter(report=report, reported_at__isnull=False).count() == 2


def test_who_sends_a_stores_parcels_may_tell_its_platform_and_who_sends_others_may_not(
    shipped: Orders, qinghe: Store, as_vera: Actor, person: Callable[..., User]
) -> None:
    shipped(1)
    foreign = Warehouse.objects.create(code="WH9", name="西仓")
    stranger = person("stan", "warehouse_lead", stores=())
    WarehouseGrant.objects.create(user=stranger, warehouse=foreign)

    with pytest.raises(NotFound):
        make_ship_report(qinghe.pk, by=Actor.of(stranger))
    report = make_ship_report(qinghe.pk, by=as_vera)

    assert report.rows == 1
    assert list(visible(ShipReport.objects.all(), as_vera)) == [report]
    assert not visible(ShipReport.objects.all(), Actor.of(stranger)).exists()


def test_one_parcel_with_two_platform_orders_is_two_rows_with_one_waybill(
    reserved: Orders, shipped: Orders, qinghe: Store, a_sku: Callable[..., Sku], as_lin: Actor
) -> None:
    (order,) = shipped(1)
    with transaction.atomic(), signed("core.seed", by=SYSTEM):
        other = Order.objects.create(
            platform=qinghe.platform, store=qinghe, number="261121000099887766", state="wait_ship",
            placed_at=order.placed_at, digest=b"",
        )  # fmt: skip
        line = OrderLine.objects.create(
            order=other, line_key="x", title="杯", quantity=1, sku=a_sku("QH-000"), unit_price_amount=Decimal(1)
        )
        ShippingOrderLine.objects.create(shipping_order=order, order_line=line, sku=line.sku, quantity=1)

    report = make_ship_report(qinghe.pk, by=as_lin)

    rows = _table(report.file)[1:]
    assert [row[0] for row in rows] == [order.lead_order.number, "261121000099887766"]
    assert rows[0][2] == rows[1][2]
    assert report.rows == 2


def test_a_parcel_is_told_once_and_then_there_is_nothing_to_tell(shipped: Orders, qinghe: Store, as_lin: Actor) -> None:
    shipped(1)
    make_ship_report(qinghe.pk, by=as_lin)

    with pytest.raises(Invalid) as refused:
        make_ship_report(qinghe.pk, by=as_lin)

    assert refused.value.code == "nothing_to_report"
    assert (ShipReport.objects.count(), Export.objects.count()) == (1, 1)


def test_the_book_of_exports_knows_who_took_how_much(shipped: Orders, qinghe: Store, lin: User) -> None:
    shipped(2)

    report = make_ship_report(qinghe.pk, by=Actor.of(lin))

    entry = Export.objects.get()
    assert (entry.user, entry.kind, entry.rows) == (lin, "ship_report", 2)
    assert entry.query == {"store": qinghe.pk, "report": report.number}


def test_columns_are_those_that_a_manager_set(shipped: Orders, qinghe: Store, as_lin: Actor) -> None:
    shipped(1)
    ParameterValue.objects.create(
        key="warehouse.ship_columns.taobao", store=qinghe, effective_from=today(), reason="新模板",
        value="运单号=waybill_number,订单号=order_number,公司编码=carrier_code",
    )  # fmt: skip

    report = make_ship_report(qinghe.pk, by=as_lin)

    header, row = _table(report.file)
    assert header == ["运单号", "订单号", "公司编码"]
    assert row[2] == "YTO-T"


def test_the_job_gives_the_file_as_its_result(shipped: Orders, qinghe: Store, as_lin: Actor) -> None:
    shipped(1)

    job = start_ship_report(qinghe.pk, by=as_lin)
    run_job(job.pk)

    job.refresh_from_db()
    assert (job.state, job.result_id) == ("succeeded", ShipReport.objects.get().file_id)


def test_pickers_strangers_and_the_house_itself_make_no_file(
    shipped: Orders, qinghe: Store, as_noor: Actor, foreigner: User
) -> None:
    shipped(1)

    with pytest.raises(NotAllowed):
        make_ship_report(qinghe.pk, by=as_noor)
    with pytest.raises(NotAllowed):
        make_ship_report(qinghe.pk, by=SYSTEM)
    with pytest.raises(NotFound):
        make_ship_report(qinghe.pk, by=Actor.of(foreigner))

    assert (ShipReport.objects.count(), Export.objects.count()) == (0, 0)
    assert Shipment.objects.filter(reported_at__isnull=False).count() == 0


def test_a_file_that_wants_a_carriers_code_which_nobody_entered_is_refused_and_no_parcel_counts_as_told(
    shipped: Orders, qinghe: Store, as_lin: Actor, yto: Carrier
) -> None:
    shipped(1)
    ParameterValue.objects.create(
        key="warehouse.ship_columns.taobao", effective_from=dt.date(2020, 1, 1),
        value="订单编号=order_number,快递编码=platform_code,运单号=waybill_number",
    )  # fmt: skip

    with pytest.raises(Invalid, match="圆通速递") as refused:
        make_ship_report(qinghe.pk, by=as_lin)
    told_before = Shipment.objects.filter(reported_at__isnull=False).exists()
    Carrier.objects.filter(pk=yto.pk).update(platform_codes={"taobao": "101"})
    report = make_ship_report(qinghe.pk, by=as_lin)

    assert (refused.value.code, told_before) == ("no_platform_code", False)
    assert _table(report.file)[1][1] == "101"
