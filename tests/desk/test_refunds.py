"""Refunds at the desk: asked for, approved by somebody else, paid, and what is refused."""

import uuid
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from apps.aftersales.actions import approve_refund
from apps.aftersales.models import Refund
from apps.orders.models import ShippingOrder
from apps.org.actors import SYSTEM, Actor
from apps.org.models import User
from tests.desk.test_returns import text_of

Browse = Callable[..., Client]
Make = Callable[..., Any]


class TestRefunds:
    """Asked for by one, approved by another, written down by a third."""

    def test_the_whole_way_on_the_sheet_of_the_return(
        self, browse: Browse, lin: User, mara: User, otto: User, inspected: Make
    ) -> None:
        row = inspected(of={"paid": "128.00"})
        order: ShippingOrder = row.shipping_order
        form = {"key": str(uuid.uuid4()), "amount": "100", "reason": "质量问题退货", "return": row.pk}
        ask = f"/desk/refunds/order/{order.lead_order_id}/request/"

        asked_for = text_of(browse(lin, htmx="sheet").post(ask, form))
        browse(lin, htmx="sheet").post(ask, form)
        refund = Refund.objects.get()
        agreed = text_of(browse(mara, htmx="sheet").post(f"/desk/refunds/{refund.pk}/approve/", {"from": "return"}))
        paid = text_of(
            browse(otto, htmx="sheet").post(
                f"/desk/refunds/{refund.pk}/pay/", {"from": "return", "platform_number": "T-1"}
            )
        )

        assert "¥28.00" in asked_for
        assert row.number in agreed
        assert "To pay" in agreed
        assert "Paid back" in paid
        refund.refresh_from_db()
        assert (refund.state, refund.amount, refund.platform_refund_number) == ("paid", Decimal("100.00"), "T-1")

    def test_ones_own_request_shows_why_it_cannot_be_approved_and_is_refused(
        self,
        browse: Browse,
        mara: User,
        sent_off: Make,
        asked: Make,
    ) -> None:
        refund = asked(by=Actor.of(mara))
        client = browse(mara, htmx="sheet")
        sentence = "You asked for this refund yourself; somebody else has to approve it."

        shown = text_of(client.get(f"/desk/refunds/{refund.pk}/"))
        answer = text_of(client.post(f"/desk/refunds/{refund.pk}/approve/"))

        assert f"Approve: {sentence}" in shown
        assert f"<span>{sentence}</span>" in answer
        refund.refresh_from_db()
        assert refund.state == "requested"

    def test_money_without_goods_is_said_to_be_so(self, browse: Browse, lin: User, sent_off: Make) -> None:
        order = sent_off()
        address = f"/desk/refunds/order/{order.lead_order_id}/"
        client = browse(lin, htmx="sheet")

        client.post(f"{address}request/", {"key": str(uuid.uuid4()), "amount": "5.00", "reason": "补差价"})
        page = text_of(client.get(address))

        assert "money only, no goods come back" in page
        assert Refund.objects.get().return_order is None

    @pytest.mark.parametrize(
        ("change", "sentence"),
        [
            ({"amount": "999"}, "At most 128.00 can still be refunded for this order."),
            ({"amount": "x"}, "Give an amount of at least 0.01, in whole cents."),
            ({"amount": "1.001"}, "Give an amount of at least 0.01, in whole cents."),
            ({"reason": " "}, "Please say what the refund is for."),
            ({"key": ""}, "This form is not complete; open the page again."),
        ],
    )
    def test_a_request_that_cannot_be_is_told_so(
        self,
        browse: Browse,
        lin: User,
        sent_off: Make,
        change: dict[str, str],
        sentence: str,
    ) -> None:
        order = sent_off()
        form = {"key": str(uuid.uuid4()), "amount": "5.00", "reason": "补差价", **change}

        page = text_of(browse(lin, htmx="sheet").post(f"/desk/refunds/order/{order.lead_order_id}/request/", form))

        assert sentence in page
        assert not Refund.objects.exists()

    def test_finance_finds_what_is_to_pay_first(self, browse: Browse, otto: User, asked: Make) -> None:
        waiting, ready = asked(), asked()
        approve_refund(ready.pk, by=SYSTEM)

        page = text_of(browse(otto).get("/desk/refunds/"))

        assert ready.number in page
        assert waiting.number not in page

    def test_without_a_script_a_button_comes_back_to_the_orders_money(
        self,
        browse: Browse,
        mara: User,
        asked: Make,
    ) -> None:
        refund = asked()

        answer = browse(mara).post(f"/desk/refunds/{refund.pk}/approve/", follow=True)

        assert answer.redirect_chain == [(f"/desk/refunds/order/{refund.order_id}/", 302)]
        assert "The refund was approved." in text_of(answer)
