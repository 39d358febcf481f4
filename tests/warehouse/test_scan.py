"""The scan-check: each item counted once, nothing wrong in the parcel, remarks read before it is closed."""

import uuid
from collections.abc import Callable

import pytest
from django.db import transaction

from apps.audit.context import signed
from apps.core.errors import Conflict, Invalid, NotAllowed, NotFound
from apps.core.invariants import broken
from apps.orders.actions import cancel_shipping_order, confirm_shipping_orders, hold_shipping_order
from apps.orders.actions.amend import amend_order
from apps.orders.actions.hold import clear_reason
from apps.orders.actions.note import note_shipping_order
from apps.orders.models import OrderLine, Reason, ShippingOrder, ShippingOrderLine
from apps.orders.rules.amendment import Amendment
from apps.org.actors import SYSTEM, Actor
from apps.org.models import Store, User, Warehouse, WarehouseGrant
from apps.stores.models import Sku
from apps.warehouse.actions import (
    confirm_remarks,
    confirm_rest,
    find_for_bench,
    finish_wave,
    open_shipment,
    pass_scan_check,
    plan_wave,
    scan_item,
    set_waybill,
    start_wave,
    take_out,
)
from apps.warehouse.actions.reserve import reserve_waiting
from apps.warehouse.models import Carrier, CheckLine, ScanKey, Shipment, StockMove, Wave
from apps.warehouse.workflows.remarks import remarks_print
from apps.workflow.move import IllegalMove

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
Picked = Callable[..., tuple[Wave, list[ShippingOrder]]]


def _scan(parcel: Shipment, code: str, by: Actor, key: uuid.UUID | None = None) -> CheckLine:
    return scan_item(parcel.pk, code, key=key or uuid.uuid4(), by=by)


def _scanned(parcel: Shipment) -> list[int]:
    return list(parcel.lines.order_by("sku__code").values_list("scanned_quantity", flat=True))


@pytest.mark.rule("WHS-19", "WHS-20", "WHS-22")
def test_a_parcel_is_closed_when_every_item_was_scanned(picked: Picked, noor: User) -> None:
    _wave, (order,) = picked(1, lines=2)
    parcel = open_shipment(order.pk, by=Actor.of(noor))
    _scan(parcel, "QH-000", Actor.of(noor))

    with pytest.raises(IllegalMove, match="Not every item"):
        pass_scan_check(parcel.pk, by=Actor.of(noor))
    _scan(parcel, "QH-001", Actor.of(noor))
    parcel = pass_scan_check(parcel.pk, by=Actor.of(noor), weight_grams=420)

    order.refresh_from_db()
    assert (parcel.state, parcel.checked_by_id, parcel.weight_grams, order.state) == ("ready", noor.pk, 420, "packed")
    assert parcel.checked_at is not None
    assert broken() == []


def test_an_item_is_known_by_its_barcode_too(picked: Picked, as_noor: Actor) -> None:
    _wave, (order,) = picked(1)
    Sku.objects.filter(code="QH-000").update(barcode="6901234567892")
    parcel = open_shipment(order.pk, by=as_noor)

    assert _scan(parcel, "6901234567892", as_noor).scanned_quantity == 1


@pytest.mark.parametrize("code", ["qh-000", "ＱＨ－０００", " QH-000 "])
def test_an_item_is_known_however_the_keyboard_is_set(picked: Picked, as_noor: Actor, code: str) -> None:
    _wave, (order,) = picked(1)
    parcel = open_shipment(order.pk, by=as_noor)

    assert _scan(parcel, code, as_noor).scanned_quantity == 1


def test_an_item_whose_barcode_is_the_code_of_another_one_is_counted_in_its_own_parcel(
    picked: Picked, as_noor: Actor, a_sku: Callable[..., Sku]
) -> None:
    a_sku("6901")
    _wave, (order,) = picked(1)
    Sku.objects.filter(code="QH-000").update(barcode="6901")
    parcel = open_shipment(order.pk, by=as_noor)

    assert _scan(parcel, "6901", as_noor).scanned_quantity == 1


@pytest.mark.rule("WHS-22")
def test_two_items_that_differ_in_case_alone_are_two(picked: Picked, as_noor: Actor, a_sku: Callable[..., Sku]) -> None:
    a_sku("qh-000")
    _wave, (order,) = picked(1)
    parcel = open_shipment(order.pk, by=as_noor)

    with pytest.raises(Invalid) as refusal:
        _scan(parcel, "qh-000", as_noor)

    assert str(refusal.value) == "qh-000 does not belong into this parcel."
    assert _scan(parcel, "QH-000", as_noor).scanned_quantity == 1


