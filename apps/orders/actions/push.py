"""Push orders: what a program hands over takes the way of a file, at once and in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.contrib.postgres.aggregates import ArrayAgg
from django.db import transaction
from django.db.models import Count, Max, Min
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.audit.context import signed
from apps.core.bulk import copy_rows
from apps.core.errors import Conflict, Invalid, NotAllowed
from apps.jobs.kinds import Tally
from apps.orders.actions.importing import judge
from apps.orders.actions.importing.write import Overtaken
from apps.orders.actions.run_import import chunk_of, import_chunk
from apps.orders.imports.pushed import UNKNOWN, PushedOrder, staged_pushed
from apps.orders.imports.rows import LINE_COLUMNS, ORDER_COLUMNS, UnknownStatus
from apps.orders.models import ImportBatch, Order, ShippingOrder, StagedLine, StagedOrder
from apps.orders.models.staging import Verdict
from apps.org.actors import Actor
from apps.org.models import Store
from apps.org.scope import the_visible
from apps.workflow.move import move

MOST_ORDERS = 500
MOST_TRIES = 3
FOREIGN = _("This order number cannot be used for this store.")
OLDER = _("A newer state of this order is known already; nothing was changed.")


class Busy(Conflict):
    """Others import the same orders at this moment; the same push may be tried again."""

    code = "busy"


@dataclass(frozen=True, slots=True)
class Remark:
    """Why an order was refused or left alone, or what to look at."""

    code: str
    sentence: str | Promise


@dataclass(frozen=True, slots=True)
class PushedVerdict:
    """What became of one pushed order: new, changed, same, older or refused; its state and shipping orders after."""

    number: str
    verdict: str
    state: str | None = None
    shipping_orders: list[str] = field(default_factory=list)
    reasons: list[Remark] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class PushResult:
    """The batch that keeps the push, and one verdict per order in the order of the push."""

    batch: ImportBatch
    verdicts: list[PushedVerdict]
    counts: Tally


def push_orders(store_id: int, orders: Sequence[PushedOrder], *, by: Actor, token_id: int | None = None) -> PushResult:
    """Import 1 to 500 orders of one store, each number once. All or nothing, but for orders that are refused by name.

    token_id: of the program, so that the batch tells where it comes from.
    Raises NotAllowed, NotFound for a foreign store, Invalid for the number of orders or a repeated one, Busy. Rules:
    ORD-01, ORD-02, ORD-05, ORD-08.
    """
    if not (by.may("orders.add_importbatch") and by.may("orders.run_importbatch")):
        raise NotAllowed(_("You do not have the right to import orders."))
    if not 1 <= len(orders) <= MOST_ORDERS:
        raise Invalid(_("Push between 1 and 500 orders at once."), code="too_many_orders")
    if len({order.number for order in orders}) < len(orders):
        raise Invalid(_("Name each order once."), code="repeated_number")
    store = the_visible(Store.objects.filter(is_active=True), by, pk=store_id)
    for _try in range(MOST_TRIES):
        try:
            return _pushed(store, orders, by, token_id)
        except Overtaken:
            continue
    raise Busy(_("Another import is writing the same orders. Send them again in a moment."))


@transaction.atomic
def _pushed(store: Store, orders: Sequence[PushedOrder], by: Actor, token_id: int | None) -> PushResult:
    with signed("orders.importbatch.push", by=by):
        batch = ImportBatch.objects.create(store=store, received_by_id=by.id, token_id=token_id)
        _stage(batch, orders)
        first, last = _bounds(batch)
        chunk = chunk_of(batch, first, last)
        judge.judge_batch(chunk)
        move(batch.pass_check, by=by, also={"counts": _counts(batch, sum(len(order.lines) for order in orders))})
        move(batch.begin, by=by)
        tally = import_chunk(chunk, by=by)
        move(batch.finish, by=by, also={"counts": {**batch.counts, "imported": tally}})
    return PushResult(batch, _verdicts(batch), tally)


def _stage(batch: ImportBatch, orders: Sequence[PushedOrder]) -> None:
    store = batch.store
    staged = staged_pushed(orders, batch_id=batch.pk, store_id=store.pk, platform=store.platform)
    copy_rows(StagedOrder, ORDER_COLUMNS, staged.orders)
    copy_rows(StagedLine, LINE_COLUMNS, staged.lines)


def _counts(batch: ImportBatch, lines: int) -> dict[str, dict[str, int]]:
    staged = StagedOrder.objects.filter(batch=batch).order_by().values_list("verdict")
    return {"orders": dict(staged.annotate(n=Count("pk"))), "lines": {"ready": lines}}


def _bounds(batch: ImportBatch) -> tuple[int, int]:
    bounds = StagedOrder.objects.filter(batch=batch).aggregate(first=Min("pk"), last=Max("pk"))
    return bounds["first"], bounds["last"]


def _verdicts(batch: ImportBatch) -> list[PushedVerdict]:
    staged = (
        StagedOrder.objects.filter(batch=batch).order_by("row").values_list("number", "verdict", "applied", "state")
    )
    asked = list(staged)
    numbers = [number for number, *_rest in asked]
    known = Order.objects.filter(store=batch.store_id, platform=batch.store.platform, number__in=numbers)
    states = dict(known.values_list("number", "state"))
    parcels = _shipping_orders(batch, numbers)
    return [
        PushedVerdict(
            number, applied or verdict, states.get(number), parcels.get(number, []), _remarks(applied or verdict, said)
        )
        for number, verdict, applied, said in asked
    ]


def _shipping_orders(batch: ImportBatch, numbers: Sequence[str]) -> dict[str, list[str]]:
    mine = ShippingOrder.objects.filter(store=batch.store_id, lead_order__number__in=numbers).order_by()
    grouped = mine.values_list("lead_order__number").annotate(found=ArrayAgg("number", order_by="number"))
    return dict(grouped)


def _remarks(verdict: str, said: str) -> list[Remark]:
    if verdict == Verdict.REFUSED:
        return [Remark("number_not_usable", FOREIGN)]
    if verdict == Verdict.OLDER:
        return [Remark("older", OLDER)]
    if said == UNKNOWN:
        return [Remark(UnknownStatus.code, UnknownStatus.template)]
    return []
