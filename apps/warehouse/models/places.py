"""Bins: where in a warehouse goods lie."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.history import tracked
from apps.core.querysets import HouseQuerySet
from apps.org.models import Warehouse
from apps.org.scope import StoreScope
from apps.warehouse.models.stock_triggers import bins_with_goods_stay_open
from apps.workflow.triggers import frozen


@tracked(births=True)
class Bin(models.Model):
    """A shelf place with a label. walk_order: how early a picker passes it; equal ones go by code.

    A bin in which goods lie is not switched off. What lies in a bin for defects is not sold. Warehouse and kind are given
    once, because the balances were counted by them.
    """

    class Kind(models.TextChoices):
        PICK = "pick", _("For picking")
        DEFECTS = "defects", _("For defects")

    warehouse = models.ForeignKey(Warehouse, models.PROTECT, related_name="bins", verbose_name=_("warehouse"))
    code = models.CharField(_("bin"), max_length=20)
    zone = models.CharField(_("zone"), max_length=20, blank=True)
    walk_order = models.PositiveIntegerField(_("walking order"), default=0)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices, default=Kind.PICK)
    is_active = models.BooleanField(_("active"), default=True)

    objects = HouseQuerySet.as_manager()
    scope = StoreScope(warehouse="warehouse_id")

    class Meta:
        verbose_name = _("bin")
        verbose_name_plural = _("bins")
        ordering = ["warehouse", "walk_order", "code"]
        default_permissions = ("view",)
        permissions = [("keep_bins", "May add and change bins")]
        constraints = [models.UniqueConstraint(fields=["warehouse", "code"], name="one_bin_per_warehouse_and_code")]
        triggers = [frozen(["warehouse_id", "kind"]), bins_with_goods_stay_open()]

    def __str__(self) -> str:
        return self.code
