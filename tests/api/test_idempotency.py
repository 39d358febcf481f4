"""Idempotency keys: sent twice, done once, answered the same."""

import datetime as dt
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection, transaction
from django.http import HttpResponse
from django.utils import timezone

from apps.audit.queries import timeline_of
from apps.orders.actions.idempotency import forget_old_keys
from apps.orders.api import views
from apps.orders.models import IdempotencyKey, ImportBatch, Order, ShippingOrder
from apps.orders.tasks import forget_keys
from apps.org.models import User
from tests.api.conftest import PARCELS, PUSH, Program, code_of, pushed_order
from tests.concurrency.hands import PATIENCE, until_somebody_waits_for_a_lock

Make = Callable[..., ShippingOrder]
KEY = "order-4711-confirm"


def test_a_repeat_gets_the_first_answer_and_changes_nothing(erp: Program, an_order: Make) -> None:
    path = f"{PARCELS}{an_order().number}/confirm/"

    first = erp.post(path, key=KEY)
    second = erp.post(path, key=KEY)

    assert (first.status_code, second.status_code) == (200, 200)
    assert second.content == first.content
    assert (first.headers.get("Idempotency-Replayed"), second["Idempotency-Replayed"]) == (None, "true")
    assert len(timeline_of(ShippingOrder.objects.get())) == 1
    assert IdempotencyKey.objects.count() == 1


def test_a_push_that_is_sent_again_is_one_batch(erp: Program) -> None:
    body = {"orders": [pushed_order("100001"), pushed_order("100002")]}

    first, second = (erp.post(PUSH, body, key=KEY) for _each in range(2))

    assert second.content == first.content
    assert [it["verdict"] for it in second.json()["orders"]] == ["new", "new"]
    assert (ImportBatch.objects.count(), Order.objects.count()) == (1, 2)


def test_spacing_and_order_of_fields_do_not_make_another_request(erp: Program, an_order: Make) -> None:
    path = f"{PARCELS}{an_order().number}/hold/"

    first = erp.post(path, b'{"note": "x", "release_at": null}', key=KEY)
    second = erp.post(path, b'{"release_at":null,"note":"x"}', key=KEY)

    assert (first.status_code, second.content) == (200, first.content)


def test_a_refusal_is_kept_like_a_success(erp: Program, an_order: Make) -> None:
    parcel = an_order(mapped=False)
    path = f"{PARCELS}{parcel.number}/confirm/"

    first, second = (erp.post(path, key=KEY) for _each in range(2))

    assert (first.status_code, second.status_code) == (409, 409)
    assert second.content == first.content
    assert timeline_of(ShippingOrder.objects.get()) == []


@pytest.mark.parametrize("other", [{"note": "y"}, {"note": "x", "release_at": "2099-01-01T00:00:00+08:00"}])
def test_the_same_key_with_another_body_is_refused(other: dict[str, Any], erp: Program, an_order: Make) -> None:
    path = f"{PARCELS}{an_order().number}/hold/"
    first = erp.post(path, {"note": "x"}, key=KEY)

    answer = erp.post(path, other, key=KEY)

    assert (answer.status_code, code_of(answer)) == (422, "idempotency_mismatch")
    assert erp.post(path, {"note": "x"}, key=KEY).content == first.content
    assert [reason.note for reason in ShippingOrder.objects.get().reasons.all()] == ["x"]


def test_the_same_key_at_another_address_is_refused(erp: Program, an_order: Make) -> None:
    one, other = an_order(), an_order()
    erp.post(f"{PARCELS}{one.number}/confirm/", key=KEY)

    answer = erp.post(f"{PARCELS}{other.number}/confirm/", key=KEY)

    assert (answer.status_code, code_of(answer)) == (422, "idempotency_mismatch")
    assert ShippingOrder.objects.get(pk=other.pk).state == "imported"


def test_keys_of_two_tokens_do_not_meet(program: Callable[..., Program], lin: User, mara: User, an_order: Make) -> None:
    one, other = an_order(), an_order()

    answers = [
        program(user).post(f"{PARCELS}{parcel.number}/confirm/", key=KEY)
        for user, parcel in ((lin, one), (mara, other))
    ]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert set(ShippingOrder.objects.values_list("state", flat=True)) == {"confirmed"}


def test_a_write_without_a_key_is_refused(erp: Program, an_order: Make) -> None:
    parcel = an_order()

    answers = [
        erp.post(PUSH, {"orders": [pushed_order()]}, key=""),
        erp.post(f"{PARCELS}{parcel.number}/confirm/", key=""),
        erp.post(f"{PARCELS}{parcel.number}/hold/", {"note": "x"}, key=""),
    ]

    assert [(answer.status_code, code_of(answer)) for answer in answers] == [(400, "idempotency_key_missing")] * 3
    assert (Order.objects.count(), ShippingOrder.objects.get().state) == (1, "imported")


@pytest.mark.parametrize("key", ["short", "x" * 81, "with blank", "tab\tinside", "schlüssel-1", "钥匙钥匙钥匙钥匙"])
def test_a_key_has_8_to_80_printable_characters(key: str, erp: Program, an_order: Make) -> None:
    parcel = an_order()

    answer = erp.post(f"{PARCELS}{parcel.number}/confirm/", key=key)

    assert (answer.status_code, code_of(answer)) == (400, "idempotency_key_invalid")
    assert ShippingOrder.objects.get().state == "imported"


