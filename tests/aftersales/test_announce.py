"""A buyer sends goods back: announced for a shipped order, no more of it than was shipped."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest

from apps.aftersales.actions import (
    announce_return,
    cancel_return,
    note_return_waybill,
    receive_return,
)
from apps.aftersales.models import ReturnOrder, ReturnReason
from apps.core.errors import Conflict, Invalid, NotAllowed, NotFound
from apps.org.actors import SYSTEM, Actor
from apps.org.models import Store
from tests.aftersales.builders import everything, said

Make = Callable[..., Any]
WAYBILL = "SF1234567890123"


class TestAnnounce:
    """Customer service registers what a buyer sends back."""

    @pytest.mark.rule("AFT-01", "AFT-02")
    def test_a_return_of_a_shipped_order_waits_for_its_parcel(
        self, sent_off: Make, reasons: dict[str, ReturnReason], as_lin: Actor
    ) -> None:
        order = sent_off(lines=2)

        row = announce_return(
            order.pk, quantities=everything(order), reason_pk=reasons["quality"].pk, by=as_lin, key=uuid.uuid4(),
            carrier="顺丰速运", waybill=" sf1234567890123 ",
        )  # fmt: skip

        assert (row.state, row.waybill_number, row.carrier) == ("announced", WAYBILL, "顺丰速运")
        assert (row.store_id, row.warehouse_id, row.announced_by_id) == (order.store_id, order.warehouse_id, as_lin.id)
        assert [(line.quantity, line.good_quantity) for line in row.lines.all()] == [(1, None), (1, None)]
        assert row.number.startswith("RMA")

    def test_the_same_form_sent_twice_is_one_return(self, sent_off: Make, announced: Make, as_lin: Actor) -> None:
        order, key = sent_off(), uuid.uuid4()

        first, second = announced(order, key=key, by=as_lin), announced(order, key=key, by=as_lin)

        assert first.pk == second.pk
        assert ReturnOrder.objects.count() == 1

    def test_a_form_key_of_another_order_is_refused(self, sent_off: Make, announced: Make) -> None:
        key = uuid.uuid4()
        announced(sent_off(), key=key)

        with pytest.raises(Conflict):
            announced(sent_off(), key=key)

        assert ReturnOrder.objects.count() == 1

    def test_what_was_not_shipped_cannot_come_back(self, an_order: Make, announced: Make) -> None:
        with pytest.raises(Invalid) as refused:
            announced(an_order(state="packed"))

        assert said(refused.value) == "It has not been shipped, so nothing can come back; cancel it instead."
        assert not ReturnOrder.objects.exists()

    @pytest.mark.parametrize("count", [0, 2, -1])
    def test_more_or_less_than_was_shipped_is_refused(self, sent_off: Make, announced: Make, count: int) -> None:
        order = sent_off()

        with pytest.raises(Invalid):
            announced(order, quantities={line.pk: count for line in order.lines.all()})

        assert not ReturnOrder.objects.exists()

    def test_a_line_of_another_order_is_refused(self, sent_off: Make, announced: Make) -> None:
        with pytest.raises(Invalid):
            announced(sent_off(), quantities=everything(sent_off()))

        assert not ReturnOrder.objects.exists()

    def test_what_is_announced_already_cannot_come_back_once_more(self, sent_off: Make, announced: Make) -> None:
        order = sent_off()
        announced(order)

        with pytest.raises(Invalid) as refused:
            announced(order)

        assert said(refused.value) == "Of “保温杯 0” only 0 can still come back."
        assert ReturnOrder.objects.count() == 1

    def test_a_cancelled_return_frees_its_pieces(self, sent_off: Make, announced: Make) -> None:
        order = sent_off()
        cancel_return(announced(order).pk, reason="买家不退了", by=SYSTEM)

        again = announced(order)

        assert again.state == "announced"

    def test_a_waybill_that_another_return_has_is_refused(self, sent_off: Make, announced: Make) -> None:
        first = announced(waybill=WAYBILL)

        with pytest.raises(Conflict) as refused:
            announced(sent_off(), waybill=WAYBILL)

        assert said(refused.value) == f"This waybill is on the return {first.number} already."
        assert ReturnOrder.objects.count() == 1

    def test_an_order_of_another_store_is_not_there(
        self, sent_off: Make, announced: Make, fengdu: Store, as_lin: Actor
    ) -> None:
        with pytest.raises(NotFound):
            announced(sent_off(store=fengdu), by=as_lin)

        assert not ReturnOrder.objects.exists()

    def test_the_warehouse_announces_nothing(self, sent_off: Make, announced: Make, as_noor: Actor) -> None:
        with pytest.raises(NotAllowed):
            announced(sent_off(), by=as_noor)

        assert not ReturnOrder.objects.exists()

    def test_the_buyers_waybill_is_written_down_later(self, announced: Make, as_lin: Actor) -> None:
        row = announced()

        noted = note_return_waybill(row.pk, carrier="圆通", waybill="YT1234567890123", by=as_lin)

        assert (noted.carrier, noted.waybill_number) == ("圆通", "YT1234567890123")
        receive_return(row.pk, by=SYSTEM)
        with pytest.raises(Conflict):
            note_return_waybill(row.pk, carrier="", waybill="", by=as_lin)
        row.refresh_from_db()
        assert row.waybill_number == "YT1234567890123"
