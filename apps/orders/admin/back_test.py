"""What an audit rule would have done: counted over recent shipping orders, within bounds."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from apps.orders.models import AuditRule, ShippingOrder
from apps.orders.rules.audit import matches
from apps.org.actors import Actor
from apps.org.scope import visible

DAYS = 30
MOST_ORDERS = 20_000
PATIENCE_MILLISECONDS = 2_000


@dataclass(frozen=True, slots=True)
class BackTest:
    """Of how many recent shipping orders the rule would have stopped how many; None when counting took too long."""

    of: int | None
    stopped: int | None
    days: int = DAYS

    @property
    def is_capped(self) -> bool:
        """Whether there were more orders than were looked at; the newest were."""
        return self.of == MOST_ORDERS


def back_test(rule: AuditRule, *, by: Actor) -> BackTest:
    """Count over the shipping orders of the last 30 days that the actor may know of, the newest 20,000 at most.

    Reads alone, and stops after two seconds. Switched-off rules are counted as if they were on.
    """
    recent = visible(ShippingOrder.objects.filter(placed_at__gte=timezone.now() - dt.timedelta(days=DAYS)), by)
    if rule.store_id:
        recent = recent.filter(store_id=rule.store_id)
    newest = recent.order_by("-placed_at", "-pk").values("pk")[:MOST_ORDERS]
    return _counted(newest, rule.conditions)


def _counted(newest: Any, conditions: Sequence[dict[str, Any]]) -> BackTest:
    try:
        found = ShippingOrder.objects.filter(pk__in=newest).filter(matches(conditions))
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('statement_timeout', %s, true)", [str(PATIENCE_MILLISECONDS)])
            return BackTest(newest.count(), found.count())
    except (OperationalError, ValidationError):
        return BackTest(None, None)
