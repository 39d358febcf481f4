"""The bench on its page: scan, read, weigh, label, close; and every way in which it refuses."""

import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from apps.audit.context import signed
from apps.orders.actions import hold_shipping_orders
from apps.orders.models import Order, ShippingOrder
from apps.org.actors import SYSTEM, Actor
from apps.org.models import Store, User, Warehouse
from apps.stores.models import Sku
from apps.warehouse.actions.open_shipment import open_shipment
from apps.warehouse.actions.pick import start_wave
from apps.warehouse.actions.plan_wave import plan_wave
from apps.warehouse.models import Carrier, CheckLine, ScanKey, Shipment, Wave, WaveOrder

Browse = Callable[..., Client]


@pytest.fixture
def at_the_bench(
    reserved: Callable[..., list[ShippingOrder]],
    warehouse: Warehouse,
    as_vera: Actor,
) -> Callable[..., Shipment]:
    """A parcel of a started wave: `at_the_bench(lines=2)`."""

    def make(**columns: Any) -> Shipment:
        (order,) = reserved(1, **columns)
        wave = plan_wave(warehouse.pk, pks=[order.pk], by=as_vera)
        start_wave(wave.pk, by=as_vera)
        return open_shipment(order.pk, by=as_vera)

    return make


def scan(client: Client, parcel: Shipment, code: str, *, key: uuid.UUID | None = None) -> str:
    """What the page says after one beep."""
    answer = client.post(reverse("desk:check_scan", args=[parcel.pk]), {"code": code, "key": str(key or uuid.uuid4())})
    assert answer.status_code == 200
    return answer.content.decode()


def scanned(parcel: Shipment) -> list[int]:
    """Pieces in the parcel by line."""
    return list(CheckLine.objects.filter(shipment=parcel).order_by("pk").values_list("scanned_quantity", flat=True))


@pytest.mark.rule("WHS-20", "WHS-22")
def test_a_scanned_item_counts_one_and_a_beep_sent_twice_counts_once(
    browse: Browse, noor: User, at_the_bench: Callable[..., Shipment]
) -> None:
    parcel, key = at_the_bench(), uuid.uuid4()
    client = browse(noor, htmx="bench")

    said = scan(client, parcel, "QH-000", key=key)
    scan(client, parcel, "QH-000", key=key)

    assert "QH-000 is right: 1 of 1." in said
    assert 'data-sound="good"' in said
    assert scanned(parcel) == [1]
    assert ScanKey.objects.count() == 1


WRONG = {
    "QH-999": "No item of ours has the code QH-999.",
    "": "Scan or type a number first.",
    "QH-777": "QH-777 does not belong into this parcel.",
}


@pytest.mark.parametrize("code", WRONG)
def test_a_wrong_item_blocks_with_a_sentence_and_a_sound(
    browse: Browse, noor: User, at_the_bench: Callable[..., Shipment], a_sku: Callable[..., Any], code: str
) -> None:
    parcel = at_the_bench()
    a_sku("QH-777")

    said = scan(browse(noor, htmx="bench"), parcel, code)

    assert WRONG[code] in said
    assert 'data-sound="bad"' in said
    assert scanned(parcel) == [0]


def test_one_piece_too_many_blocks(browse: Browse, noor: User, at_the_bench: Callable[..., Shipment]) -> None:
    parcel = at_the_bench()
    client = browse(noor, htmx="bench")
    scan(client, parcel, "QH-000")

    said = scan(client, parcel, "QH-000")

    assert "All 1 pieces of QH-000 are in this parcel already." in said
    assert scanned(parcel) == [1]


def test_a_held_order_stops_at_the_bench(
    browse: Browse, noor: User, lin: User, at_the_bench: Callable[..., Shipment]
) -> None:
    parcel = at_the_bench()
    hold_shipping_orders([parcel.shipping_order_id], note="买家要改地址", by=Actor.of(lin))
    opened = browse(noor).get(reverse("desk:check_parcel", args=[parcel.pk])).content.decode()

    said = scan(browse(noor, htmx="bench"), parcel, "QH-000")

    assert "买家要改地址" in opened
    assert "It has an open exception or hold; clear it first." in said
    assert scanned(parcel) == [0]


