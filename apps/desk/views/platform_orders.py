"""One platform order as it is mirrored."""

from django.http import HttpResponse

from apps.desk.doors import DeskRequest, found, is_fragment, needs, page
from apps.desk.queries.order_sheet import lines_of
from apps.desk.queries.timeline import timeline_of_order
from apps.orders.models import Order, ShippingOrder
from apps.org.scope import visible


@needs("orders.view_order")
def platform_order(request: DeskRequest, pk: int) -> HttpResponse:
    """What the platform says of one order, and the shipping orders that came of it."""
    row = found(Order.objects.select_related("store", "batch"), request.by, pk=pk)
    shipping = visible(ShippingOrder.objects.filter(lines__order_line__order=row), request.by).distinct().order_by("pk")
    context = {"order": row, "lines": lines_of(row), "shipping": shipping, "timeline": timeline_of_order(row)}
    in_place = is_fragment(request, "drawer")
    return page(request, "desk/orders/_platform_sheet.html" if in_place else "desk/orders/platform_order.html", context)
