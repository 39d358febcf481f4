"""Plan the orders that somebody has chosen in a list, whatever their warehouses and states."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from itertools import groupby

from django.db.models import Exists, OuterRef
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.core.errors import Invalid
from apps.core.speech import spoken
from apps.orders.models import Reason, ShippingOrder
from apps.orders.workflows.shipping_order import ShippingState
from apps.org.actors import Actor
from apps.org.scope import visible
from apps.warehouse.actions.plan_wave import NOT_WAITING, plan_wave
from apps.warehouse.actions.rights import must
from apps.warehouse.models import Wave, WaveOrder

STOPPED = _("It has an open exception or hold; clear it first.")
NO_GOODS = _("Its goods are not set aside yet; it can be planned as soon as they are.")
ELSEWHERE = _("You do not work in its warehouse.")


@dataclass(slots=True)
class PlannedChoice:
    """What became of the chosen orders. waves: one for each warehouse; refused: shipping order → why it stays."""

    waves: list[Wave] = field(default_factory=list)
    done: list[int] = field(default_factory=list)
    refused: dict[int, str | Promise] = field(default_factory=dict)


def plan_chosen(pks: Collection[int], *, by: Actor) -> PlannedChoice:
    """One wave in each warehouse for those of the chosen orders that wait for one; the others stay, each with its sentence.

    A wave in one warehouse does not wait for the next one's: each is its own transaction. Orders that this person may
    not see are passed over. Raises NotAllowed. Rules: WHS-03, WHS-17.
    """
    must(by, "warehouse.plan_wave")
    choice = PlannedChoice()
    stopped = Reason.objects.filter(shipping_order=OuterRef("pk"), cleared_at__isnull=True)
    rows = visible(ShippingOrder.objects.filter(pk__in=pks), by).annotate(is_stopped=Exists(stopped))
    for warehouse, orders in groupby(rows.order_by("warehouse_id", "pk"), key=lambda order: order.warehouse_id):
        waiting = dict(_waiting(orders, choice, works_here=_works_in(by, warehouse)))
        if waiting:
            _plan(warehouse, waiting, choice, by)
    return choice


def _works_in(by: Actor, warehouse_id: int) -> bool:
    return by.warehouse_ids is None or warehouse_id in by.warehouse_ids


def _waiting(orders: Iterator[ShippingOrder], choice: PlannedChoice, *, works_here: bool) -> Iterator[tuple[str, int]]:
    """Number and key of those that can be asked for; why not is noted for the others."""
    for order in orders:
        why: str | Promise = ""
        if not works_here:
            why = ELSEWHERE
        elif order.is_stopped:  # type: ignore[attr-defined]  # annotated
            why = STOPPED
        elif order.state != ShippingState.RESERVED:
            why = NO_GOODS if order.state == ShippingState.CONFIRMED else NOT_WAITING
        if why:
            choice.refused[order.pk] = why
        else:
            yield order.number, order.pk


def _plan(warehouse_id: int, waiting: dict[str, int], choice: PlannedChoice, by: Actor) -> None:
    try:
        wave = plan_wave(warehouse_id, pks=list(waiting.values()), by=by)
    except Invalid as refusal:
        choice.refused |= dict.fromkeys(waiting.values(), str(refusal)) | refusal.data.get("left", {})
        return
    told = {waiting[each["order"]]: spoken(each["text"]) for each in wave.left_out if each["order"] in waiting}
    # Who is in the wave came along; an order that went to another warehouse meanwhile is neither in it nor told of.
    slots = WaveOrder.objects.filter(wave=wave).order_by("slot")
    done = list(slots.values_list("shipping_order_id", flat=True))
    left = set(waiting.values()) - set(done)
    choice.waves.append(wave)
    choice.refused |= {pk: told.get(pk, NOT_WAITING) for pk in waiting.values() if pk in left}
    choice.done += done
