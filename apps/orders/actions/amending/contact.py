"""An amended contact goes into the vault: sealed anew, its hashes rebuilt, nothing of it left outside."""

from dataclasses import replace

from apps.orders.actions.reveal import BuyerPlain, unsealed
from apps.orders.imports.buyers import Sealed, place_of, sealed_contact
from apps.orders.models import BuyerContact, Order
from apps.orders.models.order import CONTACT_COLUMNS
from apps.orders.rules.amendment import ADDRESS, Contact, amended_contact, taken_apart

NOBODY = BuyerPlain("", "", "", "")


def known_contact(order: Order, plain: BuyerPlain) -> Contact:
    """The vault's contact in the parts of a wish."""
    region = taken_apart(plain.address, order.province, order.city, order.district)
    return Contact(plain.name, plain.phone or plain.telephone, *region)


def write_contact(order: Order, wish: Contact) -> tuple[list[str], dict[str, object]]:
    """Write the amended contact of an order that is locked. Raises Invalid.

    Returns the names of the parts that became different, and the masked columns for the order's own row.
    """
    row = BuyerContact.objects.filter(order=order).first()
    plain = unsealed(row) if row else NOBODY
    known = known_contact(order, plain)
    changes = amended_contact(known, wish)
    if not changes:
        return [], {}
    whole = replace(known, **changes)
    if not changes.keys().isdisjoint(ADDRESS):
        plain = replace(plain, address=whole.address)
    if "phone" in changes:
        plain = replace(plain, phone=whole.phone)
    sealed = _sealed(order, replace(plain, name=whole.receiver), whole)
    _put_away(order, sealed)
    return list(changes), {name: getattr(sealed, name) for name in CONTACT_COLUMNS}


def _sealed(order: Order, plain: BuyerPlain, whole: Contact) -> Sealed:
    return sealed_contact(
        store_id=order.store_id, number=order.number, receiver=plain.name, phone=plain.phone,
        telephone=plain.telephone, address=plain.address, province=whole.province, city=whole.city,
        district=whole.district,
    )  # fmt: skip


def _put_away(order: Order, sealed: Sealed) -> None:
    """The nickname's hash stays: nobody corrects a nickname."""
    BuyerContact.objects.update_or_create(
        order=order,
        defaults={
            "place": place_of(order.store_id, order.number),
            "sealed": sealed.sealed,
            "phone_hash": sealed.phone_hash,
            "tail_hash": sealed.tail_hash,
            "name_hash": sealed.name_hash,
            "is_masked": sealed.is_masked,
        },
    )
