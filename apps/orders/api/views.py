"""The addresses of the order API. Serializers check the shape, each write calls one action."""

from typing import Any, ClassVar

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.api.paging import Page, read_page
from apps.core.api.strict import StrictSerializer
from apps.orders.actions.confirm import confirm_shipping_order
from apps.orders.actions.hold import hold_shipping_order
from apps.orders.actions.push import push_orders
from apps.orders.api import examples
from apps.orders.api.access import Row, StoreView
from apps.orders.api.idempotency import answered_once, key_of
from apps.orders.api.serializers.answers import OrderPage, PushOut, ShippingOrderPage
from apps.orders.api.serializers.asking import OrdersAsked, ShippingOrdersAsked
from apps.orders.api.serializers.incoming import HoldIn, NothingIn, PushIn, pushed
from apps.orders.api.serializers.outgoing import OrderOut, ShippingOrderOut
from apps.orders.models import Order, OrderLine, Reason, ShippingOrder, ShippingOrderLine

MAY_PUSH = ("orders.add_importbatch", "orders.run_importbatch")
MAY_SEE_PARCELS = ("orders.view_shippingorder",)


def _orders() -> "QuerySet[Order]":
    """Orders with their lines: two statements whatever the number of rows."""
    lines = OrderLine.objects.select_related("sku").order_by("pk")
    return Order.objects.defer("buyer_message", "seller_memo").prefetch_related(Prefetch("lines", lines))


def _shipping_orders() -> "QuerySet[ShippingOrder]":
    """Shipping orders with lines and open reasons: three statements whatever the number of rows."""
    lines = ShippingOrderLine.objects.select_related("order_line__order", "sku").order_by("pk")
    reasons = Reason.objects.filter(cleared_at__isnull=True).select_related("rule").order_by("pk")
    return ShippingOrder.objects.select_related("lead_order", "warehouse").prefetch_related(
        Prefetch("lines", lines), Prefetch("reasons", reasons, to_attr="open_reasons")
    )


def _checked(shape: type[StrictSerializer], data: Any) -> dict[str, Any]:
    """The data in this shape. Raises ValidationError."""
    serializer = shape(data=data)
    serializer.is_valid(raise_exception=True)
    checked: dict[str, Any] = serializer.validated_data
    return checked


def _asked(shape: type[StrictSerializer], request: Request) -> dict[str, Any]:
    """The filters of a list, each given once. Raises ValidationError."""
    given = dict(request.query_params.lists())
    twice = {
        name[:60]: [ErrorDetail(str(_("Give it once.")), code="repeated")]
        for name, all_ in given.items()
        if len(all_) > 1
    }
    if twice:
        raise ValidationError(twice)
    return _checked(shape, request.query_params.dict())


def _page(rows: "QuerySet[Row]", asked: dict[str, Any]) -> Page[Row]:
    names = {"state": "state", "number": "number", "placed_after": "placed_at__gte", "placed_before": "placed_at__lt"}
    wanted = {lookup: asked[name] for name, lookup in names.items() if name in asked}
    cursor = asked.get("cursor", "")
    return read_page(rows.filter(**wanted), by_time="placed_at", size=asked["page_size"], cursor=cursor)


class Orders(StoreView):
    """The orders of the token's store."""

    rights: ClassVar = {"GET": ("orders.view_order",), "POST": MAY_PUSH}

    @extend_schema(operation_id="orders_list", parameters=[OrdersAsked], responses=OrderPage)
    def get(self, request: Request) -> Response:
        """Orders, newest first."""
        asked = _asked(OrdersAsked, request)
        return Response(OrderPage(_page(self.mine(_orders()), asked)).data)

    @extend_schema(operation_id="orders_push", request=PushIn, responses={200: PushOut}, examples=[examples.PUSH])
    def post(self, request: Request) -> Response:
        """Push orders: the same way as an import file, at once. All or nothing, but for orders refused by name."""
        key = key_of(request)
        orders = [pushed(order) for order in _checked(PushIn, request.data)["orders"]]
        token = self.token

        def push() -> Any:
            return PushOut(push_orders(token.store_id, orders, by=self.by, token_id=token.pk)).data

        return answered_once(request, token, key, push)


class OneOrder(StoreView):
    """One order of the token's store."""

    rights: ClassVar = {"GET": ("orders.view_order",)}

    @extend_schema(operation_id="orders_read", responses=OrderOut)
    def get(self, request: Request, number: str) -> Response:
        """One order with its lines."""
        return Response(OrderOut(self.the_numbered(_orders(), number)).data)


class ShippingOrders(StoreView):
    """The shipping orders of the token's store."""

    rights: ClassVar = {"GET": MAY_SEE_PARCELS}

    @extend_schema(operation_id="shipping_orders_list", parameters=[ShippingOrdersAsked], responses=ShippingOrderPage)
    def get(self, request: Request) -> Response:
        """Shipping orders, newest first."""
        asked = _asked(ShippingOrdersAsked, request)
        return Response(ShippingOrderPage(_page(self.mine(_shipping_orders()), asked)).data)


class ShippingOrderView(StoreView):
    """A view of one shipping order."""

    def shown(self, number: str) -> dict[str, Any]:
        """The shipping order as it is now. Raises NotFound."""
        return dict(ShippingOrderOut(self.the_numbered(_shipping_orders(), number)).data)


class OneShippingOrder(ShippingOrderView):
    """One shipping order of the token's store."""

    rights: ClassVar = {"GET": MAY_SEE_PARCELS}

    @extend_schema(operation_id="shipping_orders_read", responses=ShippingOrderOut)
    def get(self, request: Request, number: str) -> Response:
        """One shipping order with its lines and open reasons."""
        return Response(self.shown(number))


class Confirm(ShippingOrderView):
    """Confirm one shipping order."""

    rights: ClassVar = {"POST": ("orders.confirm", *MAY_SEE_PARCELS)}

    @extend_schema(operation_id="shipping_orders_confirm", request=NothingIn, responses={200: ShippingOrderOut})
    def post(self, request: Request, number: str) -> Response:
        """Accept a shipping order for fulfilment."""
        key, pk = key_of(request), self.the_numbered(ShippingOrder.objects.all(), number).pk
        _checked(NothingIn, request.data)
        return answered_once(request, self.token, key, lambda: self._confirmed(pk, number))

    def _confirmed(self, pk: int, number: str) -> dict[str, Any]:
        confirm_shipping_order(pk, by=self.by)
        return self.shown(number)


class Hold(ShippingOrderView):
    """Hold one shipping order."""

    rights: ClassVar = {"POST": ("orders.hold", *MAY_SEE_PARCELS)}

    @extend_schema(
        operation_id="shipping_orders_hold", request=HoldIn, responses={200: ShippingOrderOut}, examples=[examples.HOLD]
    )
    def post(self, request: Request, number: str) -> Response:
        """Hold a shipping order until a time, or until somebody clears it."""
        key, pk = key_of(request), self.the_numbered(ShippingOrder.objects.all(), number).pk
        asked = _checked(HoldIn, request.data)
        return answered_once(request, self.token, key, lambda: self._held(pk, number, asked))

    def _held(self, pk: int, number: str, asked: dict[str, Any]) -> dict[str, Any]:
        hold_shipping_order(pk, note=asked["note"], release_at=asked.get("release_at"), by=self.by)
        return self.shown(number)