def test_a_whole_parcel_of_a_stopped_order_offers_no_label_and_says_why(
    browse: Browse, noor: User, lin: User, at_the_bench: Callable[..., Shipment]
) -> None:
    parcel = at_the_bench()
    client = browse(noor, htmx="bench")
    scan(client, parcel, "QH-000")
    hold_shipping_orders([parcel.shipping_order_id], note="买家要改地址", by=Actor.of(lin))

    opened = client.get(reverse("desk:check_parcel", args=[parcel.pk])).content.decode()
    pressed = client.post(reverse("desk:check_pass", args=[parcel.pk])).content.decode()

    assert ["Close the parcel" in each for each in (opened, pressed)] == [False, False]
    assert "Put this order aside" in opened
    assert "It has an open exception or hold; clear it first." in pressed


@pytest.mark.rule("WHS-18")
def test_messages_are_read_before_the_parcel_is_closed(
    browse: Browse, noor: User, at_the_bench: Callable[..., Shipment]
) -> None:
    parcel = at_the_bench()
    with transaction.atomic(), signed("orders.order.mirror", by=SYSTEM):
        Order.objects.filter(pk=parcel.shipping_order.lead_order_id).update(buyer_message="要红色礼盒")
    client = browse(noor, htmx="bench")
    said = scan(client, parcel, "QH-000")

    assert "要红色礼盒" in said
    assert "Close the parcel" not in said
    early = client.post(reverse("desk:check_pass", args=[parcel.pk])).content.decode()
    said = client.post(reverse("desk:check_remarks", args=[parcel.pk])).content.decode()

    assert "Its messages, memos and gifts have not been confirmed yet, or have changed since." in early
    assert "Close the parcel" in said


def test_closing_takes_waybill_and_weight_and_leads_to_the_next(
    browse: Browse,
    noor: User,
    at_the_bench: Callable[..., Shipment],
    yto: Carrier,
) -> None:
    parcel = at_the_bench()
    client = browse(noor, htmx="bench")
    scan(client, parcel, "QH-000")
    form = {"waybill": " yt1234567890123 ", "carrier": str(yto.pk), "weight": "420"}

    answer = client.post(reverse("desk:check_pass", args=[parcel.pk]), form)

    assert answer.headers["HX-Redirect"] == reverse("desk:check")
    parcel.refresh_from_db()
    assert (parcel.state, parcel.waybill_number, parcel.weight_grams, parcel.checked_by_id) == (
        "ready",
        "YT1234567890123",
        420,
        noor.pk,
    )
    parcel.shipping_order.refresh_from_db()
    assert parcel.shipping_order.state == "packed"
    assert f"Parcel {parcel.number} is checked and closed." in client.get(reverse("desk:check")).content.decode()


def test_a_strange_label_is_asked_about_once_while_the_parcel_is_in_somebodys_hands(
    browse: Browse,
    noor: User,
    at_the_bench: Callable[..., Shipment],
    yto: Carrier,
) -> None:
    parcel = at_the_bench()
    Sku.objects.filter(code="QH-000").update(weight_grams=820)
    client, address = browse(noor, htmx="bench"), reverse("desk:check_pass", args=[parcel.pk])
    scan(client, parcel, "QH-000")
    typed = {"waybill": "JD0001112223", "carrier": str(yto.pk), "weight": "500"}

    asked = client.post(address, typed).content.decode()
    parcel.refresh_from_db()
    before = (parcel.state, parcel.waybill_number)
    (sure,) = re.findall(r'name="sure" value="([^"]*)"', asked)
    other = client.post(address, {**typed, "weight": "510", "sure": sure}).content.decode()
    client.post(address, {**typed, "sure": sure})

    assert "does not look like a number of 圆通测试" in asked
    assert "500 g" in asked
    assert "Close it as it is" in asked
    assert before == ("open", "")
    # Another label is another question.
    assert "510 g" in other
    parcel.refresh_from_db()
    assert (parcel.state, parcel.waybill_number, parcel.weight_grams) == ("ready", "JD0001112223", 500)


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"weight": "heavy"}, "The weight is a whole number of grams."),
        ({"weight": "0"}, "This weight cannot be right; give it in grams."),
        ({"waybill": "YT1234567890123", "carrier": "999999"}, "There is no such carrier."),
        ({"waybill": "???"}, "This is not a waybill number."),
        ({"waybill": "YT1234567890123", "weight": "heavy"}, "The weight is a whole number of grams."),
        ({"waybill": "JD0001112223"}, "No carrier is known to have numbers like JD0001112223."),
    ],
)
def test_a_bad_label_or_weight_leaves_the_parcel_open(
    browse: Browse, noor: User, at_the_bench: Callable[..., Shipment], form: dict[str, str], sentence: str
) -> None:
    parcel = at_the_bench()
    client = browse(noor, htmx="bench")
    scan(client, parcel, "QH-000")

    said = client.post(reverse("desk:check_pass", args=[parcel.pk]), form).content.decode()

    assert sentence in said
    assert 'data-sound="bad"' in said
    assert all(f'value="{typed}"' in said for typed in form.values() if typed != "999999")
    parcel.refresh_from_db()
    assert (parcel.state, parcel.waybill_number) == ("open", "")


