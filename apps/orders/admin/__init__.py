"""Records of the order floor."""

from apps.orders.admin import audit_rules, imports, orders, shipping_orders, tokens

__all__ = ["audit_rules", "imports", "orders", "shipping_orders", "tokens"]
