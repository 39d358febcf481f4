"""How far shipping orders have come in the warehouse: the verbs that the floor above calls, in its own transaction.

Each is the one door of the machine for a set; none announces a fact, because the caller knows already. Lock order: the
caller's stock rows come first, then these rows, keys ascending.
"""

from collections.abc import Iterable

from django.db.models.expressions import Combinable

from apps.core.bulk import many_keys
from apps.core.querysets import HouseQuerySet
from apps.orders.models import ShippingOrder
from apps.org.actors import Actor
from apps.workflow.move import Moved, move_many


def mark_reserved(pks: Iterable[int], *, by: Actor) -> Moved:
    """Their goods are set aside. The caller holds these rows. Rule: ORD-08."""
    return move_many(_these(pks), ShippingOrder.reserve, by=by, is_held=True)


def mark_released(pks: Iterable[int], *, by: Actor) -> Moved:
    """Their goods are free again; they wait for goods anew."""
    return move_many(_these(pks), ShippingOrder.release, by=by, also={"reserved_at": None})


def mark_picking(pks: Iterable[int], *, by: Actor) -> Moved:
    """They are in a wave; held ones and those that the platform called off are refused. The caller holds these rows."""
    return move_many(_these(pks), ShippingOrder.start_picking, by=by, is_held=True)


def mark_taken_out(pks: Iterable[int], *, reason: str, by: Actor) -> Moved:
    """They left their wave or the bench and wait for goods anew. Raises Invalid without a reason."""
    cleared = {"reserved_at": None, "picking_at": None, "packed_at": None, "waybill_number": ""}
    return move_many(_these(pks), ShippingOrder.take_out, by=by, reason=reason, also=cleared)


def mark_packed(pks: Iterable[int], *, by: Actor) -> Moved:
    """Their content was checked and the parcel closed. Rules: WHS-19, WHS-20."""
    return move_many(_these(pks), ShippingOrder.pack, by=by)


def mark_shipped(pks: Iterable[int], *, waybill: Combinable | None = None, by: Actor) -> Moved:
    """The carrier has them; held ones and those that the platform called off stay. The caller holds these rows.

    waybill: where it stands under which number each of them goes out. Rules: WHS-05, WHS-60.
    """
    also = {} if waybill is None else {"waybill_number": waybill}
    return move_many(_these(pks), ShippingOrder.ship, by=by, also=also, is_held=True)


def _these(pks: Iterable[int]) -> "HouseQuerySet[ShippingOrder]":
    return ShippingOrder.objects.filter(pk__in=many_keys(pks))
