"""The buyers' vault: the one place of plain contact data, sealed, outside the history (SEC-25, ORD-52)."""

from django.db import models

from apps.core.querysets import HouseQuerySet
from apps.core.references import looked_up_at_once
from apps.orders.models.order import Order
from apps.org.scope import StoreScope


@looked_up_at_once("order")
class BuyerContact(models.Model):
    """Name, phone and address of one order, encrypted; keyed hashes find exact values again.

    sealed: AES-GCM of a JSON object, bound to `place`. The hashes tell nothing without the search key: phone_hash of the
    whole number, tail_hash of its last four digits, name_hash of the receiver, buyer_hash of the platform nickname.
    Deliberately without history: an erased contact must be gone.
    """

    order = models.OneToOneField(Order, models.CASCADE, related_name="contact", db_constraint=False)
    place = models.CharField(max_length=80)
    sealed = models.BinaryField()
    phone_hash = models.BinaryField(max_length=16, null=True)
    tail_hash = models.BinaryField(max_length=16, null=True)
    name_hash = models.BinaryField(max_length=16, null=True)
    buyer_hash = models.BinaryField(max_length=16, null=True)
    is_masked = models.BooleanField(default=False)

    objects = HouseQuerySet.as_manager()
    scope = StoreScope(store="order__store_id")

    class Meta:
        default_permissions = ()
        indexes = [
            models.Index(fields=["phone_hash"], name="contacts_by_phone"),
            models.Index(fields=["tail_hash"], name="contacts_by_tail"),
            models.Index(fields=["name_hash"], name="contacts_by_name"),
            models.Index(fields=["buyer_hash"], name="contacts_by_buyer"),
        ]

    def __str__(self) -> str:
        return self.place
