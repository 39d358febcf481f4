"""Rules that say what a bill's line is about: rows that an accountant may change."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.core.history import tracked
from apps.core.querysets import HouseQuerySet
from apps.finance.rules.classes import LineClass


class Direction(models.TextChoices):
    """Which way the money went."""

    ANY = "", _("Either")
    IN = "in", _("Received")
    OUT = "out", _("Paid out")


@tracked(births=True)
class ClassRule(models.Model):
    """One rule; the first that fits by position wins, and an empty condition fits every line.

    code: how the business code begins. kind_text: the business type, exactly. text: occurs in description, note or
    title. number_prefix: how the merchant's order number begins.
    """

    position = models.PositiveSmallIntegerField(pgettext_lazy("rank", "position"), default=500)
    name = models.CharField(_("name"), max_length=80, unique=True)
    code = models.CharField(_("business code begins with"), max_length=20, blank=True)
    kind_text = models.CharField(_("business type"), max_length=40, blank=True)
    text = models.CharField(_("text contains"), max_length=80, blank=True)
    number_prefix = models.CharField(_("merchant number begins with"), max_length=20, blank=True)
    direction = models.CharField(
        _("direction"), max_length=3, choices=Direction.choices, default=Direction.ANY, blank=True
    )
    line_class = models.CharField(_("class"), max_length=20, choices=LineClass.choices)
    is_active = models.BooleanField(_("active"), default=True)

    objects = HouseQuerySet.as_manager()

    class Meta:
        verbose_name = _("class rule")
        verbose_name_plural = _("class rules")
        ordering = ["position", "pk"]
        default_permissions = ("view", "add", "change")
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(code="", kind_text="", text="", number_prefix=""),
                name="a_class_rule_has_a_condition",
            )
        ]

    def __str__(self) -> str:
        return self.name
