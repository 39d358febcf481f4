"""Find orders by what people have in hand: an order number or its end, a waybill, a phone or its last four, a name.

The shape of the input chooses the index; nothing scans. Phones, receivers and nicknames are found by keyed hash only,
so exactly or not at all.
"""

import re
from collections.abc import Sequence

from django.db.models import Q, QuerySet

from apps.core.crypto import keyed_hash
from apps.orders.models import BuyerContact, Order, ShippingOrder
from apps.org.actors import Actor
from apps.org.scope import visible

MOST_NUMBERS = 200
SHORTEST_PART = 5
SEPARATORS = re.compile(r"[\s,，;；、]+")
PHONE = re.compile(r"1\d{10}(?:-\d{1,6})?")
LAST_FOUR = re.compile(r"\d{4}")
NUMBERISH = re.compile(r"[0-9A-Za-z-]+")


def words_of(text: str) -> list[str]:
    """The single numbers or words in what was typed or pasted, wrappers of spreadsheets removed, at most 200."""
    words = (word.strip("='\"`\t") for word in SEPARATORS.split(text.replace("\0", "")))
    return list(dict.fromkeys(word for word in words if word))[:MOST_NUMBERS]


def found_orders(text: str, *, by: Actor) -> "QuerySet[Order]":
    """The platform orders that the text may mean, among those the actor may see. An empty text finds nothing."""
    return visible(Order.objects.filter(_orders_meant(words_of(text))), by)


def found_shipping_orders(text: str, *, by: Actor) -> "QuerySet[ShippingOrder]":
    """The shipping orders of the orders found, and those with this waybill or shipping order number."""
    words = words_of(text)
    return visible(ShippingOrder.objects.filter(_shipping_meant(words)), by)


def _shipping_meant(words: Sequence[str]) -> Q:
    if not words:
        return Q(pk__in=[])
    in_orders = Q(lead_order__in=Order.objects.filter(_orders_meant(words)).values("pk"))
    if len(words) > 1:
        return in_orders | Q(waybill_number__in=words) | Q(number__in=words)
    word = words[0]
    if not NUMBERISH.fullmatch(word) or LAST_FOUR.fullmatch(word):
        return in_orders
    return in_orders | Q(waybill_number__startswith=word.upper()) | Q(number=word.upper())


def _orders_meant(words: Sequence[str]) -> Q:
    if not words:
        return Q(pk__in=[])
    if len(words) > 1:
        return Q(number__in=words)
    word = words[0]
    if PHONE.fullmatch(word):
        # A union, because an OR over two tables is a scan.
        by_phone = BuyerContact.objects.filter(phone_hash=keyed_hash("phone", word)).values("order")
        return Q(pk__in=by_phone.union(Order.objects.filter(number=word).values("pk")))
    if LAST_FOUR.fullmatch(word):
        return _contact(Q(tail_hash=keyed_hash("tail", word)))
    if NUMBERISH.fullmatch(word) and any(c.isdigit() for c in word):
        return Q(number__contains=word) if len(word) >= SHORTEST_PART else Q(number__startswith=word)
    return _contact(Q(name_hash=keyed_hash("name", word)) | Q(buyer_hash=keyed_hash("buyer", word)))


def _contact(condition: Q) -> Q:
    return Q(pk__in=BuyerContact.objects.filter(condition).values("order"))
