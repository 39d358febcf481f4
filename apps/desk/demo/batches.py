"""Two uploads of the past, so that the list of import batches is not empty. Their files have expired since."""

import datetime as dt
import json
from collections import Counter
from hashlib import sha256
from typing import Any
from uuid import UUID

from apps.core.bulk import hex_bytes
from apps.core.calendar import ONE_DAY, SHANGHAI
from apps.desk.demo.acts import Acts
from apps.desk.demo.company import DemoCompany, DemoPerson
from apps.desk.demo.plans import Plan
from apps.desk.demo.platform_side import born_state
from apps.desk.demo.rhythm import FIRST_ROUND
from apps.files.models import StoredFile
from apps.orders.models import ImportBatch, ImportFile
from apps.orders.workflows.import_batch import BatchState
from apps.workflow.seeding import Past, ended, reserved_keys, write_histories, write_rows

STORE = "QH-TB"
DAYS_AGO = (75, 40)
KEPT = dt.timedelta(days=30)
FILES = (("ExportOrderList", "taobao_orders"), ("ExportOrderDetailList", "taobao_items_without_ids"))


def write(plans: list[Plan], company: DemoCompany, acts: Acts, now: dt.datetime) -> int:
    """Give the morning's orders of two days to a batch each. Returns how many changes of the past were written."""
    by = next(person for person in company.people if person.role == "service_lead")
    found = [mine for days in DAYS_AGO if (mine := _taken_in(plans, now.date() - ONE_DAY * days))]
    lives = []
    for mine, key in zip(found, reserved_keys(ImportBatch, len(found)), strict=True):
        for plan in mine:
            plan.batch_id = key
        lives.append(_life(key, mine, by, acts))
    write_rows(ImportBatch, (ended(row, past) for row, past in lives))
    for mine, (row, _past) in zip(found, lives, strict=True):
        _write_files(mine, row)
    return write_histories(ImportBatch, lives)


def _taken_in(plans: list[Plan], date: dt.date) -> list[Plan]:
    """What the store's first round of a day took in."""
    first = dt.datetime.combine(date, FIRST_ROUND, SHANGHAI)
    return [plan for plan in plans if plan.store.code == STORE and plan.seen_at == first]


def _life(key: int, plans: list[Plan], by: DemoPerson, acts: Acts) -> tuple[dict[str, Any], list[Past]]:
    imported_at = plans[0].seen_at
    if imported_at is None:
        raise ValueError("a batch of orders that were never taken in")
    received, checked, begun = (imported_at - dt.timedelta(seconds=ago) for ago in (150, 130, 8))
    counts, opened = _counts(plans), sum(plan.accepted_at == imported_at for plan in plans)
    row = {
        "id": key, "state": BatchState.RECEIVED.value, "store_id": plans[0].store.pk, "received_by_id": by.user_id,
        "received_at": received, "checked_at": None, "imported_at": None, "check_job_id": None, "import_job_id": None,
        "counts": "{}",
    }  # fmt: skip
    done = {**counts, "imported": {"new": len(plans), "opened": opened}}
    return row, [
        acts.move(ImportBatch, "pass_check", checked, by, counts=json.dumps(counts)),
        acts.move(ImportBatch, "begin", begun, by),
        acts.move(ImportBatch, "finish", imported_at, by, counts=json.dumps(done)),
    ]


def _counts(plans: list[Plan]) -> dict[str, dict[str, int]]:
    """What the check found, as a batch keeps it."""
    return {
        "orders": {"new": len(plans)},
        "states": dict(Counter(born_state(plan).value for plan in plans)),
        "lines": {"ready": sum(len(plan.lines) for plan in plans)},
        "findings": {},
        "without_lines": {"orders": 0},
    }


def _write_files(plans: list[Plan], batch: dict[str, Any]) -> None:
    """The order file and the item file: known by name and size, their bytes gone since long ago."""
    sizes = (len(plans), sum(len(plan.lines) for plan in plans))
    stamp = f"{batch['received_at']:%Y%m%d%H%M}"
    for (front, layout), rows, key in zip(FILES, sizes, reserved_keys(StoredFile, len(FILES)), strict=True):
        name = f"{front}{stamp}.csv"
        digest = hex_bytes(sha256(name.encode()).digest())
        kept = {"name": name, "sha256": digest, "store_id": batch["store_id"]}
        write_rows(StoredFile, [{**kept, **_stored(name, key, rows, batch)}])
        told = {"layout": layout, "rows": rows, "exported_at": batch["received_at"].replace(second=0)}
        write_rows(ImportFile, [{**kept, **told, "batch_id": batch["id"], "stored_id": key}])


def _stored(name: str, key: int, rows: int, batch: dict[str, Any]) -> dict[str, Any]:
    gone = batch["received_at"] + KEPT
    return {
        "id": key, "key": str(UUID(bytes=sha256(name.encode()).digest()[:16])), "kind": StoredFile.Kind.UPLOAD.value,
        "size_bytes": 900 + 420 * rows, "owner_id": batch["received_by_id"], "created_at": batch["received_at"],
        "expires_at": gone, "removed_at": gone,
    }  # fmt: skip
