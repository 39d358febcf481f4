"""Orders that a program pushes, as staged rows: the same columns, the same masks and seals as a file's."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from apps.core.bulk import hex_bytes
from apps.orders.imports.buyers import sealed_contact
from apps.orders.imports.routing import LAYOUTS
from apps.orders.imports.rows import AMOUNTS, MIRRORED_TEXTS, MOMENTS, NO_CONTACT, StagedRows

UNKNOWN = "unknown"
# Tells a repeated row of a file from a contradicting one; a push names each order once.
NO_DIGEST = hex_bytes(b"")


@dataclass(frozen=True, slots=True)
class PushedLine:
    """One line. line_key: the platform's own line id; empty when it gives none, then the place in the order counts."""

    title: str
    quantity: int
    line_key: str = ""
    outer_code: str = ""
    properties: str = ""
    platform_item_id: str = ""
    unit_price_amount: Decimal | None = None
    paid_amount: Decimal | None = None
    refund_state: str = ""


@dataclass(frozen=True, slots=True)
class PushedOrder:
    """One order as a program tells it.

    platform_state: in the house's words; empty when only the platform's words are known. values: by column name, the
    moments, amounts and texts that are said; what is missing stays as it is known. contact: None when not said.
    exported_at: when the platform gave all this.
    """

    number: str
    exported_at: dt.datetime
    platform_state: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    waybill_number: str | None = None
    contact: Mapping[str, str] | None = field(default=None, repr=False)
    lines: Sequence[PushedLine] = ()


def staged_pushed(orders: Sequence[PushedOrder], *, batch_id: int, store_id: int, platform: str) -> StagedRows:
    """The pushed orders ready for COPY, in the order of ORDER_COLUMNS and LINE_COLUMNS. Row numbers count from 1."""
    states = _states(orders, platform)
    staged = StagedRows(rows=len(orders))
    for row, (order, state) in enumerate(zip(orders, states, strict=True), start=1):
        staged.orders.append(_order_row(order, state, row, batch_id, store_id))
        staged.lines += _line_rows(order, row, batch_id)
    return staged


def _states(orders: Sequence[PushedOrder], platform: str) -> list[str]:
    """The said states; for the others, what the platform's words mean in its files."""
    layout = next((it for it in LAYOUTS if platform in it.platforms and it.state_of is not None), None)
    if layout is None or layout.state_of is None:
        return [order.platform_state or UNKNOWN for order in orders]
    names = ("status_text", "paid_at", "paid_amount", "refund_amount", "close_reason")
    columns: dict[str, list[object]] = {name: [order.values.get(name) for order in orders] for name in names}
    columns["status_text"] = [text or "" for text in columns["status_text"]]
    read = layout.state_of(columns, len(orders))
    return [order.platform_state or text for order, text in zip(orders, read, strict=True)]


def _order_row(order: PushedOrder, state: str, row: int, batch_id: int, store_id: int) -> tuple[Any, ...]:
    contact = NO_CONTACT
    if order.contact is not None:
        contact = sealed_contact(store_id=store_id, number=order.number, **order.contact).columns()
    said = [order.values.get(name) for name in (*MOMENTS, *AMOUNTS, *MIRRORED_TEXTS)]
    return (
        batch_id, None, row, "", "", False, order.number, state, *said, order.waybill_number, order.exported_at,
        NO_DIGEST, *contact,
    )  # fmt: skip


def _line_rows(order: PushedOrder, row: int, batch_id: int) -> Iterator[tuple[Any, ...]]:
    for place, line in enumerate(order.lines, start=1):
        yield (
            batch_id, None, row, "", order.number, line.line_key or f"#{place}", line.title, line.outer_code,
            line.properties, line.platform_item_id, line.quantity, line.unit_price_amount, line.paid_amount,
            line.refund_state,
        )  # fmt: skip
