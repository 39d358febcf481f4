"""The import job: chunks of about 2,000 orders, each one transaction, any of which any worker may take."""

import uuid
from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import Max, Min
from django.utils.translation import gettext_lazy as _

from apps.audit.context import signed
from apps.core.bulk import many_keys
from apps.core.facts import announce
from apps.jobs.kinds import Chunk, Progress, Tally
from apps.jobs.models import Job
from apps.notices.actions import tell
from apps.notices.models import Notice
from apps.orders.actions.audit import audit_orders
from apps.orders.actions.importing import follow, judge, refunds, write
from apps.orders.actions.importing.promise import promise_past_rest_days
from apps.orders.actions.importing.sql import ChunkOfOrders
from apps.orders.facts import OrdersImported
from apps.orders.models import ImportBatch, ShippingOrder, StagedOrder
from apps.orders.models.order import MIRROR_VERB
from apps.orders.parameters import AUTO_CONFIRM, CLOSED_ON_REST_DAYS, CONTACT_WITHIN_MINUTES, SHIP_WITHIN_HOURS
from apps.orders.rules.deadlines import contact_clock
from apps.orders.rules.promise import ShipClock
from apps.orders.workflows.shipping_order import ShippingState
from apps.org.actors import SYSTEM, Actor
from apps.parameters.queries import values_of
from apps.parameters.registry import Parameter
from apps.workflow.move import move, move_many

CHUNK = 2_000
ASKED: list[Parameter[Any]] = [CONTACT_WITHIN_MINUTES, SHIP_WITHIN_HOURS, CLOSED_ON_REST_DAYS, AUTO_CONFIRM]


def page_of(batch: ImportBatch) -> str:
    """Where the batch is shown. The desk lies above this floor, so its address is known by agreement, not by name."""
    return f"/desk/imports/{batch.pk}/"


def chunk_of(batch: ImportBatch, first: int, last: int) -> ChunkOfOrders:
    """A range of the batch's staged orders, with what the statements need to know of its store."""
    store = batch.store
    return ChunkOfOrders(batch.pk, store.pk, store.platform, store.warehouse_id, first, last)


def plan(job: Job, _by: Actor, _progress: Progress) -> Iterator[Chunk]:
    """Cut the batch's undone staged orders into ranges of keys."""
    todo = StagedOrder.objects.filter(batch_id=job.params["batch"], applied="")
    bounds = todo.aggregate(first=Min("id"), last=Max("id"))
    if bounds["first"] is None:
        return
    for first in range(bounds["first"], bounds["last"] + 1, CHUNK):
        last = min(first + CHUNK - 1, bounds["last"])
        yield Chunk({"batch": job.params["batch"], "first": first, "last": last}, last - first + 1)


def work(job: Job, payload: dict[str, Any], by: Actor) -> Tally:
    """Import one range."""
    batch = ImportBatch.objects.select_related("store").get(pk=payload["batch"])
    return import_chunk(chunk_of(batch, payload["first"], payload["last"]), by=by, click=job.click)


def import_chunk(chunk: ChunkOfOrders, *, by: Actor, click: uuid.UUID | None = None) -> Tally:
    """Import one range of staged orders, from files or from the API. Statement count does not depend on its size.

    Raises write.Overtaken. Rules: ORD-01, ORD-02, ORD-05, ORD-08.
    """
    with signed(MIRROR_VERB, by=by, click=click):
        existing = judge.judge_chunk(chunk)
        changed = write.mirror_changed(chunk, by) if existing else []
        tally = write.count_applied(chunk)
        write.insert_orders(chunk)
        asked = refunds.asked_since(chunk) if existing else []
        write.write_contacts_and_lines(chunk)
        said = values_of(ASKED, store_id=chunk.store_id)
        clock = ShipClock(breach_hours=said.of(SHIP_WITHIN_HOURS), rests=said.of(CLOSED_ON_REST_DAYS))
        opened = write.write_shipping_orders(
            chunk, contact_within=contact_clock(said.of(CONTACT_WITHIN_MINUTES)).distance, ship_within=clock.distance
        )
        if clock.rests:
            promise_past_rest_days(opened, clock)
        # By key: found through the staging table they would be, for a planner without its statistics, one row.
        fresh = ShippingOrder.objects.filter(pk__in=many_keys(opened))
        held = audit_orders(fresh, store_id=chunk.store_id, by=by) if opened else 0
        if opened and said.of(AUTO_CONFIRM):
            tally["confirmed"] = len(move_many(fresh, ShippingOrder.confirm, by=SYSTEM, is_held=True).done)
        if changed or asked:
            held += _follow(changed, asked, chunk.store_id, by)
    return {**tally, "opened": len(opened), "reasons": held}


def _follow(changed: Sequence[int], asked: Sequence[tuple[int, int]], store_id: int, by: Actor) -> int:
    """Let shipping orders follow what the platform says now, and ask the rules about those that nobody confirmed yet.

    asked: order and order line of the refunds that are news. Returns how many reasons were opened.
    """
    follow.follow_platform(changed)
    stopped = follow.stop_refunded([line for _order, line in asked])
    news = {*changed, *(order for order, _line in asked)}
    mine = ShippingOrder.objects.filter(lead_order_id__in=many_keys(news), state=ShippingState.IMPORTED)
    return stopped + audit_orders(mine, store_id=store_id, by=by)


def finish(job: Job, counts: Tally, by: Actor) -> None:
    """Close the batch and tell who asked for it."""
    batch = ImportBatch.objects.locked().get(pk=job.params["batch"])
    move(batch.finish, by=by, also={"counts": {**batch.counts, "imported": counts}})
    announce(OrdersImported())
    _tell(job, batch, _("Your import is done."), Notice.Tone.GOOD)


def failed(job: Job, by: Actor) -> None:
    """The import stopped: the batch may be imported again, and what is in stays in."""
    batch = ImportBatch.objects.locked().get(pk=job.params["batch"])
    move(batch.interrupt, by=SYSTEM)
    _tell(job, batch, _("Your import stopped before its end; start it again."), Notice.Tone.BAD)


def _tell(job: Job, batch: ImportBatch, sentence: Any, tone: str) -> None:
    if job.requested_by_id:
        tell([job.requested_by_id], key=f"job:{job.pk}", sentence=sentence, url=page_of(batch), tone=tone)
