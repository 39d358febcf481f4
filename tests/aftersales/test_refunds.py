"""Money goes back: asked for, agreed by somebody else, written down; never more than was paid, never before the goods."""

import uuid
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils.translation import override

from apps.aftersales.actions import (
    approve_refund,
    cancel_refund,
    cancel_return,
    close_return,
    pay_refund,
    refuse_refund,
    request_refund,
)
from apps.aftersales.models import Refund
from apps.aftersales.parameters import GOODS_FIRST
from apps.aftersales.queries import money_of
from apps.audit.context import signed
from apps.audit.queries import timeline_of
from apps.core.calendar import today
from apps.core.errors import Conflict, DomainError, Invalid, NotAllowed, NotFound
from apps.core.invariants import broken
from apps.orders.models import Order, ShippingOrder
from apps.orders.models.order import MIRROR_VERB
from apps.org.actors import SYSTEM, Actor
from apps.org.models import Store, User
from apps.parameters.models import ParameterValue
from apps.workflow.move import IllegalMove

Make = Callable[..., Any]


def said(refusal: DomainError) -> str:
    """The sentence in English."""
    with override("en"):
        return str(refusal)


def test_it_is_asked_for_agreed_and_written_down_by_three_people(
    asked: Make, as_lin: Actor, as_mara: Actor, as_otto: Actor
) -> None:
    row = asked(amount="20.00", by=as_lin)

    approve_refund(row.pk, by=as_mara)
    pay_refund(row.pk, by=as_otto, platform_refund_number=" 260611001 ")

    row.refresh_from_db()
    assert (row.state, row.amount, row.platform_refund_number) == ("paid", Decimal("20.00"), "260611001")
    assert (row.requested_by_id, row.approved_by_id, row.paid_by_id) == (as_lin.id, as_mara.id, as_otto.id)
    assert None not in (row.approved_at, row.paid_at)
    assert [change.verb.rsplit(".", 1)[1] for change in timeline_of(row)] == ["pay", "approve"]
    assert broken() == []


def _platform_says_repaid(order: ShippingOrder, amount: str) -> None:
    with transaction.atomic(), signed(MIRROR_VERB, by=SYSTEM):
        Order.objects.filter(pk=order.lead_order_id).update(refund_amount=Decimal(amount))


