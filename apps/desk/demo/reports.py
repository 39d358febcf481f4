"""Batch-ship files: which platform was told of which parcels. The files of the last days can still be opened."""

import datetime as dt
import json
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db import models

from apps.audit.models import Export
from apps.core.bulk import hex_bytes
from apps.core.tabular import safe_filename
from apps.desk.demo.acts import Acts
from apps.desk.demo.company import DemoPerson
from apps.desk.demo.parcels import MINUTE, Parcel, by_store_and_hour, daily_numbers
from apps.desk.demo.roster import Roster
from apps.files.models import StoredFile
from apps.files.sealed import write_sealed
from apps.org.models import Store
from apps.warehouse.actions.ship_report import PREFIX, TYPES, file_of, ship_layout
from apps.warehouse.models import ShipReport
from apps.warehouse.queries.shipping import sent_orders
from apps.warehouse.rules.ship_layouts import ShipLayout, rows_of
from apps.workflow.seeding import reserved_keys, write_rows

OPEN_DAYS = dt.timedelta(days=2)
KEPT = dt.timedelta(days=30)
BYTES_PER_ROW = 48
WRITTEN: list[type[models.Model]] = [ShipReport]


@dataclass(frozen=True, slots=True)
class Told:
    """One file. key, file: the rows that it becomes."""

    parcels: list[Parcel]
    by: DemoPerson
    made_at: dt.datetime
    number: str
    key: int
    file: int


def tell(parcels: list[Parcel], roster: Roster, acts: Acts, now: dt.datetime) -> list[Told]:
    """A file for each store after each handover; of the last handover no platform has been told yet.

    What it did to the parcels is among their past; the files are written after them.
    """
    groups = by_store_and_hour(parcels)
    newest = max((group[0].fetched[0] for group in groups), default=now)
    groups = [group for group in groups if group[0].fetched[0] < newest]
    days = [group[0].fetched[0].date() for group in groups]
    keys, files = reserved_keys(ShipReport, len(groups)), reserved_keys(StoredFile, len(groups))
    told = []
    for group, key, file, number in zip(
        groups, keys, files, daily_numbers("ship_report", PREFIX, days), strict=True
    ):  # fmt: skip
        lead = roster.warehouse_lead(group[0].plan.store.warehouse_id)
        at = max(parcel.past[-1].at for parcel in group) + MINUTE
        act = acts.act("warehouse.shipment.report", at, lead, {"reported_at": at, "report_id": key})
        for parcel in group:
            parcel.past.append(act)
        told.append(Told(group, lead, at, number, key, file))
    return told


def write(told: list[Told], now: dt.datetime) -> None:
    """The files, what stands in the register of them, and their lines in the book of exports."""
    stores = Store.objects.in_bulk()
    layouts = {pk: ship_layout(store) for pk, store in stores.items()}
    files, reports, exports = [], [], []
    for one in told:
        store = stores[one.parcels[0].plan.store.pk]
        files.append(_file(one, store, layouts[store.pk], now))
        reports.append(_report(one, layouts[store.pk], store))
        exports.append(_export(one, store))
    write_rows(StoredFile, files)
    write_rows(ShipReport, reports)
    write_rows(Export, exports)


def _report(one: Told, layout: ShipLayout, store: Store) -> dict[str, Any]:
    return {
        "id": one.key, "number": one.number, "store_id": store.pk, "layout": layout.name, "columns": layout.text,
        "is_confirmed": layout.confirmed, "file_id": one.file, "rows": len(one.parcels), "made_by_id": one.by.user_id,
        "made_at": one.made_at,
    }  # fmt: skip


def _export(one: Told, store: Store) -> dict[str, Any]:
    query = json.dumps({"store": store.pk, "report": one.number})
    return {
        "at": one.made_at, "user_id": one.by.user_id, "user_name": one.by.name, "kind": "ship_report", "query": query,
        "rows": len(one.parcels),
    }  # fmt: skip


def _file(one: Told, store: Store, layout: ShipLayout, now: dt.datetime) -> dict[str, Any]:
    """Sealed bytes for a young file; an older one is known by name and size alone."""
    name = safe_filename(f"{one.number}-{store.name}.{layout.container}")
    key = str(UUID(bytes=sha256(one.number.encode()).digest()[:16]))
    is_open = now - one.made_at < OPEN_DAYS
    size, digest = BYTES_PER_ROW * (len(one.parcels) + 1), sha256(name.encode()).digest()
    if is_open:
        rows = list(rows_of(layout, sent_orders([parcel.key for parcel in one.parcels], store.platform)))
        size, digest = write_sealed(key, file_of(layout, rows))
    return {
        "id": one.file, "key": key, "kind": StoredFile.Kind.EXPORT.value, "name": name,
        "content_type": TYPES[layout.container], "size_bytes": size, "sha256": hex_bytes(digest), "store_id": store.pk,
        "owner_id": one.by.user_id, "created_at": one.made_at,
        "expires_at": one.made_at + (KEPT if is_open else OPEN_DAYS),
        "removed_at": None if is_open else one.made_at + OPEN_DAYS,
    }  # fmt: skip
