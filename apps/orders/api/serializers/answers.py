"""What is answered to a list and to a push."""

from typing import Any

from rest_framework import serializers

from apps.orders.actions.push import PushResult
from apps.orders.api.serializers.outgoing import OrderOut, ShippingOrderOut
from apps.orders.models.staging import Verdict
from apps.orders.workflows.order import OrderState

PUSH_VERDICTS = [verdict for verdict in Verdict if verdict != Verdict.DUPLICATE]


class OrderPage(serializers.Serializer[Any]):
    """Orders, newest first. next_cursor: give it as `cursor` for the next page; null on the last."""

    results = OrderOut(source="rows", many=True, read_only=True)
    next_cursor = serializers.CharField(read_only=True, allow_null=True)


class ShippingOrderPage(serializers.Serializer[Any]):
    """Shipping orders, newest first. next_cursor: as for orders."""

    results = ShippingOrderOut(source="rows", many=True, read_only=True)
    next_cursor = serializers.CharField(read_only=True, allow_null=True)


class RemarkOut(serializers.Serializer[Any]):
    """Why an order was refused or left alone, or what to look at."""

    code = serializers.CharField(read_only=True)
    message = serializers.CharField(source="sentence", read_only=True)


class VerdictOut(serializers.Serializer[Any]):
    """What became of one pushed order."""

    number = serializers.CharField(read_only=True)
    verdict = serializers.ChoiceField(choices=[verdict.value for verdict in PUSH_VERDICTS], read_only=True)
    state = serializers.ChoiceField(choices=OrderState.choices, read_only=True, allow_null=True)
    shipping_orders = serializers.ListField(child=serializers.CharField(), read_only=True)
    reasons = RemarkOut(many=True, read_only=True)


class PushOut(serializers.Serializer[PushResult]):
    """One verdict per order, in the order of the request. batch: the import batch that keeps the push."""

    batch = serializers.IntegerField(source="batch.pk", read_only=True)
    orders = VerdictOut(source="verdicts", many=True, read_only=True)
