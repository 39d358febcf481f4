"""Every parcel that was packed: on the bench, with the carrier, and in the file that told the platform."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from django.db import connection, models

from apps.core.calendar import SHANGHAI
from apps.core.numbering import document_number, next_numbers
from apps.desk.demo.acts import Acts
from apps.desk.demo.numbers import carrier_of
from apps.desk.demo.plans import Plan
from apps.desk.demo.roster import Roster
from apps.stores.models import Sku
from apps.warehouse.actions.dispatch import PREFIX as HANDOVER_PREFIX
from apps.warehouse.actions.open_shipment import PREFIX
from apps.warehouse.models import Carrier, CheckLine, Handover, Shipment
from apps.workflow.seeding import Past, ended, reserved_keys, write_histories, write_rows

MINUTE = dt.timedelta(minutes=1)
# A handover begins at a fixed time and is over within these minutes, so all of it falls into one hour counted from here.
HOUR_BEGINS = 10 * MINUTE
PACKAGING_GRAMS, USUAL_GRAMS = 60, 200
WRITTEN: list[type[models.Model]] = [Handover, Shipment, CheckLine]

_CHECKED = """
    INSERT INTO warehouse_checkline (shipment_id, sku_id, quantity, scanned_quantity)
    SELECT s.id, l.sku_id, sum(l.quantity), sum(l.quantity)
    FROM warehouse_shipment s JOIN orders_shippingorderline l ON l.shipping_order_id = s.shipping_order_id
    GROUP BY s.id, l.sku_id ORDER BY s.id, l.sku_id
"""


@dataclass(slots=True)
class Parcel:
    """A packed order on its way into the tables. past: what happened to the parcel, oldest first."""

    plan: Plan
    packed_at: dt.datetime
    key: int = 0
    number: str = ""
    past: list[Past] = field(default_factory=list)

    @property
    def fetched(self) -> tuple[dt.datetime, int, str]:
        """When it left, from where, and with whom: parcels for which this is the same went on one sheet."""
        at = self.plan.shipped_at or self.packed_at
        hour = (at - HOUR_BEGINS).replace(minute=0, second=0)
        return hour, self.plan.store.warehouse_id, carrier_of(self.plan.waybill)


def parcels_of(plans: Iterable[Plan], roster: Roster, acts: Acts) -> list[Parcel]:
    """The parcels of all orders that were packed, in the order of the bench, with their numbers and handovers.

    The handovers are written; the parcels are not yet, because what tells the platforms is still to come.
    """
    parcels = [Parcel(plan, plan.packed_at) for plan in plans if plan.packed_at]
    parcels.sort(key=lambda parcel: (parcel.packed_at, parcel.plan.number))
    _number(parcels)
    _check(parcels, acts)
    gone = sorted((parcel for parcel in parcels if parcel.plan.shipped_at), key=lambda one: (one.fetched, one.key))
    _hand_over([list(sheet) for _fetched, sheet in groupby(gone, key=lambda one: one.fetched)], roster, acts)
    return parcels


def write(parcels: list[Parcel]) -> int:
    """The parcels as they are now, what was scanned into them, and their past. Returns how many changes of the past."""
    carriers = dict(Carrier.objects.values_list("code", "pk"))
    lives = [(_row(parcel, carriers), parcel.past) for parcel in parcels]
    write_rows(Shipment, (ended(row, past) for row, past in lives))
    with connection.cursor() as cursor:
        cursor.execute(_CHECKED)
    return write_histories(Shipment, lives)


def daily_numbers(series: str, prefix: str, days: list[dt.date]) -> Iterator[str]:
    """A document number for each of these days, which come in order; the series goes on behind them."""
    for day, same in groupby(days):
        for running in next_numbers(series, day, sum(1 for _ in same)):
            yield document_number(prefix, day, running)


def _number(parcels: list[Parcel]) -> None:
    numbers = daily_numbers("shipment", PREFIX, [parcel.packed_at.date() for parcel in parcels])
    for parcel, key, number in zip(parcels, reserved_keys(Shipment, len(parcels)), numbers, strict=True):
        parcel.key, parcel.number = key, number


def _check(parcels: list[Parcel], acts: Acts) -> None:
    weights = dict(Sku.objects.values_list("pk", "weight_grams"))
    for parcel in parcels:
        at, by = parcel.packed_at, parcel.plan.packer
        if by is None:
            raise ValueError(f"{parcel.plan.number} was packed by nobody")
        grams = sum((weights[line.sku_id or 0] or USUAL_GRAMS) * line.quantity for line in parcel.plan.lines)
        seen: dict[str, Any] = {"weight_grams": PACKAGING_GRAMS + grams, "checked_by_id": by.user_id}
        noted: dict[str, Any] = {"remarks_confirmed_at": at, "remarks_confirmed_by_id": by.user_id}
        parcel.past.append(acts.move(Shipment, "pass_check", at, by, **seen, **noted))


def _hand_over(sheets: list[list[Parcel]], roster: Roster, acts: Acts) -> None:
    """One handover for each sheet; its parcels left by one and the same click."""
    carriers = dict(Carrier.objects.values_list("code", "pk"))
    days = [sheet[0].fetched[0].date() for sheet in sheets]
    numbers = daily_numbers("handover", HANDOVER_PREFIX, days)
    rows = []
    for sheet, key, number in zip(sheets, reserved_keys(Handover, len(sheets)), numbers, strict=True):
        _hour, warehouse, carrier = sheet[0].fetched
        lead, at = roster.warehouse_lead(warehouse), max(parcel.plan.shipped_at or parcel.packed_at for parcel in sheet)
        rows.append({
            "id": key, "number": number, "warehouse_id": warehouse, "carrier_id": carriers[carrier],
            "parcels": len(sheet), "handed_over_by_id": lead.user_id, "handed_over_at": at,
        })  # fmt: skip
        left = acts.move(Shipment, "dispatch", at, lead, handover_id=key)
        for parcel in sheet:
            parcel.past.append(left)
    write_rows(Handover, rows)


def _row(parcel: Parcel, carriers: dict[str, int]) -> dict[str, Any]:
    """The parcel as it lay open on the bench."""
    plan = parcel.plan
    return {
        "id": parcel.key, "number": parcel.number, "shipping_order_id": plan.shipping_id,
        "warehouse_id": plan.store.warehouse_id, "store_id": plan.store.pk,
        "carrier_id": carriers[carrier_of(plan.waybill)], "waybill_number": plan.waybill, "weight_grams": None,
        "remarks_confirmed_at": None, "remarks_confirmed_by_id": None, "checked_by_id": None, "handover_id": None,
        "reported_at": None, "report_id": None, "opened_at": parcel.packed_at - 2 * MINUTE, "state": "open",
        "checked_at": None, "dispatched_at": None, "cancelled_at": None,
    }  # fmt: skip


def by_store_and_hour(parcels: Iterable[Parcel]) -> list[list[Parcel]]:
    """The parcels with the carriers, those of one store that left together side by side, oldest first."""
    found: dict[tuple[dt.datetime, int], list[Parcel]] = defaultdict(list)
    for parcel in parcels:
        if parcel.plan.shipped_at:
            found[parcel.fetched[0].astimezone(SHANGHAI), parcel.plan.store.pk].append(parcel)
    return [found[key] for key in sorted(found)]
