"""Import batches and the files in them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.history import tracked
from apps.core.querysets import HouseQuerySet
from apps.files.models import StoredFile
from apps.jobs.models import Job
from apps.orders.models.token import StoreToken
from apps.orders.workflows.import_batch import BatchState, ImportBatchWorkflow
from apps.org.models import Store, User
from apps.org.scope import StoreScope
from apps.workflow.triggers import machine


@tracked()
@machine(initial=BatchState.RECEIVED)
class ImportBatch(ImportBatchWorkflow):
    """What came for one store at once: an order file, an item file, both; or what a program pushed.

    token: of the program; None for files. rows_removed_at: since when the rows are gone, of which only the numbers and
    the findings are kept.
    """

    store = models.ForeignKey(Store, models.PROTECT, related_name="import_batches", verbose_name=_("store"))
    received_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("uploaded by"))
    received_at = models.DateTimeField(_("uploaded at"), auto_now_add=True)
    token = models.ForeignKey(
        StoreToken, models.PROTECT, null=True, related_name="+", editable=False, verbose_name=_("API token")
    )
    rows_removed_at = models.DateTimeField(_("rows removed at"), null=True, editable=False)
    check_job = models.ForeignKey(Job, models.PROTECT, null=True, related_name="+", editable=False)
    import_job = models.ForeignKey(Job, models.PROTECT, null=True, related_name="+", editable=False)
    counts = models.JSONField(default=dict, editable=False)

    objects = HouseQuerySet.as_manager()
    scope = StoreScope(store="store_id")

    class Meta:
        verbose_name = _("import batch")
        verbose_name_plural = _("import batches")
        ordering = ["-received_at", "-pk"]
        permissions = [("run_importbatch", "May import a checked batch")]
        indexes = [
            models.Index(fields=["store", "-received_at"], name="batches_by_store"),
            models.Index(fields=["id"], condition=models.Q(rows_removed_at__isnull=True), name="batches_with_rows"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"


class ImportFile(models.Model):
    """One file of a batch. The same bytes are taken once per store, unless the batch was refused or discarded."""

    batch = models.ForeignKey(ImportBatch, models.CASCADE, related_name="files")
    store = models.ForeignKey(Store, models.PROTECT, related_name="+")
    stored = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    sha256 = models.BinaryField(max_length=32)
    name = models.CharField(_("file name"), max_length=200)
    is_current = models.BooleanField(default=True)
    layout = models.CharField(_("layout"), max_length=40, blank=True)
    exported_at = models.DateTimeField(_("exported at"), null=True)
    rows = models.PositiveIntegerField(_("rows"), null=True)

    class Meta:
        verbose_name = _("import file")
        verbose_name_plural = _("import files")
        ordering = ["pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["store", "sha256"], condition=models.Q(is_current=True), name="same_file_once_per_store"
            )
        ]

    def __str__(self) -> str:
        return self.name
