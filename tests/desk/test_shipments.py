"""Parcels, batch-ship files and stock on their pages: what is shown, what is refused, and who may see it."""

from collections.abc import Callable
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from apps.audit.models import Export
from apps.desk.queries import shipments
from apps.desk.queries.finding import find_shipping_orders
from apps.jobs.actions import run_job
from apps.jobs.models import Job
from apps.orders.models import ShippingOrder
from apps.org.actors import SYSTEM, Actor
from apps.org.models import Store, User
from apps.warehouse.actions import set_waybill
from apps.warehouse.models import Carrier, Handover, Shipment, StockMove

Browse = Callable[..., Client]
Packed = Callable[..., Shipment]
Picked = Callable[..., tuple[object, list[object]]]


@pytest.fixture
def ready(picked: Picked, packed: Packed) -> Callable[[int], list[Shipment]]:
    """Checked parcels with waybills: `ready(2)`."""
    return lambda count=1: [packed(order) for order in picked(count)[1]]


@pytest.mark.parametrize("text", ["{0}", "{1}", "{0} {1} 9999999999"])
def test_an_order_whose_parcel_is_still_in_the_house_is_found_by_its_waybill_and_says_it(
    browse: Browse, lin: User, ready: Callable[[int], list[Shipment]], text: str
) -> None:
    first, second = ready(2)
    numbers = (first.waybill_number, second.waybill_number)
    sought = text.format(*numbers)

    found = find_shipping_orders(sought, Actor.of(lin))
    drawer = browse(lin).get(reverse("desk:order", args=[first.shipping_order_id])).content.decode()

    here = {first.shipping_order_id: numbers[0], second.shipping_order_id: numbers[1]}
    assert set(found.keys) == {pk for pk, number in here.items() if number in sought}
    assert found.missing == (("9999999999",) if " " in sought else ())
    assert numbers[0] in drawer


@pytest.mark.rule("WHS-06")
def test_chosen_parcels_are_handed_over_and_the_others_stay(
    browse: Browse,
    noor: User,
    ready: Callable[[int], list[Shipment]],
    yto: Carrier,
) -> None:
    first, second = ready(2)
    client = browse(noor)
    listed = client.get(reverse("desk:shipments")).content.decode()

    answer = client.post(reverse("desk:shipments_dispatch"), {"carrier": yto.pk, "ids": [first.pk]})

    assert first.number in listed
    assert second.number in listed
    # A page of its own, so that whoever reloads it hands nothing over again.
    assert answer.headers["Location"] == reverse("desk:handover", args=[Handover.objects.get().pk])
    assert "1 parcel was handed over as" in client.get(answer.headers["Location"]).content.decode()
    assert dict(Shipment.objects.values_list("pk", "state")) == {first.pk: "dispatched", second.pk: "ready"}
    gone = client.get(reverse("desk:shipments"), {"tab": "gone"}).content.decode()
    assert Handover.objects.get().number in gone
    assert "Open the sheet" in gone


