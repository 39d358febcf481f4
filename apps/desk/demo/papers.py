"""Papers of the day: the list of each walk, the day's list of each warehouse, and what the last drivers signed."""

import datetime as dt

from apps.desk.demo.roster import Roster
from apps.documents.actions.issue import issue
from apps.org.actors import Actor
from apps.org.models import Warehouse
from apps.warehouse import documents
from apps.warehouse.actions.papers import issue_handover_sheet
from apps.warehouse.models import Handover, Wave
from apps.warehouse.workflows.wave import UNDER_WAY

SHEETS = 6


def write(roster: Roster, now: dt.datetime) -> None:
    """Issue them; they are printed like any other paper, so there are few."""
    for wave in Wave.objects.filter(state__in=UNDER_WAY).select_related("warehouse", "picker").order_by("pk"):
        issue(
            documents.PICK_LIST, context=documents.pick_list(wave), day=wave.shipping_on, warehouse_id=wave.warehouse_id,
            by=_lead(roster, wave.warehouse_id), subject=wave,
        )  # fmt: skip
    for warehouse in Warehouse.objects.order_by("pk"):
        issue(
            documents.DAILY_PICK_LIST, context=documents.daily_pick_list(warehouse, now.date()), day=now.date(),
            by=_lead(roster, warehouse.pk), warehouse_id=warehouse.pk, subject=warehouse,
        )  # fmt: skip
    newest = Handover.objects.select_related("warehouse", "carrier", "handed_over_by").order_by(
        "-handed_over_at", "-pk"
    )
    for handover in reversed(newest[:SHEETS]):
        issue_handover_sheet(handover, now.date(), by=_lead(roster, handover.warehouse_id))


def _lead(roster: Roster, warehouse_id: int) -> Actor:
    lead = roster.warehouse_lead(warehouse_id)
    return Actor(lead.user_id, lead.name)
