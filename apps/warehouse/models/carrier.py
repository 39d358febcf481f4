"""Carriers: who takes the parcels, and what files and platforms call them."""

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.history import tracked
from apps.core.querysets import HouseQuerySet
from apps.org.models import Platform

BY_PLATFORM = _('Please give a text for each platform, such as {"taobao": "YTO"}.')


@tracked(births=True)
class Carrier(models.Model):
    """An express company.

    aliases: other names in files. waybill_patterns: regular expressions of a whole waybill number, newest shape first;
    a number that fits none is a warning, never a refusal, because carriers add ranges every year. platform_names: what
    a platform calls the carrier in batch-ship files, platform → name. platform_codes: the code that it gave the carrier,
    platform → code; a platform of which nobody knows the code is not in it.
    """

    code = models.CharField(_("carrier code"), max_length=20, unique=True)
    name = models.CharField(_("carrier"), max_length=60, unique=True)
    aliases = ArrayField(models.CharField(max_length=60), default=list, blank=True, verbose_name=_("other names"))
    waybill_patterns = ArrayField(
        models.CharField(max_length=120), default=list, blank=True, verbose_name=_("shapes of waybill numbers")
    )
    platform_names = models.JSONField(_("names on platforms"), default=dict, blank=True)
    platform_codes = models.JSONField(_("codes on platforms"), default=dict, db_default={}, blank=True)
    is_active = models.BooleanField(_("active"), default=True)

    objects = HouseQuerySet.as_manager()

    class Meta:
        verbose_name = _("carrier")
        verbose_name_plural = _("carriers")
        ordering = ["code"]
        default_permissions = ("view",)
        permissions = [("keep_carriers", "May add and change carriers")]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Refuse what no batch-ship file could be written with, with the sentence beside the box."""
        wrong = [field for field in ("platform_names", "platform_codes") if not _is_by_platform(getattr(self, field))]
        if wrong:
            raise ValidationError(dict.fromkeys(wrong, BY_PLATFORM))


def _is_by_platform(value: object) -> bool:
    return isinstance(value, dict) and all(
        platform in Platform.values and isinstance(text, str) for platform, text in value.items()
    )
