"""The order desk: shipping orders, row by row."""

from decimal import Decimal
from functools import cache
from html import escape
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import CharField, F, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Concat, Left
from django.utils.translation import gettext_lazy

from apps.desk.lists.cells import BY_CODE, NOTE_LENGTH, items, muted, number_link, reason_label, store_mark
from apps.desk.lists.spec import Column, ListSpec, Reader, Sort, Tab
from apps.desk.marks import NOTHING, moment, money
from apps.desk.queries import work
from apps.desk.queries.finding import find_shipping_orders
from apps.desk.rules.clocks import time_left
from apps.orders.models import Reason, ShippingOrder, ShippingOrderLine
from apps.orders.models.shipping_order import WORKING
from apps.orders.workflows.shipping_order import ShippingState

# Only orders under way have an index by their ship-by time, and only for them it means anything; the same for the
# contact clock and the orders whose buyer waits for a call.
OVER_SORTS = ("placed_at", "paid_amount")
OPEN_SORTS = (*OVER_SORTS, "ship_by_at")
CONTACT_SORTS = (*OPEN_SORTS, "contact_by_at")


@cache
def _extra() -> dict[str, Any]:
    """Titles, messages and open reasons, asked for the fifty rows alone; the expressions are the same for every page."""
    lines = ShippingOrderLine.objects.filter(shipping_order=OuterRef("pk")).order_by("pk")
    reasons = Reason.objects.filter(shipping_order=OuterRef("pk"), cleared_at__isnull=True).order_by("pk")
    by_code = Concat(Value(BY_CODE), F("code"), output_field=CharField())
    return {
        "message": Left("lead_order__buyer_message", NOTE_LENGTH),
        "memo": Left("lead_order__seller_memo", NOTE_LENGTH),
        "title": Subquery(lines.values("order_line__title")[:1]),
        "reason_names": ArraySubquery(reasons.values_list(Coalesce("rule__name", by_code))),
    }


def rows(queryset: "QuerySet[Any]") -> "QuerySet[Any]":
    """What the cells need, by name."""
    named: QuerySet[Any] = queryset.annotate(**_extra()).values_list(
        "pk", "lead_order__number", "lead_order__flag", "lead_order__buyer_masked", "lead_order__city",
        "lead_order__currency", "message", "memo", "title", "reason_names", "store_id", "state", "placed_at",
        "ship_by_at", "contact_by_at", "contacted_at", "quantity", "paid_amount", "waybill_number", named=True,
    )  # fmt: skip
    return named


def _pick(row: Any, reader: Reader) -> str:
    label = escape(row.lead_order__number)
    return f'<input class="ck" type="checkbox" form="bulk" name="ids" value="{row.pk}" aria-label="{label}">'


def _number(row: Any, reader: Reader) -> str:
    return number_link(row.pk, row.lead_order__number, row.lead_order__flag, reader)


def _items(row: Any, reader: Reader) -> str:
    return items(row.title, row.quantity, row.message, row.memo)


def _buyer(row: Any, reader: Reader) -> str:
    return f"{escape(row.lead_order__buyer_masked or NOTHING)} {muted(row.lead_order__city)}"


def _store(row: Any, reader: Reader) -> str:
    return store_mark(row.store_id, reader)


def _state(row: Any, reader: Reader) -> str:
    return reader.badges[row.state] + _reasons([reason_label(name) for name in row.reason_names])


def _reasons(labels: list[str]) -> str:
    """The first open reason and how many more there are; all of them when pointed at."""
    if not labels:
        return ""
    more = f" +{len(labels) - 1}" if len(labels) > 1 else ""
    return f'<span class="rsn" title="{escape(" · ".join(labels))}">{escape(labels[0])}{more}</span>'


def _ship_by(row: Any, reader: Reader) -> str:
    if row.ship_by_at is None or row.state not in WORKING:
        return ""
    left = time_left(row.ship_by_at, reader.now)
    return f'<span class="tl {left.tone}" title="{moment(row.ship_by_at)}">{left.text}</span>'


def _contact(row: Any, reader: Reader) -> str:
    if row.contacted_at is not None:
        return muted(moment(row.contacted_at))
    if row.contact_by_at is None or row.state != ShippingState.IMPORTED:
        return ""
    left = time_left(row.contact_by_at, reader.now)
    return f'<span class="tl {left.tone}">{left.text}</span>'


def _paid(row: Any, reader: Reader) -> str:
    return escape(money(row.paid_amount, row.lead_order__currency))


def _placed(row: Any, reader: Reader) -> str:
    return moment(row.placed_at)


def _waybill(row: Any, reader: Reader) -> str:
    return escape(str(row.waybill_number))


ORDER_DESK = ListSpec(
    page="orders",
    title=gettext_lazy("Order desk"),
    url_name="desk:orders",
    model=ShippingOrder,
    machine="orders.shippingorder",
    states=ShippingState,
    tabs=(
        Tab("to_confirm", gettext_lazy("To confirm"), sort="placed_at", sorts=OPEN_SORTS),
        Tab("to_contact", gettext_lazy("To contact"), sort="contact_by_at", sorts=CONTACT_SORTS),
        Tab("contact_late", gettext_lazy("Contact late"), sort="contact_by_at", tone="late", sorts=CONTACT_SORTS),
        Tab("held", gettext_lazy("Held and exceptions"), sort="ship_by_at", sorts=OPEN_SORTS),
        Tab("overdue", gettext_lazy("Overdue"), sort="ship_by_at", tone="late", sorts=OPEN_SORTS),
        Tab("confirmed", gettext_lazy("Confirmed"), sorts=OPEN_SORTS),
        Tab("shipped", gettext_lazy("Shipped"), is_counted=False, sorts=OVER_SORTS),
        Tab("all", gettext_lazy("All"), is_counted=False, sorts=OVER_SORTS),
    ),
    columns=(
        Column("pick", gettext_lazy("Select"), _pick, is_fixed=True),
        Column("number", gettext_lazy("Order number"), _number, is_fixed=True),
        Column("items", gettext_lazy("Items"), _items, is_fixed=True),
        Column("buyer", gettext_lazy("Buyer"), _buyer),
        Column("store", gettext_lazy("Store"), _store),
        Column("state", gettext_lazy("State"), _state, is_fixed=True),
        Column("contact", gettext_lazy("Contact clock"), _contact, sort="contact_by_at", is_shown=False),
        Column("waybill", gettext_lazy("Waybill number"), _waybill, is_shown=False),
        Column("ship_by", gettext_lazy("Ship by"), _ship_by, sort="ship_by_at"),
        Column("paid", gettext_lazy("Paid"), _paid, css="num", sort="paid_amount"),
        Column("placed", gettext_lazy("Placed at"), _placed, css="num", sort="placed_at"),
    ),
    sorts={
        "placed_at": Sort("placed_at", first="-"),
        "contact_by_at": Sort("contact_by_at", is_nullable=True),
        "ship_by_at": Sort("ship_by_at", is_nullable=True),
        "paid_amount": Sort("paid_amount", kind=Decimal, first="-", is_nullable=True),
    },
    conditions=work.SHIPPING_CONDITIONS,
    counts="orders",
    rows=rows,
    search=find_shipping_orders,
    search_hint=gettext_lazy("Order number, waybill, buyer, last four digits"),
    has_reasons=True,
    can_select=True,
)
