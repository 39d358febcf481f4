"""Audit rules as rows: what makes an order stop before the warehouse sees it."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.core.history import tracked
from apps.core.querysets import HouseQuerySet
from apps.orders.rules.audit import checked_conditions
from apps.orders.rules.wording import in_words
from apps.org.models import Store


@tracked(births=True)
class AuditRule(models.Model):
    """If all conditions hold, the shipping order gets this rule as an exception or a hold.

    conditions: a list of {"field", "op", "value"}; which exist and what they mean is declared in `rules/audit.py`.
    hold_minutes: for holds, how long after acceptance; such a reason clears itself.
    """

    class Effect(models.TextChoices):
        EXCEPTION = "exception", _("Exception, to be cleared by a person")
        HOLD = "hold", _("Hold, released by itself")

    code = models.CharField(_("code"), max_length=40, unique=True)
    name = models.CharField(pgettext_lazy("audit rule", "name"), max_length=80)
    store = models.ForeignKey(
        Store, models.PROTECT, null=True, blank=True, related_name="audit_rules", verbose_name=_("only for store")
    )
    conditions = models.JSONField(_("conditions"))
    effect = models.CharField(_("effect"), max_length=10, choices=Effect.choices, default=Effect.EXCEPTION)
    hold_minutes = models.PositiveIntegerField(_("hold for minutes"), null=True, blank=True)
    position = models.PositiveSmallIntegerField(_("sequence"), default=100)
    is_active = models.BooleanField(_("active"), default=True)

    objects = HouseQuerySet.as_manager()

    class Meta:
        verbose_name = _("audit rule")
        verbose_name_plural = _("audit rules")
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(effect="exception") | models.Q(hold_minutes__isnull=False, hold_minutes__gt=0),
                name="a_hold_has_minutes",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def why(self) -> str:
        """What the rule looks for, in the reader's language: why it stopped an order."""
        return in_words(self.conditions)

    def clean(self) -> None:
        """Refuse conditions that no compiler knows, with the sentence beside the box."""
        checked_conditions(self.conditions)
