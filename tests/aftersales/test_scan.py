"""A parcel stands on the bench of the returns: known, undelivered, or nobody's."""

from collections.abc import Callable
from typing import Any

import pytest

from apps.aftersales.actions import (
    Outcome,
    inspect_return,
    match_return,
    scan,
)
from apps.aftersales.models import ReturnOrder, ReturnReason
from apps.audit.queries import timeline_of
from apps.core.errors import Conflict, Invalid, NotFound
from apps.org.actors import Actor
from apps.org.models import Store
from apps.stores.models import Sku
from apps.workflow.move import IllegalMove
from tests.aftersales.builders import said

Make = Callable[..., Any]
WAYBILL = "SF1234567890123"


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

    @pytest.mark.parametrize("typed", ["6901234567892", "ｑｈ-ｋｅｔｔｌｅ-01"])
    def test_an_item_is_no_parcel(self, as_noor: Actor, a_sku: Make, typed: str) -> None:
        Sku.objects.filter(pk=a_sku("QH-KETTLE-01").pk).update(barcode="6901234567892")

        with pytest.raises(Invalid) as refusal:
            scan(typed, by=as_noor)

        assert "is the item QH-KETTLE-01 and no waybill number." in said(refusal.value)
        assert not ReturnOrder.objects.exists()

    def test_customer_service_scans_to_find_and_makes_no_parcels(self, as_lin: Actor, announced: Make) -> None:
        row = announced(waybill=WAYBILL)

        found = scan(WAYBILL, by=as_lin)
        with pytest.raises(NotFound) as refused:
            scan("YT0000000000001", by=as_lin)

        row.refresh_from_db()
        assert (found.outcome, row.state) == (Outcome.KNOWN, "announced")
        assert said(refused.value) == "There is no return and no order under YT0000000000001."
        assert ReturnOrder.objects.count() == 1

    @pytest.mark.parametrize("text", [WAYBILL.lower(), "".join(chr(ord(sign) + 0xFEE0) for sign in WAYBILL)])
    def test_a_number_is_read_however_the_keyboard_is_set(self, announced: Make, as_noor: Actor, text: str) -> None:
        row = announced(waybill=WAYBILL)

        found = scan(text, by=as_noor)

        assert (found.outcome, found.return_order) == (Outcome.RECEIVED, row)

    @pytest.mark.parametrize("text", [f"@{WAYBILL}", f"No:{WAYBILL}", f"Ｎｏ：{WAYBILL}", f'="{WAYBILL}"'])
    def test_a_number_is_read_as_files_write_it(self, announced: Make, as_noor: Actor, text: str) -> None:
        row = announced(waybill=WAYBILL)

        found = scan(text, by=as_noor)

        assert (found.outcome, found.return_order) == (Outcome.RECEIVED, row)

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

    @pytest.mark.parametrize("state", ["packed", "cancelled"])
    def test_an_order_that_was_never_sent_is_not_whose_it_is(self, an_order: Make, as_noor: Actor, state: str) -> None:
        order = an_order(state=state)
        parcel = scan(WAYBILL, by=as_noor).return_order
        assert parcel

        with pytest.raises(NotFound) as refused:
            match_return(parcel.pk, text=order.number, by=as_noor)

        parcel.refresh_from_db()
        assert said(refused.value) == f"No shipped order was found under {order.number}."
        assert (parcel.is_ownerless, parcel.lines.count()) == (True, 0)

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
