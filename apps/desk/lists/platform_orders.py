"""Platform orders as they are mirrored, among them the unpaid ones to follow up (ORD-13)."""

from html import escape
from typing import Any
from urllib.parse import urlencode

from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import Left
from django.urls import reverse
from django.utils.translation import gettext_lazy

from apps.desk.lists.cells import NOTE_LENGTH, items, muted, number_link, store_mark
from apps.desk.lists.spec import Column, ListSpec, Reader, Sort, Tab
from apps.desk.marks import NOTHING, moment, money
from apps.desk.queries import work
from apps.desk.queries.finding import find_orders
from apps.desk.rules.clocks import age
from apps.orders.models import Order, OrderLine
from apps.orders.workflows.order import OrderState
from apps.org.actors import Actor

LONGEST = 200


def rows(queryset: "QuerySet[Any]") -> "QuerySet[Any]":
    """What the cells need, by name."""
    lines = OrderLine.objects.filter(order=OuterRef("pk")).order_by("pk")
    named: QuerySet[Any] = queryset.annotate(
        title=Subquery(lines.values("title")[:1]),
        message=Left("buyer_message", NOTE_LENGTH),
        memo=Left("seller_memo", NOTE_LENGTH),
    ).values_list(
        "pk", "number", "flag", "title", "message", "memo", "buyer_masked", "phone_masked", "city", "store_id", "state",
        "status_text", "placed_at", "paid_amount", "total_amount", "currency", named=True,
    )  # fmt: skip
    return named


def _number(row: Any, reader: Reader) -> str:
    return number_link(row.pk, row.number, row.flag, reader)


def _items(row: Any, reader: Reader) -> str:
    return items(row.title, 1, row.message, row.memo)


def _buyer(row: Any, reader: Reader) -> str:
    return f"{escape(row.buyer_masked or NOTHING)} {muted(row.phone_masked or row.city)}"


def _store(row: Any, reader: Reader) -> str:
    return store_mark(row.store_id, reader)


def _state(row: Any, reader: Reader) -> str:
    words = f'<span class="rsn">{escape(row.status_text)}</span>' if row.state == OrderState.UNKNOWN else ""
    return reader.badges[row.state] + words


def _age(row: Any, reader: Reader) -> str:
    return muted(age(row.placed_at, reader.now))


def _amount(row: Any, reader: Reader) -> str:
    return escape(money(row.paid_amount if row.paid_amount is not None else row.total_amount, row.currency))


def _placed(row: Any, reader: Reader) -> str:
    return moment(row.placed_at)


PLATFORM_ORDERS = ListSpec(
    page="platform_orders",
    title=gettext_lazy("Platform orders"),
    url_name="desk:platform_orders",
    model=Order,
    machine="orders.order",
    states=OrderState,
    tabs=(
        Tab("all", gettext_lazy("All"), is_counted=False),
        Tab("wait_pay", gettext_lazy("Unpaid, to follow up")),
        Tab("wait_ship", gettext_lazy("To ship")),
        Tab("trouble", gettext_lazy("Held or not recognised"), tone="late"),
        Tab("moving", gettext_lazy("On the way"), is_counted=False),
        Tab("ended", gettext_lazy("Completed or closed"), is_counted=False),
    ),
    columns=(
        Column("number", gettext_lazy("Order number"), _number, is_fixed=True),
        Column("items", gettext_lazy("Items"), _items, is_fixed=True),
        Column("buyer", gettext_lazy("Buyer"), _buyer),
        Column("store", gettext_lazy("Store"), _store),
        Column("state", gettext_lazy("Platform state"), _state, is_fixed=True),
        Column("age", gettext_lazy("Age"), _age),
        Column("paid", gettext_lazy("Amount"), _amount, css="num"),
        Column("placed", gettext_lazy("Placed at"), _placed, css="num", sort="placed_at"),
    ),
    sorts={"placed_at": Sort("placed_at", first="-")},
    conditions=work.PLATFORM_CONDITIONS,
    counts="platform",
    rows=rows,
    search=find_orders,
    search_hint=gettext_lazy("Order number, buyer, last four digits"),
)


def mirrored_like(text: str, by: Actor) -> str:
    """Where an order is found that has nothing to ship: the address of all platform orders, asked for the same text.

    Empty for nothing, for a pasted column, and for who may not see them.
    """
    if not text or len(text) > LONGEST or not by.may("orders.view_order"):
        return ""
    return f"{reverse('desk:platform_orders')}?{urlencode({'tab': 'all', 'q': text})}"
