"""The books of reveals and exports: who saw or took what, and for which purpose (SEC-25, SEC-31). Append-only."""

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.org.models import Store, User
from apps.org.scope import StoreScope


class Reveal(models.Model):
    """One look at a buyer's plain data, or at the pay of a month; pay belongs to no store."""

    class Purpose(models.TextChoices):
        CONTACT = "contact", _("Contact the buyer about this order")
        ADDRESS = "address", _("Check or correct the address")
        COURIER = "courier", _("Courier asks about the parcel")
        COMPLAINT = "complaint", _("Complaint or dispute")
        CHECK_PAY = "check_pay", _("Check the pay before it is paid")
        PAY_OUT = "pay_out", _("Pay it out")
        ASKED = "asked", _("An employee asks about their pay")
        OTHER = "other", _("Other, as noted")

    at = models.DateTimeField(_("at"), auto_now_add=True)
    user = models.ForeignKey(User, models.PROTECT, related_name="reveals", verbose_name=_("user"))
    user_name = models.CharField(pgettext_lazy("person", "name"), max_length=80)
    store = models.ForeignKey(Store, models.PROTECT, null=True, related_name="+", verbose_name=_("store"))
    subject = models.CharField(_("of what"), max_length=80)
    purpose = models.CharField(_("purpose"), max_length=20, choices=Purpose.choices)
    note = models.CharField(_("note"), max_length=200, blank=True)

    scope = StoreScope(store="store_id")

    class Meta:
        verbose_name = _("reveal")
        verbose_name_plural = _("reveals")
        ordering = ["-at", "-pk"]
        default_permissions = ("view",)
        indexes = [models.Index(fields=["user", "-at"], name="reveals_by_user")]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.user_name}: {self.subject}"


Purpose = Reveal.Purpose
BUYER_PURPOSES = (Purpose.CONTACT, Purpose.ADDRESS, Purpose.COURIER, Purpose.COMPLAINT, Purpose.OTHER)
PAY_PURPOSES = (Purpose.CHECK_PAY, Purpose.PAY_OUT, Purpose.ASKED, Purpose.OTHER)


class Export(models.Model):
    """One file of business data that left the house."""

    at = models.DateTimeField(_("at"), auto_now_add=True)
    user = models.ForeignKey(User, models.PROTECT, related_name="exports", verbose_name=_("user"))
    user_name = models.CharField(pgettext_lazy("person", "name"), max_length=80)
    kind = models.CharField(_("what"), max_length=40)
    query = models.JSONField(_("filters"), default=dict)
    rows = models.PositiveIntegerField(_("rows"))

    class Meta:
        verbose_name = _("export")
        verbose_name_plural = _("exports")
        ordering = ["-at", "-pk"]
        default_permissions = ("view",)
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.user_name}: {self.kind}"
