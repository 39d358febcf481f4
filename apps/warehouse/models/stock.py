"""The stock ledger, the balances that follow from it, and what is set aside for whom."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from apps.core.querysets import HouseQuerySet
from apps.core.references import looked_up_at_once
from apps.orders.models import ShippingOrder, ShippingOrderLine
from apps.org.models import User, Warehouse
from apps.org.scope import StoreScope
from apps.stores.models import Sku
from apps.warehouse.models import stock_triggers
from apps.warehouse.models.places import Bin


@looked_up_at_once("warehouse", "sku")
class StockBalance(models.Model):
    """How much of a SKU a warehouse has, as the ledger and the reservations add up to; written by their triggers alone.

    on_hand: good pieces in bins for picking. reserved: of these, set aside for shipping orders. defective: pieces in
    bins for defects, never sold. What is free to reserve is on_hand - reserved.
    """

    warehouse = models.ForeignKey(
        Warehouse, models.PROTECT, related_name="+", db_constraint=False, db_index=False, verbose_name=_("warehouse")
    )
    sku = models.ForeignKey(Sku, models.PROTECT, related_name="balances", db_constraint=False, verbose_name=_("SKU"))
    on_hand = models.IntegerField(_("on hand"), default=0)
    reserved = models.IntegerField(_("reserved"), default=0)
    defective = models.IntegerField(_("defective"), default=0)

    objects = HouseQuerySet.as_manager()
    scope = StoreScope(warehouse="warehouse_id")

    class Meta:
        verbose_name = _("stock balance")
        verbose_name_plural = _("stock balances")
        default_permissions = ("view",)
        permissions = [("export_stock", "May export the stock list")]
        constraints = [
            models.UniqueConstraint(fields=["warehouse", "sku"], name="one_balance_per_warehouse_and_sku"),
            models.CheckConstraint(condition=Q(on_hand__gte=0), name="on_hand_not_negative"),
            models.CheckConstraint(condition=Q(defective__gte=0), name="defective_not_negative"),
            models.CheckConstraint(
                condition=Q(reserved__gte=0, reserved__lte=F("on_hand")), name="reserved_within_on_hand"
            ),
        ]
        triggers = [*stock_triggers.kept_by_the_ledger()]

    def __str__(self) -> str:
        return f"{self.sku_id}: {self.on_hand} - {self.reserved}"


@looked_up_at_once("bin", "sku")
class BinBalance(models.Model):
    """How much of a SKU lies in a bin; quantity is written by the ledger's trigger alone.

    allocated: of these, on pick lists that are not picked yet; changed under a signature of the warehouse.
    """

    bin = models.ForeignKey(
        Bin, models.PROTECT, related_name="balances", db_constraint=False, db_index=False, verbose_name=_("bin")
    )
    sku = models.ForeignKey(Sku, models.PROTECT, related_name="+", db_constraint=False, verbose_name=_("SKU"))
    quantity = models.IntegerField(_("quantity"), default=0)
    allocated = models.IntegerField(_("on pick lists"), default=0)

    objects = HouseQuerySet.as_manager()
    scope = StoreScope(warehouse="bin__warehouse_id")

    class Meta:
        verbose_name = _("bin content")
        verbose_name_plural = _("bin contents")
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(fields=["bin", "sku"], name="one_balance_per_bin_and_sku"),
            models.CheckConstraint(condition=Q(quantity__gte=0), name="bin_quantity_not_negative"),
            models.CheckConstraint(
                condition=Q(allocated__gte=0, allocated__lte=F("quantity")), name="allocated_within_bin_quantity"
            ),
        ]
        triggers = [*stock_triggers.quantity_kept_by_the_ledger()]

    def __str__(self) -> str:
        return f"{self.bin_id} {self.sku_id}: {self.quantity}"


@looked_up_at_once("user")
class StockMove(models.Model):
    """One signed line of the ledger: so many pieces came into a bin, or went out of it. Never changed, never removed.

    quantity: positive in, negative out. subject_type, subject_id: the document that caused it, as `app.model` and key.
    click: the signature under which it was written. The keys need no foreign-key checks of their own: the trigger books
    every line on a bin balance that has them.
    """

    class Kind(models.TextChoices):
        OPENING = "opening", _("Opening stock")
        RECEIPT = "receipt", _("Receipt")
        SHIPMENT = "shipment", _("Shipment")
        RETURN = "return", _("Return")
        DEFECT = "defect", _("Found defective")
        ADJUSTMENT = "adjustment", _("Adjustment")
        TRANSFER = "transfer", _("Moved between bins")

    warehouse = models.ForeignKey(
        Warehouse, models.PROTECT, related_name="+", db_index=False, db_constraint=False, verbose_name=_("warehouse")
    )
    bin = models.ForeignKey(
        Bin, models.PROTECT, related_name="+", db_index=False, db_constraint=False, verbose_name=_("bin")
    )
    sku = models.ForeignKey(
        Sku, models.PROTECT, related_name="+", db_index=False, db_constraint=False, verbose_name=_("SKU")
    )
    quantity = models.IntegerField(_("quantity"))
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    subject_type = models.CharField(_("caused by"), max_length=60)
    subject_id = models.BigIntegerField(_("its key"))
    user = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", db_constraint=False, db_index=False, verbose_name=_("by")
    )
    click = models.UUIDField(editable=False, db_default=stock_triggers.CLICK)
    moved_at = models.DateTimeField(_("at"), db_default=Now())

    objects = HouseQuerySet.as_manager()
    scope = StoreScope(warehouse="warehouse_id")

    class Meta:
        verbose_name = _("stock move")
        verbose_name_plural = _("stock moves")
        default_permissions = ("view",)
        constraints = [models.CheckConstraint(condition=~Q(quantity=0), name="a_stock_move_moves_something")]
        indexes = [models.Index(fields=["warehouse", "sku", "-moved_at"], name="moves_of_a_sku")]
        triggers = [stock_triggers.moves_stay(), stock_triggers.moves_are_booked()]

    def __str__(self) -> str:
        return f"{self.sku_id} {self.quantity:+d}"


@looked_up_at_once("shipping_order_line")
class Reservation(models.Model):
    """Goods set aside for one line of a shipping order; open until they are shipped or let go.

    Opened and closed, never changed otherwise and never removed. A trigger keeps the balance's `reserved` and sees to it
    that warehouse, SKU and quantity are the line's; so these keys need no checks of their own.
    """

    class Outcome(models.TextChoices):
        OPEN = "", _("Set aside")
        SHIPPED = "shipped", _("Shipped")
        RELEASED = "released", _("Let go")

    shipping_order_line = models.ForeignKey(
        ShippingOrderLine,
        models.PROTECT,
        related_name="reservations",
        db_constraint=False,
        db_index=False,
        verbose_name=_("line"),
    )
    shipping_order = models.ForeignKey(
        ShippingOrder, models.PROTECT, related_name="reservations", db_constraint=False, db_index=False,
        verbose_name=_("shipping order"),
    )  # fmt: skip
    warehouse = models.ForeignKey(
        Warehouse, models.PROTECT, related_name="+", db_index=False, db_constraint=False, verbose_name=_("warehouse")
    )
    sku = models.ForeignKey(
        Sku, models.PROTECT, related_name="+", db_index=False, db_constraint=False, verbose_name=_("SKU")
    )
    quantity = models.PositiveIntegerField(_("quantity"))
    reserved_at = models.DateTimeField(_("reserved at"), db_default=Now())
    closed_at = models.DateTimeField(_("closed at"), null=True)
    closed_as = models.CharField(_("outcome"), max_length=20, choices=Outcome.choices, default=Outcome.OPEN, blank=True)

    objects = HouseQuerySet.as_manager()
    scope = StoreScope(store="shipping_order__store_id", warehouse="warehouse_id")

    class Meta:
        verbose_name = _("reservation")
        verbose_name_plural = _("reservations")
        default_permissions = ("view",)
        constraints = [
            # A line stays in its order, so this is one per line; and it finds what is set aside for an order.
            models.UniqueConstraint(
                fields=["shipping_order", "shipping_order_line"],
                condition=Q(closed_at__isnull=True),
                name="one_open_reservation_per_line",
            ),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="reservation_quantity_positive"),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, closed_as="")
                | Q(closed_at__isnull=False, closed_as__in=["shipped", "released"]),
                name="closed_reservations_say_how",
            ),
        ]
        indexes = [
            models.Index(fields=["warehouse", "sku"], condition=Q(closed_at__isnull=True), name="open_reservations")
        ]
        triggers = [*stock_triggers.reservations_are_counted()]

    def __str__(self) -> str:
        return f"{self.shipping_order_id}: {self.sku_id} × {self.quantity}"
