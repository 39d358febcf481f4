"""One press of the button is one plan, however often its form arrives."""

import datetime as dt
import uuid
from collections.abc import Callable

from django.db import transaction
from django.db.models import Exists, OuterRef

from apps.audit.context import signed
from apps.audit.queries import event_model_of
from apps.core.calendar import ONE_DAY, today
from apps.core.locks import one_at_a_time
from apps.orders.models import ShippingOrder
from apps.org.actors import Actor
from apps.warehouse.actions.rights import must_work_in
from apps.warehouse.models import Wave, WaveOrder

PLAN = "warehouse.wave.plan"


@transaction.atomic
def plan_once(warehouse_id: int, plan: Callable[[], list[Wave]], *, by: Actor, key: uuid.UUID) -> list[Wave]:
    """The waves that a form asks for; when it arrives again, those that it led to the first time.

    plan: plans for this warehouse and actor, and is not called again. key: of the form; it becomes the click under which
    the orders move, so that their history remembers it. Two at once: the second waits for the first. Raises NotFound, and
    what `plan` raises; nothing is remembered then. Rules: WHS-03, WHS-17.
    """
    must_work_in(by, warehouse_id)
    one_at_a_time(PLAN, key)
    known = _planned_before(warehouse_id, by, key)
    if known:
        return known
    with signed(PLAN, by=by, click=key):
        return plan()


def _planned_before(warehouse_id: int, by: Actor, key: uuid.UUID) -> list[Wave]:
    """Found over each wave's first slot: an order keeps its row there even when it is taken out."""
    since: dt.date = today() - ONE_DAY
    recent = Wave.objects.filter(warehouse_id=warehouse_id, shipping_on__gte=since, planned_by_id=by.id)
    moved = event_model_of(ShippingOrder)._base_manager.filter(
        pgh_obj_id=OuterRef("shipping_order_id"), pgh_context_id=key
    )
    first = WaveOrder.objects.filter(Exists(moved), wave__in=recent, slot=1)
    return list(Wave.objects.filter(pk__in=first.values("wave")).order_by("pk"))
