"""The register of stored files; the bytes lie sealed in FILES_DIR."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.querysets import HouseQuerySet
from apps.org.models import Store, User
from apps.org.scope import StoreScope


class StoredFile(models.Model):
    """One file: who brought or made it, for which store, and until when it is kept."""

    class Kind(models.TextChoices):
        UPLOAD = "upload", _("Upload")
        RESULT = "result", _("Result of a job")
        EXPORT = "export", _("Export")
        CONTRACT = "contract", _("File of a contract")

    key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    name = models.CharField(_("file name"), max_length=200)
    content_type = models.CharField(max_length=100, default="application/octet-stream")
    size_bytes = models.PositiveBigIntegerField(_("size"))
    sha256 = models.BinaryField(max_length=32)
    store = models.ForeignKey(Store, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("store"))
    owner = models.ForeignKey(User, models.PROTECT, null=True, related_name="files", verbose_name=_("owner"))
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(_("kept until"), null=True, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = HouseQuerySet.as_manager()
    scope = StoreScope(store="store_id")

    class Meta:
        verbose_name = _("file")
        verbose_name_plural = _("files")
        indexes = [
            models.Index(fields=["expires_at"], condition=models.Q(removed_at__isnull=True), name="files_to_expire")
        ]

    def __str__(self) -> str:
        return self.name