def test_a_parcel_that_holds_both_of_them_counts_each(
    wanting: Callable[..., ShippingOrder], in_stock: Callable[..., StockMove], warehouse: Warehouse, as_vera: Actor
) -> None:
    codes = ["QH-1a", "QH-1A"]
    for code in codes:
        in_stock(code, 1)
    order = wanting(dict.fromkeys(codes, 1))
    reserve_waiting(warehouse.pk)
    plan_wave(warehouse.pk, by=as_vera)
    parcel = open_shipment(order.pk, by=as_vera)

    counted = [_scan(parcel, code, as_vera) for code in codes]

    assert [(line.sku.code, line.scanned_quantity) for line in counted] == [("QH-1a", 1), ("QH-1A", 1)]


def test_a_scan_that_is_sent_twice_counts_once(picked: Picked, as_noor: Actor) -> None:
    _wave, (order,) = picked(1)
    parcel, key = open_shipment(order.pk, by=as_noor), uuid.uuid4()

    first, again = (_scan(parcel, "QH-000", as_noor, key) for _ in range(2))

    assert (first.scanned_quantity, again.scanned_quantity, _scanned(parcel)) == (1, 1, [1])
    assert ScanKey.objects.count() == 1


@pytest.mark.parametrize(
    ("code", "why"),
    [("QH-001", "wrong_item"), ("qh-001", "wrong_item"), ("NO-SUCH", "unknown_item"), ("QH-000", "too_many")],
)
def test_what_does_not_belong_into_the_parcel_is_refused_and_changes_nothing(
    picked: Picked, as_noor: Actor, a_sku: Callable[..., Sku], code: str, why: str
) -> None:
    a_sku("QH-001")
    _wave, (order,) = picked(1)
    parcel = open_shipment(order.pk, by=as_noor)
    _scan(parcel, "QH-000", as_noor)

    with pytest.raises(Invalid) as refused:
        _scan(parcel, code, as_noor)

    assert refused.value.code == why
    assert (_scanned(parcel), ScanKey.objects.count()) == ([1], 1)


@pytest.mark.rule("WHS-18")
@pytest.mark.parametrize("remark", [{"buyer_message": "要蓝色"}, {"seller_memo": "送杯刷"}])
def test_a_parcel_with_remarks_is_closed_after_somebody_confirmed_them(
    picked: Picked, noor: User, remark: dict[str, str]
) -> None:
    _wave, (order,) = picked(1, **remark)
    parcel = open_shipment(order.pk, by=Actor.of(noor))
    _scan(parcel, "QH-000", Actor.of(noor))

    with pytest.raises(IllegalMove, match="have not been confirmed"):
        pass_scan_check(parcel.pk, by=Actor.of(noor))
    assert confirm_remarks(parcel.pk, by=Actor.of(noor)).remarks_confirmed_by_id == noor.pk

    assert pass_scan_check(parcel.pk, by=Actor.of(noor)).state == "ready"


@pytest.mark.rule("WHS-18")
def test_what_is_written_after_somebody_read_the_remarks_is_read_once_more(picked: Picked, as_noor: Actor) -> None:
    parcel, order = _read_at_the_bench(picked, as_noor)
    note_shipping_order(order.pk, text="改送蓝色", by=SYSTEM)

    with pytest.raises(IllegalMove, match="have changed since"):
        pass_scan_check(parcel.pk, by=as_noor)
    confirm_remarks(parcel.pk, by=as_noor)

    assert pass_scan_check(parcel.pk, by=as_noor).state == "ready"


@pytest.mark.rule("WHS-18")
def test_a_memo_that_is_corrected_is_read_once_more_when_the_correction_was_cleared(
    picked: Picked, as_noor: Actor
) -> None:
    parcel, order = _read_at_the_bench(picked, as_noor)
    amend_order(order.pk, Amendment(seller_memo="换成礼盒"), reason="买家要求", by=SYSTEM)
    clear_reason(Reason.objects.get(shipping_order=order).pk, note="已告知", by=SYSTEM)

    with pytest.raises(IllegalMove, match="have changed since"):
        pass_scan_check(parcel.pk, by=as_noor)


@pytest.mark.rule("WHS-18")
def test_remarks_that_changed_while_they_were_on_the_screen_are_not_confirmed(picked: Picked, as_noor: Actor) -> None:
    parcel, order = _read_at_the_bench(picked, as_noor)
    prints = Shipment.objects.values_list(remarks_print(), flat=True)
    shown = prints.get()
    note_shipping_order(order.pk, text="改送蓝色", by=SYSTEM)

    with pytest.raises(Conflict, match="written in the meantime"):
        confirm_remarks(parcel.pk, by=as_noor, seen=shown)

    assert confirm_remarks(parcel.pk, by=as_noor, seen=prints.get()).remarks_digest != shown


