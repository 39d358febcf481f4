"""A parcel comes back: announced, scanned, inspected good or bad, back in stock or with the defects."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils.translation import override

from apps.aftersales.actions import (
    Count,
    Outcome,
    announce_return,
    cancel_return,
    close_return,
    inspect_return,
    match_return,
    note_return_waybill,
    receive_return,
    scan,
)
from apps.aftersales.models import ReturnLine, ReturnOrder, ReturnReason
from apps.audit.context import signed
from apps.audit.queries import timeline_of
from apps.core.errors import Conflict, DomainError, Invalid, NotAllowed, NotFound
from apps.core.invariants import broken
from apps.orders.models import ShippingOrder
from apps.org.actors import SYSTEM, Actor
from apps.org.models import Store
from apps.warehouse.models import StockMove
from apps.workflow.move import IllegalMove
from tests.aftersales.builders import all_good

Make = Callable[..., Any]
WAYBILL = "SF1234567890123"


def said(refusal: DomainError) -> str:
    """The sentence in English."""
    with override("en"):
        return str(refusal)


def everything(order: ShippingOrder) -> dict[int, int]:
    """All pieces of a shipping order."""
    return {line.pk: line.quantity for line in order.lines.all()}


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


class TestScan:
    """The box above the list: one number, one answer."""

    @pytest.mark.rule("AFT-07")
    @pytest.mark.parametrize("by", ["waybill", "number"])
    def test_an_announced_parcel_is_received_by_its_waybill_or_its_number(
        self, announced: Make, as_noor: Actor, by: str
    ) -> None:
        row = announced(waybill=WAYBILL)

        result = scan(WAYBILL if by == "waybill" else row.number.lower(), by=as_noor)

        row.refresh_from_db()
        assert (result.outcome, row.state, row.received_by_id) == (Outcome.RECEIVED, "received", as_noor.id)

    def test_scanning_again_finds_the_same_return_and_changes_nothing(self, announced: Make, as_noor: Actor) -> None:
        row = announced(waybill=WAYBILL)
        scan(WAYBILL, by=as_noor)
        row.refresh_from_db()

        again = scan(WAYBILL, by=as_noor)

        assert (again.outcome, again.return_order) == (Outcome.KNOWN, row)
        assert len(timeline_of(row)) == 1

    def test_the_waybill_it_went_out_under_brings_all_of_it_back_as_not_delivered(
        self, sent_off: Make, reasons: dict[str, ReturnReason], as_noor: Actor
    ) -> None:
        order = sent_off(lines=2, waybill="YT1234567890123")

        result = scan("YT1234567890123", by=as_noor)
        twice = scan("YT1234567890123", by=as_noor)

        row = ReturnOrder.objects.get()
        assert (result.outcome, twice.outcome) == (Outcome.RECEIVED, Outcome.KNOWN)
        assert (row.state, row.shipping_order_id, row.reason) == ("received", order.pk, reasons["undelivered"])
        assert sum(line.quantity for line in row.lines.all()) == 2

    def test_an_order_number_leads_to_the_order_and_receives_nothing(self, sent_off: Make, as_noor: Actor) -> None:
        order = sent_off()

        result = scan(order.lead_order.number, by=as_noor)

        assert (result.outcome, result.shipping_orders) == (Outcome.ORDER, (order,))
        assert not ReturnOrder.objects.exists()

    def test_a_parcel_that_nobody_announced_is_kept_as_ownerless_once(self, as_noor: Actor) -> None:
        first, second = scan(WAYBILL, by=as_noor), scan(WAYBILL, by=as_noor)

        row = ReturnOrder.objects.get()
        assert (first.outcome, second.outcome) == (Outcome.OWNERLESS, Outcome.KNOWN)
        assert (row.state, row.shipping_order, row.store, row.waybill_number) == ("received", None, None, WAYBILL)

    def test_customer_service_scans_to_find_and_makes_no_parcels(self, as_lin: Actor, announced: Make) -> None:
        row = announced(waybill=WAYBILL)

        found = scan(WAYBILL, by=as_lin)
        with pytest.raises(NotFound) as refused:
            scan("YT0000000000001", by=as_lin)

        row.refresh_from_db()
        assert (found.outcome, row.state) == (Outcome.KNOWN, "announced")
        assert said(refused.value) == "There is no return and no order under YT0000000000001."
        assert ReturnOrder.objects.count() == 1

    @pytest.mark.parametrize("text", ["", " ", "1234", "\0", "包裹", "x" * 50, "' OR 1=1"])
    def test_what_is_no_number_is_refused_and_makes_nothing(self, as_noor: Actor, text: str) -> None:
        with pytest.raises((Invalid, NotFound)):
            scan(text, by=as_noor)

        assert not ReturnOrder.objects.exists()

    def test_somebody_in_several_warehouses_says_where_they_stand(
        self, announced: Make, as_noor: Actor, fengdu: Store
    ) -> None:
        announced(waybill=WAYBILL)
        assert as_noor.user
        as_noor.user.warehouse_grants.create(warehouse=fengdu.warehouse)
        anew = Actor.of(as_noor.user)

        with pytest.raises(Invalid) as refused:
            scan(WAYBILL, by=anew)
        result = scan(WAYBILL, by=anew, warehouse_id=fengdu.warehouse_id)

        assert said(refused.value) == "Choose the warehouse in which you are scanning."
        assert result.return_order
        assert result.return_order.warehouse_id == fengdu.warehouse_id

    def test_a_warehouse_where_one_does_not_work_receives_nothing(
        self, announced: Make, as_noor: Actor, fengdu: Store
    ) -> None:
        row = announced(waybill=WAYBILL)

        with pytest.raises(Invalid):
            scan(WAYBILL, by=as_noor, warehouse_id=fengdu.warehouse_id)

        row.refresh_from_db()
        assert row.state == "announced"


class TestOwnerless:
    """A parcel of which nobody knows whose it is."""

    def test_it_is_matched_later_and_gets_the_orders_lines(self, sent_off: Make, as_noor: Actor, as_lin: Actor) -> None:
        order = sent_off(lines=2)
        parcel = scan(WAYBILL, by=as_noor).return_order
        assert parcel

        row = match_return(parcel.pk, text=order.lead_order.number, by=as_lin)

        assert (row.shipping_order_id, row.store_id) == (order.pk, order.store_id)
        assert [line.quantity for line in row.lines.all()] == [1, 1]
        assert next(change.verb for change in timeline_of(row)) == "aftersales.returnorder.match"

    def test_it_is_matched_once(self, sent_off: Make, as_noor: Actor) -> None:
        order, other = sent_off(), sent_off()
        parcel = scan(WAYBILL, by=as_noor).return_order
        assert parcel
        match_return(parcel.pk, text=order.number, by=as_noor)

        with pytest.raises(Conflict):
            match_return(parcel.pk, text=other.number, by=as_noor)

        parcel.refresh_from_db()
        assert parcel.shipping_order_id == order.pk

    def test_an_order_of_which_nothing_can_come_back_is_refused(
        self, sent_off: Make, announced: Make, as_noor: Actor
    ) -> None:
        order = sent_off()
        announced(order)
        parcel = scan(WAYBILL, by=as_noor).return_order
        assert parcel

        with pytest.raises(Invalid):
            match_return(parcel.pk, text=order.number, by=as_noor)

        parcel.refresh_from_db()
        assert parcel.is_ownerless

    def test_a_foreign_order_is_not_found(self, sent_off: Make, as_noor: Actor, as_lin: Actor, fengdu: Store) -> None:
        foreign = sent_off(store=fengdu)
        parcel = scan(WAYBILL, by=as_noor).return_order
        assert parcel

        with pytest.raises(NotFound):
            match_return(parcel.pk, text=foreign.number, by=as_lin)

        parcel.refresh_from_db()
        assert parcel.is_ownerless

    def test_it_is_not_inspected_before_somebody_knows_whose_it_is(self, as_noor: Actor) -> None:
        parcel = scan(WAYBILL, by=as_noor).return_order
        assert parcel

        with pytest.raises(IllegalMove) as refused:
            inspect_return(parcel.pk, counts={}, by=as_noor)

        assert said(refused.value) == "Nobody knows yet whose parcel this is; match it with an order first."

    def test_the_stores_of_the_warehouse_see_it_and_others_do_not(
        self, as_noor: Actor, as_lin: Actor, foreigner: Any
    ) -> None:
        from apps.org.scope import visible

        scan(WAYBILL, by=as_noor)

        assert visible(ReturnOrder.objects.all(), as_lin).count() == 1
        assert visible(ReturnOrder.objects.all(), Actor.of(foreigner)).count() == 0


class TestInspect:
    """Good or bad."""

    @pytest.mark.rule("AFT-04")
    def test_good_goes_where_most_of_it_lies_and_bad_to_the_defects(
        self, received: Make, bins: dict[str, Any], in_stock: Make, balance: Make, as_noor: Actor
    ) -> None:
        in_stock("QH-000", 3, bin=bins["pick"])
        in_stock("QH-000", 8, bin=bins["other"])
        in_stock("QH-001", 2, bin=bins["pick"])
        row = received(of={"lines": 2})
        good, bad = row.lines.all()

        inspect_return(row.pk, counts={good.pk: Count(1, 0), bad.pk: Count(0, 1, note="杯口有裂")}, by=as_noor)

        row.refresh_from_db()
        moves = StockMove.objects.filter(subject_type="aftersales.returnorder", subject_id=row.pk)
        assert (row.state, row.inspected_by_id) == ("inspected", as_noor.id)
        assert sorted(moves.values_list("bin__code", "sku__code", "quantity", "kind")) == [
            ("B-02-02", "QH-000", 1, "return"),
            ("Z-99-01", "QH-001", 1, "return"),
        ]
        assert (balance("QH-000"), balance("QH-001")) == ((12, 0, 0), (2, 0, 1))
        assert ReturnLine.objects.get(pk=bad.pk).note == "杯口有裂"
        assert broken() == []

    def test_a_second_press_is_refused_and_puts_nothing_away_twice(
        self, inspected: Make, balance: Make, as_noor: Actor, bins: dict[str, Any]
    ) -> None:
        row = inspected()

        with pytest.raises(IllegalMove):
            inspect_return(row.pk, counts=all_good(row, bins["pick"].pk), by=as_noor)

        assert balance() == (1, 0, 0)

    def test_a_parcel_that_has_not_come_is_not_inspected(self, announced: Make, bins: dict[str, Any]) -> None:
        row = announced()

        with pytest.raises(IllegalMove):
            inspect_return(row.pk, counts=all_good(row, bins["pick"].pk), by=SYSTEM)

        assert not StockMove.objects.exists()

    def test_without_goods_in_any_bin_the_bin_is_asked_for(self, received: Make, bins: dict[str, Any]) -> None:
        row = received()

        with pytest.raises(Invalid) as refused:
            inspect_return(row.pk, counts=all_good(row), by=SYSTEM)

        row.refresh_from_db()
        assert said(refused.value) == "Choose the bin into which the good pieces of QH-000 go."
        assert row.state == "received"

    def test_good_pieces_do_not_go_to_the_defects_or_to_another_warehouse(
        self, received: Make, bins: dict[str, Any], a_bin: Make, fengdu: Store
    ) -> None:
        row, elsewhere = received(), a_bin("A-01-01", of=fengdu.warehouse)

        for place in (bins["defects"], elsewhere):
            with pytest.raises(Invalid):
                inspect_return(row.pk, counts=all_good(row, place.pk), by=SYSTEM)

        assert not StockMove.objects.exists()

    def test_bad_pieces_need_a_bin_for_defects(self, received: Make) -> None:
        row = received()

        with pytest.raises(Invalid) as refused:
            inspect_return(row.pk, counts={line.pk: Count(0, 1) for line in row.lines.all()}, by=SYSTEM)

        assert said(refused.value) == "This warehouse has no bin for defects; add one first."
        assert not StockMove.objects.exists()

    def test_more_than_was_shipped_is_refused_and_leaves_the_stock_alone(
        self, received: Make, bins: dict[str, Any]
    ) -> None:
        row = received()

        with pytest.raises(Invalid) as refused:
            inspect_return(
                row.pk, counts={line.pk: Count(1, 1, bins["pick"].pk) for line in row.lines.all()}, by=SYSTEM
            )

        row.refresh_from_db()
        assert said(refused.value) == "Of “保温杯 0” only 1 can still come back."
        assert row.state == "received"
        assert not StockMove.objects.exists()

    def test_a_line_that_was_not_counted_stops_the_inspection(self, sent_off: Make, received: Make) -> None:
        row = received(sent_off(lines=2))

        with pytest.raises(Invalid):
            inspect_return(row.pk, counts=dict(list(all_good(row).items())[:1]), by=SYSTEM)

        row.refresh_from_db()
        assert row.state == "received"

    def test_an_empty_parcel_is_counted_with_nothing(self, received: Make) -> None:
        row = received()

        inspect_return(row.pk, counts={line.pk: Count(0, 0) for line in row.lines.all()}, by=SYSTEM)

        row.refresh_from_db()
        assert row.state == "inspected"
        assert not StockMove.objects.exists()

    def test_goods_without_a_sku_of_ours_are_counted_and_not_put_in_stock(self, sent_off: Make, received: Make) -> None:
        row = received(sent_off(mapped=False))

        inspect_return(row.pk, counts=all_good(row), by=SYSTEM)

        row.refresh_from_db()
        assert row.state == "inspected"
        assert not StockMove.objects.exists()
        assert broken() == []

    def test_customer_service_does_not_inspect(self, received: Make, bins: dict[str, Any], as_lin: Actor) -> None:
        row = received()

        with pytest.raises(NotAllowed):
            inspect_return(row.pk, counts=all_good(row, bins["pick"].pk), by=as_lin)

        row.refresh_from_db()
        assert row.state == "received"


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