class TestRequest:
    """Customer service asks."""

    @pytest.mark.rule("AFT-03")
    @pytest.mark.parametrize("amount", ["128.01", "0", "-1", "1.005", "NaN", "Infinity", "1e20"])
    def test_an_amount_that_cannot_be_is_refused(self, asked: Make, as_lin: Actor, amount: str) -> None:
        with pytest.raises(Invalid):
            asked(amount=amount, by=as_lin)

        assert not Refund.objects.exists()

    def test_two_partial_refunds_and_the_rest_are_possible_and_a_cent_more_is_not(
        self, sent_off: Make, asked: Make
    ) -> None:
        order = sent_off(paid="128.00")
        asked(order, "50.00")
        asked(order, "60.00")
        asked(order, "18.00")

        with pytest.raises(Invalid) as refused:
            asked(order, "0.01")

        assert said(refused.value) == "At most 0.00 can still be refunded for this order."
        assert money_of(order.lead_order).asked == Decimal("128.00")

    @pytest.mark.rule("AFT-03")
    def test_what_the_platform_has_paid_back_is_not_asked_for_here_again(self, sent_off: Make, asked: Make) -> None:
        order = sent_off(paid="128.00")
        _platform_says_repaid(order, "100.00")

        with pytest.raises(Invalid) as refused:
            asked(order, "28.01")
        asked(order, "28.00")

        assert said(refused.value) == "At most 28.00 can still be refunded for this order."

    def test_our_own_refund_that_the_platform_tells_of_counts_once(self, sent_off: Make, asked: Make) -> None:
        order = sent_off(paid="128.00")
        row = asked(order, "100.00")
        approve_refund(row.pk, by=SYSTEM)
        pay_refund(row.pk, by=SYSTEM)

        _platform_says_repaid(order, "110.00")

        assert money_of(order.lead_order).left == Decimal("18.00")

    def test_a_request_that_the_platform_was_faster_with_is_not_approved_and_one_that_was_paid_there_is_written_down(
        self, sent_off: Make, asked: Make
    ) -> None:
        order = sent_off(paid="128.00")
        late, agreed = asked(order, "28.00"), asked(order, "100.00")
        approve_refund(agreed.pk, by=SYSTEM)
        _platform_says_repaid(order, "100.00")

        with pytest.raises(IllegalMove) as refused:
            approve_refund(late.pk, by=SYSTEM)
        pay_refund(agreed.pk, by=SYSTEM)
        approve_refund(late.pk, by=SYSTEM)

        assert said(refused.value).startswith("With what the platform says was refunded already")

    def test_what_was_refused_or_cancelled_may_be_asked_for_again(self, sent_off: Make, asked: Make) -> None:
        order = sent_off(paid="128.00")
        refuse_refund(asked(order, "128.00").pk, reason="不符合", by=SYSTEM)
        cancel_refund(asked(order, "128.00").pk, reason="算错", by=SYSTEM)

        asked(order, "128.00")

        assert money_of(order.lead_order).left == Decimal("0.00")

    def test_the_same_form_sent_twice_is_one_refund(self, sent_off: Make, asked: Make) -> None:
        order, key = sent_off(), uuid.uuid4()

        first, second = asked(order, key=key), asked(order, key=key)

        assert first.pk == second.pk
        assert Refund.objects.count() == 1

    def test_a_form_key_of_another_order_is_refused(self, sent_off: Make, asked: Make) -> None:
        key = uuid.uuid4()
        asked(sent_off(), key=key)

        with pytest.raises(Conflict):
            asked(sent_off(), key=key)

        assert Refund.objects.count() == 1

    def test_while_one_is_open_a_return_gets_no_second(self, sent_off: Make, inspected: Make, asked: Make) -> None:
        order = sent_off()
        row = inspected(order)
        first = asked(order, "20.00", return_pk=row.pk)

        with pytest.raises(Conflict):
            asked(order, "10.00", return_pk=row.pk)
        cancel_refund(first.pk, reason="金额错", by=SYSTEM)
        asked(order, "10.00", return_pk=row.pk)

        assert Refund.objects.exclude(state="cancelled").count() == 1

    def test_without_a_reason_it_is_refused(self, asked: Make) -> None:
        with pytest.raises(Invalid):
            asked(reason=" ")

        assert not Refund.objects.exists()

    def test_when_nobody_knows_what_was_paid_nothing_is_refunded(self, sent_off: Make, asked: Make) -> None:
        order = sent_off()
        with transaction.atomic(), signed("orders.order.mirror", by=SYSTEM):
            type(order.lead_order).objects.filter(pk=order.lead_order_id).update(paid_amount=None)

        with pytest.raises(Invalid) as refused:
            asked(order)

        assert said(refused.value) == "The platform's file does not say what was paid; import the order again."

    def test_a_return_of_another_order_does_not_carry_it(self, sent_off: Make, inspected: Make, asked: Make) -> None:
        with pytest.raises(Invalid):
            asked(sent_off(), return_pk=inspected().pk)

        assert not Refund.objects.exists()

    def test_a_closed_return_carries_no_further_refund(self, sent_off: Make, inspected: Make, asked: Make) -> None:
        order = sent_off()
        row = close_return(inspected(order).pk, by=SYSTEM)

        with pytest.raises(Conflict) as refused:
            asked(order, return_pk=row.pk)

        assert said(refused.value) == "This return has ended; no refund is asked for because of it any more."
        assert not Refund.objects.exists()

    def test_a_cancelled_return_carries_no_refund(self, sent_off: Make, announced: Make, asked: Make) -> None:
        order = sent_off()
        row = cancel_return(announced(order).pk, reason="不退了", by=SYSTEM)

        with pytest.raises(Conflict) as refused:
            asked(order, return_pk=row.pk)

        assert said(refused.value) == "This return has ended; no refund is asked for because of it any more."
        assert not Refund.objects.exists()

    def test_a_foreign_order_is_not_there(self, sent_off: Make, asked: Make, fengdu: Store, as_lin: Actor) -> None:
        with pytest.raises(NotFound):
            asked(sent_off(store=fengdu), by=as_lin)

        assert not Refund.objects.exists()

    @pytest.mark.parametrize("who", ["noor", "otto", "pia"])
    def test_others_ask_for_nothing(self, request: pytest.FixtureRequest, asked: Make, who: str) -> None:
        with pytest.raises(NotAllowed):
            asked(by=Actor.of(request.getfixturevalue(who)))

        assert not Refund.objects.exists()


