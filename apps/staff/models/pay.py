"""What somebody is paid by, what they earned on top, and what a month came to."""

import pgtrigger
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from apps.core.history import tracked
from apps.core.querysets import HouseQuerySet
from apps.org.models import Employee, Position, User
from apps.staff.models.sheet import ScoreSheet
from apps.staff.scope import PeopleScope


@tracked(births=True)
class PayScheme(models.Model):
    """The terms of a position, or of one employee, from a day on; the employee's own come first (STF-102 to STF-105)."""

    position = models.ForeignKey(
        Position, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("position")
    )
    employee = models.ForeignKey(
        Employee, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("employee")
    )
    effective_from = models.DateField(_("effective from"))
    fixed_amount = models.DecimalField(_("fixed part"), max_digits=14, decimal_places=2, default=0)
    performance_amount = models.DecimalField(
        _("part that the coefficient multiplies"), max_digits=14, decimal_places=2, default=0
    )
    commission_rate = models.DecimalField(
        _("share of own net sales"), max_digits=6, decimal_places=4, default=0, help_text=_("0.02 is 2 %.")
    )

    objects = HouseQuerySet.as_manager()

    class Meta:
        verbose_name = _("pay scheme")
        verbose_name_plural = _("pay schemes")
        ordering = ["-effective_from", "-pk"]
        default_permissions = ("view", "add")
        constraints = [
            models.CheckConstraint(
                condition=Q(position__isnull=True, employee__isnull=False)
                | Q(position__isnull=False, employee__isnull=True),
                name="a_pay_scheme_is_for_a_position_or_a_person",
                violation_error_message=_("Choose either a position or an employee."),
            ),
            models.CheckConstraint(
                condition=Q(
                    fixed_amount__gte=0, performance_amount__gte=0, commission_rate__gte=0, commission_rate__lte=1
                ),
                name="pay_terms_in_range",
                violation_error_message=_("Amounts are not negative, and a share lies between 0 and 1."),
            ),
            models.UniqueConstraint(
                fields=["position", "employee", "effective_from"],
                nulls_distinct=False,
                name="one_pay_scheme_per_day",
            ),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.employee or self.position} · {self.effective_from}"


class Reward(models.Model):
    """An amount on top for something done well (STF-97, AFT-42). There are no fines (OUT-02)."""

    employee = models.ForeignKey(Employee, models.PROTECT, related_name="rewards", verbose_name=_("employee"))
    month = models.DateField(_("month"))
    amount = models.DecimalField(_("amount"), max_digits=14, decimal_places=2)
    reason = models.CharField(_("reason"), max_length=200)
    given_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("given by"))
    given_at = models.DateTimeField(_("given at"), db_default=Now(), editable=False)
    key = models.UUIDField(unique=True, editable=False)

    objects = HouseQuerySet.as_manager()
    scope = PeopleScope(employee="employee__", everybody="staff.view_payline", committee=False)

    class Meta:
        verbose_name = _("reward")
        verbose_name_plural = _("rewards")
        ordering = ["pk"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="reward_amount_positive"),
            models.CheckConstraint(condition=~Q(reason=""), name="a_reward_says_what_for"),
            models.CheckConstraint(condition=Q(month__day=1), name="a_rewards_month_is_its_first_day"),
        ]
        indexes = [models.Index(fields=["month", "employee"], name="rewards_by_month")]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.employee.name} {self.month:%Y-%m}"


class PayLine(models.Model):
    """What one closed sheet came to: figures and formulas as they were; a correction replaces it and is a new row.

    parts: kind, formula, amount of each, which sum to the total. HR and the person alone see it. computed_at: by the
    clock that also says when a sheet was closed, the database's, so that a server that lags behind mistakes nothing.
    """

    sheet = models.ForeignKey(ScoreSheet, models.PROTECT, related_name="pay_lines", verbose_name=_("score sheet"))
    supersedes = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="superseded_by", verbose_name=_("replaces")
    )
    final_score = models.DecimalField(_("final score"), max_digits=5, decimal_places=2)
    coefficient = models.DecimalField(_("coefficient"), max_digits=4, decimal_places=2)
    parts = models.JSONField(_("parts"))
    total = models.DecimalField(_("pay"), max_digits=14, decimal_places=2)
    computed_at = models.DateTimeField(_("computed at"), db_default=Now(), editable=False)
    computed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("computed by"))

    objects = HouseQuerySet.as_manager()
    scope = PeopleScope(employee="sheet__employee__", everybody="staff.view_payline", committee=False)

    class Meta:
        verbose_name = _("pay line")
        verbose_name_plural = _("pay lines")
        ordering = ["-pk"]
        default_permissions = ("view",)
        permissions = [
            ("compute_pay", "May compute pay and give rewards"),
            ("export_pay", "May export pay"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(total__gte=0), name="pay_not_negative"),
            models.UniqueConstraint(
                fields=["sheet"], condition=Q(supersedes__isnull=True), name="one_first_pay_line_per_sheet"
            ),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return str(self.sheet)
