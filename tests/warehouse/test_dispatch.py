"""Handing over: stock, reservations, orders and paper move together, in a fixed number of statements."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.audit.context import signed
from apps.core.calendar import ONE_DAY, today
from apps.core.errors import Invalid, NotAllowed
from apps.core.invariants import broken
from apps.documents.models import Document
from apps.documents.paper import as_html
from apps.orders.actions import hold_shipping_order
from apps.orders.models import Order, ShippingOrder
from apps.org.actors import SYSTEM, Actor
from apps.org.models import Store, User, WarehouseGrant
from apps.warehouse.actions import dispatch_shipments
from apps.warehouse.models import BinBalance, Carrier, Handover, Reservation, Shipment, StockMove, Wave, WaveOrder
from tests.warehouse.counting import statements_on_tables

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
Picked = Callable[..., tuple[Wave, list[ShippingOrder]]]
Packed = Callable[..., Shipment]
Balance = Callable[..., tuple[int, int, int]]


@pytest.mark.rule("WHS-05", "WHS-06", "WHS-23", "WHS-60")
def test_handed_over_parcels_leave_bins_reservations_and_waves_and_the_driver_gets_a_sheet(
    picked: Picked, packed: Packed, yto: Carrier, as_noor: Actor, balance: Balance
) -> None:
    _wave, orders = picked(2)
    parcels = [packed(order) for order in orders]

    result = dispatch_shipments([parcel.pk for parcel in parcels], yto.pk, by=as_noor)

    assert (result.done, result.refused) == ([parcel.pk for parcel in parcels], {})
    assert set(ShippingOrder.objects.values_list("pk", "state", "waybill_number")) == {
        (parcel.shipping_order_id, "shipped", parcel.waybill_number) for parcel in parcels
    }
    assert set(Shipment.objects.values_list("state", "handover")) == {("dispatched", result.handover.pk)}
    assert balance() == (0, 0, 0)
    assert BinBalance.objects.values_list("quantity", "allocated").get() == (0, 0)
    assert set(Reservation.objects.values_list("closed_as", flat=True)) == {"shipped"}
    assert WaveOrder.objects.filter(done_at__isnull=True).count() == 0
    moves = StockMove.objects.filter(kind="shipment").order_by("subject_id")
    assert list(moves.values_list("subject_id", "quantity", "user")) == [(p.pk, -1, as_noor.id) for p in parcels]
    sheet = Document.objects.about(result.handover).get()
    assert [row["waybill"] for row in sheet.context["parcels"]] == sorted(p.waybill_number for p in parcels)
    assert (result.handover.parcels, sheet.kind) == (2, "handover_sheet")
    assert all(parcel.waybill_number in as_html(sheet) for parcel in parcels)
    assert broken() == []


def test_a_place_in_a_wave_that_is_done_changes_in_no_index_and_is_never_given_again(
    picked: Picked, packed: Packed, yto: Carrier, as_noor: Actor
) -> None:
    wave, orders = picked(3)
    parcels = [packed(order) for order in orders]
    before = _changed_in_no_index("warehouse_waveorder")

    dispatch_shipments([parcel.pk for parcel in parcels], yto.pk, by=as_noor)

    assert _changed_in_no_index("warehouse_waveorder") - before == 3
    with pytest.raises(IntegrityError, match="an_order_is_in_one_wave"), transaction.atomic():
        WaveOrder.objects.create(wave=wave, shipping_order=orders[0], slot=99)


def test_the_record_finds_parcels_by_the_day_on_which_they_were_handed_over(
    picked: Picked, packed: Packed, yto: Carrier, as_noor: Actor, client: Client
) -> None:
    gone, still_here = [packed(order) for order in picked(2)[1]]
    dispatch_shipments([gone.pk], yto.pk, by=as_noor)
    client.force_login(as_noor.user)
    day = today()

    def found(start: dt.date, end: dt.date) -> tuple[bool, bool]:
        span = {"handover__handed_over_at__from": start, "handover__handed_over_at__until": end}
        page = client.get(reverse("admin:warehouse_shipment_changelist"), span).content.decode()
        return gone.number in page, still_here.number in page

    assert found(day, day) == (True, False)
    assert found(day - ONE_DAY, day - ONE_DAY) == (False, False)


def _changed_in_no_index(table: str) -> int:
    """How often so far; what earlier tests did on this connection may still be counted in."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_get_xact_tuples_hot_updated(%s::regclass)", [table])
        return int(cursor.fetchone()[0])


