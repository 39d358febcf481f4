"""Find orders for a list: the order floor knows what a text means; here each index is asked apart and bounded."""

from dataclasses import dataclass
from typing import Any

from django.db.models import F, QuerySet

from apps.orders.models import Order, ShippingOrder
from apps.orders.queries import meanings_of, numbers_with
from apps.orders.queries.search import words_of
from apps.org.actors import SYSTEM, Actor
from apps.org.scope import visible
from apps.warehouse.workflows.shipment import IN_THE_HOUSE

MOST_FOUND = 1_000
MOST_NUMBERS = 200
Rows = QuerySet[Any]


@dataclass(frozen=True, slots=True)
class Found:
    """keys: what was found, at most 1,000. has_more: something was left out. missing: pasted numbers without an order.

    is_full: as many numbers were pasted as are looked up at once.
    """

    keys: tuple[int, ...]
    has_more: bool = False
    missing: tuple[str, ...] = ()
    is_full: bool = False


def find_shipping_orders(text: str, by: Actor) -> Found:
    """Shipping orders by platform order, own number, waybill, buyer, phone or its last four digits.

    Whoever works in a warehouse finds its parcels, of whatever store: then the orders meant are sought in the whole house,
    and the shipping orders in this person's scope. All in one statement, bounded apart, because an OR would be a scan.
    Only when this finds nothing, a number is looked for in the middle of numbers.
    """
    orders, words = visible(ShippingOrder.objects.all(), by), words_of(text)
    house = by if by.warehouse_ids == frozenset() else SYSTEM
    parts = [_of(orders, meant) for meant in meanings_of(text, by=house)]
    if len(words) > 1:
        parts += [orders.filter(number__in=words).annotate(hit=F("number")), *_under(orders, "in", words)]
    elif words:
        word = words[0].upper()
        parts += [orders.filter(number=word).annotate(hit=F("number")), *_under(orders, "startswith", word)]
    found = _found(parts, words)
    return found if found.keys else _found([_of(orders, numbers_with(text, by=house))], words)


def find_orders(text: str, by: Actor) -> Found:
    """Platform orders by number, buyer, phone or its last four digits."""
    words = words_of(text)
    found = _found([meant.annotate(hit=F("number")) for meant in meanings_of(text, by=by)], words)
    return found if found.keys else _found([numbers_with(text, by=by).annotate(hit=F("number"))], words)


def _of(orders: "QuerySet[ShippingOrder]", meant: "QuerySet[Order]") -> Rows:
    return orders.filter(lead_order__in=meant.order_by().values("pk")).annotate(hit=F("lead_order__number"))


def _under(orders: "QuerySet[ShippingOrder]", how: str, what: object) -> list[Rows]:
    """By the waybill that they went out under, and by that of a parcel which is still in the house."""
    sent = orders.filter(**{f"waybill_number__{how}": what}).exclude(waybill_number="")
    # Beyond nothing: only parcels with a number are in its index.
    parcel = {f"shipments__waybill_number__{how}": what, "shipments__waybill_number__gt": ""}
    inside = orders.filter(shipments__state__in=IN_THE_HOUSE, **parcel)
    return [sent.annotate(hit=F("waybill_number")), inside.annotate(hit=F("shipments__waybill_number"))]


def shipping_orders_like(text: str, by: Actor, limit: int) -> "QuerySet[ShippingOrder]":
    """A few shipping orders for the palette, the latest first."""
    keys = find_shipping_orders(text, by).keys
    rows = ShippingOrder.objects.filter(pk__in=keys).select_related("lead_order", "store")
    return visible(rows, by).order_by("-placed_at", "-pk")[:limit]


def _found(parts: list[Rows], words: list[str]) -> Found:
    bounded = [part.order_by().values_list("pk", "hit")[: MOST_FOUND + 1] for part in parts]
    rows = list(bounded[0] if len(bounded) == 1 else bounded[0].union(*bounded[1:]))
    keys = tuple(dict.fromkeys(pk for pk, _hit in rows))
    hits = {hit for _pk, hit in rows}
    missing = tuple(word for word in words if word not in hits) if len(words) > 1 else ()
    return Found(keys[:MOST_FOUND], len(keys) > MOST_FOUND, missing, len(words) >= MOST_NUMBERS)
