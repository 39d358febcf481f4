"""A wave under way, for tests of its pages."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from apps.orders.models import ShippingOrder
from apps.org.actors import Actor
from apps.org.models import User, Warehouse
from apps.warehouse.actions import plan_wave, start_wave
from apps.warehouse.models import PickLine, Wave

Orders = Callable[..., list[ShippingOrder]]


@pytest.fixture
def walking(
    reserved: Orders,
    warehouse: Warehouse,
    as_vera: Actor,
    noor: User,
) -> Callable[..., Wave]:
    """A wave that noor picks: `walking(3)`, `walking(1, lines=2)`."""

    def make(count: int = 1, **columns: Any) -> Wave:
        orders = reserved(count, **columns)
        wave = plan_wave(warehouse.pk, pks=[order.pk for order in orders], by=as_vera)
        return start_wave(wave.pk, by=Actor.of(noor))

    return make


def line_of(wave: Wave, position: int = 1) -> PickLine:
    return PickLine.objects.select_related("sku", "bin").get(wave=wave, position=position)


def scan_at(client: Client, wave: Wave, line: PickLine, code: str, counted: int = 0) -> str:
    data = {"line": line.pk, "counted": counted, "code": code}
    return client.post(f"/desk/waves/{wave.pk}/walk/", data).content.decode()
