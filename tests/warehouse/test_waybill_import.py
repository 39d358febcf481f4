"""Waybill numbers from a file: each row to its parcel, and a sentence for every row that is not."""

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.db.backends.utils import CursorWrapper
from django.test.utils import CaptureQueriesContext

from apps.audit.context import signed
from apps.core.errors import Invalid, NotAllowed, NotFound
from apps.core.invariants import broken
from apps.core.tabular import Sheet, write_csv, write_xlsx
from apps.jobs.actions import run_job
from apps.jobs.models import Finding, Job
from apps.orders.actions import cancel_shipping_order
from apps.orders.actions.importing.follow import follow_platform
from apps.orders.models import Order, ShippingOrder
from apps.org.actors import SYSTEM, Actor
from apps.org.models import Store, User, Warehouse, WarehouseGrant
from apps.warehouse.actions import receive_waybills, take_out, take_out_ended
from apps.warehouse.actions.import_waybills import label_rows
from apps.warehouse.imports.waybills import WaybillRow
from apps.warehouse.models import Carrier, Shipment, Wave
from tests.warehouse.counting import statements_on_tables

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
Orders = Callable[..., list[ShippingOrder]]
HEADER = ["订单编号", "物流公司", "运单号"]


def _csv(rows: list[list[str]], header: list[str] | None = None) -> SimpleUploadedFile:
    sink = io.BytesIO()
    write_csv(sink, header or HEADER, rows)
    return SimpleUploadedFile("运单.csv", sink.getvalue())


@pytest.fixture
def imported(warehouse: Warehouse, as_noor: Actor) -> Callable[..., Job]:
    """Upload a file and let its job run to the end."""

    def run(upload: SimpleUploadedFile, **options: object) -> Job:
        job = receive_waybills(upload, warehouse_id=warehouse.pk, by=as_noor, **options)
        run_job(job.pk)
        job.refresh_from_db()
        return job

    return run


@contextmanager
def _asking() -> Iterator[CursorWrapper]:
    """A cursor for a statement that may be refused."""
    with transaction.atomic(), connection.cursor() as cursor:
        yield cursor


def _waybills() -> dict[str, str]:
    return dict(Shipment.objects.values_list("shipping_order__number", "waybill_number"))


def _findings(job: Job) -> list[tuple[int | None, str, str]]:
    return list(Finding.objects.filter(job=job).order_by("row", "pk").values_list("row", "code", "severity"))


def test_parcels_are_found_by_either_number_and_opened_where_there_are_none(
    reserved: Orders, yto: Carrier, imported: Callable[..., Job]
) -> None:
    first, second = reserved(2)
    rows = [
        [first.number, "圆通", "YT1234567890123"],
        [second.lead_order.number, "YTO-T", "yt 1234567890124".replace(" ", "")],
    ]

    job = imported(_csv(rows))

    assert (job.state, _findings(job)) == ("succeeded", [])
    assert _waybills() == {first.number: "YT1234567890123", second.number: "YT1234567890124"}


def test_a_workbook_without_carrier_column_takes_the_carrier_of_the_whole_file(
    reserved: Orders, yto: Carrier, imported: Callable[..., Job]
) -> None:
    (order,) = reserved(1)
    sink = io.BytesIO()
    write_xlsx(sink, [Sheet("面单", ["发货单号", "快递单号"], [(order.number, "YT1234567890123")])])

    job = imported(SimpleUploadedFile("面单.xlsx", sink.getvalue()), carrier_id=yto.pk)

    assert (job.state, _waybills()) == ("succeeded", {order.number: "YT1234567890123"})


def test_every_row_that_cannot_be_used_is_named_and_the_others_go_on(
    reserved: Orders, yto: Carrier, imported: Callable[..., Job]
) -> None:
    good, doubtful, called_off = reserved(3)
    cancel_shipping_order(called_off.pk, reason="买家取消", by=SYSTEM)
    rows = [
        [good.number, "圆通", "YT1234567890123"],
        [doubtful.number, "圆通", "77123456"],
        [called_off.number, "圆通", "YT1234567890125"],
        ["261100000000000000", "圆通", "YT1234567890126"],
        [good.number, "圆通", "YT1234567890127"],
        ["FH-T999999", "圆通", "YT1234567890123"],
        [good.number, "火箭快递", "YT1234567890128"],
        ["", "圆通", "YT1234567890129"],
        [good.number, "圆通", "1.23E+14"],
    ]

    job = imported(_csv(rows))

    assert _waybills() == {good.number: "YT1234567890123", doubtful.number: "77123456"}
    assert _findings(job) == [
        (3, "not_its_shape", "warning"),
        (4, "order_not_known", "refused"),
        (5, "order_not_known", "refused"),
        (6, "order_twice", "refused"),
        (7, "waybill_twice", "refused"),
        (8, "unknown_carrier", "refused"),
        (9, "empty", "refused"),
        (10, "digits_lost", "refused"),
    ]


