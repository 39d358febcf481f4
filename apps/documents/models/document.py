"""The issued paper: number and context frozen, the file beside it."""

import json
from typing import Any, Self

import pgtrigger
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.core.crypto import decrypt
from apps.core.history import tracked
from apps.core.querysets import HouseQuerySet
from apps.documents.freezing import Frozen
from apps.documents.kinds import all_kinds, kind_named
from apps.documents.workflows.document import DocumentState, DocumentWorkflow
from apps.files.models import StoredFile
from apps.org.actors import Actor
from apps.org.models import Store, User, Warehouse
from apps.org.scope import StoreScope, visible
from apps.workflow.triggers import frozen, machine

RENDER_VERB = "documents.document.render"
SEALED_CONTEXTS = "document"
ISSUED_ONCE = [
    "kind",
    "number",
    "store_id",
    "warehouse_id",
    "subject_type",
    "subject_id",
    "day",
    "language",
    "context",
    "sealed_context",
    "context_digest",
    "supersedes_id",
    "issued_at",
    "issued_by_id",
    "issued_by_name",
]
PRINTED = ["file_id", "file_hash", "rendered_at"]


def seal_place(number: str) -> str:
    """What a sealed context is bound to."""
    return f"{SEALED_CONTEXTS}:{number}"


class DocumentRows(HouseQuerySet["Document"]):
    """Papers by what is asked about them."""

    def readable(self, by: Actor) -> Self:
        """Papers that this person may know of: of their stores and warehouses, and of kinds that they may see."""
        closed = [kind.name for kind in all_kinds() if not by.may(kind.right)]
        rows: Self = visible(self, by)  # type: ignore[assignment]  # a filter of the same queryset
        return rows.exclude(kind__in=closed) if closed else rows

    def about(self, subject: models.Model) -> Self:
        """Papers about one row of any floor, newest first."""
        return self.filter(subject_type=subject._meta.label_lower, subject_id=subject.pk).order_by("-pk")

    def waiting(self) -> Self:
        """Papers without a file that no printer holds, oldest first."""
        free = models.Q(held_until__isnull=True) | models.Q(held_until__lte=timezone.now())
        return self.filter(free, state=DocumentState.ISSUED).order_by("pk")


@tracked(exclude=["context", "sealed_context"])
@machine(initial=DocumentState.ISSUED)
class Document(DocumentWorkflow):
    """One paper. A correction is a new paper that supersedes this one; nothing that was issued changes."""

    class Failure(models.TextChoices):
        NONE = "", "–"
        TOO_SLOW = "too_slow", _("It takes too long to lay out")
        TOO_LARGE = "too_large", _("It is too large for one paper")
        BROKEN = "broken", _("The printer stopped")

    kind = models.CharField(_("kind"), max_length=30)
    number = models.CharField(_("number"), max_length=40, unique=True)
    store = models.ForeignKey(Store, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("store"))
    warehouse = models.ForeignKey(
        Warehouse, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("warehouse")
    )
    subject_type = models.CharField(max_length=80, blank=True, editable=False)
    subject_id = models.BigIntegerField(null=True, editable=False)
    day = models.DateField(_("business day"))
    language = models.CharField(_("language"), max_length=10)
    context = models.JSONField(null=True, editable=False)
    sealed_context = models.BinaryField(null=True)
    context_digest = models.CharField(_("digest of the contents"), max_length=64)
    supersedes = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="superseded_by", verbose_name=_("replaces")
    )
    issued_at = models.DateTimeField(_("issued at"), auto_now_add=True)
    issued_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("issued by"))
    issued_by_name = models.CharField(_("issued by"), max_length=80)
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+", editable=False)
    file_hash = models.CharField(_("digest of the file"), max_length=64, blank=True, editable=False)
    attempts = models.PositiveSmallIntegerField(default=0, editable=False)
    held_until = models.DateTimeField(null=True, editable=False)
    failure = models.CharField(_("why not"), max_length=20, choices=Failure.choices, blank=True, editable=False)

    objects = DocumentRows.as_manager()
    scope = StoreScope(store="store_id", warehouse="warehouse_id")

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering = ["-pk"]
        default_permissions = ("view",)
        indexes = [
            models.Index(fields=["subject_type", "subject_id"], name="documents_about"),
            models.Index(fields=["kind", "-day"], name="documents_of_a_kind"),
            models.Index(fields=["id"], condition=models.Q(state="issued"), name="documents_waiting"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(context__isnull=True, sealed_context__isnull=False)
                | models.Q(context__isnull=False, sealed_context__isnull=True),
                name="a_context_is_plain_or_sealed",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="rendered") | models.Q(file__isnull=False),
                name="a_rendered_document_has_a_file",
            ),
        ]
        triggers = [
            frozen([*ISSUED_ONCE, *PRINTED], unless={RENDER_VERB: PRINTED}),
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def title(self) -> str:
        """What the paper is, in the active language; a kind that is no longer known keeps its name."""
        try:
            return str(kind_named(self.kind).label)
        except KeyError:
            return self.kind

    def contents(self) -> Frozen:
        """The frozen context, unsealed where it is personal."""
        if self.sealed_context is None:
            return dict(self.context or {})
        plain: dict[str, Any] = json.loads(decrypt(bytes(self.sealed_context), place=seal_place(self.number)))
        return plain
