"""The promised time of fresh shipping orders where rest days do not count."""

import datetime as dt
from collections.abc import Sequence

from django.db.models.functions import Coalesce

from apps.core.bulk import as_array, many_keys
from apps.core.days import company_calendar
from apps.orders.actions.importing.sql import run
from apps.orders.models import ShippingOrder
from apps.orders.rules.promise import ShipClock

PROMISED = """
    UPDATE orders_shippingorder s SET ship_by_at = p.ship_by_at
    FROM unnest(%(orders)s::bigint[], %(instants)s::timestamptz[]) AS p (id, ship_by_at) WHERE s.id = p.id
"""


def promise_past_rest_days(opened: Sequence[int], clock: ShipClock) -> None:
    """Move the promised time of shipping orders past the rest days between it and the payment; unpaid: the order.

    opened: keys of orders that this transaction has opened. Three statements whatever their number. Rule: AMB-49.
    """
    paid: list[tuple[int, dt.datetime]] = list(
        ShippingOrder.objects.filter(pk__in=many_keys(opened))
        .order_by("pk")
        .values_list("pk", Coalesce("lead_order__paid_at", "placed_at"))
    )
    exceptions = company_calendar()
    instants = [clock.breaches_after(at, exceptions).isoformat() for _pk, at in paid]
    run(PROMISED, {"orders": as_array(pk for pk, _at in paid), "instants": as_array(instants)})