class TestFourEyes:
    """Who asks does not decide."""

    def test_ones_own_refund_is_not_approved(self, asked: Make, as_mara: Actor) -> None:
        row = asked(by=as_mara)

        with pytest.raises(NotAllowed) as refused:
            approve_refund(row.pk, by=as_mara)

        row.refresh_from_db()
        assert said(refused.value) == "You asked for this refund yourself; somebody else has to approve it."
        assert row.state == "requested"

    def test_the_database_refuses_it_too(self, asked: Make, as_mara: Actor) -> None:
        row = asked(by=as_mara)

        with pytest.raises(IntegrityError, match="refund_approved_by_another"), transaction.atomic():
            Refund.objects.filter(pk=row.pk).update(approved_by_id=as_mara.id)

    @pytest.mark.parametrize("who", ["lin", "otto", "noor"])
    def test_without_the_right_nobody_approves(self, request: pytest.FixtureRequest, asked: Make, who: str) -> None:
        row = asked()

        with pytest.raises(NotAllowed):
            approve_refund(row.pk, by=Actor.of(request.getfixturevalue(who)))

        row.refresh_from_db()
        assert row.state == "requested"

    def test_approving_twice_is_refused_and_changes_nothing(self, asked: Make, as_mara: Actor) -> None:
        row = asked()
        approve_refund(row.pk, by=as_mara)

        with pytest.raises(IllegalMove) as refused:
            approve_refund(row.pk, by=as_mara)

        assert said(refused.value) == "It is already “To pay”; nothing was changed."
        assert len(timeline_of(row)) == 1


class TestGoodsFirst:
    """Only after the goods came, unless the company says otherwise."""

    @pytest.mark.rule("AFT-03", "AFT-04")
    def test_a_refund_of_a_return_waits_for_its_inspection(
        self, sent_off: Make, received: Make, asked: Make, as_mara: Actor
    ) -> None:
        order = sent_off()
        row = asked(order, return_pk=received(order).pk)

        with pytest.raises(IllegalMove) as refused:
            approve_refund(row.pk, by=as_mara)

        row.refresh_from_db()
        assert said(refused.value) == "The goods have not come back and been inspected yet."
        assert row.state == "requested"

    def test_after_the_inspection_it_goes_through(
        self, sent_off: Make, inspected: Make, asked: Make, as_mara: Actor
    ) -> None:
        order = sent_off()
        row = asked(order, return_pk=inspected(order).pk)

        assert approve_refund(row.pk, by=as_mara).state == "approved"

    def test_a_company_may_pay_before_the_goods_come(
        self, qinghe: Store, sent_off: Make, announced: Make, asked: Make, as_mara: Actor
    ) -> None:
        with transaction.atomic(), signed("parameters.test", by=SYSTEM):
            ParameterValue.objects.create(
                key=GOODS_FIRST.key, value="false", store=qinghe, effective_from=today(), reason="七天无理由极速退"
            )
        order = sent_off()
        row = asked(order, return_pk=announced(order).pk)

        assert approve_refund(row.pk, by=as_mara).state == "approved"


