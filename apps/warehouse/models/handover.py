"""What left the house: parcels handed to a carrier, and the files that tell a platform."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.querysets import HouseQuerySet
from apps.files.models import StoredFile
from apps.org.models import Store, User, Warehouse
from apps.org.scope import StoreScope
from apps.warehouse.models.carrier import Carrier
from apps.workflow.triggers import frozen


class Handover(models.Model):
    """Parcels that a carrier took at one time (WHS-06). Its paper is the handover sheet about it."""

    number = models.CharField(_("handover number"), max_length=30, unique=True)
    warehouse = models.ForeignKey(Warehouse, models.PROTECT, related_name="+", verbose_name=_("warehouse"))
    carrier = models.ForeignKey(Carrier, models.PROTECT, related_name="+", verbose_name=_("carrier"))
    parcels = models.PositiveIntegerField(_("parcels"))
    handed_over_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("by"))
    handed_over_at = models.DateTimeField(_("handed over at"), auto_now_add=True)

    objects = HouseQuerySet.as_manager()
    scope = StoreScope(warehouse="warehouse_id")

    class Meta:
        verbose_name = _("handover")
        verbose_name_plural = _("handovers")
        ordering = ["-pk"]
        default_permissions = ("view",)
        triggers = [frozen(["number", "warehouse_id", "carrier_id", "parcels", "handed_over_by_id"])]

    def __str__(self) -> str:
        return self.number


class ShipReport(models.Model):
    """One batch-ship file: it tells a platform which of a store's orders went out under which waybill number.

    layout: the platform whose file it is. columns: what stands in it, `name=field,name=field`; empty for files of the
    time before they were kept. is_confirmed: whether the platform was known to read such files when it was made.
    """

    number = models.CharField(_("report number"), max_length=30, unique=True)
    store = models.ForeignKey(Store, models.PROTECT, related_name="+", verbose_name=_("store"))
    layout = models.CharField(_("layout"), max_length=20)
    columns = models.CharField(_("columns"), max_length=400, default="", db_default="", blank=True)
    is_confirmed = models.BooleanField(_("layout is confirmed"), default=False)
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+", verbose_name=_("file"))
    rows = models.PositiveIntegerField(_("rows"))
    made_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("made by"))
    made_at = models.DateTimeField(_("made at"), auto_now_add=True)

    objects = HouseQuerySet.as_manager()
    scope = StoreScope(store="store_id", warehouse="store__warehouse_id")

    class Meta:
        verbose_name = _("batch-ship file")
        verbose_name_plural = _("batch-ship files")
        ordering = ["-pk"]
        default_permissions = ("view",)
        permissions = [("report_shipments", "May make batch-ship files for platforms")]
        indexes = [models.Index(fields=["store", "-id"], name="ship_reports_by_store")]
        triggers = [frozen(["number", "store_id", "layout", "columns", "file_id", "rows", "made_by_id"])]

    def __str__(self) -> str:
        return self.number
