"""The clock of one warehouse's day, from a date on."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.core.history import tracked
from apps.core.querysets import HouseQuerySet
from apps.org.models import User, Warehouse
from apps.org.scope import StoreScope


@tracked(births=True)
class CutOff(models.Model):
    """From this day on the warehouse keeps these times; before its first row, the company's parameters hold (AMB-47)."""

    warehouse = models.ForeignKey(Warehouse, models.PROTECT, related_name="+", verbose_name=_("warehouse"))
    effective_from = models.DateField(_("effective from"))
    order_by = models.TimeField(_("orders until"))
    fetch_by = models.TimeField(_("fetched until"))
    pack_by = models.TimeField(_("packed until"))
    final_by = models.TimeField(_("last parcel until"))
    rests = models.BooleanField(_("closed on rest days"), default=False)
    reason = models.CharField(_("reason"), max_length=200)
    set_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("set by"))
    set_at = models.DateTimeField(_("set at"), auto_now_add=True)

    objects = HouseQuerySet.as_manager()
    scope = StoreScope(warehouse="warehouse_id")

    class Meta:
        verbose_name = _("cut-off")
        verbose_name_plural = _("cut-offs")
        ordering = ["warehouse", "-effective_from"]
        default_permissions = ("view",)
        permissions = [("set_cutoffs", "May set the cut-offs of a warehouse")]
        constraints = [
            models.UniqueConstraint(fields=["warehouse", "effective_from"], name="one_clock_per_warehouse_and_day"),
            models.CheckConstraint(
                condition=Q(order_by__lt=F("fetch_by"), fetch_by__lt=F("pack_by"), pack_by__lte=F("final_by")),
                name="the_times_of_a_day_follow_each_other",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.warehouse} {self.effective_from}"
