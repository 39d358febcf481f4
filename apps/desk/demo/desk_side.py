"""The shipping orders as rows: as they were opened, and each step of the desk and the warehouse."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from apps.desk.demo.acts import Acts
from apps.desk.demo.plans import Plan
from apps.desk.demo.roster import Roster
from apps.desk.demo.source import yuan
from apps.orders.actions.importing.follow import CLOSED_THERE
from apps.orders.models import ShippingOrder
from apps.orders.parameters import CONTACT_WITHIN_MINUTES, SHIP_WITHIN_HOURS
from apps.orders.workflows.shipping_order import ShippingState
from apps.workflow.seeding import Past

STEPS = ("contacted_at", "confirmed_at", "reserved_at", "picking_at", "packed_at", "shipped_at", "cancelled_at")
CONTACT_WITHIN = dt.timedelta(minutes=CONTACT_WITHIN_MINUTES.default)
SHIP_WITHIN = dt.timedelta(hours=SHIP_WITHIN_HOURS.default)


def shipping_row(plan: Plan, running: int) -> dict[str, Any]:
    """The shipping order as it was opened. running: makes its number unique within the load."""
    if plan.accepted_at is None or plan.paid_at is None:
        raise ValueError(f"{plan.number} was never taken in")
    return {
        **dict.fromkeys(STEPS), "id": plan.shipping_id, "number": f"FH{plan.accepted_at:%y%m%d}-{running}",
        "state": ShippingState.IMPORTED.value, "store_id": plan.store.pk, "warehouse_id": plan.store.warehouse_id,
        "lead_order_id": plan.order_id, "placed_at": plan.placed_at, "accepted_at": plan.accepted_at,
        "contact_by_at": plan.accepted_at + CONTACT_WITHIN, "contacted_by_id": None,
        "ship_by_at": plan.paid_at + SHIP_WITHIN, "quantity": sum(line.quantity for line in plan.lines),
        "paid_amount": yuan(plan.bill.paid), "waybill_number": "", "note": "", "created_at": plan.accepted_at,
    }  # fmt: skip


def shipping_line_rows(plan: Plan) -> Iterator[dict[str, Any]]:
    """One line for each order line, whole."""
    for line_id, line in zip(plan.line_ids, plan.lines, strict=True):
        yield {
            "shipping_order_id": plan.shipping_id, "order_line_id": line_id, "sku_id": line.sku_id,
            "quantity": line.quantity,
        }  # fmt: skip


def shipping_past(plan: Plan, roster: Roster, acts: Acts) -> list[Past]:
    """Every step of the shipping order, oldest first."""
    past = [*_desk_steps(plan, acts), *_warehouse_steps(plan, roster, acts)]
    if plan.cancelled_at:
        past.append(acts.move(ShippingOrder, "cancel", plan.cancelled_at, None, reason=CLOSED_THERE))
    return past


def _desk_steps(plan: Plan, acts: Acts) -> Iterator[Past]:
    clerk = plan.clerk
    if plan.contacted_at and clerk:
        changes = {"contacted_at": plan.contacted_at, "contacted_by_id": clerk.user_id}
        yield acts.act("orders.shippingorder.contact", plan.contacted_at, clerk, changes)
        if plan.note:
            written_at = plan.contacted_at + dt.timedelta(seconds=25)
            yield acts.act("orders.shippingorder.note", written_at, clerk, {"note": plan.note})
    if plan.confirmed_at:
        yield acts.move(ShippingOrder, "confirm", plan.confirmed_at, clerk)


def _warehouse_steps(plan: Plan, roster: Roster, acts: Acts) -> Iterator[Past]:
    if plan.reserved_at:
        yield acts.move(ShippingOrder, "reserve", plan.reserved_at, None)
    if plan.picking_at:
        yield acts.move(ShippingOrder, "start_picking", plan.picking_at, plan.packer)
    if plan.packed_at:
        yield acts.move(ShippingOrder, "pack", plan.packed_at, plan.packer)
    if plan.shipped_at:
        lead = roster.warehouse_lead(plan.store.warehouse_id)
        yield acts.move(ShippingOrder, "ship", plan.shipped_at, lead, waybill_number=plan.waybill)
