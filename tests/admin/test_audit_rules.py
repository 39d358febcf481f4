"""Audit rules as their keepers meet them: an editor of sentences, and what a rule would have done."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client as Browser
from django.utils.translation import override

from apps.audit.queries import timeline_of
from apps.orders.admin import back_test
from apps.orders.admin.conditions import condition_of
from apps.orders.models import AuditRule, Order, ShippingOrder
from apps.orders.rules.audit import FACTS, checked_conditions
from apps.orders.rules.wording import in_words, line_of, phrases
from apps.org.models import Store, User
from tests.admin.conftest import page

Browse = Callable[[User], Browser]
Make = Callable[..., ShippingOrder]
SAMPLES = {"": "7", ">=": "5", "<=": "5", "contains": "gift", "in": "A-1, A-2"}


def send(browser: Browser, store: Store, lines: list[tuple[str, str]], pk: int | None = None, **form: Any) -> Any:
    """Send the form of a rule with these condition lines."""
    sent = {
        "code": "big", "name": "Big", "store": store.pk, "effect": "exception", "position": "10", "is_active": "on",
        "conditions-what": [what for what, _ in lines], "conditions-value": [value for _, value in lines], **form,
    }  # fmt: skip
    browser.cookies["django_language"] = "en"
    return browser.post(page("orders_auditrule_change", pk) if pk else page("orders_auditrule_add"), sent)


def test_a_rule_is_written_as_sentences_and_kept_as_conditions(browse: Browse, mara: User, qinghe: Store) -> None:
    lines = [("paid_amount|>=|", "5000"), ("has_buyer_message|is|no", ""), ("province|in|", "西藏，新疆 , "), ("", "")]

    send(browse(mara), qinghe, lines)

    rule = AuditRule.objects.get()
    assert rule.conditions == [
        {"field": "paid_amount", "op": ">=", "value": "5000"},
        {"field": "has_buyer_message", "op": "is", "value": False},
        {"field": "province", "op": "in", "value": ["西藏", "新疆"]},
    ]
    assert timeline_of(rule)[0].verb == "admin.orders_auditrule_add"


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        ([("paid_amount|>=|", "a lot")], "The value of “paid_amount” cannot be used."),
        ([("paid_amount|contains|", "5")], "“paid_amount” cannot be compared like that."),
        ([("password|is|yes", "")], "There is no field “password”."),
        ([("flag|in|", "")], "The value of “flag” cannot be used."),
        ([], "Give between one and ten conditions as a list."),
        ([("quantity|>=|", "1")] * 11, "Give between one and ten conditions as a list."),
    ],
)
def test_a_condition_that_cannot_be_asked_is_named_beside_the_editor(
    browse: Browse, mara: User, qinghe: Store, lines: list[tuple[str, str]], sentence: str
) -> None:
    answer = send(browse(mara), qinghe, lines)

    errors = answer.context["adminform"].form.errors
    with override("en"):
        assert {box: list(told) for box, told in errors.items()} == {"conditions": [sentence]}
    assert not AuditRule.objects.exists()


def test_a_hold_without_minutes_is_refused(browse: Browse, mara: User, qinghe: Store) -> None:
    answer = send(browse(mara), qinghe, [("quantity|>=|", "3")], effect="hold")

    assert set(answer.context["adminform"].form.errors) == {"hold_minutes"}
    assert not AuditRule.objects.exists()


def test_the_editor_shows_a_stored_rule_as_it_was_written(browse: Browse, mara: User, qinghe: Store) -> None:
    browser = browse(mara)
    send(browser, qinghe, [("sku_code|in|", "A-1,A-2"), ("refund_open|is|yes", "")])
    rule = AuditRule.objects.get()

    text = browser.get(page("orders_auditrule_change", rule.pk)).content.decode()

    assert '<option value="sku_code|in|" selected>' in text
    assert 'value="A-1, A-2"' in text
    assert '<option value="refund_open|is|yes" selected>' in text


def test_every_fact_can_be_written_and_read_back() -> None:
    for code, _sentence in phrases():
        field, operator, _answer = code.split("|")
        condition = condition_of(code, SAMPLES.get(operator, ""))

        assert line_of(condition)[0] == code
        assert checked_conditions([condition])
        assert field in FACTS


def test_a_rule_reads_as_a_sentence() -> None:
    conditions = [
        {"field": "paid_amount", "op": ">=", "value": "500"},
        {"field": "has_buyer_message", "op": "is", "value": True},
    ]

    with override("en"):
        assert in_words(conditions) == "Paid amount is at least 500; Has a buyer message"


def test_the_code_is_given_once(browse: Browse, mara: User, qinghe: Store) -> None:
    browser = browse(mara)
    send(browser, qinghe, [("quantity|>=|", "3")])
    rule = AuditRule.objects.get()

    send(browser, qinghe, [("quantity|>=|", "4")], pk=rule.pk, code="other")

    rule.refresh_from_db()
    assert (rule.code, rule.conditions[0]["value"]) == ("big", "4")


def test_the_back_test_counts_what_the_rule_would_have_stopped(
    browse: Browse, mara: User, qinghe: Store, fengdu: Store, an_order: Make
) -> None:
    an_order(paid="600.00")
    an_order(paid="499.99")
    an_order(paid="900.00", store=fengdu)
    old = an_order(paid="700.00")
    ShippingOrder.objects.filter(pk=old.pk).update(placed_at="2020-01-01T00:00:00+08:00")
    rule = AuditRule.objects.create(
        code="big", name="Big", conditions=[{"field": "paid_amount", "op": ">=", "value": "500"}], is_active=False
    )

    told = browse(mara).get(page("orders_auditrule_change", rule.pk)).context["back_test"]

    assert (told.of, told.stopped, told.days) == (2, 1, 30)
    assert not ShippingOrder.objects.filter(reasons__isnull=False).exists()


def test_the_back_test_looks_at_the_newest_orders_up_to_its_bound(
    browse: Browse, mara: User, an_order: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(back_test, "MOST_ORDERS", 2)
    [an_order() for _ in range(3)]
    rule = AuditRule.objects.create(
        code="any", name="Any", conditions=[{"field": "quantity", "op": ">=", "value": "1"}]
    )

    told = browse(mara).get(page("orders_auditrule_change", rule.pk)).context["back_test"]

    assert (told.of, told.stopped, told.is_capped) == (2, 2, True)


def test_a_back_test_that_takes_too_long_says_so_and_the_page_still_opens(
    browse: Browse, mara: User, an_order: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(back_test, "PATIENCE_MILLISECONDS", 1)
    monkeypatch.setattr(back_test, "matches", lambda _conditions: _slow())
    an_order()
    rule = AuditRule.objects.create(
        code="any", name="Any", conditions=[{"field": "quantity", "op": ">=", "value": "1"}]
    )
    browser = browse(mara)
    browser.cookies["django_language"] = "en"

    answer = browser.get(page("orders_auditrule_change", rule.pk))

    assert answer.status_code == 200
    assert "Counting took too long" in answer.content.decode()


def _slow() -> Any:
    from django.db.models import BooleanField, Q
    from django.db.models.expressions import RawSQL

    slept = RawSQL("SELECT pg_sleep(1) IS NOT NULL", [], output_field=BooleanField())
    return Q(pk__in=Order.objects.annotate(slept=slept).filter(slept=True).values("pk")) | Q(pk__gt=0)
