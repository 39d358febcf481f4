"""What a job has to say about single rows of its input."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.core.speech import spoken
from apps.jobs.models.job import Job


class Finding(models.Model):
    """One sentence about one cell, naming file, row and column. Holds no buyer's data: excerpts are masked."""

    class Severity(models.TextChoices):
        REFUSED = "refused", pgettext_lazy("file", "Refused")
        WARNING = "warning", _("Please check")

    job = models.ForeignKey(Job, models.CASCADE, related_name="findings")
    place = models.CharField(_("file"), max_length=200, blank=True)
    row = models.PositiveIntegerField(_("row"), null=True)
    column = models.CharField(_("column"), max_length=80, blank=True)
    code = models.CharField(max_length=60)
    text = models.JSONField()
    severity = models.CharField(_("severity"), max_length=10, choices=Severity.choices)
    excerpt = models.CharField(_("value"), max_length=80, blank=True)

    class Meta:
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        ordering = ["place", "row", "pk"]
        default_permissions = ()
        indexes = [models.Index(fields=["job", "place", "row"], name="findings_by_row")]

    def __str__(self) -> str:
        return spoken(self.text)
