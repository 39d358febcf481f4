"""What a paper will say, kept so that it says the same for ever."""

import datetime as dt
from decimal import Decimal

import pytest
from django.utils import translation
from django.utils.translation import gettext_lazy

from apps.core.money import Money
from apps.documents.freezing import canonical, digest_of, freeze


def test_amounts_keep_their_places_and_instants_are_shanghais() -> None:
    at = dt.datetime(2026, 11, 21, 6, 5, tzinfo=dt.UTC)

    frozen = freeze({"a": Decimal("1E+3"), "b": at, "c": at.date(), "d": Money(Decimal("5.10")), "e": (1, True, None)})

    assert frozen == {
        "a": "1000",
        "b": "2026-11-21T14:05:00+08:00",
        "c": "2026-11-21",
        "d": {"amount": "5.10", "currency": "CNY"},
        "e": [1, True, None],
    }


def test_labels_are_frozen_in_the_language_of_the_paper() -> None:
    label = gettext_lazy("Orders")

    with translation.override("zh-hans"):
        chinese = freeze({"label": label})
    with translation.override("en"):
        english = freeze({"label": label})

    assert (chinese, english) == ({"label": "订单"}, {"label": "Orders"})


@pytest.mark.parametrize("value", [1.5, float("nan"), object(), {1: "x"}, b"x", {"deep": [1.5]}])
def test_floats_and_objects_are_a_mistake_of_the_caller(value: object) -> None:
    with pytest.raises(TypeError):
        freeze({"value": value})


def test_marks_that_no_paper_can_print_are_left_out() -> None:
    assert freeze({"a": "甲\x00乙\u202e丙\r\n丁\ud800"}) == {"a": "甲乙丙\n丁"}


def test_the_digest_does_not_depend_on_the_order_of_the_parts() -> None:
    one, other = freeze({"b": 1, "a": {"d": "青", "c": 2}}), freeze({"a": {"c": 2, "d": "青"}, "b": 1})

    assert canonical(one) == '{"a":{"c":2,"d":"青"},"b":1}'.encode()
    assert digest_of(one) == digest_of(other) == "2477ab62aa94855ace7631b2fa3a7a8532f8fe8ef7bf99acb602f4dc4135397f"
