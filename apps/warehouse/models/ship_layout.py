"""Which batch-ship files a platform has been seen to read."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.history import tracked
from apps.core.querysets import HouseQuerySet
from apps.org.models import User
from apps.warehouse.models.handover import ShipReport


@tracked(births=True)
class ConfirmedLayout(models.Model):
    """Somebody uploaded a file with these columns, and the platform shipped its orders.

    platform, columns: of the file, the columns as `name=field,name=field`; other columns are another layout. report:
    the file that was tried. The row goes when the platform does not read such files any more; the history keeps it.
    """

    platform = models.CharField(_("platform"), max_length=20)
    columns = models.CharField(_("columns"), max_length=400)
    report = models.ForeignKey(ShipReport, models.PROTECT, related_name="+", verbose_name=_("batch-ship file"))
    confirmed_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("confirmed by"))
    confirmed_at = models.DateTimeField(_("confirmed at"), auto_now_add=True)

    objects = HouseQuerySet.as_manager()

    class Meta:
        verbose_name = _("confirmed layout")
        verbose_name_plural = _("confirmed layouts")
        ordering = ["platform", "pk"]
        default_permissions = ("view",)
        permissions = [("confirm_layout", "May say that a platform reads a batch-ship file")]
        constraints = [
            models.UniqueConstraint(fields=["platform", "columns"], name="one_confirmation_per_platform_and_columns")
        ]

    def __str__(self) -> str:
        return f"{self.platform}: {self.columns}"
