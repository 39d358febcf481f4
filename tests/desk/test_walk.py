"""Walking a wave with a scanner: a refusal is a sentence and changes nothing."""

from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from apps.orders.models import ShippingOrder
from apps.org.actors import Actor
from apps.org.models import User, Warehouse
from apps.stores.models import Sku
from apps.warehouse.actions import confirm_pick, plan_wave, start_wave, take_out
from apps.warehouse.models import Bin, Wave, WaveOrder
from tests.desk.walking import line_of, scan_at

Browse = Callable[..., Client]
Orders = Callable[..., list[ShippingOrder]]


def _said(answer: HttpResponse) -> str:
    return answer.headers.get("HX-Trigger", "").encode().decode("unicode_escape")


@pytest.mark.rule("WHS-03")
def test_each_scan_counts_one_piece_and_says_its_slot_and_the_last_one_confirms_the_stop(
    browse: Browse, noor: User, walking: Callable[..., Wave]
) -> None:
    wave = walking(2)
    line, client = line_of(wave), browse(noor, htmx="bench")

    first = scan_at(client, wave, line, "qh-000")
    picked_after_one = line_of(wave).picked_at
    second = scan_at(client, wave, line, "QH-000", counted=1)

    assert "Right: put it into slot 1." in first
    assert 'name="counted" value="1"' in first
    assert picked_after_one is None
    assert "Right: put it into slot 2." in second
    assert "Everything is picked" in second
    assert line_of(wave).picked_quantity == 2


def test_the_same_scan_sent_twice_counts_once(browse: Browse, noor: User, walking: Callable[..., Wave]) -> None:
    wave = walking(2)
    line, client = line_of(wave), browse(noor, htmx="bench")

    answers = [scan_at(client, wave, line, "QH-000") for _ in range(2)]

    assert all('name="counted" value="1"' in answer for answer in answers)
    assert "Pieces were counted in the meantime." in answers[1]
    assert (line_of(wave).picked_at, line_of(wave).counted_quantity) == (None, 1)


def test_what_was_counted_is_there_after_a_reload_and_on_a_second_device(
    browse: Browse, noor: User, vera: User, walking: Callable[..., Wave]
) -> None:
    wave = walking(3)
    line = line_of(wave)
    scan_at(browse(noor, htmx="bench"), wave, line, "QH-000")

    reloaded = browse(noor).get(f"/desk/waves/{wave.pk}/walk/").content.decode()
    elsewhere = scan_at(browse(vera, htmx="bench"), wave, line, "QH-000", counted=1)
    behind = scan_at(browse(noor, htmx="bench"), wave, line, "QH-000", counted=1)

    assert 'name="counted" value="1"' in reloaded
    assert 'name="counted" value="2"' in elsewhere
    assert 'name="counted" value="2"' in behind
    assert "Pieces were counted in the meantime." in behind
    assert line_of(wave).counted_quantity == 2


def test_an_order_that_leaves_takes_its_pieces_off_the_count_and_the_last_piece_is_still_scanned(
    browse: Browse, noor: User, as_vera: Actor, walking: Callable[..., Wave]
) -> None:
    wave = walking(3)
    client = browse(noor, htmx="bench")
    for seen in (0, 1):
        scan_at(client, wave, line_of(wave), "QH-000", counted=seen)
    newest = WaveOrder.objects.get(wave=wave, slot=3).shipping_order

    take_out(newest.pk, reason="停发", by=as_vera)
    page = client.get(f"/desk/waves/{wave.pk}/walk/").content.decode()
    scan_at(client, wave, line_of(wave), "QH-000", counted=1)

    assert 'name="counted" value="1"' in page
    assert (line_of(wave).picked_quantity, line_of(wave).picked_at is not None) == (2, True)


def test_the_barcode_is_the_item_too(
    browse: Browse, noor: User, walking: Callable[..., Wave], a_sku: Callable[..., Sku]
) -> None:
    Sku.objects.filter(pk=a_sku("QH-000").pk).update(barcode="6901234567892")
    wave = walking()

    scan_at(browse(noor, htmx="bench"), wave, line_of(wave), "6901234567892")

    assert line_of(wave).picked_quantity == 1


@pytest.mark.parametrize("code", ["qh-000", "ＱＨ－０００"])
def test_the_item_is_known_however_the_keyboard_is_set(
    browse: Browse, noor: User, walking: Callable[..., Wave], code: str
) -> None:
    wave = walking()

    scan_at(browse(noor, htmx="bench"), wave, line_of(wave), code)

    assert line_of(wave).picked_quantity == 1


@pytest.mark.rule("WHS-22")
@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("QH-999", "Wrong item. This stop is for QH-000."),
        ("Qh-000", "Wrong item. This stop is for QH-000."),
        ("", "Scan or type a code."),
        ("A-01-01", "This is the right bin. Now scan the goods."),
        ("ａ－０１－０１", "This is the right bin. Now scan the goods."),
    ],
)
def test_a_scan_that_is_not_the_item_counts_nothing(
    *, browse: Browse, noor: User, walking: Callable[..., Wave], a_sku: Callable[..., Sku], code: str, sentence: str
) -> None:
    wave = walking()
    a_sku("Qh-000")

    page = scan_at(browse(noor, htmx="bench"), wave, line_of(wave), code)

    assert sentence in page
    assert 'name="counted" value="0"' in page
    assert line_of(wave).picked_at is None


