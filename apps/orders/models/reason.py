"""Why a shipping order is stopped: a set of reasons that clear one by one. A hold is a reason with a release time."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.core.history import tracked
from apps.core.querysets import HouseQuerySet
from apps.orders.models.audit_rule import AuditRule
from apps.orders.models.shipping_order import ShippingOrder
from apps.org.models import User
from apps.org.scope import StoreScope


@tracked()
class Reason(models.Model):
    """One reason on one shipping order, by a rule or by a person. Open until `cleared_at`."""

    class Code(models.TextChoices):
        RULE = "rule", _("Audit rule")
        MANUAL_HOLD = "manual_hold", _("Held by hand")
        REFUND = "refund", _("Refund requested")
        CHANGED = "changed", _("Changed after confirmation")

    shipping_order = models.ForeignKey(ShippingOrder, models.CASCADE, related_name="reasons")
    code = models.CharField(_("kind"), max_length=20, choices=Code.choices)
    rule = models.ForeignKey(AuditRule, models.PROTECT, null=True, related_name="+", verbose_name=_("audit rule"))
    note = models.CharField(_("note"), max_length=200, blank=True)
    opened_at = models.DateTimeField(_("since"), auto_now_add=True)
    opened_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("by"))
    release_at = models.DateTimeField(_("released at"), null=True)
    cleared_at = models.DateTimeField(_("cleared at"), null=True)
    cleared_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("cleared by"))
    clear_note = models.CharField(_("how it was cleared"), max_length=200, blank=True)

    objects = HouseQuerySet.as_manager()
    scope = StoreScope(store="shipping_order__store_id", warehouse="shipping_order__warehouse_id")

    class Meta:
        verbose_name = _("reason")
        verbose_name_plural = _("reasons")
        ordering = ["pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["shipping_order", "code", "rule"],
                condition=Q(cleared_at__isnull=True),
                nulls_distinct=False,
                name="one_open_reason_of_a_kind",
            )
        ]
        indexes = [
            models.Index(fields=["shipping_order"], condition=Q(cleared_at__isnull=True), name="open_reasons"),
            models.Index(
                fields=["release_at"],
                condition=Q(cleared_at__isnull=True, release_at__isnull=False),
                name="holds_to_release",
            ),
        ]

    def __str__(self) -> str:
        return str(self.rule.name if self.rule else self.get_code_display())