def test_pieces_leave_the_pick_list_with_the_bin_only_when_they_are_handed_over(
    picked: Picked, packed: Packed, yto: Carrier, as_noor: Actor
) -> None:
    (parcel,) = [packed(order) for order in picked(1)[1]]
    lying = BinBalance.objects.values_list("quantity", "allocated")
    for pieces, seen in ((3, (4, 1)), (-2, (2, 1))):
        with transaction.atomic(), signed("warehouse.stockdocument.post", by=SYSTEM):
            StockMove.objects.create(
                warehouse_id=parcel.warehouse_id, bin_id=BinBalance.objects.get().bin_id,
                sku_id=BinBalance.objects.get().sku_id, quantity=pieces, kind="adjustment",
                subject_type="warehouse.stockdocument", subject_id=1,
            )  # fmt: skip
        assert lying.get() == seen

    dispatch_shipments([parcel.pk], yto.pk, by=as_noor)

    assert lying.get() == (1, 0)
    assert broken() == []


def test_what_is_not_ready_has_no_waybill_or_another_carrier_stays_with_its_sentence(
    picked: Picked, packed: Packed, yto: Carrier, as_noor: Actor, balance: Balance
) -> None:
    _wave, (fine, bare, held) = picked(3)
    good, without, stopped = packed(fine), packed(bare, waybill=""), packed(held)
    hold_shipping_order(held.pk, note="等客户", by=SYSTEM)
    chosen = [good.pk, without.pk, stopped.pk]

    result = dispatch_shipments(chosen, yto.pk, by=as_noor)

    assert result.done == [good.pk]
    assert {pk: str(why) for pk, why in result.refused.items()} == {
        without.pk: "It has no waybill number yet.",
        stopped.pk: "It has an open exception or hold; clear it first.",
    }
    assert sorted(ShippingOrder.objects.values_list("state", flat=True)) == ["packed", "packed", "shipped"]
    assert balance() == (2, 2, 0)
    assert broken() == []


def test_a_second_click_hands_nothing_over_again(picked: Picked, packed: Packed, yto: Carrier, as_noor: Actor) -> None:
    _wave, (order,) = picked(1)
    parcel = packed(order)
    dispatch_shipments([parcel.pk], yto.pk, by=as_noor)

    again = dispatch_shipments([parcel.pk], yto.pk, by=as_noor)

    assert (again.done, again.handover, list(again.refused)) == ([], None, [parcel.pk])
    assert (Handover.objects.count(), StockMove.objects.filter(kind="shipment").count()) == (1, 1)


def test_an_order_that_the_platform_closed_is_not_sent(
    picked: Picked, packed: Packed, yto: Carrier, as_noor: Actor
) -> None:
    _wave, (order,) = picked(1)
    parcel = packed(order)
    with transaction.atomic(), signed("orders.order.mirror", by=SYSTEM):
        Order.objects.filter(pk=order.lead_order_id).update(state="closed_refund")

    result = dispatch_shipments([parcel.pk], yto.pk, by=as_noor)

    assert (result.done, result.handover) == ([], None)
    assert "do not send it" in str(result.refused[parcel.pk])


def test_another_carriers_parcels_stay(picked: Picked, packed: Packed, as_noor: Actor) -> None:
    _wave, (order,) = picked(1)
    parcel = packed(order)
    other = Carrier.objects.create(code="OTHER-T", name="别家")

    assert (
        str(dispatch_shipments([parcel.pk], other.pk, by=as_noor).refused[parcel.pk]) == "It goes with another carrier."
    )


