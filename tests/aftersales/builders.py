"""Builders for after-sales: shipped orders, returns on every step of their way, and the people who move them."""

import uuid
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.utils.translation import override

from apps.aftersales.actions import Count, announce_return, inspect_return, receive_return, request_refund
from apps.aftersales.models import Refund, ReturnOrder, ReturnReason
from apps.core.errors import DomainError
from apps.orders.models import ShippingOrder
from apps.org.actors import SYSTEM, Actor
from apps.org.models import User
from tests.waybills import sent_under

Make = Callable[..., Any]


@pytest.fixture
def reasons(db: None) -> dict[str, ReturnReason]:
    """The usual reasons by code; tests that commit begin without what a migration has written."""
    from apps.aftersales.actions.default_reasons import write_default_reasons

    write_default_reasons()
    return {reason.code: reason for reason in ReturnReason.objects.all()}


@pytest.fixture
def sent_off(an_order: Callable[..., ShippingOrder]) -> Callable[..., ShippingOrder]:
    """Make a shipped order: `sent_off(lines=2, waybill="YT1234567890123")`."""

    def make(*, waybill: str = "", **columns: Any) -> ShippingOrder:
        order = an_order(state="shipped", platform_state="shipped", **columns)
        if waybill:
            sent_under(order, waybill)
        return order

    return make


@pytest.fixture
def announced(reasons: dict[str, ReturnReason], sent_off: Make) -> Callable[..., ReturnOrder]:
    """Announce a return of everything: `announced(waybill="SF1234567890123")`; `of`: what order, when none is given."""

    def make(
        order: ShippingOrder | None = None, *, by: Actor = SYSTEM, of: dict[str, Any] | None = None, **words: Any
    ) -> ReturnOrder:
        order = order or sent_off(**(of or {}))
        everything = {line.pk: line.quantity for line in order.lines.all()}
        facts = {"quantities": everything, "reason_pk": reasons["quality"].pk, "key": uuid.uuid4(), **words}
        return announce_return(order.pk, by=by, **facts)

    return make


@pytest.fixture
def received(announced: Callable[..., ReturnOrder]) -> Callable[..., ReturnOrder]:
    """As `announced`, and the parcel is in the house."""

    def make(order: ShippingOrder | None = None, **words: Any) -> ReturnOrder:
        return receive_return(announced(order, **words).pk, by=SYSTEM)

    return make


@pytest.fixture
def bins(a_bin: Make) -> dict[str, Any]:
    """Two bins to pick from and one for defects."""
    return {"pick": a_bin("A-01-01"), "other": a_bin("B-02-02"), "defects": a_bin("Z-99-01", kind="defects")}


@pytest.fixture
def inspected(received: Callable[..., ReturnOrder], bins: dict[str, Any]) -> Callable[..., ReturnOrder]:
    """As `received`, and every piece was good."""

    def make(order: ShippingOrder | None = None, **words: Any) -> ReturnOrder:
        row = received(order, **words)
        return inspect_return(row.pk, counts=all_good(row, bins["pick"].pk), by=SYSTEM)

    return make


def all_good(row: ReturnOrder, bin_id: int | None = None) -> dict[int, Count]:
    """What was announced came, and is good."""
    return {line.pk: Count(line.quantity, 0, bin_id) for line in row.lines.all()}


@pytest.fixture
def asked(sent_off: Make) -> Callable[..., Refund]:
    """Ask for money back without goods: `asked(order, "20.00", by=as_lin)`."""

    def make(order: ShippingOrder | None = None, amount: str = "20.00", *, by: Actor = SYSTEM, **words: Any) -> Refund:
        order = order or sent_off()
        facts = {"reason": "少发一个杯盖", "key": uuid.uuid4(), **words}
        return request_refund(order.lead_order_id, amount=Decimal(amount), by=by, **facts)

    return make


@pytest.fixture
def as_mara(mara: User) -> Actor:
    """Mara as the one who acts."""
    return Actor.of(mara)


@pytest.fixture
def as_noor(noor: User) -> Actor:
    """Noor as the one who acts."""
    return Actor.of(noor)


@pytest.fixture
def as_otto(otto: User) -> Actor:
    """Otto as the one who acts."""
    return Actor.of(otto)


def said(refusal: DomainError) -> str:
    """The sentence in English."""
    with override("en"):
        return str(refusal)


def everything(order: ShippingOrder) -> dict[int, int]:
    """All pieces of a shipping order."""
    return {line.pk: line.quantity for line in order.lines.all()}
