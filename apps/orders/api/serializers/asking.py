"""What may be asked for: the filters of the lists. Each of them is answered by an index."""

from rest_framework import serializers

from apps.core.api.strict import Identifier, Moment, StrictSerializer
from apps.orders.workflows.order import OrderState
from apps.orders.workflows.shipping_order import ShippingState

LARGEST_PAGE = 200
USUAL_PAGE = 50


class PageAsked(StrictSerializer):
    """Which page. placed_after includes its instant, placed_before does not, so that windows join without overlap."""

    placed_after = Moment(required=False)
    placed_before = Moment(required=False)
    cursor = serializers.CharField(required=False, max_length=120)
    page_size = serializers.IntegerField(required=False, default=USUAL_PAGE, min_value=1, max_value=LARGEST_PAGE)


class OrdersAsked(PageAsked):
    """Which orders."""

    state = serializers.ChoiceField(choices=OrderState.choices, required=False)
    number = Identifier(required=False, max_length=40)


class ShippingOrdersAsked(PageAsked):
    """Which shipping orders."""

    state = serializers.ChoiceField(choices=ShippingState.choices, required=False)
    number = Identifier(required=False, max_length=30)
