"""How far a shipping order has come in the warehouse: who may still stop it, and what the machine then allows."""

from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction
from django.utils.translation import override

from apps.audit.context import signed
from apps.core.errors import Invalid
from apps.orders.actions import cancel_shipping_order, hold_shipping_orders, unconfirm_shipping_order
from apps.orders.actions.progress import (
    mark_packed,
    mark_picking,
    mark_released,
    mark_reserved,
    mark_shipped,
    mark_taken_out,
)
from apps.orders.models import ShippingOrder
from apps.org.actors import SYSTEM, Actor
from apps.org.models import User
from apps.workflow.move import IllegalMove, Moved
from tests.waybills import sent_under

Maker = Callable[..., ShippingOrder]


def said(moved: Moved, order: ShippingOrder) -> str:
    """The sentence that refused it, in English."""
    with override("en"):
        return str(moved.refused[order.pk])


@transaction.atomic
def ship_it(pk: int) -> None:
    """The whole way of one confirmed order."""
    for step in (mark_reserved, mark_picking, mark_packed, mark_shipped):
        assert step([pk], by=SYSTEM).done == [pk]


def test_a_confirmed_order_goes_through_the_warehouse_to_the_carrier(an_order: Maker) -> None:
    order = an_order(state="confirmed")

    ship_it(order.pk)

    order.refresh_from_db()
    assert order.state == "shipped"
    assert None not in (order.reserved_at, order.picking_at, order.packed_at, order.shipped_at)


@pytest.mark.parametrize(
    ("state", "step"), [("reserved", mark_picking), ("picking", mark_packed), ("packed", mark_shipped)]
)
def test_a_held_order_goes_no_further(an_order: Maker, lin: User, state: str, step: Callable[..., Moved]) -> None:
    order = an_order(state=state)
    hold_shipping_orders([order.pk], note="买家要改地址", by=Actor.of(lin))

    with transaction.atomic():
        moved = step([order.pk], by=SYSTEM)

    order.refresh_from_db()
    assert said(moved, order) == "It has an open exception or hold; clear it first."
    assert order.state == state


@pytest.mark.parametrize(
    ("state", "step"), [("reserved", mark_picking), ("picking", mark_packed), ("packed", mark_shipped)]
)
@pytest.mark.parametrize("platform_state", ["closed", "closed_refund", "hold"])
def test_an_order_that_the_platform_called_off_goes_no_further(
    an_order: Maker, state: str, step: Callable[..., Moved], platform_state: str
) -> None:
    order = an_order(state=state, platform_state=platform_state)

    with transaction.atomic():
        moved = step([order.pk], by=SYSTEM)

    order.refresh_from_db()
    assert said(moved, order) == "The platform has closed or frozen one of its orders; do not send it."
    assert order.state == state


def test_an_order_that_the_platform_counts_as_sent_may_still_leave_the_bench(an_order: Maker) -> None:
    order = an_order(state="packed", platform_state="shipped")

    with transaction.atomic():
        moved = mark_shipped([order.pk], by=SYSTEM)

    assert moved.done == [order.pk]


@pytest.mark.parametrize("state", ["reserved", "picking", "packed"])
def test_a_lead_cancels_until_the_carrier_takes_it(an_order: Maker, mara: User, state: str) -> None:
    order = an_order(state=state)

    cancel_shipping_order(order.pk, reason="买家退款", by=Actor.of(mara))

    order.refresh_from_db()
    assert order.state == "cancelled"


def test_a_shipped_order_is_not_cancelled(an_order: Maker, mara: User) -> None:
    order = an_order(state="shipped")

    with pytest.raises(IllegalMove):
        cancel_shipping_order(order.pk, reason="太晚了", by=Actor.of(mara))

    order.refresh_from_db()
    assert order.state == "shipped"


def test_a_confirmation_is_taken_back_while_the_goods_lie_on_the_shelf(an_order: Maker, lin: User) -> None:
    order, late = an_order(state="reserved"), an_order(state="picking")

    unconfirm_shipping_order(order.pk, reason="再问一次", by=Actor.of(lin))
    with pytest.raises(IllegalMove):
        unconfirm_shipping_order(late.pk, reason="再问一次", by=Actor.of(lin))

    assert set(ShippingOrder.objects.values_list("pk", "state")) == {(order.pk, "imported"), (late.pk, "picking")}


def test_what_leaves_its_wave_says_why_and_forgets_its_times_and_waybill(an_order: Maker) -> None:
    order = an_order(state="picking")
    sent_under(order, "YT1234567890123")
    with transaction.atomic():
        with pytest.raises(Invalid):
            mark_taken_out([order.pk], reason=" ", by=SYSTEM)

        mark_taken_out([order.pk], reason="少一件", by=SYSTEM)

    order.refresh_from_db()
    assert (order.state, order.picking_at, order.waybill_number) == ("confirmed", None, "")


def test_released_goods_leave_the_order_confirmed(an_order: Maker) -> None:
    order = an_order(state="reserved")

    with transaction.atomic():
        mark_released([order.pk], by=SYSTEM)

    order.refresh_from_db()
    assert (order.state, order.reserved_at) == ("confirmed", None)


def test_the_warehouse_does_not_ship_past_the_bench(an_order: Maker) -> None:
    order = an_order(state="confirmed")

    with transaction.atomic():
        moved = mark_shipped([order.pk], by=SYSTEM)

    order.refresh_from_db()
    assert (moved.done, order.state) == ([], "confirmed")


def test_the_database_refuses_the_platforms_verb_for_what_stands_packed(an_order: Maker) -> None:
    order = an_order(state="packed")

    with (
        pytest.raises(IntegrityError, match=r"packed -> shipped as orders\.shippingorder\.ship_elsewhere"),
        transaction.atomic(),
        signed("orders.shippingorder.ship_elsewhere", by=SYSTEM),
    ):
        ShippingOrder.objects.filter(pk=order.pk).update(state="shipped")

    order.refresh_from_db()
    assert order.state == "packed"
