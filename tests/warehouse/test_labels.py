"""A closed parcel's label and weight: doubted where they look wrong, put right until the carrier has it."""

from collections.abc import Callable

import pytest

from apps.core.errors import Conflict, Invalid, NotAllowed, NotFound
from apps.core.tabular import CellError
from apps.orders.models import ShippingOrder
from apps.org.actors import Actor
from apps.org.models import Store, User, WarehouseGrant
from apps.stores.models import Sku
from apps.warehouse.actions import dispatch_shipments, open_shipment
from apps.warehouse.actions.correct_label import correct_label
from apps.warehouse.models import Carrier, Shipment
from apps.warehouse.rules.weights import doubts_about_weight
from apps.workflow.move import IllegalMove

Packed = Callable[..., Shipment]
Picked = Callable[..., tuple[object, list[ShippingOrder]]]
OTHER = "YT9999999999999"


@pytest.fixture
def closed(picked: Picked, packed: Packed) -> Callable[..., Shipment]:
    """A parcel that passed its check, with or without a waybill."""
    return lambda **label: packed(picked(1)[1][0], **label)


def _label(parcel: Shipment) -> tuple[str | None, str, int | None]:
    parcel = Shipment.objects.select_related("carrier").get(pk=parcel.pk)
    return parcel.carrier and parcel.carrier.code, parcel.waybill_number, parcel.weight_grams


@pytest.mark.rule("WHS-02")
def test_a_wrong_label_is_put_right_before_the_carrier_comes(
    closed: Callable[..., Shipment], yto: Carrier, as_noor: Actor
) -> None:
    sto = Carrier.objects.create(code="STO", name="申通测试", waybill_patterns=["77[0-9]{13}"])
    parcel = closed()

    doubts = correct_label(parcel.pk, waybill=" 771234567890123", weight_grams=640, by=as_noor)

    assert doubts == []
    assert _label(parcel) == ("STO", "771234567890123", 640)
    assert not dispatch_shipments([parcel.pk], yto.pk, by=as_noor).done
    assert dispatch_shipments([parcel.pk], sto.pk, by=as_noor).done == [parcel.pk]


def test_what_is_said_again_stays_and_only_the_weight_is_written(
    closed: Callable[..., Shipment], as_noor: Actor
) -> None:
    parcel = closed(waybill="77123")

    doubts = correct_label(parcel.pk, waybill="77123", weight_grams=None, by=as_noor)

    assert [doubt.code for doubt in doubts] == ["not_its_shape"]
    assert _label(parcel) == ("YTO-T", "77123", None)


def test_a_carrier_that_is_chosen_wins_over_the_number(closed: Callable[..., Shipment], as_noor: Actor) -> None:
    twin = Carrier.objects.create(code="TWIN", name="双生速递", waybill_patterns=["YT[0-9]{13}"])
    parcel = closed(waybill=OTHER)

    correct_label(parcel.pk, carrier_id=twin.pk, waybill=OTHER, weight_grams=500, by=as_noor)

    assert _label(parcel) == ("TWIN", OTHER, 500)


def test_a_label_that_cannot_be_changes_nothing(closed: Callable[..., Shipment], as_noor: Actor) -> None:
    parcel, taken = closed(), closed(waybill=OTHER)
    before = _label(parcel)

    for waybill, grams, error in (
        ("", 700, Invalid),
        ("???", 700, CellError),
        ("JD0001112223", 700, Invalid),
        (OTHER, 700, Conflict),
        (before[1], 0, Invalid),
        ("YT1234567890123", 200_001, Invalid),
    ):
        with pytest.raises(error):
            correct_label(parcel.pk, waybill=waybill, weight_grams=grams, by=as_noor)

    assert _label(parcel) == before
    assert _label(taken)[1] == OTHER


@pytest.mark.usefixtures("yto")
def test_an_open_parcel_and_one_that_is_gone_have_no_label_to_correct(
    picked: Picked, shipped: Callable[..., list[ShippingOrder]], as_noor: Actor
) -> None:
    _wave, (order,) = picked(1)
    here, gone = open_shipment(order.pk, by=as_noor), Shipment.objects.get(shipping_order=shipped()[0])

    for parcel in (here, gone):
        with pytest.raises(IllegalMove):
            correct_label(parcel.pk, waybill="YT1234567890123", weight_grams=1, by=as_noor)


def test_order_clerks_correct_no_label_and_strangers_find_none(
    *, closed: Callable[..., Shipment], as_lin: Actor, person: Callable[..., User], fengdu: Store
) -> None:
    parcel, stranger = closed(), person("ren", "warehouse", stores=())
    WarehouseGrant.objects.create(user=stranger, warehouse=fengdu.warehouse)

    with pytest.raises(NotAllowed):
        correct_label(parcel.pk, waybill=OTHER, by=as_lin)
    with pytest.raises(NotFound):
        correct_label(parcel.pk, waybill=OTHER, by=Actor.of(stranger))


@pytest.mark.parametrize(
    ("grams", "goods", "codes"),
    [
        (None, 500, []),
        (500, None, []),
        (500, 0, []),
        (400, 500, []),
        (399, 500, ["too_light"]),
        (2, 2_000, ["too_light"]),
        (3_500, 500, []),
        (3_501, 500, ["too_heavy"]),
    ],
)
def test_a_weight_is_doubted_where_the_goods_tell_otherwise(
    grams: int | None, goods: int | None, codes: list[str]
) -> None:
    assert [doubt.code for doubt in doubts_about_weight(grams, goods)] == codes


@pytest.mark.parametrize(("known", "codes"), [((900, 300), ["too_light"]), ((900, None), [])])
def test_the_goods_weigh_what_their_records_say_and_nothing_where_one_is_silent(
    *, picked: Picked, packed: Packed, as_noor: Actor, known: tuple[int | None, ...], codes: list[str]
) -> None:
    _wave, (order,) = picked(1, lines=2)
    for place, grams in enumerate(known):
        Sku.objects.filter(code=f"QH-{place:03d}").update(weight_grams=grams)
    parcel = packed(order)

    doubts = correct_label(parcel.pk, waybill=parcel.waybill_number, weight_grams=500, by=as_noor)

    assert [doubt.code for doubt in doubts] == codes
