"""What somebody means to decide: given, checked, and not yet in effect (docs/adr/0013)."""

from typing import Self

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.approvals.models.decision import Decision
from apps.approvals.models.request import ApprovalRequest
from apps.approvals.rules.steps import Verdict
from apps.approvals.scope import RequestScope
from apps.approvals.workflows.intention import IntentionState, IntentionWorkflow
from apps.core.history import tracked
from apps.core.querysets import HouseQuerySet
from apps.org.actors import Actor
from apps.org.models import User
from apps.workflow.triggers import frozen, machine

GIVEN_ONCE = [
    "request_id", "by_id", "by_name", "verdict", "comment", "version", "position", "given_at", "due_at",
]  # fmt: skip


class IntentionRows(HouseQuerySet["Intention"]):
    """Intentions by whose they are and how they stand."""

    def open(self) -> Self:
        """Those that have neither taken effect nor ended otherwise."""
        return self.filter(state=IntentionState.OPEN)

    def of(self, by: Actor) -> Self:
        """Those that this person gave; the house itself has none."""
        return self.none() if by.id is None else self.filter(by=by.id)


@tracked(exclude=["attempts", "leased_until"])
@machine(initial=IntentionState.OPEN)
class Intention(IntentionWorkflow):
    """One person's decision on one request, as it was given; the decision itself is written when it takes effect.

    position: the step that was open; it speaks for no other. due_at: from when it takes effect; until then it can be
    taken back. decision: what came of it; refusal: why nothing did, in every language. attempts: how often a worker has
    tried; leased_until: until when nobody else does.
    """

    request = models.ForeignKey(ApprovalRequest, models.PROTECT, related_name="intentions", verbose_name=_("request"))
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("decided by"))
    by_name = models.CharField(_("decided by"), max_length=80)
    verdict = models.CharField(_("verdict"), max_length=10, choices=Verdict.choices)
    comment = models.CharField(_("comment"), max_length=500, blank=True)
    version = models.CharField(_("version"), max_length=64)
    position = models.PositiveSmallIntegerField(_("step"), editable=False)
    given_at = models.DateTimeField(_("given at"))
    due_at = models.DateTimeField(_("takes effect at"))
    decision = models.OneToOneField(Decision, models.PROTECT, null=True, related_name="intention", editable=False)
    refusal = models.JSONField(null=True, editable=False)
    attempts = models.PositiveSmallIntegerField(default=0, editable=False)
    leased_until = models.DateTimeField(null=True, editable=False)

    objects = IntentionRows.as_manager()
    scope = RequestScope(path="request__")

    class Meta:
        verbose_name = _("decision given")
        verbose_name_plural = _("decisions given")
        ordering = ["pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["request", "by"],
                condition=Q(state__in=[IntentionState.OPEN, IntentionState.CARRIED_OUT]),
                name="one_intention_that_counts_per_person",
            ),
            models.CheckConstraint(condition=Q(due_at__gt=F("given_at")), name="an_intention_has_time"),
            models.CheckConstraint(
                condition=Q(state=IntentionState.CARRIED_OUT, decision__isnull=False)
                | (~Q(state=IntentionState.CARRIED_OUT) & Q(decision__isnull=True)),
                name="what_took_effect_is_a_decision",
            ),
            models.CheckConstraint(
                condition=Q(state=IntentionState.FELL_THROUGH, refusal__isnull=False)
                | (~Q(state=IntentionState.FELL_THROUGH) & Q(refusal__isnull=True)),
                name="what_fell_through_says_why",
            ),
        ]
        indexes = [models.Index(fields=["due_at"], condition=Q(state="open"), name="intentions_open")]
        triggers = [
            frozen(GIVEN_ONCE),
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.by_name}: {self.get_verdict_display()} ({self.get_state_display()})"
