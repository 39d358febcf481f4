"""Waves: which orders walk together, through which bins, into which slots."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.core.history import tracked
from apps.core.querysets import HouseQuerySet
from apps.core.references import looked_up_at_once
from apps.orders.models import ShippingOrder
from apps.org.models import User, Warehouse
from apps.org.scope import StoreScope
from apps.stores.models import Sku
from apps.warehouse.models.places import Bin
from apps.warehouse.rules.waves import WaveKind
from apps.warehouse.workflows.wave import UNDER_WAY, WaveState, WaveWorkflow
from apps.workflow.triggers import frozen, machine


@tracked()
@machine(initial=WaveState.PLANNED)
class Wave(WaveWorkflow):
    """Orders of one warehouse that are picked on one walk.

    number: running per warehouse and day of planning, `W1121-03`. shipping_on: the day on which the first of its orders
    goes out (WHS-01). left_out: what was asked for and did not come along, as
    `[{"order": number, "text": {language: sentence}}]`.
    """

    class Kind(models.TextChoices):
        SINGLE = WaveKind.SINGLE.value, _("One piece each")
        MULTI = WaveKind.MULTI.value, _("Several pieces each")
        MIXED = WaveKind.MIXED.value, _("Mixed")

    number = models.CharField(_("wave"), max_length=20)
    warehouse = models.ForeignKey(Warehouse, models.PROTECT, related_name="+", verbose_name=_("warehouse"))
    shipping_on = models.DateField(_("shipping day"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.MIXED)
    planned_by = models.ForeignKey(
        User, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("planned by")
    )
    planned_at = models.DateTimeField(_("planned at"), auto_now_add=True)
    picker = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("picker"))
    left_out = models.JSONField(default=list, editable=False)

    objects = HouseQuerySet.as_manager()
    scope = StoreScope(warehouse="warehouse_id")

    class Meta:
        verbose_name = _("wave")
        verbose_name_plural = _("waves")
        ordering = ["-pk"]
        default_permissions = ("view",)
        permissions = [
            ("plan_wave", "May plan and cancel waves, and take orders out of them"),
            ("pick", "May pick waves"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["warehouse", "shipping_on", "number"], name="one_wave_per_number_and_day")
        ]
        indexes = [
            models.Index(fields=["warehouse", "-id"], name="waves_by_warehouse"),
            models.Index(fields=["id"], condition=Q(state__in=UNDER_WAY), name="waves_under_way"),
        ]
        triggers = [frozen(["number", "warehouse_id", "shipping_on", "planned_by_id", "planned_at"])]

    def __str__(self) -> str:
        return self.number


@looked_up_at_once("wave", "shipping_order")
class WaveOrder(models.Model):
    """One order in a wave and its slot (格口). Open until it is with the carrier or taken out.

    What is with the carrier never walks again, so an order has one place that it was not taken out of; and a place that is
    done changes in no index.
    """

    wave = models.ForeignKey(
        Wave, models.PROTECT, related_name="orders", db_constraint=False, db_index=False, verbose_name=_("wave")
    )
    shipping_order = models.ForeignKey(
        ShippingOrder, models.PROTECT, related_name="wave_orders", db_constraint=False, db_index=False,
        verbose_name=_("shipping order"),
    )  # fmt: skip
    slot = models.PositiveIntegerField(_("slot"))
    done_at = models.DateTimeField(_("handed over at"), null=True)
    taken_out_at = models.DateTimeField(_("taken out at"), null=True)
    taken_out_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", db_index=False, verbose_name=_("taken out by")
    )
    taken_out_reason = models.CharField(_("why"), max_length=200, blank=True)

    objects = HouseQuerySet.as_manager()
    scope = StoreScope(store="shipping_order__store_id", warehouse="wave__warehouse_id")

    class Meta:
        verbose_name = _("order of a wave")
        verbose_name_plural = _("orders of a wave")
        ordering = ["wave", "slot"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["wave", "slot"], name="one_order_per_wave_and_slot"),
            models.UniqueConstraint(
                fields=["shipping_order"],
                condition=Q(taken_out_at__isnull=True),
                name="an_order_is_in_one_wave",
            ),
            models.CheckConstraint(
                condition=Q(taken_out_at__isnull=True) | Q(done_at__isnull=True), name="done_or_taken_out"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.wave} · {self.slot}"


@looked_up_at_once("wave", "bin", "sku")
class PickLine(models.Model):
    """One stop of the walk: so many pieces of a SKU out of a bin, for these slots.

    quantity: for the orders that are still in the wave. counted_quantity: pieces scanned into the basket so far.
    picked_quantity: what was found. picked_at: null until then.
    """

    wave = models.ForeignKey(
        Wave, models.PROTECT, related_name="lines", db_constraint=False, db_index=False, verbose_name=_("wave")
    )
    position = models.PositiveIntegerField(_("stop"))
    bin = models.ForeignKey(
        Bin, models.PROTECT, related_name="+", db_constraint=False, db_index=False, verbose_name=_("bin")
    )
    sku = models.ForeignKey(
        Sku, models.PROTECT, related_name="+", db_constraint=False, db_index=False, verbose_name=_("SKU")
    )
    quantity = models.PositiveIntegerField(_("quantity"))
    slots = models.TextField(_("slots"), blank=True)
    counted_quantity = models.PositiveIntegerField(_("scanned so far"), default=0, db_default=0)
    picked_quantity = models.PositiveIntegerField(_("picked"), default=0)
    picked_at = models.DateTimeField(_("picked at"), null=True)
    picked_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", db_index=False, verbose_name=_("picked by")
    )
    short_reason = models.CharField(_("why less"), max_length=200, blank=True)

    objects = HouseQuerySet.as_manager()
    scope = StoreScope(warehouse="wave__warehouse_id")

    class Meta:
        verbose_name = _("pick line")
        verbose_name_plural = _("pick lines")
        ordering = ["wave", "position"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["wave", "bin", "sku"], name="one_pick_line_per_wave_bin_and_sku"),
            models.CheckConstraint(
                condition=Q(picked_at__isnull=False) | Q(picked_quantity=0), name="picked_lines_say_when"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.wave} {self.position}"

    @property
    def counted(self) -> int:
        """Pieces in the basket while the stop is open; the last piece is always scanned, also when orders have left."""
        return max(min(self.counted_quantity, self.quantity - 1), 0)


@looked_up_at_once("line", "wave_order")
class PickShare(models.Model):
    """How much of a pick line is for one order: what the order's pieces lie on until the carrier has them."""

    line = models.ForeignKey(PickLine, models.PROTECT, related_name="shares", db_constraint=False)
    wave_order = models.ForeignKey(
        WaveOrder, models.PROTECT, related_name="shares", db_constraint=False, db_index=False
    )
    quantity = models.PositiveIntegerField(_("quantity"))

    objects = HouseQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["wave_order", "line"], name="one_share_per_order_and_line"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="share_quantity_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.line_id} → {self.wave_order_id}: {self.quantity}"
