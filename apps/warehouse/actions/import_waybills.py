"""Waybill numbers from a file: read and cleaned first, then given to parcels in chunks, row by row told what failed."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from django.db import connection, transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.core.bulk import as_text_array, key_query, many_keys
from apps.core.errors import Invalid
from apps.core.speech import filled, in_every_language
from apps.core.tabular import Finding as RowFinding
from apps.core.tabular import open_table
from apps.files.actions import keep_file, open_file
from apps.files.models import StoredFile
from apps.jobs.actions import start_job
from apps.jobs.kinds import Chunk, Progress, Tally
from apps.jobs.models import Finding, Job
from apps.orders.actions.receive import Upload
from apps.orders.models import ShippingOrder
from apps.orders.workflows.shipping_order import WITH_THE_WAREHOUSE
from apps.org.actors import Actor
from apps.org.scope import visible
from apps.warehouse.actions.open_shipment import open_parcels
from apps.warehouse.actions.rights import must, must_work_in
from apps.warehouse.actions.waybills import Label, carriers_as_written, chosen_carrier, label_parcels
from apps.warehouse.imports.waybills import HEADER, TWICE, WaybillFile, WaybillRow
from apps.warehouse.models import Carrier, Shipment
from apps.warehouse.rules.waybills import doubts_about
from apps.warehouse.workflows.shipment import ShipmentState

KIND = "warehouse.waybills"
CHUNK = 1_000
LARGEST_BYTES = 20 * 1024 * 1024
MOST_FINDINGS = 5_000
# A waybill may be printed as soon as the order is confirmed, and as late as the parcel stands packed.
NOT_KNOWN = _("No order of this warehouse that waits to be sent has the number %(number)s.")
SEVERAL = _("Several parcels belong to %(number)s; use the number of the shipping order.")


@transaction.atomic
def receive_waybills(upload: Upload, *, warehouse_id: int, by: Actor, carrier_id: int | None = None) -> Job:
    """Take a waybill file and start its import. carrier_id: for rows that name no carrier.

    Raises NotAllowed, NotFound for a foreign warehouse or no carrier of ours, Invalid for an empty or too large file.
    """
    must(by, "warehouse.check")
    must_work_in(by, warehouse_id)
    if carrier_id is not None:
        chosen_carrier(carrier_id)
    if not upload.size:
        raise Invalid(_("A file is empty."), code="empty_file")
    if upload.size > LARGEST_BYTES:
        raise Invalid(_("A waybill file has at most 20 MB."), code="file_too_large")
    stored = keep_file(upload.file, name=upload.name or "", kind=StoredFile.Kind.UPLOAD, by=by)
    return start_job(KIND, {"file": stored.pk, "warehouse": warehouse_id, "carrier": carrier_id}, by=by)


def plan(job: Job, _by: Actor, progress: Progress) -> list[Chunk]:
    """Read the whole file and cut its usable rows into chunks. Raises DomainError when it cannot be used."""
    stored = StoredFile.objects.get(pk=job.params["file"])
    with open_file(stored) as stream, open_table(stream, header=HEADER) as table:
        file = WaybillFile(table, carriers_as_written(), job.params["carrier"])
        rows = list(file.rows())
        findings = [*file.findings, *table.findings]
    if not rows and not findings:
        raise Invalid(_("The file has a header but no rows."), code="no_rows")
    progress(len(rows))
    keep_findings(job, stored.name, findings)
    parts = (rows[start : start + CHUNK] for start in range(0, len(rows), CHUNK))
    return [Chunk({"rows": part}, len(part)) for part in parts]


def work(job: Job, payload: dict[str, Any], by: Actor) -> Tally:
    """Give one chunk of parcels their waybills."""
    rows = list(map(WaybillRow._make, payload["rows"]))
    findings = label_rows(rows, warehouse_id=job.params["warehouse"], by=by)
    if findings:
        keep_findings(job, StoredFile.objects.values_list("name", flat=True).get(pk=job.params["file"]), findings)
    refused = sum(finding.severity == "refused" for finding in findings)
    return {"labelled": len(rows) - refused, "refused": refused}


def finish(_job: Job, _counts: Tally, _by: Actor) -> None:
    """Nothing is left to do: every chunk has told its own."""


def label_rows(rows: Sequence[WaybillRow], *, warehouse_id: int, by: Actor) -> list[RowFinding]:
    """Give the parcels of these rows their waybills, in the caller's transaction; a fixed number of statements.

    Parcels are opened where there are none yet. Of two rows for one parcel the first counts. Returns what was refused,
    and what looks wrong about numbers taken.
    """
    orders, parcels, findings = _orders_of(rows, warehouse_id, by)
    bare = {order for order in orders.values() if order not in parcels}
    if bare:
        parcels |= _opened(bare, parcels.values())
    labelled: dict[int, WaybillRow] = {}
    for row in rows:
        parcel = parcels.get(orders.get(row.order, 0))
        if parcel is not None and labelled.setdefault(parcel, row) is not row:
            findings.append(RowFinding(row.row, "", "order_twice", TWICE))
    labels = [Label(parcel, row.carrier, row.number) for parcel, row in labelled.items()]
    refused = label_parcels(labels, by=by)
    for parcel, why in refused.items():
        findings.append(RowFinding(labelled[parcel].row, "", why.code, why.sentence))
    taken = [row for parcel, row in labelled.items() if parcel not in refused]
    return [*findings, *_doubts(taken)]


def _opened(bare: Collection[int], known: Collection[int]) -> dict[int, int]:
    """Shipping orders without parcel → the parcel that each has now. known: the parcels of the others."""
    # Parcels before orders, as everywhere: who cancels a wave holds its parcels and then asks for its orders.
    list(Shipment.objects.filter(pk__in=many_keys(known)).locked().values_list("pk"))
    # A lock before a parcel is opened: an order cannot be cancelled in between.
    held = ShippingOrder.objects.filter(pk__in=many_keys(bare), state__in=WITH_THE_WAREHOUSE).locked()
    open_parcels(list(held.values_list("pk", flat=True)))
    rows = Shipment.objects.filter(shipping_order_id__in=many_keys(bare)).exclude(state=ShipmentState.CANCELLED)
    return dict(rows.values_list("shipping_order_id", "pk"))


def _orders_of(
    rows: Sequence[WaybillRow], warehouse_id: int, by: Actor
) -> tuple[dict[str, int], dict[int, int], list[RowFinding]]:
    """Number in the file → shipping order of this warehouse, order → its parcel; a finding for every other number."""
    waiting = ShippingOrder.objects.filter(warehouse_id=warehouse_id, state__in=WITH_THE_WAREHOUSE)
    scope, params = key_query(visible(waiting, by), "id")
    meant: dict[str, set[int]] = {}
    parcels: dict[int, int] = {}
    with connection.cursor() as cursor:
        cursor.execute(MEANT.format(scope=scope), [as_text_array(row.order for row in rows), *params])
        for number, order, parcel in cursor.fetchall():
            meant.setdefault(number, set()).add(order)
            if parcel is not None:
                parcels[order] = parcel
    found = {number: min(orders) for number, orders in meant.items() if len(orders) == 1}
    findings = [_not_one(row, meant.get(row.order)) for row in rows if row.order not in found]
    return found, parcels, findings


def _not_one(row: WaybillRow, meant: set[int] | None) -> RowFinding:
    code, sentence = ("several_parcels", SEVERAL) if meant else ("order_not_known", NOT_KNOWN)
    return RowFinding(row.row, "", code, filled(sentence, number=row.order))


def _doubts(rows: Iterable[WaybillRow]) -> list[RowFinding]:
    rows = list(rows)
    carriers = Carrier.objects.in_bulk({row.carrier for row in rows})
    return [
        RowFinding(row.row, "", doubt.code, doubt.sentence, "warning")
        for row in rows
        for doubt in doubts_about(row.number, carriers[row.carrier].name, carriers[row.carrier].waybill_patterns)
    ]


def keep_findings(job: Job, place: str, findings: Sequence[RowFinding]) -> None:
    """Store what there is to say about rows, at most 5,000 for a job."""
    room = MOST_FINDINGS - job.findings.count() if findings else 0
    Finding.objects.bulk_create(
        [
            Finding(
                job=job, place=place, row=finding.row, column=finding.column[:80], code=finding.code,
                text=_spoken(finding.sentence), severity=finding.severity, excerpt=finding.value[:80],
            )
            for finding in findings[: max(room, 0)]
        ]
    )  # fmt: skip


def _spoken(sentence: str | Promise) -> dict[str, str]:
    return in_every_language(sentence)


MEANT = """
    WITH asked AS (SELECT DISTINCT number FROM unnest(%s::text[]) AS a (number)), meant AS (
        SELECT a.number, o.id FROM asked a JOIN orders_shippingorder o ON o.number = a.number
        UNION
        SELECT a.number, l.shipping_order_id FROM asked a JOIN orders_order p ON p.number = a.number
        JOIN orders_orderline n ON n.order_id = p.id JOIN orders_shippingorderline l ON l.order_line_id = n.id
    )
    SELECT m.number, mine.id, s.id FROM meant m JOIN ({scope}) mine ON mine.id = m.id
    LEFT JOIN warehouse_shipment s ON s.shipping_order_id = mine.id AND s.cancelled_at IS NULL
"""