def test_of_two_rows_for_one_parcel_the_first_counts_and_the_other_is_named(
    reserved: Orders, yto: Carrier, imported: Callable[..., Job]
) -> None:
    (order,) = reserved(1)
    rows = [[order.number, "圆通", "YT1234567890123"], [order.lead_order.number, "圆通", "YT1234567890124"]]

    job = imported(_csv(rows))

    assert _waybills() == {order.number: "YT1234567890123"}
    assert _findings(job) == [(3, "order_twice", "refused")]


def test_a_carrier_that_is_not_there_or_not_used_any_more_takes_no_file(
    yto: Carrier, imported: Callable[..., Job]
) -> None:
    Carrier.objects.filter(pk=yto.pk).update(is_active=False)

    for carrier in (yto.pk, 999_999):
        with pytest.raises(NotFound):
            imported(_csv([["1", "", "YT1234567890123"]]), carrier_id=carrier)

    assert not Job.objects.exists()


def test_a_number_that_another_parcel_has_is_refused_and_the_same_file_twice_is_harmless(
    reserved: Orders, yto: Carrier, imported: Callable[..., Job]
) -> None:
    first, second = reserved(2)
    imported(_csv([[first.number, "圆通", "YT1234567890123"]]))

    again = imported(_csv([[first.number, "圆通", "YT1234567890123"]]))
    stolen = imported(_csv([[second.number, "圆通", "YT1234567890123"]]))

    assert _findings(again) == []
    assert _findings(stolen) == [(2, "waybill_taken", "refused")]
    assert _waybills() == {first.number: "YT1234567890123", second.number: ""}


def test_a_file_without_the_needed_columns_ends_the_job_with_its_sentence(
    yto: Carrier, imported: Callable[..., Job]
) -> None:
    job = imported(_csv([["1", "2"]], ["订单编号", "数量"]))

    assert job.state == "failed"
    assert Shipment.objects.count() == 0


def test_only_packers_of_this_warehouse_bring_waybills(
    warehouse: Warehouse, fengdu: Store, as_lin: Actor, as_noor: Actor
) -> None:
    with pytest.raises(NotAllowed):
        receive_waybills(_csv([]), warehouse_id=warehouse.pk, by=as_lin)
    with pytest.raises(NotFound):
        receive_waybills(_csv([]), warehouse_id=fengdu.warehouse_id, by=as_noor)
    with pytest.raises(Invalid):
        receive_waybills(SimpleUploadedFile("leer.csv", b""), warehouse_id=warehouse.pk, by=as_noor)

    assert Job.objects.count() == 0


def test_who_works_in_another_warehouse_by_now_labels_nothing_in_this_one(
    reserved: Orders, yto: Carrier, warehouse: Warehouse, noor: User, fengdu: Store
) -> None:
    (order,) = reserved(1)
    noor.warehouse_grants.update(warehouse=fengdu.warehouse)

    findings = label_rows(
        [WaybillRow(2, order.number, yto.pk, "YT1234567890123")], warehouse_id=warehouse.pk, by=Actor.of(noor)
    )

    assert [(finding.row, finding.code) for finding in findings] == [(2, "order_not_known")]
    assert _waybills() == {}


def test_a_file_for_one_warehouse_labels_nothing_in_another_one_of_the_same_packer(
    reserved: Orders,
    yto: Carrier,
    warehouse: Warehouse,
    noor: User,
    *,
    wanting: Callable[..., ShippingOrder],
    fengdu: Store,
) -> None:
    (here,), there = reserved(1), wanting({"QH-000": 1}, store=fengdu)
    WarehouseGrant.objects.create(user=noor, warehouse=fengdu.warehouse)
    rows = [WaybillRow(n, o.number, yto.pk, f"YT{n:013d}") for n, o in enumerate((here, there), 2)]

    findings = label_rows(rows, warehouse_id=warehouse.pk, by=Actor.of(noor))

    assert [(finding.row, finding.code) for finding in findings] == [(3, "order_not_known")]
    assert _waybills() == {here.number: "YT0000000000002"}


