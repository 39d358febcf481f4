"""What the bell shows."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.querysets import HouseQuerySet
from apps.core.speech import spoken
from apps.org.models import User


class Notice(models.Model):
    """One line for one person, with the page that answers it. Never holds a buyer's data."""

    class Tone(models.TextChoices):
        PLAIN = "plain", _("Information")
        GOOD = "good", _("Done")
        BAD = "bad", _("Needs attention")

    user = models.ForeignKey(User, models.CASCADE, related_name="notices")
    key = models.CharField(max_length=120)
    tone = models.CharField(max_length=10, choices=Tone.choices, default=Tone.PLAIN)
    text = models.JSONField()
    url = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True, blank=True)

    objects = HouseQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["-created_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="one_notice_per_user_and_key")]
        indexes = [
            models.Index(fields=["user"], condition=models.Q(read_at__isnull=True), name="unread_notices_by_user"),
            models.Index(fields=["user", "-created_at"], name="notices_by_user"),
        ]

    def __str__(self) -> str:
        return spoken(self.text)