class TestDecide:
    """Refused, cancelled, paid."""

    def test_a_refusal_wants_a_reason(self, asked: Make, as_mara: Actor) -> None:
        row = asked()

        with pytest.raises(Invalid):
            refuse_refund(row.pk, reason="", by=as_mara)
        refuse_refund(row.pk, reason="已补发", by=as_mara)

        row.refresh_from_db()
        assert (row.state, timeline_of(row)[0].reason) == ("refused", "已补发")

    def test_what_was_not_approved_is_not_paid(self, asked: Make, as_otto: Actor) -> None:
        row = asked()

        with pytest.raises(IllegalMove):
            pay_refund(row.pk, by=as_otto)

        row.refresh_from_db()
        assert row.state == "requested"

    def test_paying_twice_is_refused_and_keeps_the_first_number(
        self, asked: Make, as_mara: Actor, as_otto: Actor
    ) -> None:
        row = asked()
        approve_refund(row.pk, by=as_mara)
        pay_refund(row.pk, by=as_otto, platform_refund_number="T-1")

        with pytest.raises(IllegalMove):
            pay_refund(row.pk, by=as_otto, platform_refund_number="T-2")

        row.refresh_from_db()
        assert row.platform_refund_number == "T-1"

    def test_one_platform_refund_is_written_down_once(self, sent_off: Make, asked: Make, as_otto: Actor) -> None:
        order = sent_off()
        first, second = asked(order, "10.00"), asked(order, "20.00")
        for row in (first, second):
            approve_refund(row.pk, by=SYSTEM)
        pay_refund(first.pk, by=as_otto, platform_refund_number="T-1")

        with pytest.raises(Conflict):
            pay_refund(second.pk, by=as_otto, platform_refund_number="T-1")

        second.refresh_from_db()
        assert second.state == "approved"

    def test_a_paid_refund_is_not_cancelled(self, asked: Make, as_lin: Actor) -> None:
        row = asked()
        approve_refund(row.pk, by=SYSTEM)
        pay_refund(row.pk, by=SYSTEM)

        with pytest.raises(IllegalMove):
            cancel_refund(row.pk, reason="太晚了", by=as_lin)

        row.refresh_from_db()
        assert row.state == "paid"

    def test_when_less_was_paid_than_thought_it_is_not_approved_but_may_be_refused(
        self, sent_off: Make, asked: Make, as_mara: Actor
    ) -> None:
        order = sent_off(paid="128.00")
        row = asked(order, "100.00")
        with transaction.atomic(), signed("orders.order.mirror", by=SYSTEM):
            type(order.lead_order).objects.filter(pk=order.lead_order_id).update(paid_amount=Decimal("90.00"))

        with pytest.raises(IllegalMove) as refused:
            approve_refund(row.pk, by=as_mara)
        assert [each.invariant.id for each in broken()] == ["aftersales.refunds_within_paid"]
        refuse_refund(row.pk, reason="重新计算", by=as_mara)

        assert said(refused.value) == "All refunds of this order together would be more than the buyer has paid."
        assert broken() == []

    def test_a_foreign_refund_is_not_there(self, asked: Make, sent_off: Make, fengdu: Store, as_mara: Actor) -> None:
        row = asked(sent_off(store=fengdu))

        with pytest.raises(NotFound):
            approve_refund(row.pk, by=as_mara)

        row.refresh_from_db()
        assert row.state == "requested"


def test_the_database_refuses_more_than_was_paid_whoever_asks(sent_off: Make, asked: Make, lin: User) -> None:
    order = sent_off(paid="128.00")
    asked(order, "100.00")

    with pytest.raises(IntegrityError, match="more than was paid"), transaction.atomic():
        Refund.objects.create(
            number="RF-X", order=order.lead_order, amount=Decimal("28.01"), reason="x", waits_for_goods=False,
            requested_by=lin,
        )  # fmt: skip

    assert Refund.objects.count() == 1


def test_the_amount_is_never_changed_afterwards(asked: Make) -> None:
    row = asked()

    with pytest.raises(IntegrityError, match="frozen"), transaction.atomic():
        Refund.objects.filter(pk=row.pk).update(amount=Decimal("1.00"))


def test_the_request_says_who_and_why(sent_off: Make, as_lin: Actor) -> None:
    order = sent_off()

    row = request_refund(order.lead_order_id, amount=Decimal("5"), reason="补差价", by=as_lin, key=uuid.uuid4())

    assert (row.requested_by_id, row.reason, row.waits_for_goods) == (as_lin.id, "补差价", False)
    assert row.number.startswith("RF")
