"""What was said: decisions, comments, attachments. All of it is only ever added."""

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.approvals.models.request import ApprovalRequest, Voice
from apps.approvals.rules.steps import Verdict
from apps.core.querysets import HouseQuerySet
from apps.files.models import StoredFile
from apps.org.models import Employee, User
from apps.workflow.triggers import SEED_VERB, VERB


def _only_added() -> pgtrigger.Trigger:
    return pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)


def _bound_to_what_was_shown() -> pgtrigger.Trigger:
    """Four eyes, an open request, its open step and its version: asked once more by the database.

    The seeding door writes what was decided long ago.
    """
    return pgtrigger.Trigger(
        name="bound_to_what_was_shown",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert,
        declare=[("asked", "approvals_approvalrequest%ROWTYPE")],
        func=f"""
            IF {VERB} = '{SEED_VERB}' THEN RETURN NEW; END IF;
            SELECT * INTO asked FROM approvals_approvalrequest WHERE id = NEW.request_id;
            IF asked.state <> 'open' OR asked.version <> NEW.version
                OR NEW.by_id = asked.requested_by_id OR NEW.by_id = ANY (asked.barred_ids)
                OR NOT EXISTS (SELECT FROM approvals_voice v WHERE v.id = NEW.voice_id
                    AND v.request_id = NEW.request_id AND v.position = asked.position)
            THEN
                RAISE EXCEPTION 'this decision does not belong to what is open' USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        """,  # noqa: S608 - fixed words of the machine, no input
    )


class Decision(models.Model):
    """One voice raised: who, in whose stead, on which version.

    by: null for an outside party, whose name is kept. is_silent: nobody answered, and the rule takes it for a yes.
    """

    request = models.ForeignKey(ApprovalRequest, models.PROTECT, related_name="decisions", verbose_name=_("request"))
    voice = models.OneToOneField(Voice, models.PROTECT, related_name="decision", verbose_name=_("needed decision"))
    verdict = models.CharField(_("verdict"), max_length=10, choices=Verdict.choices)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("decided by"))
    by_name = models.CharField(_("decided by"), max_length=80)
    in_stead_of = models.ForeignKey(
        Employee, models.PROTECT, null=True, related_name="+", verbose_name=_("in the stead of")
    )
    is_silent = models.BooleanField(_("by silence"), default=False)
    comment = models.CharField(_("comment"), max_length=500, blank=True)
    version = models.CharField(_("version"), max_length=64)
    at = models.DateTimeField(_("decided at"), auto_now_add=True)

    objects = HouseQuerySet.as_manager()

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        ordering = ["pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["request", "by"], condition=Q(by__isnull=False), name="nobody_decides_twice"
            ),
            models.CheckConstraint(condition=Q(verdict="approve") | ~Q(comment=""), name="a_refusal_says_why"),
        ]
        triggers = [_only_added(), _bound_to_what_was_shown()]

    def __str__(self) -> str:
        return f"{self.by_name}: {self.get_verdict_display()}"


class Comment(models.Model):
    """A remark or a question on a request."""

    request = models.ForeignKey(ApprovalRequest, models.PROTECT, related_name="comments", verbose_name=_("request"))
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("written by"))
    by_name = models.CharField(_("written by"), max_length=80)
    text = models.CharField(_("comment"), max_length=500)
    at = models.DateTimeField(_("written at"), auto_now_add=True)

    objects = HouseQuerySet.as_manager()

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        ordering = ["pk"]
        default_permissions = ()
        triggers = [_only_added()]

    def __str__(self) -> str:
        return f"{self.by_name}: {self.text}"


class Attachment(models.Model):
    """A file put to a request: a client's letter, a competitor's price."""

    request = models.ForeignKey(ApprovalRequest, models.PROTECT, related_name="attachments", verbose_name=_("request"))
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+", verbose_name=_("file"))
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("attached by"))
    at = models.DateTimeField(_("attached at"), auto_now_add=True)

    objects = HouseQuerySet.as_manager()

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        ordering = ["pk"]
        default_permissions = ()
        triggers = [_only_added()]

    def __str__(self) -> str:
        return str(self.file)
