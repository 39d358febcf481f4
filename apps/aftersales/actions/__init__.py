"""The verbs of after-sales."""

from apps.aftersales.actions.announce import announce_return, note_return_waybill
from apps.aftersales.actions.close import cancel_return, close_return
from apps.aftersales.actions.export import export_returns
from apps.aftersales.actions.inspect import Count, inspect_return
from apps.aftersales.actions.receive import Outcome, Scanned, match_return, receive_return, scan
from apps.aftersales.actions.refund import approve_refund, cancel_refund, pay_refund, refuse_refund, request_refund

__all__ = [
    "Count",
    "Outcome",
    "Scanned",
    "announce_return",
    "approve_refund",
    "cancel_refund",
    "cancel_return",
    "close_return",
    "export_returns",
    "inspect_return",
    "match_return",
    "note_return_waybill",
    "pay_refund",
    "receive_return",
    "refuse_refund",
    "request_refund",
    "scan",
]
