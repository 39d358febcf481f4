"""The shipping order: what opsdesk audits, merges, splits, reserves, picks and ships."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.core.history import tracked
from apps.core.querysets import HouseQuerySet
from apps.core.references import looked_up_at_once
from apps.orders.models.order import Order, OrderLine
from apps.orders.workflows.shipping_order import ShippingOrderWorkflow, ShippingState
from apps.org.models import Store, User, Warehouse
from apps.org.scope import StoreScope
from apps.stores.models import Sku
from apps.workflow.triggers import frozen, machine

WORKING = [ShippingState.IMPORTED, ShippingState.CONFIRMED, ShippingState.RESERVED, ShippingState.PICKING]


@looked_up_at_once("store", "warehouse", "lead_order")
@tracked(by_row_only=True)
@machine(initial=ShippingState.IMPORTED, by_the_thousand=True)
class ShippingOrder(ShippingOrderWorkflow):
    """One future parcel. Lines are n:m with order lines, so lineage, merging and partial shipping are plain rows.

    lead_order: the (first) platform order in it, for lists. placed_at and paid_amount are the lead order's, kept here
    because the desk sorts by them. ship_by_at: the latest moment to ship (最晚发货时间); contact_by_at: ORD-02's clock.
    """

    number = models.CharField(_("shipping order number"), max_length=30)
    store = models.ForeignKey(
        Store,
        models.PROTECT,
        related_name="shipping_orders",
        db_constraint=False,
        db_index=False,
        verbose_name=_("store"),
    )
    warehouse = models.ForeignKey(
        Warehouse,
        models.PROTECT,
        related_name="shipping_orders",
        db_constraint=False,
        db_index=False,
        verbose_name=_("warehouse"),
    )
    lead_order = models.ForeignKey(
        Order, models.PROTECT, related_name="+", db_constraint=False, db_index=False, verbose_name=_("order")
    )
    placed_at = models.DateTimeField(_("placed at"))
    accepted_at = models.DateTimeField(_("accepted at"))
    contact_by_at = models.DateTimeField(_("contact by"), null=True)
    contacted_at = models.DateTimeField(_("contacted at"), null=True)
    contacted_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", db_index=False, verbose_name=_("contacted by")
    )
    ship_by_at = models.DateTimeField(_("ship by"), null=True)
    quantity = models.PositiveIntegerField(_("items"))
    paid_amount = models.DecimalField(_("paid"), max_digits=14, decimal_places=2, null=True)
    waybill_number = models.CharField(_("waybill number"), max_length=40, blank=True)
    note = models.TextField(_("internal note"), blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    objects = HouseQuerySet.as_manager()
    scope = StoreScope(store="store_id", warehouse="warehouse_id")

    class Meta:
        verbose_name = _("shipping order")
        verbose_name_plural = _("shipping orders")
        default_permissions = ("view",)
        permissions = [
            ("confirm", "May confirm shipping orders"),
            ("unconfirm", "May take a confirmation back"),
            ("cancel", "May cancel shipping orders"),
            ("hold", "May hold shipping orders"),
            ("clear_reason", "May clear exceptions and holds"),
            ("note_shippingorder", "May write internal notes"),
            ("contact_buyer", "May record that the buyer was contacted"),
        ]
        constraints = [models.UniqueConstraint(fields=["number"], name="one_shipping_order_per_number")]
        # Every move writes an entry into each of them: none is here that a longer one serves as well.
        indexes = [
            models.Index(fields=["-placed_at", "-id"], name="shipping_by_time"),
            models.Index(fields=["store", "-placed_at", "-id"], name="shipping_by_store_and_time"),
            models.Index(fields=["state", "-placed_at", "-id"], name="shipping_by_state_and_time"),
            models.Index(fields=["store", "state", "-placed_at", "-id"], name="shipping_by_store_and_state"),
            models.Index(fields=["ship_by_at", "id"], condition=Q(state__in=WORKING), name="shipping_by_deadline"),
            models.Index(fields=["-paid_amount", "-id"], name="shipping_by_amount"),
            models.Index(fields=["lead_order"], name="shipping_by_lead_order"),
            models.Index(
                fields=["contact_by_at"],
                condition=Q(state="imported", contacted_at__isnull=True),
                name="shipping_to_contact",
            ),
            models.Index(fields=["contacted_by"], condition=Q(contacted_by__isnull=False), name="shipping_by_contact"),
            models.Index(
                fields=["waybill_number"],
                condition=~Q(waybill_number=""),
                opclasses=["text_pattern_ops"],
                name="shipping_by_waybill",
            ),
        ]

    def __str__(self) -> str:
        return self.number


@looked_up_at_once("shipping_order", "order_line", "sku")
@tracked()
class ShippingOrderLine(models.Model):
    """How much of an order line ships in this parcel, as which SKU."""

    shipping_order = models.ForeignKey(
        ShippingOrder, models.CASCADE, related_name="lines", db_constraint=False, db_index=False
    )
    order_line = models.ForeignKey(OrderLine, models.PROTECT, related_name="shipping_lines", db_constraint=False)
    sku = models.ForeignKey(
        Sku, models.PROTECT, null=True, related_name="+", db_constraint=False, db_index=False, verbose_name=_("SKU")
    )
    quantity = models.PositiveIntegerField(_("quantity"))

    class Meta:
        verbose_name = _("shipping order line")
        verbose_name_plural = _("shipping order lines")
        ordering = ["pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["shipping_order", "order_line"], name="one_line_per_shipping_order_and_order_line"
            ),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="shipping_line_quantity_positive"),
        ]
        # What is set aside for a line is known by its order as well.
        triggers = [frozen(["shipping_order_id", "order_line_id"])]

    def __str__(self) -> str:
        return f"{self.shipping_order} × {self.quantity}"
