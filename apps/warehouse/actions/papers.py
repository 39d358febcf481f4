"""Issue the warehouse's papers: what they say is frozen at this moment."""

import datetime as dt

from django.db import transaction

from apps.documents.actions.issue import issue
from apps.documents.actions.issue_once import issue_once
from apps.documents.models import Document
from apps.org.actors import Actor
from apps.org.models import Warehouse
from apps.org.scope import the_visible
from apps.warehouse import documents
from apps.warehouse.actions.rights import must, must_work_in
from apps.warehouse.models import Handover, Wave


@transaction.atomic
def issue_pick_list(wave_pk: int, *, by: Actor) -> Document:
    """The pick list of a wave in walking order, with what its parcels ask for; no second one while nothing changed.

    Raises NotAllowed, NotFound. Rules: WHS-03, WHS-18, WHS-24.
    """
    must(by, "warehouse.pick", "warehouse.plan_wave")
    wave = the_visible(Wave.objects.select_related("warehouse", "picker"), by, pk=wave_pk)
    return issue_once(
        documents.PICK_LIST, context=documents.pick_list(wave), day=wave.shipping_on, by=by,
        warehouse_id=wave.warehouse_id, subject=wave,
    )  # fmt: skip


@transaction.atomic
def issue_daily_pick_list(warehouse_id: int, day: dt.date, *, by: Actor) -> Document:
    """The pick list of a shipping day: style, single or several, colour; no second one while nothing changed.

    Raises NotAllowed, NotFound. Rules: WHS-03, WHS-17, WHS-18, WHS-24.
    """
    must(by, "warehouse.pick", "warehouse.plan_wave")
    must_work_in(by, warehouse_id)
    warehouse = Warehouse.objects.get(pk=warehouse_id)
    return issue_once(
        documents.DAILY_PICK_LIST, context=documents.daily_pick_list(warehouse, day), day=day, by=by,
        warehouse_id=warehouse_id, subject=warehouse,
    )  # fmt: skip


def issue_handover_sheet(handover: Handover, day: dt.date, *, by: Actor) -> Document:
    """What the driver signs: how many parcels, and their numbers; in the caller's transaction. Rule: WHS-06."""
    return issue(
        documents.HANDOVER_SHEET, context=documents.handover_sheet(handover), day=day, by=by,
        warehouse_id=handover.warehouse_id, subject=handover,
    )  # fmt: skip
