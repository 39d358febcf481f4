"""Reveal a buyer's plain contact data: right, purpose, quota, and a line in the book."""

import json
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from apps.audit.models import BUYER_PURPOSES, Reveal
from apps.core.calendar import day_bounds, today
from apps.core.crypto import decrypt
from apps.core.errors import DomainError, Invalid, NotAllowed, NotFound
from apps.orders.models import BuyerContact, Order
from apps.orders.parameters import REVEALS_PER_DAY
from apps.org.actors import Actor
from apps.org.models import User
from apps.org.scope import the_visible
from apps.parameters.queries import value_of


class QuotaReached(DomainError):
    """This person has revealed as many buyers today as one person may."""

    code = "quota_reached"


@dataclass(frozen=True, slots=True, repr=False)
class BuyerPlain:
    """A buyer's contact in plain words, for one pair of eyes. Has no repr, so that no log can hold it."""

    name: str
    phone: str
    telephone: str
    address: str


@transaction.atomic
def reveal_buyer(order_pk: int, *, purpose: str, note: str, by: Actor) -> BuyerPlain:
    """The contact of one order. The book's line and the look are one transaction: no look without a line.

    Raises NotFound, NotAllowed, Invalid without a known purpose or a note for "other", QuotaReached. Rule: SEC-25.
    """
    if not by.may("orders.reveal_buyer") or by.user is None:
        raise NotAllowed(_("You do not have the right to see a buyer's data."))
    if purpose not in BUYER_PURPOSES or (purpose == Reveal.Purpose.OTHER and not note.strip()):
        raise Invalid(_("Say for which purpose you need the buyer's data."), code="purpose_missing")
    order = the_visible(Order.objects.all(), by, pk=order_pk)
    contact = BuyerContact.objects.filter(order=order).first()
    if contact is None:
        raise NotFound(_("The platform's file gave no contact data for this order."))
    _keep_quota(by.user)
    Reveal.objects.create(
        user=by.user, user_name=by.name, store_id=order.store_id, subject=f"orders.order:{order.number}",
        purpose=purpose, note=note.strip()[:200],
    )  # fmt: skip
    return unsealed(contact)


def unsealed(contact: BuyerContact) -> BuyerPlain:
    """What lies in the vault. For the eyes of a person only through `reveal_buyer`."""
    name, phone, telephone, address = json.loads(decrypt(bytes(contact.sealed), place=contact.place))
    return BuyerPlain(name, phone, telephone, address)


def _keep_quota(user: User) -> None:
    start, end = day_bounds(today())
    buyers = Reveal.objects.filter(user=user, store__isnull=False)
    if buyers.filter(at__gte=start, at__lt=end).count() >= value_of(REVEALS_PER_DAY):
        raise QuotaReached(_("You have revealed as many buyers today as one person may."))
