"""Buttons of a row that brought along what its guards say."""

from collections.abc import Callable

import pytest

from apps.orders.models import Reason, ShippingOrder
from apps.org.actors import Actor
from apps.workflow.buttons import buttons_for, with_guards
from tests.performance.counting import statements_of


@pytest.mark.parametrize("is_stopped", [False, True])
def test_a_row_with_its_guards_has_the_same_buttons_and_asks_nothing(
    an_order: Callable[..., ShippingOrder], as_lin: Actor, *, is_stopped: bool
) -> None:
    order = an_order()
    if is_stopped:
        Reason.objects.create(shipping_order=order, code=Reason.Code.MANUAL_HOLD)
    read = with_guards(ShippingOrder.objects.filter(pk=order.pk), as_lin).get()
    asked, found = buttons_for(order, as_lin), []

    cost = statements_of(lambda: found.extend(buttons_for(read, as_lin)))

    assert found == asked
    assert [button.enabled for button in found if button.verb.name == "confirm"] == [not is_stopped]
    assert cost == []
