"""Rows of the ground floor: number series and the calendar's exceptions."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.history import tracked


class NumberSeries(models.Model):
    """The last running number of a series on a business day. Written by `numbering.next_numbers` alone."""

    series = models.CharField(max_length=40)
    day = models.DateField()
    last = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["series", "day"], name="one_counter_per_series_and_day")]

    def __str__(self) -> str:
        return f"{self.series} {self.day}: {self.last}"


@tracked(births=True)
class CalendarException(models.Model):
    """A day on which this company works, or does not, against the national calendar."""

    day = models.DateField(_("day"), unique=True)
    is_working = models.BooleanField(_("working day"))
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("calendar exception")
        verbose_name_plural = _("calendar exceptions")
        ordering = ["-day"]

    def __str__(self) -> str:
        return f"{self.day}"
