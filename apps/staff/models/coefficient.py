"""The table that turns a score into a coefficient, from a day on."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.core.history import tracked
from apps.core.querysets import HouseQuerySet


@tracked(births=True)
class CoefficientBand(models.Model):
    """One line of one table: all lines with the same day are one table, the latest table that has begun holds (STF-73)."""

    effective_from = models.DateField(_("effective from"))
    from_score = models.DecimalField(_("from this score on"), max_digits=5, decimal_places=2)
    coefficient = models.DecimalField(_("coefficient"), max_digits=4, decimal_places=2)

    objects = HouseQuerySet.as_manager()

    class Meta:
        verbose_name = _("performance coefficient")
        verbose_name_plural = _("performance coefficients")
        ordering = ["-effective_from", "from_score"]
        default_permissions = ("view", "add")
        constraints = [
            models.UniqueConstraint(fields=["effective_from", "from_score"], name="one_coefficient_per_score_and_day"),
            models.CheckConstraint(
                condition=Q(from_score__gte=0, from_score__lte=120, coefficient__gte=0), name="coefficient_in_range"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.from_score} → {self.coefficient}"
