"""Values of parameters from a date on, for the whole company or for one store."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.history import tracked
from apps.org.models import Store, User


@tracked(births=True)
class ParameterValue(models.Model):
    """From this business day on the parameter has this value; an earlier value stays true for earlier days."""

    key = models.CharField(_("parameter"), max_length=80)
    store = models.ForeignKey(Store, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("store"))
    value = models.CharField(_("value"), max_length=200)
    effective_from = models.DateField(_("effective from"))
    reason = models.CharField(_("reason"), max_length=200)
    set_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("set by"))
    set_at = models.DateTimeField(_("set at"), auto_now_add=True)

    class Meta:
        verbose_name = _("parameter value")
        verbose_name_plural = _("parameter values")
        ordering = ["key", "-effective_from", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["key", "store", "effective_from"], nulls_distinct=False, name="one_value_per_key_store_and_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.key} = {self.value} ({self.effective_from})"
