"""Find orders by what people have in hand: an order number or its end, a waybill, a phone or its last four, a name.

The shape of the input chooses the index; nothing scans. Phones, receivers and nicknames are found by keyed hash only,
so exactly or not at all.
"""

import re
from collections.abc import Sequence

from django.db.models import Q, QuerySet
from django.db.models.functions import Reverse

from apps.core.crypto import keyed_hash
from apps.orders.models import BuyerContact, Order
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


def meanings_of(text: str, *, by: Actor) -> "list[QuerySet[Order]]":
    """What the text may mean, each with an index of its own: ask them apart and bound each, an OR would be a scan.

    A number is meant from its beginning or from its end; see `numbers_with` for when nothing begins or ends so.
    """
    orders, words = visible(Order.objects.all(), by), words_of(text)
    if len(words) != 1 or not _is_number(words[0]):
        return [orders.filter(_orders_meant(words))]
    begins = orders.filter(number__startswith=words[0])
    if len(words[0]) < SHORTEST_PART:
        return [begins]
    return [begins, orders.alias(backwards=Reverse("number")).filter(backwards__startswith=words[0][::-1])]


def numbers_with(text: str, *, by: Actor) -> "QuerySet[Order]":
    """Orders with the text somewhere in their number; none for what is no part of a number, or too short for one."""
    words = words_of(text)
    if len(words) != 1 or not _is_number(words[0]) or len(words[0]) < SHORTEST_PART:
        return Order.objects.none()
    return visible(Order.objects.filter(number__contains=words[0]), by)


def _is_number(word: str) -> bool:
    """Whether this can only be a platform's order number, or a part of one."""
    is_contact = PHONE.fullmatch(word) or LAST_FOUR.fullmatch(word)
    return not is_contact and bool(NUMBERISH.fullmatch(word)) and any(sign.isdigit() for sign in word)


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
    return _contact(Q(name_hash=keyed_hash("name", word)) | Q(buyer_hash=keyed_hash("buyer", word)))


def _contact(condition: Q) -> Q:
    return Q(pk__in=BuyerContact.objects.filter(condition).values("order"))