@pytest.mark.usefixtures("yto")
def test_without_a_carrier_the_number_tells_whose_it_is(
    browse: Browse, noor: User, at_the_bench: Callable[..., Shipment]
) -> None:
    Carrier.objects.create(code="STO", name="申通测试", waybill_patterns=["77[0-9]{13}"])
    parcel = at_the_bench()
    client = browse(noor, htmx="bench")
    scan(client, parcel, "QH-000")

    client.post(reverse("desk:check_pass", args=[parcel.pk]), {"waybill": "771234567890123", "carrier": ""})

    parcel.refresh_from_db()
    assert (parcel.state, parcel.carrier.code) == ("ready", "STO")


@pytest.mark.usefixtures("yto")
def test_a_number_that_two_carriers_have_asks_for_the_carrier(
    browse: Browse, noor: User, at_the_bench: Callable[..., Shipment]
) -> None:
    Carrier.objects.create(code="TWIN", name="双生速递", waybill_patterns=["YT[0-9]{13}"])
    parcel = at_the_bench()
    client = browse(noor, htmx="bench")
    scan(client, parcel, "QH-000")

    answer = client.post(reverse("desk:check_pass", args=[parcel.pk]), {"waybill": "YT1234567890123"})

    said = "YT1234567890123 may be a number of 双生速递 / 圆通测试. Please choose the carrier."
    page = answer.content.decode()
    assert page.count(said) == 1
    # Beside the boxes: on a phone the top of the page is out of sight.
    assert page.index(reverse("desk:check_pass", args=[parcel.pk])) < page.index(said)
    parcel.refresh_from_db()
    assert (parcel.state, parcel.waybill_number) == ("open", "")


def test_a_carrier_that_was_chosen_helps_the_next_number_only_where_it_does_not_tell_by_itself(
    browse: Browse, noor: User, yto: Carrier, at_the_bench: Callable[..., Shipment]
) -> None:
    twin = Carrier.objects.create(code="TWIN", name="双生速递", waybill_patterns=["YT[0-9]{13}"])
    sto = Carrier.objects.create(code="STO", name="申通测试", waybill_patterns=["77[0-9]{13}"])
    client, numbers = browse(noor, htmx="bench"), ["YT1234567890123", "YT1234567890124", "771234567890123"]

    for nth, number in enumerate(numbers):
        parcel = at_the_bench()
        page = scan(client, parcel, "QH-000")
        assert "selected" not in page
        form = {"waybill": number, "carrier": "" if nth else str(twin.pk)}
        client.post(reverse("desk:check_pass", args=[parcel.pk]), form)

    given = Shipment.objects.order_by("pk").values_list("carrier", flat=True)
    assert list(given) == [twin.pk, twin.pk, sto.pk]
    assert yto.pk not in given


def test_a_parcel_that_is_not_whole_is_not_closed(
    browse: Browse, noor: User, at_the_bench: Callable[..., Shipment]
) -> None:
    parcel = at_the_bench()

    said = browse(noor, htmx="bench").post(reverse("desk:check_pass", args=[parcel.pk])).content.decode()

    assert "Not every item has been scanned yet." in said


def test_an_order_is_put_aside_with_a_reason(browse: Browse, noor: User, at_the_bench: Callable[..., Shipment]) -> None:
    parcel = at_the_bench()
    client = browse(noor, htmx="bench")

    refused = client.post(reverse("desk:check_aside", args=[parcel.pk]), {"reason": " "}).content.decode()
    client.post(reverse("desk:check_aside", args=[parcel.pk]), {"reason": "盒子破了"})

    assert "Please give a reason." in refused
    parcel.refresh_from_db()
    parcel.shipping_order.refresh_from_db()
    assert (parcel.state, parcel.shipping_order.state) == ("cancelled", "confirmed")
    assert WaveOrder.objects.get(shipping_order=parcel.shipping_order).taken_out_reason == "盒子破了"


