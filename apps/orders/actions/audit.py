"""Audit shipping orders: give each the reasons that the active rules find, in one statement for all of them."""

import datetime as dt
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import DateTimeField, Exists, F, IntegerField, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Now

from apps.audit.context import signed
from apps.orders.models import AuditRule, Reason, ShippingOrder
from apps.orders.rules.audit import matches
from apps.org.actors import Actor

INSERT = """
    INSERT INTO orders_reason (shipping_order_id, code, rule_id, note, opened_at, opened_by_id, release_at, clear_note)
    SELECT found.id, 'rule', found.rule, '', now(), NULL, found.release_at, ''
    FROM ({found}) found (id, rule, release_at)
    ON CONFLICT DO NOTHING
"""


def audit_orders(orders: "QuerySet[ShippingOrder]", *, store_id: int, by: Actor) -> int:
    """Stop the orders that a rule objects to. A rule that somebody has cleared once does not come back.

    orders: shipping orders of one store. Returns how many reasons were opened. Rules: ORD-10, ORD-21.
    """
    rules = AuditRule.objects.filter(is_active=True).filter(_for_store(store_id))
    selects = [select for rule in rules if (select := _select(rule, orders)) is not None]
    if not selects:
        return 0
    statement = INSERT.format(found=" UNION ALL ".join(f"({sql})" for sql, _ in selects))
    params = [value for _, values in selects for value in values]
    with signed("orders.reason.audit", by=by), connection.cursor() as cursor:
        cursor.execute(statement, params)
        count: int = cursor.rowcount
    return count


def _select(rule: AuditRule, orders: "QuerySet[ShippingOrder]") -> tuple[str, tuple[Any, ...]] | None:
    """The statement of a rule, or None for one that no order can meet."""
    try:
        return _found_by(rule, orders).query.sql_with_params()
    except EmptyResultSet:
        return None


def _for_store(store_id: int) -> Q:
    return Q(store__isnull=True) | Q(store_id=store_id)


def _found_by(rule: AuditRule, orders: "QuerySet[ShippingOrder]") -> "QuerySet[ShippingOrder, tuple[object, ...]]":
    told_before = Reason.objects.filter(shipping_order=OuterRef("pk"), rule=rule)
    until = F("accepted_at") + dt.timedelta(minutes=rule.hold_minutes or 0)
    # A bare NULL would be text to Postgres, and no UNION partner of another rule's time.
    release = Cast(Value(None) if rule.effect == AuditRule.Effect.EXCEPTION else until, DateTimeField())
    if rule.effect == AuditRule.Effect.HOLD:
        # One that is over by now would only come and go.
        orders = orders.filter(accepted_at__gt=Now() - dt.timedelta(minutes=rule.hold_minutes or 0))
    return (
        orders.filter(matches(rule.conditions))
        .filter(~Exists(told_before))
        .order_by()
        .annotate(
            rule=Value(rule.pk, output_field=IntegerField()),
            release_at=release,
        )
        .values_list("pk", "rule", "release_at")
    )
