"""What a position is judged by: duties, items, weights as printed."""

import datetime as dt
from decimal import Decimal
from typing import Self

from django.db import models
from django.db.models import Q, Sum
from django.utils.translation import gettext_lazy as _

from apps.core.history import tracked
from apps.core.querysets import HouseQuerySet
from apps.org.models import Position
from apps.staff.models.triggers import items_stay, weights_are_a_hundred


class TemplateRows(HouseQuerySet["ScoreTemplate"]):
    """Templates by what is asked about them."""

    def in_force(self, day: dt.date) -> Self:
        """The template of each position on a day: the latest active one that has begun."""
        begun = self.filter(is_active=True, effective_from__lte=day)
        return begun.order_by("position_id", "-effective_from").distinct("position_id")


@tracked(births=True)
class ScoreTemplate(models.Model):
    """The sheet of one position from a day on (STF-71, STF-76 to STF-89).

    as_printed: it keeps the weights of a printed sheet, whatever they sum to; any other sheet is used only when its
    weights are a hundred (AMB-33). attendance: the rule of its attendance item. alert_after: months running below 65
    until the store manager is told (STF-74, STF-75).
    """

    class Attendance(models.TextChoices):
        NONE = "", _("No attendance item")
        SERVICE = "service", _("Late 2 points a time, leave 1 point a day")
        SHIPPING = "shipping", _("Unanswered call 1 point, absent 2 points a day, leave 1 point a day")
        MEETINGS = "meetings", _("Late for a meeting 2 points, leave from a meeting 1 point")

    position = models.ForeignKey(Position, models.PROTECT, related_name="score_templates", verbose_name=_("position"))
    name = models.CharField(_("name"), max_length=80)
    effective_from = models.DateField(_("effective from"))
    as_printed = models.BooleanField(_("weights as printed"), default=False)
    attendance = models.CharField(
        _("attendance rule"), max_length=20, choices=Attendance.choices, default=Attendance.NONE, blank=True
    )
    alert_after = models.PositiveSmallIntegerField(_("tell the manager after months below 65"), default=3)
    is_active = models.BooleanField(_("in use"), default=False)

    objects = TemplateRows.as_manager()

    class Meta:
        verbose_name = _("score sheet template")
        verbose_name_plural = _("score sheet templates")
        ordering = ["position", "-effective_from"]
        default_permissions = ("view", "add", "change")
        constraints = [
            models.UniqueConstraint(fields=["position", "effective_from"], name="one_template_per_position_and_day"),
            models.CheckConstraint(condition=Q(alert_after__gte=1, alert_after__lte=12), name="alert_after_in_range"),
        ]
        triggers = [weights_are_a_hundred()]

    def __str__(self) -> str:
        return f"{self.name} ({self.position}, {self.effective_from})"

    @property
    def weights(self) -> Decimal:
        """The sum of its weights, as printed."""
        total: Decimal | None = self.items.aggregate(total=Sum("weight"))["total"]
        return total or Decimal(0)


@tracked(births=True)
class ScoreItem(models.Model):
    """One line of a sheet. source: where its score comes from; what events give, a person may overrule with a reason."""

    class Source(models.TextChoices):
        MANUAL = "manual", _("Scored by people")
        SHIPPED_IN_TIME = "shipped_in_time", _("Parcels handed over before the day's last cut-off")
        CONTACTED_IN_TIME = "contacted_in_time", _("Buyers contacted in time")
        ATTENDANCE = "attendance", _("Attendance")

    template = models.ForeignKey(ScoreTemplate, models.CASCADE, related_name="items", verbose_name=_("template"))
    place = models.PositiveSmallIntegerField(_("sequence"))
    duty = models.CharField(_("duty"), max_length=80)
    name = models.CharField(_("item"), max_length=120)
    weight = models.DecimalField(_("weight"), max_digits=5, decimal_places=2)
    source = models.CharField(_("source"), max_length=20, choices=Source.choices, default=Source.MANUAL)

    objects = HouseQuerySet.as_manager()

    class Meta:
        verbose_name = _("score item")
        verbose_name_plural = _("score items")
        ordering = ["template", "place"]
        default_permissions = ("view", "add", "change", "delete")
        constraints = [
            models.UniqueConstraint(fields=["template", "place"], name="one_item_per_place"),
            models.CheckConstraint(condition=Q(weight__gt=0, weight__lte=100), name="weight_in_range"),
        ]
        triggers = [items_stay()]

    def __str__(self) -> str:
        return self.name