def test_twice_the_rows_take_the_same_statements(reserved: Orders, yto: Carrier, warehouse: Warehouse) -> None:
    counts = []
    for number in (5, 10):
        orders = reserved(number)
        rows = [WaybillRow(n, o.number, yto.pk, f"YT{number:02d}{n:011d}") for n, o in enumerate(orders, 2)]
        with CaptureQueriesContext(connection) as asked:
            assert label_rows(rows, warehouse_id=warehouse.pk, by=SYSTEM) == []
        counts.append(len(statements_on_tables(asked)))

    assert counts[0] == counts[1] <= 12


def test_a_parcel_that_is_open_already_takes_no_further_number(
    reserved: Orders, yto: Carrier, warehouse: Warehouse
) -> None:
    known, bare = reserved(2)
    first = [WaybillRow(2, known.number, yto.pk, "YT1234567890123")]
    assert label_rows(first, warehouse_id=warehouse.pk, by=SYSTEM) == []
    opened = Shipment.objects.get()

    both = [*first, WaybillRow(3, bare.number, yto.pk, "YT1234567890124")]
    assert label_rows(both, warehouse_id=warehouse.pk, by=SYSTEM) == []

    head, _, running = opened.number.rpartition("-")
    later = Shipment.objects.exclude(pk=opened.pk).get()
    assert (later.shipping_order_id, later.number) == (bare.pk, f"{head}-{int(running) + 1:05d}")


def test_the_number_of_a_cancelled_parcel_is_free_again_and_that_of_another_is_not(
    picked: Callable[..., tuple[Wave, list[ShippingOrder]]], yto: Carrier, warehouse: Warehouse
) -> None:
    _wave, (leaving, going) = picked(2)
    number = "YT1234567890123"
    assert label_rows([WaybillRow(2, leaving.number, yto.pk, number)], warehouse_id=warehouse.pk, by=SYSTEM) == []
    take_out(leaving.pk, reason="碎了", by=SYSTEM)

    assert label_rows([WaybillRow(2, going.number, yto.pk, number)], warehouse_id=warehouse.pk, by=SYSTEM) == []

    states = Shipment.objects.filter(waybill_number=number).order_by("pk").values_list("state", flat=True)
    assert list(states) == ["cancelled", "open"]
    with pytest.raises(IntegrityError), transaction.atomic():
        Shipment.objects.create(
            number="BG-T2", shipping_order=leaving, warehouse=warehouse, store=leaving.store, carrier=yto,
            waybill_number=number,
        )  # fmt: skip


def test_no_parcel_of_a_set_gets_a_carrier_that_is_not_there_and_a_carrier_of_parcels_stays(
    reserved: Orders, yto: Carrier, warehouse: Warehouse
) -> None:
    rows = [WaybillRow(n, o.number, yto.pk, f"YT{n:013d}") for n, o in enumerate(reserved(2), 2)]
    assert label_rows(rows, warehouse_id=warehouse.pk, by=SYSTEM) == []

    with (
        pytest.raises(IntegrityError, match="warehouse_shipment refers to a row that is not there"),
        _asking() as cursor,
    ):
        cursor.execute("UPDATE warehouse_shipment SET carrier_id = 999999999")
    with pytest.raises(IntegrityError, match="still referred to by warehouse_shipment"), _asking() as cursor:
        cursor.execute("DELETE FROM warehouse_carrier WHERE id = %s", [yto.pk])

    assert set(Shipment.objects.values_list("carrier", flat=True)) == {yto.pk}


def test_somebody_whose_warehouse_was_taken_away_finds_no_order_and_meets_no_error(
    reserved: Orders, yto: Carrier, warehouse: Warehouse, person: Callable[..., User]
) -> None:
    (order,) = reserved(1)
    row = WaybillRow(2, order.number, yto.pk, "YT1234567890123")

    findings = label_rows([row], warehouse_id=warehouse.pk, by=Actor.of(person("ren", "warehouse", stores=())))

    assert [finding.code for finding in findings] == ["order_not_known"]


def test_a_parcel_of_an_order_that_went_out_from_elsewhere_leaves_the_bench(
    reserved: Orders, yto: Carrier, imported: Callable[..., Job]
) -> None:
    (order,) = reserved(1)
    imported(_csv([[order.number, "圆通", "YT1234567890123"]]))
    with transaction.atomic(), signed("orders.order.mirror", by=SYSTEM):
        Order.objects.filter(pk=order.lead_order_id).update(state="shipped")
        follow_platform([order.lead_order_id])

    swept = [take_out_ended(), take_out_ended()]

    assert (swept, Shipment.objects.get().state) == ([1, 0], "cancelled")
    assert broken() == []