@pytest.mark.parametrize("key", ["12345678", "!" * 80])
def test_the_shortest_and_the_longest_key_are_taken(key: str, erp: Program, an_order: Make) -> None:
    assert erp.post(f"{PARCELS}{an_order().number}/confirm/", key=key).status_code == 200


def test_a_request_in_the_wrong_shape_does_not_use_its_key_up(erp: Program, an_order: Make) -> None:
    path = f"{PARCELS}{an_order().number}/hold/"
    assert erp.post(path, {"note": ""}, key=KEY).status_code == 400

    assert erp.post(path, {"note": "x"}, key=KEY).status_code == 200


def test_a_mistake_of_ours_keeps_neither_effect_nor_key(
    erp: Program, an_order: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    parcel = an_order()
    path = f"{PARCELS}{parcel.number}/confirm/"
    shown = views.ShippingOrderView.shown

    def broken(*_args: object) -> None:
        raise RuntimeError("after the effect")

    monkeypatch.setattr(views.ShippingOrderView, "shown", broken)
    with pytest.raises(RuntimeError):
        erp.post(path, key=KEY)
    assert (IdempotencyKey.objects.count(), ShippingOrder.objects.get().state) == (0, "imported")

    monkeypatch.setattr(views.ShippingOrderView, "shown", shown)
    assert erp.post(path, key=KEY).status_code == 200


def test_a_lost_right_is_told_even_to_a_repeat(erp: Program, lin: User, an_order: Make) -> None:
    path = f"{PARCELS}{an_order().number}/confirm/"
    erp.post(path, key=KEY)

    lin.groups.clear()

    assert (erp.post(path, key=KEY).status_code, IdempotencyKey.objects.count()) == (403, 1)


def test_keys_are_forgotten_after_seven_days(erp: Program, an_order: Make) -> None:
    for age in (6, 8):
        erp.post(f"{PARCELS}{an_order().number}/confirm/", key=f"{age}-days-old")
        IdempotencyKey.objects.filter(key=f"{age}-days-old").update(created_at=timezone.now() - dt.timedelta(days=age))

    forget_keys()

    assert IdempotencyKey.objects.get().key == "6-days-old"
    assert forget_old_keys() == 0


@pytest.mark.django_db(transaction=True)
def test_the_second_of_two_at_once_waits_and_gets_the_first_s_answer(
    erp: Program, an_order: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    parcel = an_order()
    path = f"{PARCELS}{parcel.number}/confirm/"
    inside, go_on = threading.Event(), threading.Event()
    confirm = views.confirm_shipping_order

    def slow(pk: int, *, by: Any) -> Any:
        inside.set()
        assert go_on.wait(PATIENCE)
        return confirm(pk, by=by)

    monkeypatch.setattr(views, "confirm_shipping_order", slow)
    answers: dict[str, HttpResponse] = {}

    def call(name: str) -> None:
        try:
            answers[name] = erp.post(path, key=KEY)
        finally:
            connection.close()

    first, second = (threading.Thread(target=call, args=(name,)) for name in ("first", "second"))
    first.start()
    assert inside.wait(PATIENCE)
    second.start()
    until_somebody_waits_for_a_lock()
    go_on.set()
    first.join(PATIENCE)
    second.join(PATIENCE)

    assert (answers["first"].status_code, answers["second"].status_code) == (200, 200)
    assert answers["second"].content == answers["first"].content
    assert "Idempotency-Replayed" not in answers["first"].headers
    assert answers["second"]["Idempotency-Replayed"] == "true"
    assert len(timeline_of(ShippingOrder.objects.get())) == 1
    assert IdempotencyKey.objects.count() == 1


@pytest.fixture
def impatient(transactional_db: None) -> Iterator[None]:
    """This connection waits for no lock; the tests after this one use it as well, and do."""
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '100ms'")
    yield
    with connection.cursor() as cursor:
        cursor.execute("RESET lock_timeout")


@pytest.mark.usefixtures("impatient")
def test_a_row_that_somebody_else_holds_makes_a_503_and_uses_no_key_up(erp: Program, an_order: Make) -> None:
    parcel = an_order()
    held, go_on = threading.Event(), threading.Event()

    def hold() -> None:
        try:
            with transaction.atomic():
                ShippingOrder.objects.locked().get(pk=parcel.pk)
                held.set()
                go_on.wait(PATIENCE)
        finally:
            connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    assert held.wait(PATIENCE)

    answer = erp.post(f"{PARCELS}{parcel.number}/confirm/", key=KEY)

    go_on.set()
    holder.join(PATIENCE)
    assert (answer.status_code, code_of(answer), answer["Retry-After"]) == (503, "unavailable", "5")
    assert not IdempotencyKey.objects.exists()
    assert erp.post(f"{PARCELS}{parcel.number}/confirm/", key=KEY).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_three_pushes_of_the_same_orders_at_once_bring_them_in_once(erp: Program) -> None:
    body = {"orders": [pushed_order(str(100_000 + nth)) for nth in range(20)]}
    gate = threading.Barrier(3)
    answers: list[HttpResponse] = []

    def call(key: str) -> None:
        gate.wait()
        try:
            answers.append(erp.post(PUSH, body, key=key))
        finally:
            connection.close()

    threads = [threading.Thread(target=call, args=(f"different-key-{nth}",)) for nth in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)

    assert [answer.status_code for answer in answers] == [200, 200, 200]
    verdicts = sorted({it["verdict"] for it in answer.json()["orders"]}.pop() for answer in answers)
    assert verdicts == ["new", "same", "same"]
    assert (Order.objects.count(), ShippingOrder.objects.count()) == (20, 20)
