"""Why goods come back: a small table that the company keeps (AFT-18)."""

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.core.history import tracked
from apps.core.querysets import HouseQuerySet

UNDELIVERED = "undelivered"
USUAL: dict[str, str | Promise] = {
    "changed_mind": _("Changed their mind"),
    "quality": _("Quality problem"),
    "wrong_item": _("Wrong item sent"),
    "not_as_described": _("Not as described"),
    "damaged": _("Damaged on the way"),
    UNDELIVERED: _("Refused or not delivered"),
    "other": _("Other"),
}


@tracked(births=True)
class ReturnReason(models.Model):
    """One reason to choose from. name: empty for one of the usual codes, which then reads in the reader's language."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=80, blank=True, help_text=_("Empty: the usual name of this code."))
    position = models.PositiveSmallIntegerField(_("sequence"), default=100)
    is_active = models.BooleanField(_("active"), default=True)

    objects = HouseQuerySet.as_manager()

    class Meta:
        verbose_name = _("return reason")
        verbose_name_plural = _("return reasons")
        ordering = ["position", "pk"]
        default_permissions = ("view", "add", "change")

    def __str__(self) -> str:
        return self.name or str(USUAL.get(self.code, self.code))
