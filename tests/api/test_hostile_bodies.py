"""Bodies that try to break something: refused with a code, never with a 500."""

import json
from collections.abc import Callable

import pytest
from django.test import Client
from rest_framework.throttling import UserRateThrottle

from apps.orders.models import ImportBatch, Order, ShippingOrder
from tests.api.conftest import PARCELS, PUSH, Program, code_of, fields_of, pushed_order

ORDER = json.dumps({"orders": [pushed_order()]}, ensure_ascii=False)


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"\xff\xfe", b"\xef\xbb\xbf{}", b"{'orders': []}", b'{"orders": NaN}', b'{"orders": Infinity}',
        b'{"orders": -Infinity}', b'{"orders": [], "orders": []}', b'{"orders": 1' + b"0" * 5000 + b"}",
        b'{"orders": "\\ud800"}', b'{"\\uDC00": 1}', b'{"orders": "\\u0000"}', b'{"a\0b": 1}', b"[" * 100_000,
        b'{"a":' * 50_000, ORDER.replace("保温杯", "\\ud83d").encode("utf-8", "surrogatepass"),
        ORDER.replace("保温杯", "\\u0000").encode(), b'{"orders": 1e999999999}', b'{"orders": [1e400]}',
    ],
)  # fmt: skip
def test_a_body_that_is_not_sound_json_is_refused(body: bytes, erp: Program) -> None:
    answer = erp.post(PUSH, body)

    assert answer.status_code == 400
    assert code_of(answer) in {"parse_error", "invalid"}
    assert not ImportBatch.objects.exists()


def test_ten_thousand_unknown_fields_are_named_in_part(erp: Program) -> None:
    body = {"orders": [pushed_order()], **{f"field_{nth}": 1 for nth in range(10_000)}}

    answer = erp.post(PUSH, body)

    assert answer.status_code == 400
    assert len(fields_of(answer)) == 20
    assert set(fields_of(answer).values()) == {"unknown_field"}


def test_long_names_and_values_do_not_come_back(erp: Program) -> None:
    answer = erp.post(PUSH, {"orders": [{**pushed_order(), "x" * 100_000: "y" * 100_000}]})

    assert answer.status_code == 400
    assert len(answer.content) < 500


def test_many_mistakes_are_told_in_part(erp: Program) -> None:
    answer = erp.post(PUSH, {"orders": [{"number": None}] * 500})

    assert answer.status_code == 400
    assert len(answer.json()["details"]["fields"]) == 100


def test_a_body_beyond_the_limit_is_not_read(erp: Program) -> None:
    answer = erp.post(PUSH, b'{"orders": "' + b"x" * 2_700_000 + b'"}')

    assert (answer.status_code, code_of(answer)) == (413, "body_too_large")


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain"])
def test_other_media_are_refused(kind: str, erp: Program) -> None:
    headers = {"Authorization": f"Bearer {erp.token}", "Idempotency-Key": "12345678"}

    answer = Client().post(PUSH, b"orders=1", content_type=kind, headers=headers)

    assert (answer.status_code, code_of(answer)) == (415, "unsupported_media_type")


def test_an_answer_in_another_format_is_not_on_offer(erp: Program) -> None:
    answer = Client().get(PUSH, headers={"Authorization": f"Bearer {erp.token}", "Accept": "text/html"})

    assert answer.status_code == 406


@pytest.mark.parametrize(
    "words", ["'; DROP TABLE orders_order; --", "=cmd|' /C calc'!A0", "<script>x</script>", "𠮷👩‍👩‍👧\u202e"]
)
def test_strange_words_are_only_words(words: str, erp: Program) -> None:
    answer = erp.post(PUSH, {"orders": [pushed_order(seller_memo=words, lines=[{"title": words, "quantity": 1}])]})

    assert answer.status_code == 200
    assert Order.objects.get().seller_memo == words
    assert erp.get(PUSH).json()["results"][0]["lines"][0]["title"] == words


@pytest.mark.parametrize("number", ["%00", "%0a", "..%2f..", "%F0%9F%98%80", "'", "a" * 5000])
def test_strange_addresses_are_not_found(number: str, erp: Program, an_order: Callable[..., ShippingOrder]) -> None:
    an_order()

    answers = [erp.get(f"{PARCELS}{number}/"), erp.post(f"{PARCELS}{number}/confirm/")]

    assert [answer.status_code for answer in answers] == [404, 404]


def test_too_many_calls_are_slowed_down(erp: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(UserRateThrottle, "THROTTLE_RATES", {"user": "2/min"})

    answers = [erp.get(PUSH) for _each in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert code_of(answers[2]) == "throttled"
    assert 0 < int(answers[2]["Retry-After"]) <= 60
