"""What a checked batch would do, in numbers."""

from django.db.models import Count

from apps.orders.actions.importing.sql import rows
from apps.orders.models import ImportBatch, StagedLine, StagedOrder
from apps.orders.models.staging import Verdict
from apps.orders.workflows.order import OrderState

# Sets, not joins: for a batch that was staged a moment ago the planner has no idea of its size.
BARE = """
    SELECT count(*) FROM (
        SELECT number FROM orders_stagedorder
        WHERE batch_id = %(batch)s AND NOT lines_only AND verdict IN %(fresh)s AND state = %(to_ship)s
        EXCEPT
        SELECT number FROM orders_stagedline WHERE batch_id = %(batch)s AND verdict = ''
    ) n
    WHERE NOT (SELECT EXISTS (
        SELECT FROM orders_order o JOIN orders_orderline l ON l.order_id = o.id
        WHERE o.platform = %(platform)s AND o.store_id = %(store)s AND o.number = n.number
    ))
"""


def counted(batch: ImportBatch) -> dict[str, dict[str, int]]:
    """Orders by verdict and by state, lines by verdict, and paid orders that would have no lines."""
    orders = StagedOrder.objects.filter(batch=batch, lines_only=False)
    fresh = orders.filter(verdict__in=[Verdict.NEW, Verdict.CHANGED])
    lines = StagedLine.objects.filter(batch=batch)
    return {
        "orders": dict(orders.order_by().values_list("verdict").annotate(n=Count("pk"))),
        "states": dict(fresh.order_by().values_list("state").annotate(n=Count("pk"))),
        "lines": {
            verdict or "ready": n for verdict, n in lines.order_by().values_list("verdict").annotate(n=Count("pk"))
        },
        "findings": dict(batch.check_job.findings.order_by().values_list("severity").annotate(n=Count("pk")))
        if batch.check_job
        else {},
        "without_lines": {"orders": _without_lines(batch)},
    }


def _without_lines(batch: ImportBatch) -> int:
    store = batch.store
    params = {
        "batch": batch.pk, "store": store.pk, "platform": store.platform, "to_ship": OrderState.WAIT_SHIP.value,
        "fresh": (Verdict.NEW.value, Verdict.CHANGED.value),
    }  # fmt: skip
    ((count,),) = rows(BARE, params)
    return int(count)
