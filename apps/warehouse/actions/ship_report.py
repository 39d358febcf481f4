"""Tell a platform what went out: one batch-ship file for a store, each parcel told once (WHS-05)."""

import io
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from apps.audit.context import signed
from apps.audit.models import Export
from apps.core.bulk import many_keys
from apps.core.calendar import today
from apps.core.errors import Invalid, NotAllowed, NotFound
from apps.core.numbering import document_number, next_numbers
from apps.core.tabular import Sheet, safe_filename, write_csv, write_xlsx
from apps.files.actions import keep_file
from apps.files.models import StoredFile
from apps.jobs.actions import start_job
from apps.jobs.kinds import Chunk, Progress, Tally
from apps.jobs.models import Job
from apps.org.actors import Actor
from apps.org.models import Store, User
from apps.org.scope import StoreScope
from apps.parameters.queries import value_of
from apps.warehouse.actions.rights import must
from apps.warehouse.models import ConfirmedLayout, Shipment, ShipReport
from apps.warehouse.parameters import SHIP_COLUMNS
from apps.warehouse.queries.shipping import parcels_to_report, sent_orders
from apps.warehouse.rules.ship_layouts import ShipLayout, expect_codes, layout_for, rows_of

KIND = "warehouse.ship_report"
PREFIX = "PF"
MOST_PARCELS = 20_000
# Who works for the store, and who sends its parcels.
REACH = StoreScope(store="pk", warehouse="warehouse_id")
TYPES = {"csv": "text/csv", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


@transaction.atomic
def start_ship_report(store_id: int, *, by: Actor) -> Job:
    """Have the file made by a job; its result is the file.

    Raises NotAllowed, NotFound, Invalid when there is nothing to tell.
    """
    _expect(store_id, by)
    if not parcels_to_report(store_id).exists():
        raise Invalid(_("The platform knows of every parcel of this store."), code="nothing_to_report")
    return start_job(KIND, {"store": store_id}, by=by, store_id=store_id)


@transaction.atomic
def make_ship_report(store_id: int, *, by: Actor) -> ShipReport:
    """Write the batch-ship file of a store's parcels that its platform was not told of: a row for each platform order.

    The parcels are marked in the same transaction, so that none is in two files; the export stands in the book.
    Raises NotAllowed, NotFound, Invalid when there is nothing to tell, or when a column wants the platform's code of a
    carrier that has none. Rule: WHS-05.
    """
    store, user = _expect(store_id, by)
    chosen = parcels_to_report(store_id)[:MOST_PARCELS]
    parcels = list(chosen.select_for_update(of=("self",), skip_locked=True).values_list("pk", flat=True))
    if not parcels:
        raise Invalid(_("The platform knows of every parcel of this store."), code="nothing_to_report")
    layout = ship_layout(store)
    sent = list(sent_orders(parcels, store.platform))
    expect_codes(layout, sent)
    rows = list(rows_of(layout, sent))
    number = document_number(PREFIX, today(), next_numbers("ship_report", today())[0])
    report = ShipReport.objects.create(
        number=number, store=store, layout=layout.name, columns=layout.text, is_confirmed=layout.confirmed,
        rows=len(rows), made_by_id=by.id,
        file=_kept(layout, rows, f"{number}-{store.name}", store, by),
    )  # fmt: skip
    with signed("warehouse.shipment.report", by=by):
        told = Shipment.objects.filter(pk__in=many_keys(parcels))
        told.update(reported_at=Now(), report=report)
    query = {"store": store.pk, "report": number}
    Export.objects.create(user=user, user_name=by.name, kind="ship_report", query=query, rows=len(rows))
    return report


def ship_layout(store: Store) -> ShipLayout:
    """The file that this store's platform gets, with the columns that were set. Raises Invalid for impossible ones."""
    parameter = SHIP_COLUMNS.get(store.platform)
    known = ConfirmedLayout.objects.filter(platform=store.platform).values_list("columns", flat=True)
    return layout_for(store.platform, value_of(parameter, store_id=store.pk) if parameter else "", confirmed=set(known))


def _expect(store_id: int, by: Actor) -> tuple[Store, User]:
    must(by, "warehouse.report_shipments")
    if by.user is None:
        raise NotAllowed(_("A file that leaves the house is made by a person."))
    store = Store.objects.filter(REACH.condition(by) or Q(), pk=store_id).first()
    if store is None:
        raise NotFound(_("There is no such record, or it belongs to another store."))
    return store, by.user


def file_of(layout: ShipLayout, rows: list[tuple[str, ...]]) -> io.BytesIO:
    """The file's bytes, as the platform gets them."""
    sink = io.BytesIO()
    if layout.container == "csv":
        write_csv(sink, layout.header, rows)
    else:
        write_xlsx(sink, [Sheet(_("Orders"), layout.header, rows)])
    sink.seek(0)
    return sink


def _kept(layout: ShipLayout, rows: list[tuple[str, ...]], name: str, store: Store, by: Actor) -> StoredFile:
    return keep_file(
        file_of(layout, rows), name=safe_filename(f"{name}.{layout.container}"), kind=StoredFile.Kind.EXPORT, by=by,
        store_id=store.pk, content_type=TYPES[layout.container],
    )  # fmt: skip


def plan(_job: Job, _by: Actor, _progress: Progress) -> list[Chunk]:
    """One file is one piece of work."""
    return [Chunk({}, 1)]


def work(job: Job, _payload: dict[str, Any], by: Actor) -> Tally:
    """Make the file; it becomes the job's result."""
    report = make_ship_report(job.params["store"], by=by)
    Job.objects.filter(pk=job.pk).update(result=report.file)
    return {"rows": report.rows, "report": report.pk}


def finish(_job: Job, _counts: Tally, _by: Actor) -> None:
    """The file is there."""
