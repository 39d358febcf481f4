"""Policies: who decides on what, as data with a day from which it holds (LST-11 to LST-19)."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.approvals.rules.steps import Mode, Operator, Who
from apps.core.history import tracked
from apps.core.querysets import HouseQuerySet
from apps.org.models import Employee, Store

ROLE_VOICE = Q(who=Who.ROLE, employee__isnull=True) & ~Q(role="")
EMPLOYEE_VOICE = Q(who=Who.EMPLOYEE, role="", employee__isnull=False)
CLIENT_VOICE = Q(who=Who.CLIENT, role="", employee__isnull=True)


@tracked(births=True)
class Policy(models.Model):
    """From this day on, this kind of request goes through these steps; in one store, or in all that have none of their own.

    effective_until: the last day, for a store that goes back to the company's policy.
    """

    kind = models.CharField(_("kind of request"), max_length=60)
    store = models.ForeignKey(Store, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("store"))
    name = models.CharField(_("name"), max_length=120)
    effective_from = models.DateField(_("effective from"))
    effective_until = models.DateField(_("effective until"), null=True, blank=True)

    objects = HouseQuerySet.as_manager()

    class Meta:
        verbose_name = _("approval policy")
        verbose_name_plural = _("approval policies")
        ordering = ["kind", "-effective_from", "-pk"]
        default_permissions = ("view", "add", "change")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "store", "effective_from"],
                nulls_distinct=False,
                name="one_policy_per_kind_store_and_day",
            ),
            models.CheckConstraint(
                condition=Q(effective_until__isnull=True) | Q(effective_until__gte=F("effective_from")),
                name="a_policy_ends_after_it_begins",
                violation_error_message=_("A policy ends on its first day or later."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class VoiceColumns(models.Model):
    """Whose voice is needed at which place; the same in a policy and, frozen, in a request."""

    position = models.PositiveSmallIntegerField(
        _("step"), default=1, help_text=_("Lines with the same number are one step.")
    )
    mode = models.CharField(_("needed"), max_length=5, choices=Mode.choices, default=Mode.ANY)
    who = models.CharField(_("who decides"), max_length=10, choices=Who.choices, default=Who.ROLE)
    role = models.CharField(_("role"), max_length=40, blank=True)
    employee = models.ForeignKey(
        Employee, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("employee")
    )
    silence_accepts = models.BooleanField(
        _("silence accepts"), default=False, help_text=_("Only for the client: no answer in time counts as agreement.")
    )

    class Meta:
        abstract = True


@tracked(births=True)
class PolicyStep(VoiceColumns):
    """One voice of a policy. fact, operator, value: the condition under which it is needed; empty means always."""

    policy = models.ForeignKey(Policy, models.CASCADE, related_name="steps", verbose_name=_("approval policy"))
    fact = models.CharField(_("only if"), max_length=40, blank=True)
    operator = models.CharField(_("compared"), max_length=10, choices=Operator.choices, blank=True)
    value = models.CharField(_("with"), max_length=40, blank=True)

    objects = HouseQuerySet.as_manager()

    class Meta:
        verbose_name = _("approval step")
        verbose_name_plural = _("approval steps")
        ordering = ["position", "pk"]
        default_permissions = ("view", "add", "change", "delete")
        constraints = [
            models.CheckConstraint(
                condition=ROLE_VOICE | EMPLOYEE_VOICE | CLIENT_VOICE,
                name="a_step_names_one_kind_of_voice",
                violation_error_message=_(
                    "Choose a role for “anybody with a role”, an employee for “one employee”, neither for the client."
                ),
            ),
            models.CheckConstraint(
                condition=Q(silence_accepts=False) | Q(who=Who.CLIENT),
                name="only_a_clients_silence_accepts",
                violation_error_message=_("Only a client's silence can count as agreement."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position} · {self.get_who_display()}"