def test_one_piece_too_many_of_the_stop_before_is_said_to_be_that(
    browse: Browse, noor: User, walking: Callable[..., Wave]
) -> None:
    wave = walking(1, lines=2)
    client = browse(noor, htmx="bench")
    scan_at(client, wave, line_of(wave, 1), "QH-000")

    page = scan_at(client, wave, line_of(wave, 2), "QH-000")

    assert "All 1 of QH-000 at A-01-01 are picked already; put this one back. This stop is for QH-001." in page
    assert line_of(wave, 2).picked_at is None


def test_a_stop_that_somebody_has_picked_leads_to_the_next_one(
    browse: Browse,
    noor: User,
    walking: Callable[..., Wave],
) -> None:
    wave = walking(1, lines=2)
    confirm_pick(line_of(wave, 1).pk, 1, by=Actor.of(noor))

    page = scan_at(browse(noor, htmx="bench"), wave, line_of(wave, 1), "QH-000")

    assert "This stop is picked already. Here is the next one." in page
    assert f'value="{line_of(wave, 2).pk}"' in page


@pytest.mark.rule("WHS-21")
def test_a_short_pick_names_the_orders_that_leave_the_wave(
    browse: Browse, noor: User, walking: Callable[..., Wave]
) -> None:
    wave = walking(3)
    newest = WaveOrder.objects.get(wave=wave, slot=3).shipping_order

    page = (
        browse(noor, htmx="bench")
        .post(f"/desk/waves/{wave.pk}/walk/short/", {"line": line_of(wave).pk, "quantity": "2", "reason": "少一件"})
        .content.decode()
    )

    assert f"Noted. 1 order left the wave: {newest.lead_order.number}." in page
    newest.refresh_from_db()
    assert newest.state == "confirmed"
    assert line_of(wave).picked_quantity == 2


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"quantity": "1", "reason": ""}, "Please say why there are fewer."),
        ({"quantity": "", "reason": "少"}, "How many pieces did you find? Type a whole number."),
        ({"quantity": "9", "reason": "多"}, "This stop is for 2 pieces; you cannot pick 9."),
    ],
)
def test_a_short_pick_that_cannot_be_is_refused(
    browse: Browse, noor: User, walking: Callable[..., Wave], data: dict[str, str], sentence: str
) -> None:
    wave = walking(2)
    client = browse(noor, htmx="bench")
    scan_at(client, wave, line_of(wave), "QH-000")

    page = client.post(
        f"/desk/waves/{wave.pk}/walk/short/", {"line": line_of(wave).pk, "counted": "1", **data}
    ).content.decode()

    assert sentence in page
    assert 'name="counted" value="1"' in page
    assert line_of(wave).picked_at is None


def test_a_stop_of_another_wave_is_not_on_this_route(browse: Browse, noor: User, walking: Callable[..., Wave]) -> None:
    first, second = walking(), walking()

    page = (
        browse(noor, htmx="bench")
        .post(f"/desk/waves/{first.pk}/walk/short/", {"line": line_of(second).pk, "quantity": "0", "reason": "空"})
        .content.decode()
    )

    assert "This stop is not on the wave" in page
    assert line_of(second).picked_at is None


def test_a_wave_that_nobody_has_begun_is_started_from_the_walk(
    browse: Browse,
    noor: User,
    reserved: Orders,
    warehouse: Warehouse,
    as_vera: Actor,
) -> None:
    reserved(1)
    wave = plan_wave(warehouse.pk, by=as_vera)
    client = browse(noor)

    page = client.get(f"/desk/waves/{wave.pk}/walk/").content.decode()
    answer = client.post(f"/desk/waves/{wave.pk}/start/", {"next": f"/desk/waves/{wave.pk}/walk/"})

    assert "Nobody picks this wave yet" in page
    assert answer["Location"] == f"/desk/waves/{wave.pk}/walk/"
    wave.refresh_from_db()
    assert (wave.state, wave.picker) == ("picking", noor)


def test_bins_are_walked_in_order(
    browse: Browse,
    noor: User,
    walking: Callable[..., Wave],
    a_bin: Callable[..., Bin],
    in_stock: Callable[..., Any],
) -> None:
    in_stock("QH-000", 5, bin=a_bin("Z-1", walk_order=1))
    in_stock("QH-001", 5, bin=a_bin("A-9", walk_order=9))
    wave = walking(1, lines=2, stock=False)

    page = browse(noor).get(f"/desk/waves/{wave.pk}/walk/").content.decode()

    assert '<p class="big-bin">Z-1</p>' in page
    assert page.index("Z-1") < page.index("A-9")


def test_who_picks_finds_the_own_wave_on_top_of_the_first_page(
    browse: Browse, noor: User, as_vera: Actor, reserved: Orders, walking: Callable[..., Wave]
) -> None:
    (order,) = reserved(1)
    theirs = plan_wave(order.warehouse_id, pks=[order.pk], by=as_vera)
    start_wave(theirs.pk, by=as_vera)
    own = walking()

    page = browse(noor).get("/desk/").content.decode()

    assert page.index(f'href="/desk/waves/{own.pk}/walk/"') < page.index(f'href="/desk/waves/{theirs.pk}/"')
