"""Buyers' data at the border: masked for the desk, sealed for the vault, hashed for the search."""

from json import JSONEncoder
from typing import NamedTuple

from apps.core.crypto import encrypt, keyed_hash
from apps.orders.imports.regions import region_of

TAIL = 4
# One for all contacts: `json.dumps` makes a new one for each.
_written = JSONEncoder(ensure_ascii=False).encode


class Sealed(NamedTuple):
    """One order's contact as it may be stored. digest: keyed, of all that the file says, to see a change."""

    digest: bytes | None
    buyer_masked: str
    receiver_masked: str
    phone_masked: str
    province: str
    city: str
    district: str
    sealed: bytes | None
    phone_hash: bytes | None
    tail_hash: bytes | None
    name_hash: bytes | None
    buyer_hash: bytes | None
    is_masked: bool

    def columns(self) -> tuple[object, ...]:
        """The values in the order of the staging columns; None is what the file does not say.

        A masked or missing contact cannot tell whether the full one that is known has changed: its digest stays out.
        """
        digest = None if self.is_masked or self.sealed is None else self.digest
        region = (self.province, self.city, self.district) if self.province else (None, None, None)
        return (
            digest, self.buyer_masked or None, self.receiver_masked or None, self.phone_masked or None, *region,
            self.sealed, self.phone_hash, self.tail_hash, self.name_hash, self.buyer_hash, self.is_masked,
        )  # fmt: skip


def masked_name(name: str) -> str:
    """The first character and two stars, however much of it the platform masked itself."""
    return name if not name or name[0] == "*" else name[0] + "**"


def masked_phone(phone: str) -> str:
    """The first three and the last four digits."""
    if not phone or "*" in phone:
        return phone
    return f"{phone[:3]}****{phone[-TAIL:]}" if len(phone) >= 7 else "****"


def place_of(store_id: int, number: str) -> str:
    """Where a sealed contact belongs: it opens for this order of this store only."""
    return f"buyercontact:{store_id}:{number}"


def sealed_contact(
    *, store_id: int, number: str, buyer: str = "", receiver: str = "", phone: str = "", telephone: str = "",
    address: str = "", province: str = "", city: str = "", district: str = "",
) -> Sealed:  # fmt: skip
    """Seal one order's contact for its place in the vault; without a province, the region comes from the address."""
    reachable = phone or telephone
    facts = _written([receiver, phone, telephone, address])
    if not province:
        province, city, district = region_of(address)
    tail = reachable.split("-")[0][-TAIL:]
    is_open = bool(reachable) and "*" not in reachable
    return Sealed(
        digest=keyed_hash("contact", buyer + facts),
        buyer_masked=masked_name(buyer)[:60],
        receiver_masked=masked_name(receiver)[:60],
        phone_masked=masked_phone(reachable)[:30],
        province=_shown(province),
        city=_shown(city),
        district=_shown(district),
        sealed=encrypt(facts.encode(), place=place_of(store_id, number)) if receiver or reachable or address else None,
        phone_hash=keyed_hash("phone", reachable) if is_open else None,
        tail_hash=keyed_hash("tail", tail) if len(tail) == TAIL and tail.isdigit() else None,
        name_hash=_hash_of("name", receiver),
        buyer_hash=_hash_of("buyer", buyer),
        is_masked="*" in facts,
    )


def _shown(place: str) -> str:
    return "" if "*" in place else place[:30]


def _hash_of(kind: str, value: str) -> bytes | None:
    return keyed_hash(kind, value) if value and "*" not in value else None
