"""The promised time on the cut-off board, for each group of orders: the one that the order desk tells of each order."""

import datetime as dt
from collections.abc import Callable
from typing import Any
from unittest.mock import patch

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from apps.audit.context import signed
from apps.core.calendar import today
from apps.desk.queries.promised import promised_times
from apps.desk.templatetags.desk import full_moment, moment
from apps.orders.models import ImportBatch, Reason, ShippingOrder
from apps.orders.rules.promise import ShipClock
from apps.org.actors import SYSTEM
from apps.org.models import Store, User, Warehouse
from apps.parameters.actions import set_value
from tests.orders.conftest import ITEMS_2026, ORDERS_2026, checked, imported, upload

__all__ = ["checked", "imported", "upload"]

Make = Callable[..., ShippingOrder]
At = Callable[..., dt.datetime]


@pytest.fixture
def paid(an_order: Make) -> Callable[..., ShippingOrder]:
    """An open order that was paid at an instant: `paid(at(2026, 6, 12, 9), "packed")`."""

    def make(paid_at: dt.datetime, state: str = "confirmed", **columns: Any) -> ShippingOrder:
        with patch("tests.conftest.timezone.now", return_value=paid_at):
            order = an_order(state=state, **columns)
        with transaction.atomic(), signed("core.seed", by=SYSTEM):
            ShippingOrder.objects.filter(pk=order.pk).update(ship_by_at=ShipClock().breaches_after(paid_at))
        return order

    return make


def _told(warehouse: Warehouse, now: dt.datetime) -> dict[str, tuple[int, int, int, int, str]]:
    with override("en"):
        groups = promised_times(warehouse.pk, now).groups
        return {
            str(each.label): (each.late, each.tonight, each.warned, each.in_time, each.first.text) for each in groups
        }


@pytest.mark.rule("EX-77", "WHS-15", "AMB-49")
def test_an_order_is_warned_after_a_day_due_on_its_second_evening_and_late_after_two_days(
    warehouse: Warehouse, paid: Callable[..., ShippingOrder], at: At
) -> None:
    paid(at(2026, 6, 12, 9))

    standing = {
        now: _told(warehouse, now)["Waiting for goods"][:4]
        for now in (
            at(2026, 6, 13, 8, 59), at(2026, 6, 13, 9), at(2026, 6, 13, 23, 59), at(2026, 6, 14, 0),
            at(2026, 6, 14, 9), at(2026, 6, 14, 9, 1),
        )
    }  # fmt: skip

    assert list(standing.values()) == [
        (0, 0, 0, 1), (0, 0, 1, 0), (0, 0, 1, 0), (0, 1, 0, 0), (0, 1, 0, 0), (1, 0, 0, 0),
    ]  # fmt: skip


@pytest.mark.rule("WHS-15")
def test_each_group_tells_what_is_late_and_how_long_its_first_order_still_has(
    warehouse: Warehouse, paid: Callable[..., ShippingOrder], stopped: Callable[..., Reason], at: At
) -> None:
    now = at(2026, 6, 14, 12)
    paid(at(2026, 6, 14, 11), "imported")
    paid(at(2026, 6, 12, 9), "reserved")
    paid(at(2026, 6, 13, 9), "reserved")
    paid(at(2026, 6, 12, 20), "packed")
    stopped(paid(at(2026, 6, 11, 9), "imported"))
    paid(at(2026, 6, 1, 9), "shipped")

    assert _told(warehouse, now) == {
        "Held": (1, 0, 0, 0, "27 h late"),
        "To confirm": (0, 0, 0, 1, "47 h left"),
        "To plan into waves": (1, 0, 1, 0, "3 h late"),
        "Packed, to hand over": (0, 1, 0, 0, "8 h left"),
    }


def test_orders_of_another_warehouse_are_not_among_them(
    warehouse: Warehouse, fengdu: Store, paid: Callable[..., ShippingOrder], at: At
) -> None:
    paid(at(2026, 6, 12, 9), store=fengdu)

    assert _told(warehouse, at(2026, 6, 12, 10)) == {}


def test_the_board_shows_the_clock_in_one_more_statement_however_many_orders_wait(
    browse: Callable[..., Client], noor: User, paid: Callable[..., ShippingOrder], warehouse: Warehouse, at: At
) -> None:
    client, counts = browse(noor), []
    for state in ("confirmed", "reserved"):
        paid(at(2026, 6, 12, 9), state)
        client.get("/desk/board/")
        with CaptureQueriesContext(connection) as asked:
            page = client.get("/desk/board/").content.decode()
        counts.append(len(asked))

    assert "Promised time: 24 and 48 hours from the payment" in page
    assert "To plan into waves" in page
    assert counts[0] == counts[1]


@pytest.mark.rule("WHS-15", "AMB-49")
@pytest.mark.parametrize("rests", ["true", "false"])
def test_the_board_and_the_order_desk_tell_one_promised_time(
    browse: Callable[..., Client], lin: User, warehouse: Warehouse, imported: Callable[..., ImportBatch], rests: str
) -> None:
    set_value("orders.ship_within_hours", "30", effective_from=today(), reason="旺季", by=SYSTEM)
    set_value("warehouse.closed_on_rest_days", rests, effective_from=today(), reason="休息", by=SYSTEM)
    imported(ORDERS_2026, ITEMS_2026)
    first = ShippingOrder.objects.filter(state="imported").order_by("ship_by_at", "pk")[0]
    assert first.ship_by_at
    minute = dt.timedelta(minutes=1)

    on_the_board = [
        _told(warehouse, first.ship_by_at + distance)["To confirm"][4] for distance in (-minute, dt.timedelta(), minute)
    ]
    sheet = browse(lin).get(f"/desk/orders/{first.pk}/").content.decode()
    listed = browse(lin).get("/desk/orders/?tab=all").content.decode()

    assert on_the_board == ["1 min left", "1 min left", "1 min late"]
    assert full_moment(first.ship_by_at) in sheet
    assert f'title="{moment(first.ship_by_at)}"' in listed