def test_without_the_right_or_for_too_many_nothing_moves(
    picked: Picked, packed: Packed, yto: Carrier, as_lin: Actor, as_noor: Actor
) -> None:
    _wave, (order,) = picked(1)
    parcel = packed(order)

    with pytest.raises(NotAllowed):
        dispatch_shipments([parcel.pk], yto.pk, by=as_lin)
    with pytest.raises(Invalid):
        dispatch_shipments(range(6_000), yto.pk, by=as_noor)

    parcel.refresh_from_db()
    assert (parcel.state, Handover.objects.count()) == ("ready", 0)


def test_somebody_of_another_warehouse_hands_over_nothing(
    picked: Picked, packed: Packed, yto: Carrier, person: Callable[..., User], *, fengdu: Store, balance: Balance
) -> None:
    _wave, (order,) = picked(1)
    parcel = packed(order)
    stranger = person("ren", "warehouse", stores=())
    WarehouseGrant.objects.create(user=stranger, warehouse=fengdu.warehouse)

    result = dispatch_shipments([parcel.pk], yto.pk, by=Actor.of(stranger))

    parcel.refresh_from_db()
    assert (result.done, result.refused, result.handover) == ([], {}, None)
    assert (parcel.state, balance(), Handover.objects.count()) == ("ready", (1, 1, 0), 0)


def test_somebody_of_no_warehouse_hands_over_nothing_and_meets_no_error(
    picked: Picked, packed: Packed, yto: Carrier, person: Callable[..., User]
) -> None:
    _wave, (order,) = picked(1)
    parcel = packed(order)
    nowhere = person("ren", "warehouse", stores=())

    result = dispatch_shipments([parcel.pk], yto.pk, by=Actor.of(nowhere))

    assert (result.done, result.refused, result.handover) == ([], {}, None)


def test_parcels_of_two_warehouses_are_not_handed_over_together(
    picked: Picked, packed: Packed, yto: Carrier, *, wanting: Callable[..., ShippingOrder], fengdu: Store
) -> None:
    _wave, (order,) = picked(1)
    here, there = packed(order), _ready_in(fengdu, wanting({"QH-000": 1}, store=fengdu, state="packed"), yto)

    with pytest.raises(Invalid) as refused:
        dispatch_shipments([here.pk, there.pk], yto.pk, by=SYSTEM)

    assert refused.value.code == "two_warehouses"
    assert set(Shipment.objects.values_list("state", flat=True)) == {"ready"}
    assert Handover.objects.count() == 0


def _ready_in(store: Store, order: ShippingOrder, carrier: Carrier) -> Shipment:
    with transaction.atomic(), signed("core.seed", by=SYSTEM):
        return Shipment.objects.create(
            number="BG-T1", shipping_order=order, warehouse=store.warehouse, store=store, carrier=carrier,
            waybill_number="YT9999999999999", state="ready",
        )  # fmt: skip


def test_the_database_knows_no_parcel_with_the_carrier_that_was_not_handed_over(picked: Picked, packed: Packed) -> None:
    _wave, (order,) = picked(1)
    parcel = packed(order)

    with pytest.raises(IntegrityError), transaction.atomic(), signed("warehouse.shipment.dispatch", by=SYSTEM):
        Shipment.objects.filter(pk=parcel.pk).update(state="dispatched")


def test_twice_the_parcels_take_the_same_statements(picked: Picked, packed: Packed, yto: Carrier) -> None:
    """Eight for the goods, the orders and the parcels, whatever their number; the rest makes the handover and its sheet."""
    counts = []
    for number in (3, 6):
        _wave, orders = picked(number, lines=2)
        parcels = [packed(order).pk for order in orders]
        with CaptureQueriesContext(connection) as asked:
            dispatch_shipments(parcels, yto.pk, by=SYSTEM)
        statements = statements_on_tables(asked)
        paper = [sql for sql in statements if _is_of_the_paper(sql)]
        counts.append((len(statements) - len(paper), len(paper)))

    assert counts[0] == counts[1]
    assert counts[0][0] <= 8, statements


def _is_of_the_paper(sql: str) -> bool:
    names = (
        "core_numberseries",
        'INTO "warehouse_handover"',
        "documents_document",
        '"warehouse_carrier"',
        "org_warehouse",
    )
    return any(name in sql for name in names) or '"warehouse_shipment"."handover_id" = ' in sql
