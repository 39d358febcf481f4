"""Shipments: one parcel, what was scanned into it, and under which waybill it goes."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.core.history import tracked
from apps.core.querysets import HouseQuerySet
from apps.core.references import looked_up_at_once
from apps.orders.models import ShippingOrder
from apps.org.models import Store, User, Warehouse
from apps.org.scope import StoreScope
from apps.stores.models import Sku
from apps.warehouse.models.carrier import Carrier
from apps.warehouse.models.handover import Handover, ShipReport
from apps.warehouse.workflows.shipment import IN_THE_HOUSE, ShipmentState, ShipmentWorkflow
from apps.workflow.triggers import frozen, machine


@looked_up_at_once("carrier", "handover", changes_too=True)
@tracked(by_row_only=True, exclude=["remarks_digest"])
@machine(initial=ShipmentState.OPEN, by_the_thousand=True)
class Shipment(ShipmentWorkflow):
    """One parcel of one shipping order.

    weight_grams: as weighed at the bench. remarks_confirmed_at: somebody read messages, memos and gifts (WHS-18).
    remarks_digest: the print of what was read; what is written afterwards has another one, and is read again.
    reported_at: the platform was told by a batch-ship file.
    """

    number = models.CharField(_("parcel number"), max_length=30)
    shipping_order = models.ForeignKey(
        ShippingOrder, models.PROTECT, related_name="shipments", db_index=False, verbose_name=_("shipping order")
    )
    warehouse = models.ForeignKey(
        Warehouse, models.PROTECT, related_name="+", db_index=False, verbose_name=_("warehouse")
    )
    store = models.ForeignKey(Store, models.PROTECT, related_name="+", db_index=False, verbose_name=_("store"))
    carrier = models.ForeignKey(
        Carrier, models.PROTECT, null=True, related_name="+", db_constraint=False, db_index=False,
        verbose_name=_("carrier"),
    )  # fmt: skip
    waybill_number = models.CharField(_("waybill number"), max_length=40, blank=True)
    weight_grams = models.PositiveIntegerField(_("weight (g)"), null=True)
    remarks_confirmed_at = models.DateTimeField(_("remarks confirmed at"), null=True)
    remarks_confirmed_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", db_index=False, verbose_name=_("remarks confirmed by")
    )
    remarks_digest = models.CharField(
        _("print of the remarks read"), max_length=32, blank=True, db_default="", default=""
    )
    checked_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", db_index=False, verbose_name=_("checked by")
    )
    handover = models.ForeignKey(
        Handover, models.PROTECT, null=True, related_name="shipments", db_constraint=False, db_index=False,
        verbose_name=_("handover"),
    )  # fmt: skip
    reported_at = models.DateTimeField(_("platform told at"), null=True)
    report = models.ForeignKey(
        ShipReport,
        models.PROTECT,
        null=True,
        related_name="shipments",
        db_index=False,
        verbose_name=_("batch-ship file"),
    )
    opened_at = models.DateTimeField(_("opened at"), auto_now_add=True)

    objects = HouseQuerySet.as_manager()
    scope = StoreScope(store="store_id", warehouse="warehouse_id")

    class Meta:
        verbose_name = _("shipment")
        verbose_name_plural = _("shipments")
        ordering = ["-pk"]
        default_permissions = ("view",)
        permissions = [
            ("check", "May scan, check and weigh parcels and give them waybills"),
            ("dispatch", "May hand parcels to a carrier"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["number"], name="one_parcel_per_number"),
            # One index for two questions: only one parcel of an order was never cancelled, and which parcels an order had.
            models.UniqueConstraint(
                fields=["shipping_order", "cancelled_at"], nulls_distinct=False, name="one_parcel_per_shipping_order"
            ),
            models.CheckConstraint(
                condition=Q(state="cancelled", cancelled_at__isnull=False)
                | (~Q(state="cancelled") & Q(cancelled_at__isnull=True)),
                name="cancelled_parcels_say_when",
            ),
            # Likewise: it is also how a waybill is searched by its beginning.
            models.UniqueConstraint(
                fields=["waybill_number", "carrier", "cancelled_at"],
                condition=~Q(waybill_number=""),
                nulls_distinct=False,
                name="one_parcel_per_carrier_and_waybill",
            ),
            models.CheckConstraint(
                condition=~Q(state="dispatched") | (Q(handover__isnull=False) & ~Q(waybill_number="")),
                name="dispatched_parcels_were_handed_over",
            ),
        ]
        indexes = [
            models.Index(fields=["warehouse", "id"], condition=Q(state__in=IN_THE_HOUSE), name="parcels_in_the_house"),
            models.Index(
                fields=["store", "id"],
                condition=Q(state="dispatched", reported_at__isnull=True),
                name="parcels_to_report",
            ),
            models.Index(fields=["handover"], condition=Q(handover__isnull=False), name="parcels_by_handover"),
            models.Index(fields=["report"], condition=Q(report__isnull=False), name="parcels_by_report"),
            models.Index(
                fields=["checked_by", "dispatched_at"],
                condition=Q(dispatched_at__isnull=False),
                name="parcels_by_checker",
            ),
        ]
        triggers = [frozen(["number", "shipping_order_id", "warehouse_id", "store_id", "opened_at"])]

    def __str__(self) -> str:
        return self.number


class CheckLine(models.Model):
    """How many pieces of a SKU belong into a parcel, and how many were scanned (WHS-20, WHS-22)."""

    shipment = models.ForeignKey(
        Shipment, models.PROTECT, related_name="lines", db_index=False, verbose_name=_("shipment")
    )
    sku = models.ForeignKey(Sku, models.PROTECT, related_name="+", db_index=False, verbose_name=_("SKU"))
    quantity = models.PositiveIntegerField(_("quantity"))
    scanned_quantity = models.PositiveIntegerField(_("scanned"), default=0)

    objects = HouseQuerySet.as_manager()

    class Meta:
        verbose_name = _("check line")
        verbose_name_plural = _("check lines")
        ordering = ["pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["shipment", "sku"], name="one_check_line_per_parcel_and_sku"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="check_line_quantity_positive"),
            models.CheckConstraint(condition=Q(scanned_quantity__lte=F("quantity")), name="never_scanned_too_often"),
        ]

    def __str__(self) -> str:
        return f"{self.shipment_id}: {self.sku_id} {self.scanned_quantity}/{self.quantity}"


class ScanKey(models.Model):
    """One beep of the scanner, so that a scan that is sent twice counts once."""

    shipment = models.ForeignKey(Shipment, models.PROTECT, related_name="scans")
    key = models.UUIDField()
    line = models.ForeignKey(CheckLine, models.PROTECT, related_name="scans")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["shipment", "key"], name="one_scan_per_key")]

    def __str__(self) -> str:
        return f"{self.shipment_id} {self.key}"