def test_a_long_pile_of_one_carrier_says_how_long_it_is_and_hides_no_other(
    browse: Browse, noor: User, ready: Callable[[int], list[Shipment]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shipments, "SHOWN", 2)
    monkeypatch.setattr(shipments, "LEAST_OF_A_PILE", 1)
    first, second, last = ready(3)
    other = Carrier.objects.create(code="STO-T", name="申通测试")
    set_waybill(last.pk, other.pk, "773000000000001", by=SYSTEM)

    page = browse(noor).get(reverse("desk:shipments")).content.decode()

    assert [each.number in page for each in (first, second, last)] == [True, False, True]
    assert "the first 1 of 2 parcels" in page
    assert "1 parcel\n" in page


def test_the_rest_of_a_long_pile_goes_along_when_somebody_says_so(
    browse: Browse,
    noor: User,
    ready: Callable[[int], list[Shipment]],
    yto: Carrier,
    *,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(shipments, "SHOWN", 1)
    monkeypatch.setattr(shipments, "LEAST_OF_A_PILE", 1)
    first, second, doubted, last = ready(4)
    set_waybill(doubted.pk, yto.pk, "ODD0000001", by=SYSTEM)
    client, address = browse(noor), reverse("desk:shipments_dispatch")
    page = client.get(reverse("desk:shipments")).content.decode()

    client.post(address, {"carrier": yto.pk, "warehouse": first.warehouse_id, "ids": [first.pk], "rest": first.pk})

    assert "3 parcels that are not shown go along" in page
    assert dict(Shipment.objects.values_list("pk", "state")) == {
        first.pk: "dispatched", second.pk: "dispatched", doubted.pk: "ready", last.pk: "dispatched",
    }  # fmt: skip


def test_parcels_that_stay_are_named_beside_those_that_went(
    browse: Browse, noor: User, ready: Callable[[int], list[Shipment]], yto: Carrier
) -> None:
    went, stays = ready(2)
    client, address = browse(noor), reverse("desk:shipments_dispatch")
    client.post(address, {"carrier": yto.pk, "ids": [stays.pk]})

    said = client.post(address, {"carrier": yto.pk, "ids": [went.pk, stays.pk]}).content.decode()

    assert "1 parcel was handed over as" in said
    assert f'href="{reverse("desk:handover", args=[Handover.objects.get(shipments=went).pk])}"' in said
    assert stays.number in said
    assert "only parcels that passed the scan-check are handed over." in said


def test_a_parcel_that_something_looks_wrong_about_says_it_and_is_not_ticked(
    browse: Browse, noor: User, picked: Picked, packed: Packed
) -> None:
    _wave, (fine, strange) = picked(2)
    fine, strange = packed(fine), packed(strange, waybill="77123")

    page = browse(noor).get(reverse("desk:shipments")).content.decode()

    boxes = {parcel: page[page.index(f'value="{parcel.pk}"') :].split(">", 1)[0] for parcel in (fine, strange)}
    assert "checked" in boxes[fine]
    assert "checked" not in boxes[strange]
    assert page.count("does not look like a number of") == 1


def test_what_was_ticked_stays_ticked_when_all_of_it_is_refused(
    browse: Browse, noor: User, ready: Callable[[int], list[Shipment]], yto: Carrier
) -> None:
    ready(2)

    page = browse(noor).post(reverse("desk:shipments_dispatch"), {"carrier": yto.pk}).content.decode()

    assert "Choose at least one parcel." in page
    assert "checked" not in page


def test_handing_over_nothing_or_twice_changes_nothing(
    browse: Browse,
    noor: User,
    ready: Callable[[int], list[Shipment]],
    yto: Carrier,
) -> None:
    (parcel,) = ready(1)
    client, address = browse(noor), reverse("desk:shipments_dispatch")

    nothing = client.post(address, {"carrier": yto.pk}).content.decode()
    client.post(address, {"carrier": yto.pk, "ids": [parcel.pk]})
    again = client.post(address, {"carrier": yto.pk, "ids": [parcel.pk]}).content.decode()

    assert "Choose at least one parcel." in nothing
    assert "No parcel was handed over; nothing was changed." in again
    assert "only parcels that passed the scan-check are handed over." in again
    assert Handover.objects.count() == 1


def test_a_waybill_file_becomes_a_job_and_none_is_refused(browse: Browse, noor: User) -> None:
    client, place = browse(noor), noor.warehouse_grants.get().warehouse_id
    file = SimpleUploadedFile("waybills.csv", "订单编号,运单号\n1,YT1\n".encode())

    refused = client.post(reverse("desk:shipments_waybills"), {"warehouse": place}).content.decode()
    taken = client.post(reverse("desk:shipments_waybills"), {"warehouse": place, "file": file})

    assert "Choose a file first." in refused
    assert taken.headers["Location"] == reverse("desk:job", args=[Job.objects.get().pk])


def test_the_job_of_a_waybill_file_says_how_many_were_written_down(
    browse: Browse, noor: User, yto: Carrier, reserved: Callable[..., list[ShippingOrder]]
) -> None:
    first, second = reserved(2)
    rows = f"{first.number},YT1234567890123\n{second.number},YT1234567890124\n999,YT1234567890125\n"
    file = SimpleUploadedFile("waybills.csv", f"发货单号,运单号\n{rows}".encode())
    client = browse(noor)
    form = {"warehouse": first.warehouse_id, "carrier": yto.pk, "file": file}

    sheet = client.post(reverse("desk:shipments_waybills"), form).headers["Location"]
    run_job(Job.objects.get().pk)

    said = " ".join(client.get(sheet).content.decode().split())
    assert "<dt>Waybills written down</dt> <dd> 2 </dd>" in said
    assert "has the number 999" in said


@pytest.mark.rule("WHS-05")
def test_what_the_platform_does_not_know_is_offered_as_a_file(
    browse: Browse,
    lin: User,
    noor: User,
    ready: Callable[[int], list[Shipment]],
    yto: Carrier,
) -> None:
    client = browse(lin)
    before = client.get(reverse("desk:reports")).content.decode()
    (parcel,) = ready(1)
    browse(noor).post(reverse("desk:shipments_dispatch"), {"carrier": yto.pk, "ids": [parcel.pk]})

    offered = client.get(reverse("desk:reports")).content.decode()
    made = client.post(reverse("desk:report_make", args=[parcel.store_id]))

    assert "Every platform knows of every parcel" in before
    assert "not confirmed" in offered
    assert "订单编号 · 物流公司 · 运单号" in offered
    assert made.headers["Location"] == reverse("desk:job", args=[Job.objects.get().pk])


def test_a_store_with_nothing_to_tell_says_so(browse: Browse, lin: User, qinghe: Store) -> None:
    said = browse(lin).post(reverse("desk:report_make", args=[qinghe.pk])).content.decode()

    assert "The platform knows of every parcel of this store." in said
    assert not Job.objects.exists()


def test_a_foreign_stores_file_is_not_made(browse: Browse, lin: User, fengdu: Store) -> None:
    said = browse(lin).post(reverse("desk:report_make", args=[fengdu.pk])).content.decode()

    assert "There is no such record, or it belongs to another store." in said
    assert not Job.objects.exists()


def test_stock_is_found_by_code_barcode_and_name_and_opens(
    browse: Browse,
    noor: User,
    in_stock: Callable[..., StockMove],
) -> None:
    move = in_stock("QH-000", 7)
    client = browse(noor)

    found = [client.get(reverse("desk:stock"), {"q": text}).content.decode() for text in ("qh-0", "温杯")]
    missed = client.get(reverse("desk:stock"), {"q": "ZZ"}).content.decode()
    opened = client.get(reverse("desk:stock_of", args=[move.warehouse_id, move.sku_id])).content.decode()

    assert all("QH-000" in page for page in found)
    assert "No SKU matches" in missed
    assert "A-01-01" in opened
    assert "+7" in opened


def test_a_foreign_warehouses_stock_is_not_there(
    browse: Browse,
    person: Callable[..., User],
    fengdu: Store,
    in_stock: Callable[..., StockMove],
) -> None:
    move = in_stock("QH-000", 7)
    stranger = browse(person("stan", "warehouse", stores=(fengdu,)))

    listed = stranger.get(reverse("desk:stock")).content.decode()

    assert "QH-000" not in listed
    assert stranger.get(reverse("desk:stock_of", args=[move.warehouse_id, move.sku_id])).status_code == 404


@pytest.mark.rule("SEC-31")
def test_the_stock_list_is_exported_as_filtered_and_the_book_knows(
    browse: Browse,
    vera: User,
    in_stock: Callable[..., StockMove],
) -> None:
    in_stock("QH-000", 7)
    in_stock("QH-001", 9)

    answer = browse(vera).post(reverse("desk:stock_export"), {"tab": "all", "q": "qh-000"})

    rows = list(load_workbook(BytesIO(b"".join(answer.streaming_content))).active.values)
    assert [row[1] for row in rows[1:]] == ["QH-000"]
    assert rows[1][5:] == (7, 0, 7, 0)
    taken = Export.objects.get()
    assert (taken.kind, taken.rows, taken.user_name) == ("stock", 1, str(vera))
    assert taken.query == {"tab": "all", "q": "qh-000"}


def test_who_may_see_stock_but_not_export_it_gets_no_file(
    browse: Browse,
    noor: User,
    in_stock: Callable[..., StockMove],
) -> None:
    in_stock("QH-000", 7)
    client = browse(noor)

    page = client.get(reverse("desk:stock")).content.decode()
    answer = client.post(reverse("desk:stock_export"))

    assert reverse("desk:stock_export") not in page
    assert answer.status_code == 403
    assert not Export.objects.exists()


def test_what_orders_wait_for_is_named(
    browse: Browse,
    noor: User,
    in_stock: Callable[..., StockMove],
    an_order: Callable[..., object],
) -> None:
    empty = browse(noor).get(reverse("desk:stock"), {"tab": "short"}).content.decode()
    an_order(state="confirmed")

    short = browse(noor).get(reverse("desk:stock"), {"tab": "short"}).content.decode()

    assert "No order waits for goods" in empty
    assert "QH-000" in short


@pytest.mark.parametrize("name", ["shipments", "reports", "stock"])
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_each_page_is_there_in_both_languages_when_there_is_nothing(
    browse: Browse,
    vera: User,
    name: str,
    language: str,
) -> None:
    answer = browse(vera, language=language).get(reverse(f"desk:{name}"))

    assert answer.status_code == 200
    assert f'<html lang="{language}"' in answer.content.decode()


@pytest.mark.parametrize("name", ["shipments", "reports", "stock"])
def test_who_has_no_right_does_not_come_in(browse: Browse, pia: User, name: str) -> None:
    assert browse(pia).get(reverse(f"desk:{name}")).status_code == 403
