"""What filters offer: the stores a person may see and the audit rules, kept for a minute."""

from dataclasses import dataclass

from django.core.cache import cache
from django.db.models import QuerySet

from apps.desk.queries.counts import scope_hash
from apps.orders.models import AuditRule
from apps.org.actors import Actor
from apps.org.models import Store
from apps.org.scope import visible

KEPT_SECONDS = 60
MOST_RULES = 200


@dataclass(frozen=True, slots=True)
class StoreChoice:
    """A store as lists show it."""

    pk: int
    name: str
    platform: str
    is_active: bool


def stores_of(by: Actor) -> dict[int, StoreChoice]:
    """The stores whose rows this person may see, closed ones too, by key.

    Whoever sees rows through a warehouse sees the stores that ship from it.
    """
    key = f"desk.stores.{scope_hash(by)}"
    kept: dict[int, StoreChoice] | None = cache.get(key)
    if kept is None:
        found = _stores(by).order_by("code").values_list("pk", "name", "platform", "is_active")
        kept = {pk: StoreChoice(pk, name, platform, is_active) for pk, name, platform, is_active in found}
        cache.set(key, kept, KEPT_SECONDS)
    return kept


def _stores(by: Actor) -> "QuerySet[Store]":
    if by.store_ids is None or by.warehouse_ids is None:
        return Store.objects.all()
    return visible(Store.objects.all(), by) | Store.objects.filter(warehouse_id__in=by.warehouse_ids)


def rules_of() -> dict[int, str]:
    """Audit rules that are switched on, by key."""
    kept: dict[int, str] | None = cache.get("desk.rules")
    if kept is None:
        kept = dict(AuditRule.objects.filter(is_active=True).values_list("pk", "name")[:MOST_RULES])
        cache.set("desk.rules", kept, KEPT_SECONDS)
    return kept
