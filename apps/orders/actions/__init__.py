"""The verbs of the order floor."""

from apps.orders.actions.amend import amend_order
from apps.orders.actions.audit import audit_orders
from apps.orders.actions.confirm import (
    cancel_shipping_order,
    confirm_shipping_order,
    confirm_shipping_orders,
    unconfirm_shipping_order,
)
from apps.orders.actions.failed_rows import write_failed_rows
from apps.orders.actions.hold import clear_reason, hold_shipping_order, hold_shipping_orders, release_holds
from apps.orders.actions.import_batch import discard_batch, import_batch
from apps.orders.actions.note import note_shipping_order, record_contact
from apps.orders.actions.receive import receive_files
from apps.orders.actions.reveal import BuyerPlain, reveal_buyer

__all__ = [
    "BuyerPlain",
    "amend_order",
    "audit_orders",
    "cancel_shipping_order",
    "clear_reason",
    "confirm_shipping_order",
    "confirm_shipping_orders",
    "discard_batch",
    "hold_shipping_order",
    "hold_shipping_orders",
    "import_batch",
    "note_shipping_order",
    "receive_files",
    "record_contact",
    "release_holds",
    "reveal_buyer",
    "unconfirm_shipping_order",
    "write_failed_rows",
]
