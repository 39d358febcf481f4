"""A return is closed or cancelled; and what the database refuses whoever asks."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from apps.aftersales.actions import (
    cancel_return,
    close_return,
)
from apps.aftersales.models import ReturnLine, ReturnOrder
from apps.audit.context import signed
from apps.audit.queries import timeline_of
from apps.core.errors import Invalid
from apps.org.actors import SYSTEM, Actor
from apps.workflow.move import IllegalMove
from tests.aftersales.builders import said

Make = Callable[..., Any]
WAYBILL = "SF1234567890123"


class TestEnd:
    """Closed or cancelled."""

    def test_an_inspected_return_is_closed_once(self, inspected: Make, as_lin: Actor) -> None:
        row = inspected()

        close_return(row.pk, by=as_lin)
        with pytest.raises(IllegalMove):
            close_return(row.pk, by=as_lin)

        row.refresh_from_db()
        assert (row.state, len(timeline_of(row))) == ("closed", 3)

    def test_a_return_with_an_open_refund_is_not_closed(self, sent_off: Make, inspected: Make, asked: Make) -> None:
        order = sent_off()
        row = inspected(order)
        asked(order, return_pk=row.pk)

        with pytest.raises(IllegalMove) as refused:
            close_return(row.pk, by=SYSTEM)

        assert said(refused.value) == "A refund of this return is still open; settle it first."

    def test_cancelling_wants_a_reason_and_no_refund(self, sent_off: Make, announced: Make, asked: Make) -> None:
        order = sent_off()
        row = announced(order)

        with pytest.raises(Invalid):
            cancel_return(row.pk, reason=" ", by=SYSTEM)
        asked(order, return_pk=row.pk)
        with pytest.raises(IllegalMove):
            cancel_return(row.pk, reason="不退了", by=SYSTEM)

        row.refresh_from_db()
        assert row.state == "announced"

    def test_an_inspected_return_is_not_cancelled(self, inspected: Make) -> None:
        row = inspected()

        with pytest.raises(IllegalMove):
            cancel_return(row.pk, reason="扫错了", by=SYSTEM)

        row.refresh_from_db()
        assert row.state == "inspected"


class TestTheDatabase:
    """It refuses what no action would do."""

    def test_more_returned_than_shipped(self, sent_off: Make, announced: Make) -> None:
        order = sent_off()
        row = announced(order)
        line = row.lines.get()

        with (
            pytest.raises(IntegrityError, match="more would come back than was shipped"),
            transaction.atomic(),
            signed("aftersales.returnorder.inspect", by=SYSTEM),
        ):
            ReturnLine.objects.filter(pk=line.pk).update(good_quantity=1, bad_quantity=1)

    def test_a_line_of_another_order(self, sent_off: Make, announced: Make) -> None:
        row, other = announced(), sent_off()

        with pytest.raises(IntegrityError, match="another shipping order than its return"), transaction.atomic():
            ReturnLine.objects.create(return_order=row, shipping_line=other.lines.get(), quantity=1)

    def test_a_count_outside_an_inspection(self, received: Make) -> None:
        row = received()

        with pytest.raises(IntegrityError, match="frozen"), transaction.atomic():
            ReturnLine.objects.filter(return_order=row).update(good_quantity=1, bad_quantity=0)

    def test_two_open_returns_with_one_waybill(self, announced: Make, as_noor: Actor) -> None:
        announced(waybill=WAYBILL)
        other = announced()

        with pytest.raises(IntegrityError, match="one_open_return_per_waybill"), transaction.atomic():
            ReturnOrder.objects.filter(pk=other.pk).update(waybill_number=WAYBILL)
