"""Everything that the pages of returns and refunds show."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.aftersales.actions.refund import FOUR_EYES
from apps.aftersales.actions.restock import bins_of, defects_bin, pick_bins, usual_bins
from apps.aftersales.models import Refund, ReturnLine, ReturnOrder, ReturnReason
from apps.aftersales.queries import OrderMoney, money_of, orders_in, returnable_lines
from apps.aftersales.workflows.refund import RefundState
from apps.aftersales.workflows.return_order import BEFORE_INSPECTION, LOOKED_AT, ReturnState
from apps.desk.queries.timeline import Entry, timeline_of_row
from apps.orders.models import Order, ShippingOrder, ShippingOrderLine
from apps.orders.workflows.shipping_order import ShippingState
from apps.org.actors import Actor
from apps.org.models import Warehouse
from apps.org.scope import visible
from apps.warehouse.models import Bin
from apps.workflow.buttons import Button, buttons_for

PAGE_SIZE = 50
# What the platforms say about refunds, as the imports keep it.
PLATFORM_WORDS: dict[str, str | Promise] = {
    "wait_seller": _("Refund asked for on the platform"),
    "wait_buyer_return": _("Platform waits for the buyer's parcel"),
    "wait_seller_receive": _("Platform waits for our receipt"),
    "seller_refused": _("Refused on the platform"),
    "success": _("Refunded on the platform"),
    "closed": _("Refund closed on the platform"),
    "unknown": _("Refund status not recognised"),
}


@dataclass(frozen=True, slots=True)
class RefundCard:
    """One refund as a sheet shows it, with what this person may do with it now."""

    refund: Refund
    buttons: list[Button]


@dataclass(frozen=True, slots=True)
class OrderBox:
    """The money of one platform order: what was paid, what was asked for, and each refund. can_ask: of this sheet."""

    order: Order
    money: OrderMoney
    refunds: list[RefundCard]
    platform_says: list[tuple[str, str]]
    can_ask: bool
    key: uuid.UUID = field(default_factory=uuid.uuid4)


@dataclass(frozen=True, slots=True)
class SheetLine:
    """One returned line.

    usual_bin: where its good pieces would go; None when somebody has to choose. good_bins, bad_bins: the codes of where
    the pieces of its SKU were put.
    """

    line: ReturnLine
    usual_bin: int | None
    good_bins: list[str]
    bad_bins: list[str]


@dataclass(frozen=True, slots=True)
class ReturnSheet:
    """One return as it is shown: goods, money, buttons, what happened. defects: where bad pieces would go."""

    row: ReturnOrder
    lines: list[SheetLine]
    bins: list[Bin]
    defects: Bin | None
    boxes: list[OrderBox]
    buttons: list[Button]
    timeline: list[Entry]
    can_inspect: bool
    can_match: bool
    can_note_waybill: bool

    @property
    def was_inspected(self) -> bool:
        """Whether the lines say good and bad."""
        return self.row.state in LOOKED_AT


@dataclass(frozen=True, slots=True)
class Announcing:
    """The form of a new return. lines: each with how much of it may still come back. typed: what its boxes say."""

    order: ShippingOrder
    lines: list[ShippingOrderLine]
    typed: list[str]
    reasons: list[ReturnReason]
    key: uuid.UUID

    @property
    def is_possible(self) -> bool:
        """Whether anything may still come back."""
        return self.order.state == ShippingState.SHIPPED and any(line.left > 0 for line in self.lines)  # type: ignore[attr-defined]  # annotated

    @property
    def boxes(self) -> list[tuple[ShippingOrderLine, str]]:
        """The lines with what stands in their boxes."""
        return list(zip(self.lines, self.typed, strict=True))


def return_sheet(row: ReturnOrder, by: Actor) -> ReturnSheet:
    """Put the sheet of one return together; the caller has checked that this person may know of it."""
    can_inspect = row.state == ReturnState.RECEIVED and not row.is_ownerless and by.may("aftersales.inspect_return")
    lines = list(row.lines.select_related("sku", "shipping_line__order_line"))
    usual = usual_bins(row.warehouse_id, [line.sku_id for line in lines if line.sku_id]) if can_inspect else {}
    put = bins_of(row) if row.state in LOOKED_AT else {}
    born = Entry(row.announced_at, _("Return written down"), str(row.announced_by or ""))
    return ReturnSheet(
        row=row,
        lines=[_line(line, usual, put) for line in lines],
        bins=pick_bins(row.warehouse_id) if can_inspect else [],
        defects=defects_bin(row.warehouse_id) if can_inspect else None,
        boxes=_boxes(row, by),
        # Inspecting is a form of its own on the sheet.
        buttons=[button for button in buttons_for(row, by) if button.verb.name != "inspect"],
        timeline=timeline_of_row(row, ReturnState, born),
        can_inspect=can_inspect,
        can_match=row.is_ownerless and row.state in BEFORE_INSPECTION and by.may("aftersales.match_return"),
        can_note_waybill=row.state == ReturnState.ANNOUNCED and by.may("aftersales.announce_return"),
    )


def _line(line: ReturnLine, usual: Mapping[int, int], put: Mapping[int, list[Bin]]) -> SheetLine:
    sku = line.sku_id or 0
    good = [place.code for place in put.get(sku, []) if line.good_quantity and place.kind != Bin.Kind.DEFECTS]
    bad = [place.code for place in put.get(sku, []) if line.bad_quantity and place.kind == Bin.Kind.DEFECTS]
    return SheetLine(line, usual.get(sku), good, bad)


def refund_box(order: Order, by: Actor) -> OrderBox:
    """The money of one order with all its refunds."""
    return _box(order, Refund.objects.filter(order=order), by, can_ask=by.may("aftersales.request_refund"))


def refund_timeline(refund: Refund) -> list[Entry]:
    """What happened to one refund, newest first."""
    born = Entry(refund.requested_at, _("Refund asked for"), str(refund.requested_by or ""), refund.reason)
    return timeline_of_row(refund, RefundState, born)


def announcing(order: ShippingOrder, sent: Mapping[str, str]) -> Announcing:
    """What the form of a new return offers. sent: what somebody typed who was refused, otherwise nothing."""
    lines = list(returnable_lines(order).select_related("order_line", "sku"))
    typed = [sent.get(f"quantity-{line.pk}", "0") for line in lines]
    return Announcing(order, lines, typed, list(ReturnReason.objects.filter(is_active=True)), uuid.uuid4())


def benches_of(by: Actor) -> list[Warehouse]:
    """The warehouses in which this person may receive parcels."""
    if not by.may("aftersales.receive_return"):
        return []
    places = Warehouse.objects.filter(is_active=True)
    return list(places if by.warehouse_ids is None else places.filter(pk__in=by.warehouse_ids))


def _boxes(row: ReturnOrder, by: Actor) -> list[OrderBox]:
    """The orders of the return whose money this person may see."""
    if row.shipping_order is None or not by.may("aftersales.view_refund"):
        return []
    may_ask = by.may("aftersales.request_refund") and row.state not in {ReturnState.CLOSED, ReturnState.CANCELLED}
    orders = visible(orders_in(row.shipping_order), by)
    return [_box(order, row.refunds.filter(order=order), by, can_ask=may_ask) for order in orders]


def _box(order: Order, refunds: Iterable[Refund], by: Actor, *, can_ask: bool) -> OrderBox:
    cards = [_card(refund, by) for refund in refunds]
    money = money_of(order)
    said = order.lines.exclude(refund_state__in=["", "none"]).values_list("title", "refund_state")
    return OrderBox(
        order=order,
        money=money,
        refunds=cards,
        platform_says=[(title, str(PLATFORM_WORDS.get(state, state))) for title, state in said],
        can_ask=can_ask and money.left > 0,
    )


def _card(refund: Refund, by: Actor) -> RefundCard:
    """Who asked cannot approve: the guards of a row do not know who looks at it."""
    own = by.id is not None and refund.requested_by_id == by.id
    buttons = [
        replace(button, refusal=FOUR_EYES) if own and button.verb.name == "approve" else button
        for button in buttons_for(refund, by)
    ]
    return RefundCard(refund, buttons)
