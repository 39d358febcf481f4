"""The shipping order: which department holds it. The state is a baton (ORD-08, ORD-09)."""

from django.db import models
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _
from django_fsm import transition

from apps.orders.workflows.order import OrderState
from apps.workflow.base import Condition, Workflow, guard, rows_of, verb
from apps.workflow.fields import StateField


class ShippingState(models.TextChoices):
    """Customer service, then the warehouse, then the carrier."""

    IMPORTED = "imported", _("To confirm")
    CONFIRMED = "confirmed", _("Confirmed")
    RESERVED = "reserved", _("Reserved")
    PICKING = "picking", _("In a wave")
    PACKED = "packed", _("Packed")
    SHIPPED = "shipped", _("Shipped")
    CANCELLED = "cancelled", _("Cancelled")


# Nothing has been taken from a shelf yet.
BEFORE_PICKING = [ShippingState.IMPORTED, ShippingState.CONFIRMED, ShippingState.RESERVED]
AT_THE_BENCH = [ShippingState.PICKING, ShippingState.PACKED]
# Confirmed, and no carrier has it yet.
WITH_THE_WAREHOUSE = [ShippingState.CONFIRMED, ShippingState.RESERVED, *AT_THE_BENCH]
OVER = [ShippingState.SHIPPED, ShippingState.CANCELLED]
CALLED_OFF = [OrderState.CLOSED, OrderState.CLOSED_REFUND, OrderState.CLOSED_UNPAID, OrderState.HOLD]


@guard(_("It has no lines yet; import the item file of this order."))
def has_lines() -> Condition:
    """Something is to be shipped."""
    return Exists(rows_of("orders.ShippingOrderLine").filter(shipping_order=OuterRef("pk")))


@guard(_("A line has no SKU of ours; map it first."))
def every_line_has_a_sku() -> Condition:
    """The warehouse knows what to pick."""
    return ~Exists(rows_of("orders.ShippingOrderLine").filter(shipping_order=OuterRef("pk"), sku__isnull=True))


@guard(_("It has an open exception or hold; clear it first."))
def has_no_open_reason() -> Condition:
    """Nobody and no rule objects."""
    return ~Exists(rows_of("orders.Reason").filter(shipping_order=OuterRef("pk"), cleared_at__isnull=True))


@guard(_("The platform does not have one of its orders as paid and waiting to ship."))
def platform_waits_for_shipping() -> Condition:
    """Every platform order in it is to be shipped."""
    ready = [OrderState.WAIT_SHIP, OrderState.PART_SHIPPED]
    lines = rows_of("orders.ShippingOrderLine").filter(shipping_order=OuterRef("pk"))
    return ~Exists(lines.exclude(order_line__order__state__in=ready))


@guard(_("The platform has closed or frozen one of its orders; do not send it."))
def platform_still_wants_it() -> Condition:
    """No platform order in it was called off since it was confirmed; one that the platform counts as sent may go."""
    lines = rows_of("orders.ShippingOrderLine").filter(shipping_order=OuterRef("pk"))
    return ~Exists(lines.filter(order_line__order__state__in=CALLED_OFF))


class ShippingOrderWorkflow(Workflow):
    """The machine and the moments it stamps."""

    state = StateField(_("state"), default=ShippingState.IMPORTED, choices=ShippingState.choices)
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, editable=False)
    reserved_at = models.DateTimeField(_("reserved at"), null=True, editable=False)
    picking_at = models.DateTimeField(_("picking since"), null=True, editable=False)
    packed_at = models.DateTimeField(_("packed at"), null=True, editable=False)
    shipped_at = models.DateTimeField(_("shipped at"), null=True, editable=False)
    cancelled_at = models.DateTimeField(_("cancelled at"), null=True, editable=False)

    class Meta:
        abstract = True

    @transition(
        state,
        source=ShippingState.IMPORTED,
        target=ShippingState.CONFIRMED,
        conditions=[has_lines, has_no_open_reason, every_line_has_a_sku, platform_waits_for_shipping],
        permission="orders.confirm",
        custom=verb(_("Confirm"), stamps=["confirmed_at"], tone="primary"),
    )
    def confirm(self) -> None:
        """Accept the order for fulfilment. Rules: ORD-02, ORD-08, ORD-12."""

    @transition(
        state,
        source=[ShippingState.CONFIRMED, ShippingState.RESERVED],
        target=ShippingState.IMPORTED,
        permission="orders.unconfirm",
        custom=verb(_("Take back"), needs_reason=True),
    )
    def unconfirm(self) -> None:
        """Take the confirmation back before the warehouse has begun (反审); goods set aside become free by the state."""

    @transition(
        state,
        source=[*BEFORE_PICKING, *AT_THE_BENCH],
        target=ShippingState.CANCELLED,
        permission="orders.cancel",
        custom=verb(_("Cancel"), stamps=["cancelled_at"], needs_reason=True, tone="danger"),
    )
    def cancel(self) -> None:
        """It will not ship: the buyer or the platform called it off. Up to the moment the carrier takes it."""

    @transition(
        state,
        source=ShippingState.CONFIRMED,
        target=ShippingState.RESERVED,
        custom=verb(_("Reserve"), stamps=["reserved_at"], internal=True),
    )
    def reserve(self) -> None:
        """The warehouse has set the goods aside."""

    @transition(
        state, source=ShippingState.RESERVED, target=ShippingState.CONFIRMED, custom=verb(_("Release"), internal=True)
    )
    def release(self) -> None:
        """The goods are free again: held, cancelled or short."""

    @transition(
        state,
        source=ShippingState.RESERVED,
        target=ShippingState.PICKING,
        conditions=[has_no_open_reason, platform_still_wants_it],
        custom=verb(_("Put into a wave"), stamps=["picking_at"], internal=True),
    )
    def start_picking(self) -> None:
        """It is in a wave."""

    @transition(
        state,
        source=AT_THE_BENCH,
        target=ShippingState.CONFIRMED,
        custom=verb(_("Take out of the wave"), needs_reason=True, internal=True),
    )
    def take_out(self) -> None:
        """It leaves its wave and queues for goods anew: short, damaged, held or changed."""

    @transition(
        state,
        source=ShippingState.PICKING,
        target=ShippingState.PACKED,
        conditions=[has_no_open_reason, platform_still_wants_it],
        custom=verb(_("Pack"), stamps=["packed_at"], internal=True),
    )
    def pack(self) -> None:
        """Scan-check passed, the parcel is closed."""

    @transition(
        state,
        source=ShippingState.PACKED,
        target=ShippingState.SHIPPED,
        conditions=[has_no_open_reason, platform_still_wants_it],
        custom=verb(_("Ship"), stamps=["shipped_at"], internal=True),
    )
    def ship(self) -> None:
        """The carrier has it."""

    @transition(
        state,
        source=BEFORE_PICKING,
        target=ShippingState.SHIPPED,
        custom=verb(_("Shipped elsewhere"), stamps=["shipped_at"], internal=True),
    )
    def ship_elsewhere(self) -> None:
        """The platform says that it was shipped, and it was not us."""
