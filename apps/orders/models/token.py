"""API tokens per store, and the idempotency keys of API writes."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.history import tracked
from apps.core.querysets import HouseQuerySet
from apps.org.models import Store, User
from apps.org.scope import StoreScope


@tracked(births=True)
class StoreToken(models.Model):
    """A program's right to one store's orders, in the name of a user. Only the hash is kept."""

    name = models.CharField(_("name"), max_length=80)
    store = models.ForeignKey(Store, models.PROTECT, related_name="tokens", verbose_name=_("store"))
    user = models.ForeignKey(User, models.PROTECT, related_name="tokens", verbose_name=_("acts as"))
    token_hash = models.BinaryField(max_length=32, unique=True, editable=False)
    tail = models.CharField(_("ends in"), max_length=4, editable=False)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)

    objects = HouseQuerySet.as_manager()
    scope = StoreScope(store="store_id")

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
        ordering = ["store", "name"]

    def __str__(self) -> str:
        return f"{self.name} (…{self.tail})"


class IdempotencyKey(models.Model):
    """The first answer to a write, stored in the same transaction as its effect; a repeat gets the same answer."""

    token = models.ForeignKey(StoreToken, models.CASCADE, related_name="+")
    key = models.CharField(max_length=80)
    request_hash = models.BinaryField(max_length=32)
    status = models.PositiveSmallIntegerField()
    answer = models.JSONField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["token", "key"], name="one_answer_per_idempotency_key")]

    def __str__(self) -> str:
        return self.key
