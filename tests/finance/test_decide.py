"""What an accountant decides about a line: once, with a cause, and taken back by a reversal."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db.models import Sum

from apps.audit.queries import timeline_of
from apps.core.errors import Conflict, Invalid, NotAllowed, NotFound
from apps.core.invariants import broken
from apps.finance.actions.decide import dispute_lines, explain_lines, match_line, undo_lines
from apps.finance.actions.remind import remind_of_differences
from apps.finance.models import BillLine, Receipt
from apps.notices.models import Notice
from apps.orders.models import OrderMoney
from apps.org.actors import Actor
from apps.org.models import Store, User
from apps.parameters.models import ParameterValue
from apps.workflow.move import IllegalMove
from tests.finance.files import Booking, fee, refund, sale

Make = Callable[..., Any]
pytestmark = pytest.mark.django_db
A, B, C = "4001260901000010015", "4001260901000020026", "4001260901000030037"


def money_of(number: str) -> str:
    return OrderMoney.objects.get(order__number=number).state


@pytest.mark.rule("FIN-21")
def test_a_line_matched_by_hand_settles_the_order_whose_amount_it_is(
    imported: Make, order_of: Make, line_of: Make, as_otto: Actor
) -> None:
    order = order_of(B, "45.00")
    bill = imported(sale("45.00", A))
    line = line_of(bill)

    match_line(line.pk, order_pk=order.pk, by=as_otto)

    line.refresh_from_db()
    bill.refresh_from_db()
    assert (line.state, line.order, line.decided_by_id) == ("matched", order, as_otto.id)
    assert Receipt.objects.get().booked_by_id == as_otto.id
    assert money_of(B) == "settled"
    assert bill.state == "reconciled"
    assert broken() == []


def test_amounts_that_differ_need_a_remark_and_leave_the_order_open(
    imported: Make, order_of: Make, line_of: Make, as_otto: Actor
) -> None:
    order = order_of(A, "50.00")
    line = line_of(imported(sale("45.00", A)))

    with pytest.raises(Invalid) as refusal:
        match_line(line.pk, order_pk=order.pk, by=as_otto)
    assert refusal.value.code == "amounts_differ"
    assert Receipt.objects.count() == 0
    match_line(line.pk, order_pk=order.pk, by=as_otto, remark="平台红包五元")

    line.refresh_from_db()
    assert (line.state, line.remark) == ("matched", "平台红包五元")
    assert not OrderMoney.objects.exists()


def test_the_rest_that_comes_later_settles_an_order_that_was_matched_in_part(
    imported: Make, order_of: Make, line_of: Make, as_otto: Actor
) -> None:
    order = order_of(A, "50.00")
    match_line(line_of(imported(sale("45.00", A))).pk, order_pk=order.pk, by=as_otto, remark="尾款下月")

    imported(
        sale("5.00", A, at="2026-10-03 08:00:00", serial="9" * 24),
        first="2026-10-01 00:00:00", last="2026-11-01 00:00:00",
    )  # fmt: skip

    assert money_of(A) == "settled"
    assert Receipt.objects.filter(order=order).aggregate(total=Sum("amount"))["total"] == Decimal("50.00")


def test_an_order_of_another_store_is_not_there(
    imported: Make, order_of: Make, line_of: Make, as_otto: Actor, fengdu: Store
) -> None:
    foreign = order_of(B, "45.00", store=fengdu)
    line = line_of(imported(sale("45.00", A)))

    with pytest.raises(NotFound):
        match_line(line.pk, order_pk=foreign.pk, by=as_otto)

    assert Receipt.objects.count() == 0


def test_money_that_went_back_is_matched_with_a_refund_and_a_refund_is_taken_once(
    imported: Make, order_of: Make, refund_of: Make, line_of: Make, as_otto: Actor
) -> None:
    order = order_of(A, "99.00")
    paid = refund_of(order, "15.00")
    bill = imported(refund("-14.00", A, serial="1" * 24), refund("-13.00", A, serial="2" * 24))
    match_line(line_of(bill).pk, order_pk=order.pk, refund_pk=paid.pk, by=as_otto, remark="少付一元")

    with pytest.raises(Conflict):
        match_line(line_of(bill, 1).pk, order_pk=order.pk, refund_pk=paid.pk, by=as_otto, remark="再来一次")

    assert Receipt.objects.get().kind == "refund"
    assert line_of(bill, 1).state == "unmatched"


def test_a_refund_that_is_not_paid_cannot_be_matched(
    imported: Make, order_of: Make, refund_of: Make, line_of: Make, as_otto: Actor
) -> None:
    order = order_of(A, "99.00")
    asked = refund_of(order, "15.00", "approved")
    line = line_of(imported(refund("-15.00", A)))

    with pytest.raises(NotFound):
        match_line(line.pk, order_pk=order.pk, refund_pk=asked.pk, by=as_otto)

    assert Receipt.objects.count() == 0


def test_a_fee_is_not_matched_with_an_order(imported: Make, order_of: Make, line_of: Make, as_otto: Actor) -> None:
    order = order_of(A, "99.00")
    line = line_of(imported(fee("-6.40", A)))

    with pytest.raises(IllegalMove):
        match_line(line.pk, order_pk=order.pk, by=as_otto, remark="佣金")

    assert Receipt.objects.count() == 0


def test_an_explained_line_has_a_cause_a_receipt_and_no_order(imported: Make, line_of: Make, as_otto: Actor) -> None:
    bill = imported(sale("45.00", A), sale("7.00", B))

    moved = explain_lines([line_of(bill).pk, line_of(bill, 1).pk], cause="outside", remark="线下订单", by=as_otto)

    bill.refresh_from_db()
    assert len(moved.done) == 2
    assert list(Receipt.objects.values_list("kind", "order", "amount")) == [
        ("other", None, Decimal("45.00")), ("other", None, Decimal("7.00")),
    ]  # fmt: skip
    assert bill.state == "reconciled"
    assert broken() == []


@pytest.mark.parametrize(("cause", "remark"), [("", "x"), ("weather", "x"), ("other", "  ")])
def test_a_line_is_not_explained_without_a_known_cause(
    imported: Make, line_of: Make, as_otto: Actor, cause: str, remark: str
) -> None:
    line = line_of(imported(sale("45.00", A)))

    with pytest.raises(Invalid):
        explain_lines([line.pk], cause=cause, remark=remark, by=as_otto)

    assert (line_of(line.bill).state, Receipt.objects.count()) == ("unmatched", 0)


def test_a_disputed_line_has_a_reason_and_no_receipt_and_closes_the_bill(
    imported: Make, line_of: Make, as_otto: Actor
) -> None:
    bill = imported(sale("45.00", A))

    dispute_lines([line_of(bill).pk], reason="平台多打一笔", by=as_otto)

    line = line_of(bill)
    bill.refresh_from_db()
    assert (line.state, line.remark, Receipt.objects.count()) == ("disputed", "平台多打一笔", 0)
    assert bill.state == "reconciled"


def test_a_dispute_without_a_reason_is_refused(imported: Make, line_of: Make, as_otto: Actor) -> None:
    line = line_of(imported(sale("45.00", A)))

    with pytest.raises(Invalid):
        dispute_lines([line.pk], reason=" ", by=as_otto)

    assert line_of(line.bill).state == "unmatched"


def test_a_disputed_fee_goes_back_to_the_fees(imported: Make, line_of: Make, as_otto: Actor) -> None:
    bill = imported(fee("-6.40", A))
    dispute_lines([line_of(bill).pk], reason="佣金多扣", by=as_otto)

    moved = undo_lines([line_of(bill).pk], reason="平台已说明", by=as_otto)

    assert len(moved.done) == 1
    assert line_of(bill).state == "apart"


def test_taking_a_match_back_reverses_its_receipt_and_opens_order_and_bill(
    imported: Make, order_of: Make, line_of: Make, as_otto: Actor
) -> None:
    order_of(A, "128.00")
    bill = imported(sale("128.00", A))

    undo_lines([line_of(bill).pk], reason="认错订单", by=as_otto)

    line = line_of(bill)
    bill.refresh_from_db()
    first, second = Receipt.objects.order_by("pk")
    assert (line.state, line.order) == ("unmatched", None)
    assert (second.reverses, second.amount, second.received_on) == (first, Decimal("-128.00"), dt.date(2026, 9, 5))
    assert (money_of(A), bill.state) == ("open", "imported")
    assert broken() == []


def test_lines_of_several_stores_are_taken_back_each_under_its_own_stores_tolerance(
    *, imported: Make, order_of: Make, line_of: Make, as_otto: Actor, fengdu: Store
) -> None:
    ParameterValue.objects.create(
        key="finance.match_tolerance", store=fengdu, value="1.00", effective_from=dt.date(2026, 1, 1)
    )
    order_of(A, "128.00")
    order_of(B, "50.00", store=fengdu)
    ours = imported(sale("128.00", A))
    theirs = imported(sale("49.50", B), sale("0.50", B), store=fengdu, account="20889990000000020267")

    undo_lines([line_of(ours).pk, line_of(theirs, 1).pk], reason="认错订单", by=as_otto)

    assert (money_of(A), money_of(B)) == ("open", "settled")
    assert broken() == []


def test_a_line_may_be_matched_again_after_it_was_taken_back_and_settles_again(
    imported: Make, order_of: Make, line_of: Make, as_otto: Actor
) -> None:
    order = order_of(A, "128.00")
    bill = imported(sale("128.00", A))
    undo_lines([line_of(bill).pk], reason="认错订单", by=as_otto)

    match_line(line_of(bill).pk, order_pk=order.pk, by=as_otto)
    undo_lines([line_of(bill).pk], reason="又错了", by=as_otto)

    assert [r.amount for r in Receipt.objects.order_by("pk")] == [
        Decimal("128.00"), Decimal("-128.00"), Decimal("128.00"), Decimal("-128.00"),
    ]  # fmt: skip
    assert money_of(A) == "open"
    assert broken() == []


def test_the_history_says_who_decided_and_why(imported: Make, line_of: Make, as_otto: Actor) -> None:
    bill = imported(sale("45.00", A))
    dispute_lines([line_of(bill).pk], reason="平台多打一笔", by=as_otto)

    last = timeline_of(line_of(bill))[-1]

    assert (last.actor, last.reason) == ("Otto", "平台多打一笔")


def test_who_may_not_match_decides_nothing(imported: Make, order_of: Make, line_of: Make, lin: User) -> None:
    order = order_of(B, "45.00")
    line = line_of(imported(sale("45.00", A)))
    by = Actor.of(lin)

    for act in (
        lambda: match_line(line.pk, order_pk=order.pk, by=by),
        lambda: explain_lines([line.pk], cause="outside", remark="", by=by),
        lambda: dispute_lines([line.pk], reason="x", by=by),
        lambda: undo_lines([line.pk], reason="x", by=by),
    ):
        with pytest.raises(NotAllowed):
            act()

    assert BillLine.objects.get(pk=line.pk).state == "unmatched"
    assert Receipt.objects.count() == 0


def test_at_most_a_thousand_lines_are_decided_at_once(imported: Make, as_otto: Actor) -> None:
    with pytest.raises(Invalid):
        explain_lines(range(1001), cause="outside", remark="", by=as_otto)


def test_unclassified_income_can_be_matched_by_hand(
    imported: Make, order_of: Make, line_of: Make, as_otto: Actor
) -> None:
    order = order_of(A, "45.00")
    line = line_of(imported(Booking("45.00", "", "0999002|新收款", "其它")))

    match_line(line.pk, order_pk=order.pk, by=as_otto)

    assert money_of(A) == "settled"


def test_a_single_difference_is_told_in_the_singular(imported: Make) -> None:
    imported(sale("45.00", A))
    Notice.objects.all().delete()

    remind_of_differences()

    assert Notice.objects.get().text == {
        "en": "1 line of the bills of 青禾小铺 has neither an order nor a cause yet.",
        "zh-hans": "青禾小铺 的账单还有 1 条明细既没有对应订单，也没有原因。",
    }


@pytest.mark.rule("FIN-21")
def test_accountants_are_reminded_once_a_day_until_each_difference_has_a_cause(
    imported: Make, line_of: Make, as_otto: Actor
) -> None:
    bill = imported(sale("45.00", A), sale("7.00", B))
    Notice.objects.all().delete()

    remind_of_differences()
    remind_of_differences()

    notice = Notice.objects.get()
    assert notice.user_id == as_otto.id
    assert notice.text["en"] == "2 lines of the bills of 青禾小铺 have neither an order nor a cause yet."
    explain_lines([line.pk for line in bill.lines.all()], cause="test", remark="", by=as_otto)
    assert remind_of_differences() == 0
