"""Numbers that a browser sends: what is none is refused or dropped, whatever somebody types into an address."""

import uuid
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from apps.desk.posted import count_in, key_in, keys_in
from apps.orders.models import ImportBatch, ShippingOrder
from apps.org.models import User, Warehouse
from apps.warehouse.models import Wave

Browse = Callable[..., Client]
HOSTILE = {
    "nothing": "", "a blank": " ", "a blank before": " 7", "a blank behind": "7 ", "a line end": "7\n", "a plus": "+7",
    "a minus": "-7", "a fraction": "7.0", "a power": "1e3", "a base": "0x7", "a separator": "1_000", "words": "seven",
    "full width": "１２", "another script": "٧", "an exponent": "²", "a zero byte": "7\0", "400 digits": "9" * 400,
    "more than Python reads": "9" * 5_000,
}  # fmt: skip
ADDRESSES = [
    "orders/?view={}&start={}&reason=rule:{}",
    "orders/?after=~{}",
    "platform-orders/?start={}",
    "papers/?before={}",
    "waves/?before={}",
    "returns/?below={}",
    "refunds/?below={}",
    "listings/?below={}",
    "price-changes/?below={}",
    "contracts/?from={}",
    "statements/?from={}&client={}",
    "bill-lines/?store={}&bill={}",
    "stock/?warehouse={}",
    "scores/?page={}",
]

hostile = pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
# A zero byte does not reach a page: what is left of "7\0" is a plain number.
SENT = {name: text for name, text in HOSTILE.items() if "\0" not in text}
sent = pytest.mark.parametrize("text", SENT.values(), ids=SENT)


@pytest.fixture
def boss(person: Callable[..., User]) -> User:
    """Somebody whom every page lets in."""
    user = person("boss", stores=())
    user.is_superuser = True
    user.save()
    return user


@hostile
def test_what_is_no_plain_number_is_no_key_and_no_count(text: str) -> None:
    assert (key_in(text), count_in(text), keys_in([text, "3", text, "1"])) == (None, None, [3, 1])


def test_a_key_has_up_to_eighteen_digits_and_a_count_up_to_nine() -> None:
    assert (key_in("9" * 18), key_in("9" * 19)) == (999_999_999_999_999_999, None)
    assert (count_in("9" * 9), count_in("9" * 10)) == (999_999_999, None)
    assert (key_in("007"), count_in("0")) == (7, 0)


@sent
def test_a_bent_address_opens_the_page_as_if_nothing_was_asked(browse: Browse, boss: User, text: str) -> None:
    client = browse(boss)

    answers = [client.get("/desk/" + address.format(text, text, text)).status_code for address in ADDRESSES]

    assert answers == [200] * len(ADDRESSES)


@sent
def test_a_warehouse_that_is_none_is_not_found(browse: Browse, noor: User, text: str) -> None:
    answer = browse(noor).get("/desk/board/", {"warehouse": text})

    # Nothing asked is one's own warehouse.
    assert answer.status_code == (404 if text else 200)


@sent
@pytest.mark.rule("WHS-03")
def test_a_number_of_orders_that_is_none_plans_no_wave(
    browse: Browse, vera: User, reserved: Callable[..., object], warehouse: Warehouse, text: str
) -> None:
    reserved(1)
    form = {"warehouse": warehouse.pk, "key": str(uuid.uuid4()), "kind": "mixed", "most_orders": text or "-"}

    answer = browse(vera).post("/desk/waves/plan/", form)

    assert "A wave takes from 1 to 500 orders." in answer.content.decode()
    assert not Wave.objects.exists()


@sent
def test_lines_and_parcels_that_are_none_are_not_chosen(browse: Browse, boss: User, text: str) -> None:
    client = browse(boss)

    lines = client.post("/desk/bill-lines/bulk/", {"do": "explain", "cause": "other", "ids": [text, text]})
    parcels = client.post("/desk/shipments/dispatch/", {"ids": [text], "carrier": text})

    assert "Choose at least one line." in lines.content.decode()
    assert "Choose at least one parcel." in parcels.content.decode()


@sent
def test_an_upload_for_a_store_that_is_none_is_refused(browse: Browse, lin: User, text: str) -> None:
    file = SimpleUploadedFile("orders.csv", b"x,y")

    answer = browse(lin, htmx="upload-refusal").post("/desk/imports/upload/", {"store": text, "files": [file]})

    assert "There is no such record, or it belongs to another store." in answer.content.decode()
    assert not ImportBatch.objects.exists()


def test_zero_characters_reach_neither_a_page_nor_what_is_behind_it(
    browse: Browse, noor: User, lin: User, an_order: Callable[..., ShippingOrder]
) -> None:
    order = an_order()

    asked = browse(noor).post("/desk/check/find/", {"code": f"{order.number}\0"})
    noted = browse(lin).post(f"/desk/orders/{order.pk}/note/", {"text": "要\0蓝色\0"})

    order.refresh_from_db()
    assert (asked.status_code, noted.status_code) == (200, 302)
    assert order.note == "要蓝色"
