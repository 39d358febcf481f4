"""Waves, their lists, and what waits for one."""

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from apps.orders.models import Reason, ShippingOrder, ShippingOrderLine
from apps.orders.workflows.shipping_order import ShippingState
from apps.warehouse.models import PickLine, Shipment, Wave, WaveOrder
from apps.warehouse.queries.cutoffs import cutoffs_of
from apps.warehouse.rules.cutoffs import cutoff_instant
from apps.warehouse.rules.daily_list import DayLine
from apps.warehouse.rules.gifts import is_gift
from apps.warehouse.rules.properties import variant_of
from apps.warehouse.rules.waves import WaveKind, WaveRule
from apps.warehouse.workflows.shipment import ShipmentState

NOT_PACKED = [ShippingState.CONFIRMED, ShippingState.RESERVED, ShippingState.PICKING]


def orders_awaiting_wave(warehouse_id: int) -> "QuerySet[ShippingOrder]":
    """Shipping orders with goods set aside that nobody has stopped, the earliest paid first."""
    stopped = Reason.objects.filter(shipping_order=OuterRef("pk"), cleared_at__isnull=True)
    waiting = ShippingOrder.objects.filter(~Exists(stopped), warehouse_id=warehouse_id, state=ShippingState.RESERVED)
    return waiting.order_by("lead_order__paid_at", "accepted_at", "pk")


def fitting(rule: WaveRule) -> Q:
    """Which of the waiting orders a rule is about: its stores, one piece or several, its carrier. Rule: WHS-17."""
    fits = Q(store_id__in=rule.store_ids) if rule.store_ids else Q()
    if rule.kind == WaveKind.SINGLE:
        fits &= Q(quantity=1)
    elif rule.kind == WaveKind.MULTI:
        fits &= Q(quantity__gt=1)
    if rule.carrier_id is not None:
        parcel = Shipment.objects.filter(shipping_order=OuterRef("pk"), state=ShipmentState.OPEN)
        fits &= Q(Exists(parcel.filter(carrier_id=rule.carrier_id)))
    return fits


def pick_lines(wave: Wave) -> "QuerySet[PickLine]":
    """The stops of a wave in walking order."""
    return PickLine.objects.filter(wave=wave).select_related("bin", "sku__product").order_by("position")


def orders_inside(wave: Wave) -> "QuerySet[WaveOrder]":
    """The orders that are still in a wave, by slot."""
    open_ones = WaveOrder.objects.filter(wave=wave, taken_out_at__isnull=True)
    return open_ones.select_related("shipping_order__store").order_by("slot")


def orders_of_day(warehouse_id: int, day: dt.date) -> "QuerySet[ShippingOrder]":
    """What goes out on a shipping day and is not packed yet: confirmed before that day's cut-off, stopped by nobody.

    What was left from the days before is among it. Rules: WHS-01, WHS-14.
    """
    cutoffs = cutoffs_of(warehouse_id, day)
    stopped = Reason.objects.filter(shipping_order=OuterRef("pk"), cleared_at__isnull=True)
    return ShippingOrder.objects.filter(
        ~Exists(stopped), warehouse_id=warehouse_id, state__in=NOT_PACKED, confirmed_at__lt=cutoff_instant(day, cutoffs)
    )


def day_lines(warehouse_id: int, day: dt.date) -> Iterator[DayLine]:
    """The lines of a shipping day's orders, as the daily pick list groups them."""
    orders = orders_of_day(warehouse_id, day).order_by().values("pk")
    lines = ShippingOrderLine.objects.filter(shipping_order__in=orders, sku__isnull=False).order_by("pk")
    rows: Iterable[Any] = lines.values_list(
        "shipping_order_id", "sku__product__code", "sku__product__name", "sku__properties", "sku__code", "quantity",
        "order_line__unit_price_amount", "order_line__paid_amount", "sku__barcode",
    )  # fmt: skip
    for order, style, title, properties, sku, quantity, price, paid, barcode in rows:
        variant = variant_of(properties)
        gift = is_gift(price, paid)
        yield DayLine(order, style, title, variant.colour, variant.size, sku, quantity, gift, barcode)
