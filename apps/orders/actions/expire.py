"""Remove the rows of imports that ended long ago; their numbers and findings stay (SEC-25)."""

import datetime as dt
from collections.abc import Iterator

from django.db import connection, models, transaction
from django.db.models.functions import Coalesce, Now
from django.utils import timezone

from apps.audit.context import signed
from apps.orders.models import ImportBatch, StagedLine, StagedOrder
from apps.orders.parameters import BATCH_ROWS_DAYS
from apps.orders.workflows.import_batch import BatchState
from apps.org.actors import SYSTEM
from apps.parameters.queries import value_of

CHUNK = 5_000
OVER = (BatchState.IMPORTED, BatchState.REFUSED, BatchState.CANCELLED)
DELETE = """
    DELETE FROM {table} WHERE id IN (SELECT id FROM {table} WHERE batch_id = %s ORDER BY id LIMIT %s FOR UPDATE)
"""


def expire_rows() -> int:
    """Remove the staged rows of batches that ended more days ago than the parameter keeps them. Returns how many batches.

    Each chunk is a transaction of its own, so that a run that is stopped goes on where it was. Sealed contacts lie with
    the orders, which go first.
    """
    done = 0
    for batch in list(_due()):
        for model in (StagedOrder, StagedLine):
            while _delete_some(model, batch):
                pass
        with transaction.atomic(), signed("orders.importbatch.expire", by=SYSTEM):
            done += ImportBatch.objects.filter(pk=batch, rows_removed_at__isnull=True).update(rows_removed_at=Now())
    return done


def _due() -> Iterator[int]:
    before = timezone.now() - dt.timedelta(days=value_of(BATCH_ROWS_DAYS))
    ended = Coalesce("imported_at", "checked_at", "received_at")
    due = ImportBatch.objects.filter(rows_removed_at__isnull=True, state__in=OVER).annotate(ended=ended)
    yield from due.filter(ended__lt=before).order_by("pk").values_list("pk", flat=True)


def _delete_some(model: type[models.Model], batch: int) -> int:
    """Delete up to a chunk of a batch's rows in one statement, without reading their sealed parts. Returns how many."""
    statement = DELETE.format(table=connection.ops.quote_name(model._meta.db_table))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, [batch, CHUNK])
        count: int = cursor.rowcount
    return count
