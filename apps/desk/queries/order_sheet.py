"""Everything that the drawer and the page of one shipping order show."""

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone

from apps.desk.queries.timeline import Entry, timeline_for
from apps.desk.rules.clocks import TimeLeft, time_left
from apps.orders.models import Order, OrderLine, Reason, ShippingOrder, ShippingOrderLine
from apps.orders.models.shipping_order import WORKING
from apps.orders.workflows.shipping_order import OVER, ShippingState
from apps.org.actors import Actor
from apps.warehouse.queries.stock import Missing, missing_of, with_free_pieces
from apps.workflow.buttons import Button, buttons_for

CONTACT_SOON = dt.timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class OrderSheet:
    """One shipping order as it is shown: rows, clocks, buttons, what happened. missing: the goods that it waits for."""

    order: ShippingOrder
    lead: Order
    lines: list[ShippingOrderLine]
    open_reasons: list[Reason]
    buttons: list[Button]
    timeline: list[Entry]
    ship_by: TimeLeft | None
    contact: TimeLeft | None
    missing: list[Missing]

    @property
    def is_over(self) -> bool:
        """Whether its way has ended."""
        return self.order.state in OVER


def order_sheet(order: ShippingOrder, by: Actor) -> OrderSheet:
    """Put the sheet of one order together; the caller has checked that this person may know of it."""
    now = timezone.now()
    lines = list(with_free_pieces(order.lines.all()).select_related("order_line", "sku"))
    reasons = list(order.reasons.select_related("rule", "opened_by", "cleared_by"))
    waiting = order.state == ShippingState.IMPORTED and order.contact_by_at and not order.contacted_at
    return OrderSheet(
        order=order,
        lead=order.lead_order,
        lines=lines,
        open_reasons=[reason for reason in reasons if reason.cleared_at is None],
        buttons=buttons_for(order, by),
        timeline=timeline_for(order, reasons),
        ship_by=time_left(order.ship_by_at, now) if order.ship_by_at and order.state in WORKING else None,
        contact=time_left(order.contact_by_at, now, soon=CONTACT_SOON) if waiting and order.contact_by_at else None,
        missing=missing_of(lines) if order.state == ShippingState.CONFIRMED else [],
    )


def lines_of(order: Order) -> list[OrderLine]:
    """The lines of a platform order."""
    return list(order.lines.select_related("sku"))
