"""Where a store's money arrives."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.history import tracked
from apps.core.querysets import HouseQuerySet
from apps.org.models import Store
from apps.org.scope import StoreScope


class Channel(models.TextChoices):
    """Who keeps the account."""

    ALIPAY = "alipay", _("Alipay")


@tracked(births=True)
class PayAccount(models.Model):
    """One account of one store. A bill names its account, and so its store."""

    channel = models.CharField(_("payment service"), max_length=20, choices=Channel.choices, default=Channel.ALIPAY)
    number = models.CharField(_("account number"), max_length=40)
    store = models.ForeignKey(Store, models.PROTECT, related_name="pay_accounts", verbose_name=_("store"))

    objects = HouseQuerySet.as_manager()
    scope = StoreScope(store="store_id")

    class Meta:
        verbose_name = _("pay account")
        verbose_name_plural = _("pay accounts")
        ordering = ["store", "channel", "number"]
        default_permissions = ("view", "add")
        constraints = [models.UniqueConstraint(fields=["channel", "number"], name="one_store_per_pay_account")]

    def __str__(self) -> str:
        return self.number