def _read_at_the_bench(picked: Picked, by: Actor) -> tuple[Shipment, ShippingOrder]:
    """A parcel with everything in it, whose memo somebody has read."""
    _wave, (order,) = picked(1, seller_memo="送杯刷")
    parcel = open_shipment(order.pk, by=by)
    _scan(parcel, "QH-000", by)
    return confirm_remarks(parcel.pk, by=by), order


@pytest.mark.rule("WHS-11")
def test_the_bench_refuses_a_held_order_with_the_guards_sentence(picked: Picked, as_noor: Actor) -> None:
    _wave, (order,) = picked(1)
    parcel = open_shipment(order.pk, by=as_noor)
    _scan(parcel, "QH-000", as_noor)
    hold_shipping_order(order.pk, note="等客户确认", by=SYSTEM)

    with pytest.raises(IllegalMove, match="open exception or hold"):
        pass_scan_check(parcel.pk, by=as_noor)

    parcel.refresh_from_db()
    order.refresh_from_db()
    assert (parcel.state, parcel.checked_at, order.state) == ("open", None, "picking")


def test_the_bench_refuses_an_order_that_was_called_off(picked: Picked, as_noor: Actor) -> None:
    _wave, (order,) = picked(1)
    parcel = open_shipment(order.pk, by=as_noor)
    cancel_shipping_order(order.pk, reason="买家取消", by=SYSTEM)

    with pytest.raises(IllegalMove, match="not at the bench any more"):
        _scan(parcel, "QH-000", as_noor)
    with pytest.raises(IllegalMove):
        open_shipment(order.pk, by=as_noor)

    assert _scanned(parcel) == [0]


def test_opening_twice_gives_the_same_parcel(picked: Picked, as_noor: Actor) -> None:
    _wave, (order,) = picked(1)

    assert open_shipment(order.pk, by=as_noor).pk == open_shipment(order.pk, by=as_noor).pk
    assert (Shipment.objects.count(), CheckLine.objects.count()) == (1, 1)


def test_an_order_that_is_only_reserved_is_not_on_the_bench(
    reserved: Callable[..., list[ShippingOrder]], as_noor: Actor
) -> None:
    (order,) = reserved(1)

    with pytest.raises(IllegalMove):
        open_shipment(order.pk, by=as_noor)

    assert Shipment.objects.count() == 0


def test_the_scanner_finds_a_parcel_by_every_number_on_it(picked: Picked, yto: Carrier, as_noor: Actor) -> None:
    _wave, (order,) = picked(1, number="261121000011223344")
    parcel = open_shipment(order.pk, by=as_noor)
    set_waybill(parcel.pk, yto.pk, "YT1234567890123", by=as_noor)

    for code in (order.number, "YT1234567890123", parcel.number, "261121000011223344"):
        assert find_for_bench(code, by=as_noor).pk == parcel.pk
        assert find_for_bench(f" {code.lower()}\u3000", by=as_noor).pk == parcel.pk
    with pytest.raises(NotFound):
        find_for_bench("YT0000000000000", by=as_noor)


def test_the_scanner_finds_the_new_parcel_of_an_order_that_had_one_before(
    picked: Picked, warehouse: Warehouse, yto: Carrier, as_noor: Actor, as_vera: Actor
) -> None:
    _wave, (order,) = picked(1)
    before = open_shipment(order.pk, by=as_noor)
    set_waybill(before.pk, yto.pk, "YT1234567890123", by=as_noor)
    take_out(order.pk, reason="少一件", by=as_vera)
    reserve_waiting(warehouse.pk)
    again = plan_wave(warehouse.pk, by=as_vera)
    start_wave(again.pk, by=as_vera)
    confirm_rest(again.pk, by=as_vera)
    finish_wave(again.pk, by=as_vera)
    parcel = open_shipment(order.pk, by=as_noor)
    set_waybill(parcel.pk, yto.pk, "YT1234567890124", by=as_noor)

    assert {find_for_bench(code, by=as_noor) for code in ("YT1234567890124", parcel.number)} == {parcel}
    for gone in ("YT1234567890123", before.number):
        with pytest.raises(NotFound):
            find_for_bench(gone, by=as_noor)


