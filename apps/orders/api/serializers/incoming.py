"""What comes in: pushed orders, and the little that the verbs of shipping orders ask for.

Totals, the state of shipping orders, store, ids and actors are opsdesk's own; whoever sends them is refused by name.
"""

from decimal import Decimal
from typing import Any, ClassVar

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from apps.core.api.strict import Amount, Count, Identifier, Moment, StrictSerializer, Text
from apps.orders.actions.push import MOST_ORDERS
from apps.orders.imports.pushed import PushedLine, PushedOrder
from apps.orders.imports.rows import AMOUNTS, MIRRORED_TEXTS, MOMENTS
from apps.orders.rules.audit import REFUND_UNDER_WAY
from apps.orders.workflows.order import OrderState

REFUND_STATES = ["none", "closed", *REFUND_UNDER_WAY]
MOST_LINES = 200
MOST_LINES_IN_ALL = 5_000
MOST_PIECES = 1_000_000
LONGEST_MESSAGE = 2_000


class LineIn(StrictSerializer):
    """One line. line_key: the platform's own line number; give it for all lines of an order or for none."""

    line_key = Identifier(required=False, max_length=60)
    title = Text(max_length=200)
    quantity = Count(min_value=1, max_value=MOST_PIECES)
    outer_code = Text(required=False, allow_blank=True, max_length=64)
    properties = Text(required=False, allow_blank=True, max_length=200)
    platform_item_id = Identifier(required=False, max_length=40)
    unit_price_amount = Amount(required=False)
    paid_amount = Amount(required=False)
    refund_state = serializers.ChoiceField(choices=REFUND_STATES, required=False)


class ContactIn(StrictSerializer):
    """The buyer's contact, plain or as the platform masks it, and always whole: the vault keeps one sealed value.

    It is sealed on arrival and never given out; a masked contact does not overwrite a plain one.
    """

    buyer = Text(required=False, allow_blank=True, max_length=60)
    receiver = Text(allow_blank=True, max_length=60)
    phone = Text(allow_blank=True, max_length=30)
    telephone = Text(required=False, allow_blank=True, max_length=30)
    province = Text(required=False, allow_blank=True, max_length=30)
    city = Text(required=False, allow_blank=True, max_length=30)
    district = Text(required=False, allow_blank=True, max_length=30)
    address = Text(allow_blank=True, max_length=300)


def _either(one: str, other: str) -> dict[str, Any]:
    return {"anyOf": [{"required": [one]}, {"required": [other]}]}


class OrderIn(StrictSerializer):
    """One order as the platform tells it. What is left out stays as it is known.

    platform_state or status_text: opsdesk's word for the state, or the platform's own words. placed_at or paid_at is
    needed. exported_at: when the platform gave these values, now if not said; older values never overwrite newer ones.
    """

    together: ClassVar = {"allOf": [_either("platform_state", "status_text"), _either("placed_at", "paid_at")]}
    number = Identifier(max_length=40)
    platform_state = serializers.ChoiceField(choices=OrderState.choices, required=False)
    status_text = Text(required=False, max_length=60)
    exported_at = Moment(required=False)
    placed_at = Moment(required=False)
    paid_at = Moment(required=False)
    platform_shipped_at = Moment(required=False)
    finished_at = Moment(required=False)
    close_reason = Text(required=False, allow_blank=True, max_length=80)
    goods_amount = Amount(required=False)
    postage_amount = Amount(required=False)
    paid_amount = Amount(required=False)
    refund_amount = Amount(required=False)
    received_amount = Amount(required=False)
    buyer_message = Text(required=False, allow_blank=True, max_length=LONGEST_MESSAGE)
    seller_memo = Text(required=False, allow_blank=True, max_length=LONGEST_MESSAGE)
    flag = Text(required=False, allow_blank=True, max_length=10)
    waybill_number = Identifier(required=False, max_length=40)
    contact = ContactIn(required=False)
    lines = serializers.ListField(child=LineIn(), required=False, max_length=MOST_LINES)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """What no single field can say."""
        if not attrs.get("platform_state") and not attrs.get("status_text"):
            raise serializers.ValidationError(_("Give platform_state or status_text."), code="state_missing")
        if not attrs.get("placed_at") and not attrs.get("paid_at"):
            raise serializers.ValidationError(_("Give placed_at or paid_at."), code="time_missing")
        return attrs

    def validate_exported_at(self, value: Any) -> Any:
        """Nobody speaks from the future; such an order could never be updated again."""
        if value > timezone.now():
            raise serializers.ValidationError(_("This time lies in the future."), code="in_the_future")
        return value

    def validate_lines(self, value: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Lines are named all or none, each once."""
        keys = [line["line_key"] for line in value if "line_key" in line]
        if keys and len(keys) < len(value):
            raise serializers.ValidationError(_("Give line_key for all lines or for none."), code="line_key_missing")
        if len(set(keys)) < len(keys):
            raise serializers.ValidationError(_("Name each line once."), code="repeated_line_key")
        return value


class PushIn(StrictSerializer):
    """Between 1 and 500 orders, with at most 5,000 lines in all."""

    orders = serializers.ListField(child=OrderIn(), min_length=1, max_length=MOST_ORDERS)

    def to_internal_value(self, data: Any) -> Any:
        """Count the lines before looking at each of them. Raises ValidationError."""
        if isinstance(data, dict) and _lines_in(data.get("orders")) > MOST_LINES_IN_ALL:
            refusal = serializers.ErrorDetail(str(_("At most 5,000 lines at once.")), code="too_many_lines")
            raise serializers.ValidationError({"orders": [refusal]})
        return super().to_internal_value(data)

    def validate_orders(self, value: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Each number once, or nobody knows which of two is meant."""
        if len({order["number"] for order in value}) < len(value):
            raise serializers.ValidationError(_("Name each order once."), code="repeated_number")
        return value


def _lines_in(orders: Any) -> int:
    lists = [order.get("lines") for order in orders if isinstance(order, dict)] if isinstance(orders, list) else []
    return sum(len(lines) for lines in lists if isinstance(lines, list))


def pushed(checked: dict[str, Any]) -> PushedOrder:
    """The action's order from a checked one. The total is computed here: nobody tells it to opsdesk."""
    values = {name: checked[name] for name in (*MOMENTS, *AMOUNTS, *MIRRORED_TEXTS) if name in checked}
    if "goods_amount" in checked:
        values["total_amount"] = checked["goods_amount"] + checked.get("postage_amount", Decimal(0))
    return PushedOrder(
        number=checked["number"],
        exported_at=checked.get("exported_at") or timezone.now(),
        platform_state=checked.get("platform_state", ""),
        values=values,
        waybill_number=checked.get("waybill_number"),
        contact=checked.get("contact"),
        lines=[PushedLine(**line) for line in checked.get("lines", ())],
    )


class NothingIn(StrictSerializer):
    """A verb that needs no words: an empty object or no body."""


class HoldIn(StrictSerializer):
    """Why it is held, and until when; without a time until somebody clears it."""

    note = Text(max_length=200)
    release_at = Moment(required=False, allow_null=True)
