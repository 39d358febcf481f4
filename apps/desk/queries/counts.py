"""Bounded counts for tabs, badges and tiles: many in one statement, kept for twenty seconds per scope."""

from collections.abc import Callable, Iterable
from hashlib import blake2s
from typing import Any

from django.core.cache import cache
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

from apps.approvals.queries import inbox_of, requests_of
from apps.approvals.queries.intentions import given_by
from apps.desk.marks import BOUND
from apps.desk.queries import bill_work, return_work, statement_work, work
from apps.desk.queries.listings import changes_asked, listings_without_sku, sold_out_on_sale
from apps.finance.models import Bill
from apps.finance.workflows.bill import BillState
from apps.jobs.models import Job
from apps.jobs.workflows.job import JobState
from apps.notices.models import Notice
from apps.orders.models import ImportBatch, Order
from apps.orders.workflows.import_batch import BatchState
from apps.org.actors import Actor
from apps.org.models import User
from apps.org.scope import scope_key, visible
from apps.stores.models import PriceChange, Sku
from apps.warehouse.models import Bin, StockDocument
from apps.warehouse.workflows.stock_document import StockDocumentState

KEPT_SECONDS = 20
Rows = QuerySet[Any]
# What a count is called, whose rows it counts. Names that begin with "my." belong to a person, the others to a scope.
COUNTED: dict[str, Callable[[Actor], Rows]] = {
    **{f"orders.{name}": condition for name, condition in work.SHIPPING.items()},
    **{f"platform.{name}": condition for name, condition in work.PLATFORM.items()},
    **{f"returns.{name}": condition for name, condition in return_work.RETURNS.items()},
    **{f"refunds.{name}": condition for name, condition in return_work.REFUNDS.items()},
    **{f"statements.{name}": condition for name, condition in statement_work.STATEMENTS.items()},
    "imports.to_decide": lambda by: visible(ImportBatch.objects.filter(state=BatchState.CHECKED), by),
    **{f"bill_lines.{name}": condition for name, condition in bill_work.COUNTS.items()},
    "bills.to_import": lambda by: visible(Bill.objects.filter(state=BillState.CHECKED), by),
    "prices.submitted": lambda by: changes_asked(PriceChange, "submitted", by),
    "prices.approved": lambda by: changes_asked(PriceChange, "approved", by),
    "listings.sold_out": sold_out_on_sale,
    "listings.bare": listings_without_sku,
    "jobs.failed": lambda by: Job.objects.filter(state=JobState.FAILED),
    # Whether the company has begun: for each of these, one or two are as good as all.
    "company.users": lambda _by: _first(User.objects.filter(is_active=True), 2),
    "company.skus": lambda _by: _first(Sku.objects.all()),
    "company.bins": lambda _by: _first(Bin.objects.all()),
    "company.stock": lambda _by: _first(_openings(StockDocumentState.POSTED)),
    "company.stock_drafts": lambda by: _first(visible(_openings(StockDocumentState.DRAFT), by)),
    "company.orders": lambda _by: _first(Order.objects.all()),
    "my.waiting": inbox_of,
    "my.effect": given_by,
    "my.asked": lambda by: requests_of(by).open(),
    "my.notices": lambda by: Notice.objects.filter(user=by.user, read_at__isnull=True),
}


def counts_of(names: Iterable[str], by: Actor) -> dict[str, int]:
    """How many there are of each, no further than BOUND + 1; at most one statement, none while they are kept."""
    keys = {name: _key(name, by) for name in names}
    kept: dict[str, int] = cache.get_many(list(keys.values()))
    missing = {name: COUNTED[name](by) for name, key in keys.items() if key not in kept}
    fresh = bounded_counts(missing)
    if fresh:
        cache.set_many({keys[name]: count for name, count in fresh.items()}, KEPT_SECONDS)
    return {name: fresh[name] if name in fresh else kept[key] for name, key in keys.items()}


def forget_counts(by: Actor) -> None:
    """Count anew next time, because this person has just changed something."""
    cache.delete_many([_key(name, by) for name in COUNTED])


def bounded_counts(querysets: dict[str, Rows], bound: int = BOUND) -> dict[str, int]:
    """Name → how many rows, counted no further than bound + 1; all in one statement, an empty scope without one."""
    parts, params, counts = [], [], dict.fromkeys(querysets, 0)
    for name, queryset in querysets.items():
        try:
            sql, arguments = queryset.order_by().values("pk")[: bound + 1].query.sql_with_params()
        except EmptyResultSet:
            continue
        parts.append(f"SELECT %s AS name, count(*) FROM ({sql}) AS counted")  # noqa: S608 - Django's own SQL
        params.extend([name, *arguments])
    if parts:
        with connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(parts), params)
            counts.update(dict(cursor.fetchall()))
    return counts


def scope_hash(by: Actor) -> str:
    """The scope as a short cache key part."""
    return blake2s(scope_key(by).encode(), digest_size=8).hexdigest()


def _first(rows: Rows, most: int = 1) -> Rows:
    few: Rows = rows.model._default_manager.filter(pk__in=rows.order_by().values("pk")[:most])
    return few


def _openings(state: StockDocumentState) -> Rows:
    return StockDocument.objects.filter(kind=StockDocument.Kind.OPENING, state=state)


def _key(name: str, by: Actor) -> str:
    owner = f"u{by.id}" if name.startswith("my.") else scope_hash(by)
    return f"desk.count.{name}.{owner}"
