"""The clock of a warehouse's day, and that of a promise to a buyer."""

import datetime as dt
from typing import Any

from apps.orders.parameters import CLOSED_ON_REST_DAYS, SHIP_WITHIN_HOURS
from apps.orders.rules.promise import ShipClock
from apps.parameters.queries import value_of, values_of
from apps.parameters.registry import Parameter
from apps.warehouse import parameters
from apps.warehouse.models import CutOff
from apps.warehouse.rules.cutoffs import CutOffs

TIMES: list[Parameter[Any]] = [
    parameters.ORDER_CUTOFF, parameters.FETCH_CUTOFF, parameters.PACK_CUTOFF, parameters.FINAL_CUTOFF,
]  # fmt: skip


def cutoffs_of(warehouse_id: int, day: dt.date) -> CutOffs:
    """The warehouse's own times on a day; before it has any, the company's. Rules: WHS-01, WHS-03, WHS-04, AMB-47."""
    own = CutOff.objects.filter(warehouse_id=warehouse_id, effective_from__lte=day).order_by("-effective_from")
    row = own.values_list("order_by", "fetch_by", "pack_by", "final_by", "rests").first()
    return CutOffs(*row) if row else company_cutoffs(day)


def company_cutoffs(day: dt.date) -> CutOffs:
    """The times of warehouses that have none of their own."""
    said = values_of([*TIMES, CLOSED_ON_REST_DAYS], on=day)
    order_by, fetch_by, pack_by, final_by = (dt.time.fromisoformat(said.of(each)) for each in TIMES)
    return CutOffs(order_by, fetch_by, pack_by, final_by, said.of(CLOSED_ON_REST_DAYS))


def ship_clock(day: dt.date) -> ShipClock:
    """From payment to the carrier: when the company warns, and what it promises (WHS-15, AMB-49).

    A single order keeps the promise that was made when it came, also when the company's hours change or its store has its
    own: `ShippingOrder.ship_by_at`.
    """
    return ShipClock(
        value_of(parameters.WARN_HOURS, on=day),
        value_of(SHIP_WITHIN_HOURS, on=day),
        value_of(CLOSED_ON_REST_DAYS, on=day),
    )
