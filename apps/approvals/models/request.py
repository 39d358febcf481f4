"""The request: what is asked, what was shown, and whose voices it needs."""

from typing import TYPE_CHECKING, Self

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.functions import TransactionNow
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.approvals.kinds import kind_named
from apps.approvals.models.policy import Policy, VoiceColumns
from apps.approvals.scope import RequestScope
from apps.approvals.workflows.request import ApprovalRequestWorkflow, RequestState
from apps.core.history import tracked
from apps.core.querysets import HouseQuerySet
from apps.org.models import Store, User
from apps.workflow.triggers import frozen, machine

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

    from apps.approvals.models.decision import Attachment, Comment, Decision
    from apps.approvals.models.intention import Intention

ASKED_ONCE = [
    "kind", "subject_type", "subject_id", "store_id", "store_ids", "policy_id", "shown", "facts", "version", "reason",
    "requested_by_id", "requested_by_name", "requested_at", "barred_ids",
]  # fmt: skip


class RequestRows(HouseQuerySet["ApprovalRequest"]):
    """Requests by what is asked about them."""

    def open(self) -> Self:
        """Those that nobody has decided yet."""
        return self.filter(state=RequestState.OPEN)

    def about(self, subject: models.Model) -> Self:
        """Requests about one row of any floor, newest first."""
        return self.filter(subject_type=subject._meta.label_lower, subject_id=subject.pk).order_by("-pk")


@tracked(exclude=["shown", "facts"])
@machine(initial=RequestState.OPEN)
class ApprovalRequest(ApprovalRequestWorkflow):
    """One question to other people about one row.

    shown: what every decision is made on, never changed; version: its digest. position: the step that is open.
    barred_ids: users who made what is asked about and therefore never decide, besides who asked (four eyes).
    store_ids: every store that the subject is about, none when it is the house's own; store: the only one of them, whose
    policy and parameters count, None for several.
    """

    kind = models.CharField(_("kind of request"), max_length=60)
    subject_type = models.CharField(max_length=80, editable=False)
    subject_id = models.BigIntegerField(editable=False)
    store = models.ForeignKey(Store, models.PROTECT, null=True, related_name="+", verbose_name=_("store"))
    store_ids = ArrayField(models.BigIntegerField(), default=list, editable=False)
    policy = models.ForeignKey(Policy, models.PROTECT, related_name="requests", verbose_name=_("approval policy"))
    shown = models.JSONField(editable=False)
    facts = models.JSONField(editable=False)
    version = models.CharField(_("version"), max_length=64, editable=False)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    requested_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("requested by"))
    requested_by_name = models.CharField(_("requested by"), max_length=80)
    # Of the same clock as the history, whose first change may be in the same transaction.
    requested_at = models.DateTimeField(_("requested at"), db_default=TransactionNow(), editable=False)
    barred_ids = ArrayField(models.BigIntegerField(), default=list, editable=False)
    position = models.PositiveSmallIntegerField(_("step"), default=1, editable=False)
    step_opened_at = models.DateTimeField(_("step open since"), editable=False)
    reminded_at = models.DateTimeField(null=True, editable=False)

    objects = RequestRows.as_manager()
    scope = RequestScope()

    if TYPE_CHECKING:
        voices: RelatedManager["Voice"]
        decisions: RelatedManager["Decision"]
        intentions: RelatedManager["Intention"]
        comments: RelatedManager["Comment"]
        attachments: RelatedManager["Attachment"]

    class Meta:
        verbose_name = _("approval request")
        verbose_name_plural = _("approval requests")
        ordering = ["-pk"]
        default_permissions = ("view",)
        permissions = [("send_link", "May make a client's link to a request that somebody else asked for")]
        constraints = [
            models.UniqueConstraint(
                fields=["subject_type", "subject_id"],
                condition=Q(state=RequestState.OPEN),
                name="one_open_request_per_subject",
            ),
            models.CheckConstraint(
                condition=(Q(store__isnull=True) & ~Q(store_ids__len=1)) | Q(store_ids=[F("store_id")]),
                name="the_store_of_a_request_is_its_only_one",
            ),
        ]
        indexes = [
            models.Index(fields=["subject_type", "subject_id"], name="requests_about"),
            models.Index(fields=["id"], condition=Q(state="open"), name="open_requests"),
            models.Index(fields=["requested_by", "-id"], name="requests_by_asker"),
        ]
        triggers = [
            frozen(ASKED_ONCE),
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """What it is about, in data."""
        return str(self.shown.get("title", "")) or f"{self.subject_type} {self.subject_id}"

    @property
    def kind_label(self) -> str:
        """The kind in the reader's language; a kind that is no longer known keeps its name."""
        try:
            return str(kind_named(self.kind).label)
        except KeyError:
            return self.kind


class Voice(VoiceColumns):
    """One needed voice, copied from the policy when the request was made: a policy changed later changes nothing here."""

    request = models.ForeignKey(ApprovalRequest, models.PROTECT, related_name="voices", verbose_name=_("request"))
    link_issued_at = models.DateTimeField(_("link issued at"), null=True, editable=False)
    link_opened = models.PositiveIntegerField(_("link opened"), default=0, editable=False)

    objects = HouseQuerySet.as_manager()

    class Meta:
        verbose_name = _("needed decision")
        verbose_name_plural = _("needed decisions")
        ordering = ["position", "pk"]
        default_permissions = ()
        triggers = [
            frozen(["request_id", "position", "mode", "who", "role", "employee_id", "silence_accepts"]),
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.request_id}: {self.position}"
