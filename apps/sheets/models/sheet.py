"""The sheet: one file of one kind, for one place."""

from django.db import models
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.core.history import tracked
from apps.core.querysets import HouseQuerySet
from apps.files.models import StoredFile
from apps.jobs.models import Job
from apps.org.models import Store, User, Warehouse
from apps.sheets.kinds import kind_named
from apps.sheets.scope import SheetScope
from apps.sheets.workflows.sheet import SheetState, SheetWorkflow
from apps.workflow.triggers import machine

HAS_PLACE = Q(store__isnull=False) | Q(warehouse__isnull=False)


@tracked()
@machine(initial=SheetState.RECEIVED)
class Sheet(SheetWorkflow):
    """One uploaded file of master data.

    The same bytes of one kind are one sheet per place (without a place: per person), unless it was applied, refused or
    discarded.
    counts: rows by verdict. made_id: what the whole sheet made, where its kind makes one thing of all rows.
    """

    kind = models.CharField(_("kind"), max_length=40)
    store = models.ForeignKey(Store, models.PROTECT, null=True, related_name="+", verbose_name=_("store"))
    warehouse = models.ForeignKey(Warehouse, models.PROTECT, null=True, related_name="+", verbose_name=_("warehouse"))
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+", verbose_name=_("file"))
    name = models.CharField(_("file name"), max_length=200)
    sha256 = models.BinaryField(max_length=32, editable=False)
    is_current = models.BooleanField(default=True, editable=False)
    received_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("uploaded by"))
    received_at = models.DateTimeField(_("uploaded at"), auto_now_add=True)
    check_job = models.ForeignKey(Job, models.PROTECT, null=True, related_name="+", editable=False)
    apply_job = models.ForeignKey(Job, models.PROTECT, null=True, related_name="+", editable=False)
    counts = models.JSONField(default=dict, editable=False)
    made_id = models.BigIntegerField(null=True, editable=False)

    objects = HouseQuerySet.as_manager()
    scope = SheetScope(store="store_id", warehouse="warehouse_id")

    class Meta:
        verbose_name = _("sheet")
        verbose_name_plural = _("sheets")
        ordering = ["-received_at", "-pk"]
        default_permissions = ("view",)
        permissions = [
            ("import_skus", "May import SKUs from sheets"),
            ("import_listings", "May import listings from sheets"),
            ("import_bins", "May import bins from sheets"),
            ("import_carriers", "May import carriers from sheets"),
            ("import_opening_stock", "May import opening stock from sheets"),
        ]
        indexes = [models.Index(fields=["kind", "-received_at"], name="sheets_by_kind")]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "store", "warehouse", "sha256"],
                condition=Q(is_current=True) & HAS_PLACE,
                nulls_distinct=False,
                name="same_sheet_once_per_place",
            ),
            models.UniqueConstraint(
                fields=["kind", "received_by", "sha256"],
                condition=Q(is_current=True) & ~HAS_PLACE,
                name="same_sheet_once_per_person",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"

    @property
    def kind_label(self) -> str | Promise:
        """What the kind is called; its plain name when no floor knows it any more."""
        try:
            return kind_named(self.kind).label
        except KeyError:
            return self.kind