def test_any_number_of_a_parcel_finds_it_and_an_unknown_one_says_so(
    browse: Browse, noor: User, at_the_bench: Callable[..., Shipment]
) -> None:
    parcel = at_the_bench()
    client = browse(noor, htmx="scan-result")

    for code in (parcel.number, parcel.shipping_order.number, parcel.shipping_order.lead_order.number):
        answer = client.post(reverse("desk:check_find"), {"code": code})
        assert answer.headers["HX-Redirect"] == reverse("desk:check_parcel", args=[parcel.pk])
    said = client.post(reverse("desk:check_find"), {"code": "12345"}).content.decode()

    assert "No order on the bench has this number." in said


def test_what_is_picked_is_listed_what_is_being_picked_is_not_and_an_empty_bench_says_so(
    browse: Browse, noor: User, at_the_bench: Callable[..., Shipment],
    picked: Callable[..., tuple[Wave, list[ShippingOrder]]],
) -> None:  # fmt: skip
    client = browse(noor)

    still_walking = at_the_bench().shipping_order
    empty = client.get(reverse("desk:check")).content.decode()
    _wave, (order,) = picked(1)
    waiting = client.get(reverse("desk:check")).content.decode()

    assert "Nothing waits at the bench" in empty
    assert still_walking.number not in empty + waiting
    assert order.number in waiting


def test_without_script_every_step_is_a_page(browse: Browse, noor: User, at_the_bench: Callable[..., Shipment]) -> None:
    parcel = at_the_bench()
    client = browse(noor)

    found = client.post(reverse("desk:check_find"), {"code": parcel.number}, follow=True)
    said = scan(client, parcel, "QH-000")
    client.post(reverse("desk:check_pass", args=[parcel.pk]), follow=True)

    assert "<!DOCTYPE html>" in found.content.decode()
    assert "<!DOCTYPE html>" in said
    parcel.refresh_from_db()
    assert parcel.state == "ready"


@pytest.mark.parametrize("who", ["lin", "otto", "pia"])
def test_only_who_may_check_comes_to_the_bench(browse: Browse, request: pytest.FixtureRequest, who: str) -> None:
    answer = browse(request.getfixturevalue(who)).get(reverse("desk:check"))

    assert answer.status_code == 403


def test_a_foreign_parcel_is_not_there(
    browse: Browse, person: Callable[..., User], fengdu: Store, at_the_bench: Callable[..., Shipment]
) -> None:
    parcel = at_the_bench()
    stranger = browse(person("stan", "warehouse", stores=(fengdu,)))

    assert stranger.get(reverse("desk:check_parcel", args=[parcel.pk])).status_code == 404
    assert stranger.post(reverse("desk:check_scan", args=[parcel.pk]), {"code": "QH-000"}).status_code == 404
    assert scanned(parcel) == [0]


@pytest.mark.rule("WHS-02")
def test_a_closed_parcels_label_is_corrected_where_it_is_looked_at(
    browse: Browse, noor: User, at_the_bench: Callable[..., Shipment], packed: Callable[..., Shipment]
) -> None:
    parcel = packed(at_the_bench().shipping_order, waybill="77123")
    address = reverse("desk:check_label", args=[parcel.pk])
    client = browse(noor, htmx="bench")
    before = client.get(reverse("desk:check_parcel", args=[parcel.pk])).content.decode()

    wrong = client.post(address, {"waybill": "", "weight": "510"}).content.decode()
    right = client.post(address, {"waybill": "YT1234567890123", "weight": "510"}).content.decode()

    assert "77123 does not look like a number of 圆通测试" in before
    assert "Close the parcel" not in before
    assert "Please give the waybill number." in wrong
    assert 'value="510"' in wrong
    assert "The label is corrected." in right
    assert "does not look like" not in right
    parcel.refresh_from_db()
    assert (parcel.state, parcel.waybill_number, parcel.weight_grams) == ("ready", "YT1234567890123", 510)


def test_goods_that_are_scanned_once_more_are_no_waybill(
    browse: Browse, noor: User, at_the_bench: Callable[..., Shipment], yto: Carrier
) -> None:
    parcel = at_the_bench()
    Sku.objects.filter(code="QH-000").update(barcode="6901234567892")
    client = browse(noor, htmx="bench")
    scan(client, parcel, "QH-000")

    for code in ("qh-000", "6901234567892"):
        form = {"waybill": code, "carrier": str(yto.pk)}
        said = client.post(reverse("desk:check_pass", args=[parcel.pk]), form).content.decode()
        assert f"{code.upper()} is the item QH-000 and no waybill number." in said

    parcel.refresh_from_db()
    assert (parcel.state, parcel.waybill_number) == ("open", "")
