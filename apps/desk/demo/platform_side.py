"""The platform's orders as rows: as they were first taken in, and each later file or message that moved them."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from apps.core.bulk import hex_bytes
from apps.desk.demo.acts import Acts
from apps.desk.demo.numbers import line_keys
from apps.desk.demo.plans import Fate, Plan
from apps.desk.demo.source import read, yuan
from apps.orders.imports.buyers import Sealed, sealed_contact
from apps.orders.workflows.order import OrderState
from apps.workflow.seeding import Past

NOT_PAID = "买家未付款"
REFUNDED = "退款"
SUCCESS = "success"
HASHES = ("phone_hash", "tail_hash", "name_hash", "buyer_hash")


def born_state(plan: Plan) -> OrderState:
    """In which state the platform had the order when it was first seen."""
    if plan.fate == Fate.HELD:
        return OrderState.HOLD
    if plan.fate == Fate.UNKNOWN:
        return OrderState.UNKNOWN
    return OrderState.WAIT_SHIP if _came_paid(plan) else OrderState.WAIT_PAY


def _came_paid(plan: Plan) -> bool:
    return plan.accepted_at is not None and plan.seen_at is not None and plan.seen_at >= plan.accepted_at


def order_row(plan: Plan, contact: Sealed) -> dict[str, Any]:
    """The order as it was born."""
    state, is_paid = born_state(plan), plan.accepted_at is not None
    came_paid, bill = is_paid and state != OrderState.WAIT_PAY, plan.bill
    return {
        "id": plan.order_id, "platform": plan.store.platform, "store_id": plan.store.pk, "number": plan.number,
        "placed_at": plan.placed_at, "paid_at": plan.paid_at if came_paid else None, "platform_shipped_at": None,
        "finished_at": None, "close_reason": "", "currency": "CNY",
        "goods_amount": yuan(bill.listed - bill.discount), "postage_amount": yuan(bill.postage),
        "total_amount": yuan(bill.listed + bill.postage),
        "paid_amount": yuan(bill.paid if came_paid else 0),
        "refund_amount": yuan(0), "received_amount": yuan(0), "buyer_masked": contact.buyer_masked,
        "receiver_masked": contact.receiver_masked, "phone_masked": contact.phone_masked,
        "province": contact.province, "city": contact.city, "district": contact.district,
        "buyer_message": plan.message, "seller_memo": plan.memo, "flag": plan.flag, "digest": hex_bytes(contact.digest),
        "batch_id": plan.batch_id, "created_at": plan.seen_at, **_told(plan, state, plan.seen_at),
    }  # fmt: skip


def _told(plan: Plan, state: OrderState, at: dt.datetime | None) -> dict[str, Any]:
    """What every message of the platform sets: the state, its words, and when it was said."""
    text = read("platforms")[plan.store.platform][state.value]
    return {"state": state.value, "status_text": text, "exported_at": at}


def order_past(plan: Plan, acts: Acts) -> list[Past]:
    """Every message after the first, oldest first."""
    return [
        acts.act("orders.order.mirror", at, None, {**changes, **_told(plan, state, at)})
        for at, state, changes in _messages(plan)
    ]


def _messages(plan: Plan) -> Iterator[tuple[dt.datetime, OrderState, dict[str, Any]]]:
    if plan.fate in (Fate.HELD, Fate.UNKNOWN):
        return
    if plan.accepted_at and not _came_paid(plan):
        yield plan.accepted_at, OrderState.WAIT_SHIP, {"paid_at": plan.paid_at, "paid_amount": yuan(plan.bill.paid)}
    if plan.shipped_seen_at:
        yield plan.shipped_seen_at, OrderState.SHIPPED, {"platform_shipped_at": plan.shipped_at}
    if plan.signed_seen_at:
        yield plan.signed_seen_at, OrderState.SIGNED, {}
    if plan.ended_seen_at:
        yield plan.ended_seen_at, *_ending(plan)


def _ending(plan: Plan) -> tuple[OrderState, dict[str, Any]]:
    if plan.fate == Fate.UNPAID:
        return OrderState.CLOSED_UNPAID, {"close_reason": NOT_PAID, "finished_at": plan.ended_at}
    if plan.fate in (Fate.CALLED_OFF, Fate.RETURNED):
        back = {"refund_amount": yuan(plan.bill.paid), "close_reason": REFUNDED}
        return OrderState.CLOSED_REFUND, {**back, "finished_at": plan.ended_at}
    received = {"refund_amount": yuan(plan.part_back), "received_amount": yuan(plan.bill.paid - plan.part_back)}
    return OrderState.DONE, {**received, "finished_at": plan.ended_at}


def contact_of(plan: Plan) -> Sealed:
    """The buyer's data, masked, sealed and hashed. Some buyers forget to say where they live."""
    buyer = plan.buyer
    region = {"province": buyer.province, "city": buyer.city, "district": buyer.district} if plan.has_address else {}
    return sealed_contact(
        store_id=plan.store.pk, number=plan.number, buyer=buyer.nick, receiver=buyer.name, phone=buyer.phone,
        address=" ".join([*region.values(), buyer.street]), **region,
    )  # fmt: skip


def contact_row(plan: Plan, contact: Sealed, place: str) -> dict[str, Any]:
    """The row of the vault."""
    hashes = {name: hex_bytes(getattr(contact, name)) for name in HASHES}
    return {
        "order_id": plan.order_id, "place": place, "sealed": hex_bytes(contact.sealed), "is_masked": False, **hashes,
    }  # fmt: skip


def line_rows(plan: Plan) -> Iterator[dict[str, Any]]:
    """The lines, the order's money shared out to them so that nothing is lost; the first one carries the postage."""
    bill = plan.bill
    paid = _shared(bill.paid - bill.postage, [line.amount for line in plan.lines])
    names = line_keys(plan.store.platform, plan.number, [line.code for line in plan.lines])
    for nth, (line, name, share) in enumerate(zip(plan.lines, names, paid, strict=True)):
        yield {
            "id": plan.line_ids[nth], "order_id": plan.order_id, "line_key": name, "title": line.offer.title,
            "outer_code": line.code, "properties": line.offer.properties, "platform_item_id": line.offer.item_id,
            "quantity": line.quantity, "unit_price_amount": yuan(line.offer.price),
            "paid_amount": yuan(share + (bill.postage if nth == 0 else 0)), "refund_state": line.refund,
            "sku_id": line.sku_id,
        }  # fmt: skip


def line_past(plan: Plan, nth: int, acts: Acts) -> list[Past]:
    """Money that went back shows on the lines: on all of them, or on the first when it was a part."""
    all_back = plan.fate in (Fate.CALLED_OFF, Fate.RETURNED)
    if plan.ended_seen_at is None or not (all_back or (plan.fate == Fate.PARTLY_BACK and nth == 0)):
        return []
    return [acts.act("orders.order.mirror", plan.ended_seen_at, None, {"refund_state": SUCCESS})]


def _shared(amount: int, weights: list[int]) -> list[int]:
    """Parts of an amount by weight whose sum is the amount."""
    whole, before, parts = sum(weights), 0, []
    for weight in weights:
        parts.append(amount * (before + weight) // whole - amount * before // whole)
        before += weight
    return parts
