"""The command palette: pages by name, orders by what a person has in hand."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.urls import reverse

from apps.desk.doors import DeskRequest, go, is_htmx, needs, page
from apps.desk.lists.platform_orders import mirrored_like
from apps.desk.marks import badge, money, tone_of
from apps.desk.navigation import Item, items_for
from apps.desk.queries.finding import shipping_orders_like
from apps.org.actors import Actor

MOST_ORDERS = 8
LONGEST = 200


@dataclass(frozen=True, slots=True)
class Hit:
    """An order in the palette."""

    number: str
    note: str
    url: str
    badge: str


@needs()
def search(request: DeskRequest) -> HttpResponse:
    """Answers the palette; without a script it is a page that leads to the order desk."""
    text = request.GET.get("q", "").strip()[:LONGEST]
    if not is_htmx(request):
        return go(request, f"{reverse('desk:orders')}?tab=all&q={text}")
    context = {
        "text": text, "pages": _pages(text, request.by), "orders": _orders(text, request.by),
        "mirrored": mirrored_like(text, request.by),
    }  # fmt: skip
    return page(request, "desk/_palette_list.html", context)


def _pages(text: str, by: Actor) -> list[Item]:
    wanted = text.casefold()
    items = [item for section in items_for(by) for item in section.items]
    return [item for item in items if wanted in str(item.label).casefold()]


def _orders(text: str, by: Actor) -> list[Hit]:
    if not text or not by.may("orders.view_shippingorder"):
        return []
    return [
        Hit(
            number=order.lead_order.number,
            note=f"{order.store.name} · {money(order.paid_amount, order.lead_order.currency)}",
            url=reverse("desk:order", args=[order.pk]),
            badge=badge(tone_of("orders.shippingorder", order.state), order.get_state_display()),
        )
        for order in shipping_orders_like(text, by, MOST_ORDERS)
    ]
