"""The return order: custody of goods that come back, with or without a known owner."""

import uuid
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.aftersales.models.reason import ReturnReason
from apps.aftersales.models.triggers import within_what_was_shipped
from apps.aftersales.scope import ReturnScope
from apps.aftersales.workflows.return_order import OPEN_RETURNS, ReturnOrderWorkflow, ReturnState
from apps.core.history import tracked
from apps.core.querysets import HouseQuerySet
from apps.orders.models import ShippingOrder, ShippingOrderLine
from apps.org.models import Store, User, Warehouse
from apps.stores.models import Sku
from apps.workflow.triggers import frozen, machine

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

RECEIVE_VERB = "aftersales.returnorder.receive"
MATCH_VERB = "aftersales.returnorder.match"
INSPECT_VERB = "aftersales.returnorder.inspect"
GIVEN_ONCE = ["number", "warehouse_id", "store_id", "shipping_order_id", "key", "announced_by_id", "announced_at"]


def _by(label: "StrPromise") -> "models.ForeignKey[User | None, User | None]":
    return models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=label)


@tracked()
@machine(initial=ReturnState.ANNOUNCED)
class ReturnOrder(ReturnOrderWorkflow):
    """One parcel that comes back (AFT-01, AFT-02).

    shipping_order, store: null while nobody knows whose parcel it is. warehouse: where it is expected, then where it
    lies. waybill_number: the one it comes back under, the parcel's own when it was not delivered. key: of the form that
    announced it, so that a second press makes no second return.
    """

    number = models.CharField(_("return number"), max_length=30, unique=True)
    store = models.ForeignKey(Store, models.PROTECT, null=True, related_name="+", verbose_name=_("store"))
    warehouse = models.ForeignKey(Warehouse, models.PROTECT, related_name="+", verbose_name=_("warehouse"))
    shipping_order = models.ForeignKey(
        ShippingOrder, models.PROTECT, null=True, related_name="returns", verbose_name=_("shipping order")
    )
    carrier = models.CharField(_("carrier"), max_length=40, blank=True)
    waybill_number = models.CharField(_("return waybill"), max_length=40, blank=True)
    reason = models.ForeignKey(
        ReturnReason, models.PROTECT, null=True, related_name="+", verbose_name=_("return reason")
    )
    note = models.CharField(_("note"), max_length=500, blank=True)
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    announced_by = _by(_("announced by"))
    announced_at = models.DateTimeField(_("announced at"), auto_now_add=True)
    received_by = _by(_("received by"))
    inspected_by = _by(_("inspected by"))

    objects = HouseQuerySet.as_manager()
    scope = ReturnScope(store="store_id", warehouse="warehouse_id")

    class Meta:
        verbose_name = _("return order")
        verbose_name_plural = _("return orders")
        ordering = ["-pk"]
        default_permissions = ("view",)
        permissions = [
            ("announce_return", "May announce returns"),
            ("receive_return", "May receive returned parcels"),
            ("match_return", "May match ownerless parcels with orders"),
            ("inspect_return", "May inspect returned goods"),
            ("close_return", "May close returns"),
            ("cancel_return", "May cancel returns"),
            ("export_return", "May export returns"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["warehouse", "waybill_number"],
                condition=~Q(waybill_number="") & Q(state__in=OPEN_RETURNS),
                name="one_open_return_per_waybill",
            ),
            models.CheckConstraint(
                condition=Q(shipping_order__isnull=True, store__isnull=True)
                | Q(shipping_order__isnull=False, store__isnull=False),
                name="a_return_has_a_store_with_its_order",
            ),
            models.CheckConstraint(
                condition=Q(shipping_order__isnull=False) | Q(state__in=["announced", "received", "cancelled"]),
                name="an_inspected_return_has_an_owner",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "-id"], name="returns_by_state"),
            models.Index(fields=["store", "-id"], name="returns_by_store"),
            models.Index(fields=["waybill_number", "-id"], condition=~Q(waybill_number=""), name="returns_by_waybill"),
        ]
        triggers = [
            frozen(
                GIVEN_ONCE,
                unless={RECEIVE_VERB: ["warehouse_id"], MATCH_VERB: ["shipping_order_id", "store_id"]},
            )
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_ownerless(self) -> bool:
        """Whether nobody knows whose parcel it is."""
        return self.shipping_order_id is None


@tracked()
class ReturnLine(models.Model):
    """How much of a shipped line comes back: announced, then counted as good or bad (AFT-04).

    good_quantity, bad_quantity: null until it was inspected. What the line takes from the shipped quantity is the
    count, or the announcement while there is no count.
    """

    return_order = models.ForeignKey(ReturnOrder, models.PROTECT, related_name="lines")
    shipping_line = models.ForeignKey(ShippingOrderLine, models.PROTECT, related_name="returned_lines")
    sku = models.ForeignKey(Sku, models.PROTECT, null=True, related_name="+", verbose_name=_("SKU"))
    quantity = models.PositiveIntegerField(_("announced"))
    good_quantity = models.PositiveIntegerField(_("good"), null=True)
    bad_quantity = models.PositiveIntegerField(_("bad"), null=True)
    note = models.CharField(_("note"), max_length=200, blank=True)

    objects = HouseQuerySet.as_manager()
    scope = ReturnScope(store="return_order__store_id", warehouse="return_order__warehouse_id")

    class Meta:
        verbose_name = _("returned line")
        verbose_name_plural = _("returned lines")
        ordering = ["pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["return_order", "shipping_line"], name="one_returned_line_per_return_and_line"
            ),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="announced_quantity_positive"),
            models.CheckConstraint(
                condition=Q(good_quantity__isnull=True, bad_quantity__isnull=True)
                | Q(good_quantity__isnull=False, bad_quantity__isnull=False),
                name="a_count_is_whole",
            ),
        ]
        triggers = [
            frozen(
                ["return_order_id", "shipping_line_id", "sku_id", "quantity", "good_quantity", "bad_quantity"],
                unless={INSPECT_VERB: ["good_quantity", "bad_quantity"]},
            ),
            *within_what_was_shipped(),
        ]

    def __str__(self) -> str:
        return f"{self.return_order} × {self.quantity}"
