"""What goes out. Buyers appear masked, free texts of buyers and colleagues stay in the house, money is text."""

from rest_framework import serializers

from apps.orders.models import Order, OrderLine, Reason, ShippingOrder, ShippingOrderLine

ORDER_FIELDS = [
    "number", "state", "status_text", "placed_at", "paid_at", "platform_shipped_at", "finished_at", "close_reason",
    "currency", "goods_amount", "postage_amount", "total_amount", "paid_amount", "refund_amount", "received_amount",
    "buyer_masked", "receiver_masked", "phone_masked", "province", "city", "district", "created_at", "lines",
]  # fmt: skip
SHIPPING_FIELDS = [
    "number", "state", "order_number", "warehouse", "placed_at", "accepted_at", "contact_by_at", "contacted_at",
    "ship_by_at", "confirmed_at", "reserved_at", "picking_at", "packed_at", "shipped_at", "cancelled_at", "quantity",
    "paid_amount", "waybill_number", "receiver_masked", "phone_masked", "province", "city", "district", "open_reasons",
    "lines",
]  # fmt: skip


class OrderLineOut(serializers.ModelSerializer[OrderLine]):
    """One line as the platform tells it; sku is our own code, null while nobody has mapped it."""

    sku = serializers.CharField(source="sku.code", read_only=True, allow_null=True)

    class Meta:
        model = OrderLine
        fields = [
            "line_key", "title", "outer_code", "properties", "platform_item_id", "quantity", "unit_price_amount",
            "paid_amount", "refund_state", "sku",
        ]  # fmt: skip
        read_only_fields = fields


class OrderOut(serializers.ModelSerializer[Order]):
    """One order as the platform tells it. Null amounts and times were never said."""

    lines = OrderLineOut(many=True, read_only=True)

    class Meta:
        model = Order
        fields = ORDER_FIELDS
        read_only_fields = fields


class ReasonOut(serializers.ModelSerializer[Reason]):
    """One open reason that stops a shipping order. rule: the audit rule's code, null for other kinds."""

    rule = serializers.CharField(source="rule.code", read_only=True, allow_null=True)
    name = serializers.CharField(source="__str__", read_only=True)

    class Meta:
        model = Reason
        fields = ["code", "rule", "name", "opened_at", "release_at"]
        read_only_fields = fields


class ShippingLineOut(serializers.ModelSerializer[ShippingOrderLine]):
    """How much of an order line ships in this parcel."""

    order_number = serializers.CharField(source="order_line.order.number", read_only=True)
    line_key = serializers.CharField(source="order_line.line_key", read_only=True)
    title = serializers.CharField(source="order_line.title", read_only=True)
    sku = serializers.CharField(source="sku.code", read_only=True, allow_null=True)

    class Meta:
        model = ShippingOrderLine
        fields = ["order_number", "line_key", "title", "sku", "quantity"]
        read_only_fields = fields


class ShippingOrderOut(serializers.ModelSerializer[ShippingOrder]):
    """One future parcel: where it stands, what stops it, what is in it."""

    order_number = serializers.CharField(source="lead_order.number", read_only=True)
    warehouse = serializers.CharField(source="warehouse.code", read_only=True)
    receiver_masked = serializers.CharField(source="lead_order.receiver_masked", read_only=True)
    phone_masked = serializers.CharField(source="lead_order.phone_masked", read_only=True)
    province = serializers.CharField(source="lead_order.province", read_only=True)
    city = serializers.CharField(source="lead_order.city", read_only=True)
    district = serializers.CharField(source="lead_order.district", read_only=True)
    open_reasons = ReasonOut(many=True, read_only=True)
    lines = ShippingLineOut(many=True, read_only=True)

    class Meta:
        model = ShippingOrder
        fields = SHIPPING_FIELDS
        read_only_fields = fields
