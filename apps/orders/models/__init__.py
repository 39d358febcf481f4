"""Orders, shipping orders, import batches, reasons, audit rules, buyer contacts, tokens."""

from apps.orders.models.audit_rule import AuditRule
from apps.orders.models.buyer import BuyerContact
from apps.orders.models.import_batch import ImportBatch, ImportFile
from apps.orders.models.money import OrderMoney
from apps.orders.models.order import Order, OrderLine
from apps.orders.models.reason import Reason
from apps.orders.models.shipping_order import ShippingOrder, ShippingOrderLine
from apps.orders.models.staging import StagedLine, StagedOrder
from apps.orders.models.token import IdempotencyKey, StoreToken

__all__ = [
    "AuditRule",
    "BuyerContact",
    "IdempotencyKey",
    "ImportBatch",
    "ImportFile",
    "Order",
    "OrderLine",
    "OrderMoney",
    "Reason",
    "ShippingOrder",
    "ShippingOrderLine",
    "StagedLine",
    "StagedOrder",
    "StoreToken",
]