def test_a_parcel_gets_one_waybill_and_no_two_parcels_the_same(picked: Picked, yto: Carrier, as_noor: Actor) -> None:
    _wave, (first, second) = picked(2)
    one, other = (open_shipment(order.pk, by=as_noor) for order in (first, second))

    set_waybill(one.pk, yto.pk, '="YT1234567890123"', by=as_noor)
    set_waybill(other.pk, yto.pk, "77123", by=as_noor)
    with pytest.raises(Conflict) as refused:
        set_waybill(other.pk, yto.pk, "YT1234567890123", by=as_noor)

    one.refresh_from_db()
    other.refresh_from_db()
    assert (refused.value.code, one.number in str(refused.value)) == ("waybill_taken", True)
    assert (one.waybill_number, other.waybill_number) == ("YT1234567890123", "77123")


def test_looking_at_a_parcel_again_draws_no_number(picked: Picked, as_noor: Actor) -> None:
    _wave, (first, second) = picked(2)

    numbers = [open_shipment(order.pk, by=as_noor).number for order in (first, first, first, second)]

    running = [int(number.rpartition("-")[2]) for number in numbers]
    assert running == [running[0]] * 3 + [running[0] + 1]


def test_order_clerks_do_not_scan_and_strangers_find_nothing(picked: Picked, as_lin: Actor, foreigner: User) -> None:
    _wave, (order,) = picked(1)

    with pytest.raises(NotAllowed):
        open_shipment(order.pk, by=as_lin)
    with pytest.raises(NotAllowed):
        open_shipment(order.pk, by=Actor.of(foreigner))

    assert Shipment.objects.count() == 0


def test_somebody_of_another_warehouse_finds_nothing_by_any_number(
    picked: Picked, yto: Carrier, as_noor: Actor, person: Callable[..., User], fengdu: Store
) -> None:
    _wave, (order,) = picked(1)
    parcel = open_shipment(order.pk, by=as_noor)
    set_waybill(parcel.pk, yto.pk, "YT1234567890123", by=as_noor)
    stranger = person("ren", "warehouse", stores=())
    WarehouseGrant.objects.create(user=stranger, warehouse=fengdu.warehouse)

    for code in (order.number, "YT1234567890123", parcel.number, order.lead_order.number):
        with pytest.raises(NotFound) as refused:
            find_for_bench(code, by=Actor.of(stranger))
        # The same answer as for a number that nobody has: it does not even say that there is such a parcel.
        assert refused.value.code == "unknown_code"


@pytest.mark.rule("WHS-18")
@pytest.mark.parametrize("gift", [{"unit_price_amount": 0}, {"unit_price_amount": None, "paid_amount": 0}])
def test_a_parcel_with_a_gift_is_closed_after_somebody_confirmed_it(
    an_order: Callable[..., ShippingOrder],
    in_stock: Callable[..., StockMove],
    a_sku: Callable[..., Sku],
    as_vera: Actor,
    *,
    gift: dict[str, int | None],
) -> None:
    order = an_order()
    with transaction.atomic(), signed("core.seed", by=SYSTEM):
        brush = OrderLine.objects.create(
            order=order.lead_order, line_key="gift", title="杯刷", quantity=1, sku=a_sku("QH-900"), **gift
        )
        ShippingOrderLine.objects.create(shipping_order=order, order_line=brush, sku=brush.sku, quantity=1)
    for code in ("QH-000", "QH-900"):
        in_stock(code, 1)
    parcel = _brought_to_the_bench(order, as_vera)

    _is_closed_only_after_it_was_confirmed(parcel, as_vera)


@pytest.mark.rule("WHS-18")
def test_a_parcel_with_a_note_of_our_own_is_closed_after_somebody_confirmed_it(picked: Picked, as_noor: Actor) -> None:
    _wave, (order,) = picked(1)
    ShippingOrder.objects.filter(pk=order.pk).update(note="多包一层气泡膜")
    parcel = open_shipment(order.pk, by=as_noor)

    _is_closed_only_after_it_was_confirmed(parcel, as_noor)


def _brought_to_the_bench(order: ShippingOrder, by: Actor) -> Shipment:
    assert not confirm_shipping_orders([order.pk], by=SYSTEM).refused
    reserve_waiting(order.warehouse_id)
    wave = plan_wave(order.warehouse_id, by=by)
    start_wave(wave.pk, by=by)
    confirm_rest(wave.pk, by=by)
    finish_wave(wave.pk, by=by)
    return open_shipment(order.pk, by=by)


def _is_closed_only_after_it_was_confirmed(parcel: Shipment, by: Actor) -> None:
    for line in parcel.lines.select_related("sku"):
        _scan(parcel, line.sku.code, by)

    with pytest.raises(IllegalMove, match="have not been confirmed"):
        pass_scan_check(parcel.pk, by=by)
    parcel.refresh_from_db()
    assert (parcel.state, parcel.checked_at) == ("open", None)

    confirm_remarks(parcel.pk, by=by)
    assert pass_scan_check(parcel.pk, by=by).state == "ready"
