"""The promised time of imported orders: so many hours from the payment, and past rest days where they do not count."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.core.calendar import today
from apps.core.days import company_calendar
from apps.core.models import CalendarException
from apps.orders.models import ImportBatch, ShippingOrder
from apps.orders.rules.promise import ShipClock
from apps.org.actors import SYSTEM
from apps.parameters.actions import set_value
from tests.orders.conftest import ITEMS_2026, ORDERS_2026

pytestmark = pytest.mark.django_db
Importer = Callable[..., ImportBatch]
Promises = dict[str, tuple[dt.datetime, dt.datetime | None]]


def _promised() -> Promises:
    """Order number → payment, else order, and promised time."""
    rows = ShippingOrder.objects.select_related("lead_order").order_by("pk")
    return {row.lead_order.number: (row.lead_order.paid_at or row.lead_order.placed_at, row.ship_by_at) for row in rows}


@pytest.mark.rule("WHS-15", "AMB-49")
@pytest.mark.parametrize("rests", [False, True])
def test_an_imported_order_is_promised_by_the_clock_of_the_house(imported: Importer, rests: bool) -> None:
    set_value("orders.ship_within_hours", "36", effective_from=today(), reason="旺季", by=SYSTEM)
    set_value("warehouse.closed_on_rest_days", str(rests), effective_from=today(), reason="休息", by=SYSTEM)

    imported(ORDERS_2026, ITEMS_2026)

    clock, calendar = ShipClock(breach_hours=36, rests=rests), company_calendar()
    promised = _promised()
    assert promised
    assert {number: due for number, (_paid, due) in promised.items()} == {
        number: clock.breaches_after(paid, calendar) for number, (paid, _due) in promised.items()
    }


@pytest.mark.rule("AMB-49")
def test_a_day_on_which_the_company_is_closed_moves_the_promise_of_whoever_paid_before_it(
    imported: Importer,
) -> None:
    set_value("warehouse.closed_on_rest_days", "true", effective_from=today(), reason="休息", by=SYSTEM)
    closed = [dt.date(2026, 1, 1) + dt.timedelta(days=nth) for nth in range(365)]
    CalendarException.objects.bulk_create([CalendarException(day=day, is_working=False) for day in closed])

    imported(ORDERS_2026, ITEMS_2026)

    assert {due and due.astimezone(dt.UTC).year for _paid, due in _promised().values()} == {2027}


def test_rest_days_cost_an_import_the_same_statements_however_many_orders_it_has(imported: Importer) -> None:
    set_value("warehouse.closed_on_rest_days", "true", effective_from=today(), reason="休息", by=SYSTEM)

    with CaptureQueriesContext(connection) as asked:
        imported(ORDERS_2026, ITEMS_2026)

    assert ShippingOrder.objects.count() > 1
    assert sum("SET ship_by_at" in query["sql"] for query in asked) == 1
