"""Signed links. The token itself is never stored, only its hash: a stolen dump opens no door."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.querysets import HouseQuerySet
from apps.org.models import User


class SignedLink(models.Model):
    """One door: to which document, for what, until when."""

    token_hash = models.BinaryField(max_length=32, unique=True)
    purpose = models.CharField(_("purpose"), max_length=40)
    subject = models.CharField(_("document"), max_length=80)
    issued_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    issued_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(_("valid until"))
    revoked_at = models.DateTimeField(null=True, blank=True)
    followed_at = models.DateTimeField(_("last opened"), null=True, blank=True)

    objects = HouseQuerySet.as_manager()

    class Meta:
        verbose_name = _("signed link")
        verbose_name_plural = _("signed links")
        indexes = [models.Index(fields=["purpose", "subject"], name="links_of_a_subject")]

    def __str__(self) -> str:
        return f"{self.purpose}: {self.subject}"
