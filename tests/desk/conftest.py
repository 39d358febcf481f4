"""A browser for the cast, with and without htmx."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from apps.audit.context import signed
from apps.orders.imports.buyers import place_of, sealed_contact
from apps.orders.models import BuyerContact, Reason, ShippingOrder
from apps.org.actors import SYSTEM
from apps.org.models import Store, User, WarehouseGrant
from apps.org.permissions import ROLES

BACKEND = "apps.org.backend.StandingBackend"


@pytest.fixture
def browse() -> Callable[..., Client]:
    """A logged-in browser reading English: `browse(lin)`; `browse(lin, htmx="results")` asks for that region."""

    def make(user: User, *, htmx: str = "", language: str = "en") -> Client:
        headers: dict[str, Any] = {"accept-language": language}
        if htmx:
            headers |= {"hx-request": "true", "hx-target": htmx}
        client = Client(headers=headers)
        client.force_login(user, backend=BACKEND)
        return client

    return make


@pytest.fixture
def stopped() -> Callable[..., Reason]:
    """Open a reason on a shipping order: `stopped(order, note="等客户")`."""

    def make(order: ShippingOrder, **columns: Any) -> Reason:
        with transaction.atomic(), signed("core.seed", by=SYSTEM):
            return Reason.objects.create(shipping_order=order, **{"code": Reason.Code.MANUAL_HOLD, **columns})

    return make


@pytest.fixture
def with_contact(an_order: Callable[..., ShippingOrder]) -> ShippingOrder:
    """An order whose buyer is in the vault."""
    order = an_order(receiver_masked="何**", phone_masked="138****7252", province="浙江省", city="杭州市")
    lead = order.lead_order
    sealed = sealed_contact(
        store_id=lead.store_id,
        number=lead.number,
        receiver="何小满",
        phone="13812347252",
        address="浙江省 杭州市 西湖区 文三路 100 号",
    )
    BuyerContact.objects.create(
        order=lead, place=place_of(lead.store_id, lead.number), sealed=sealed.sealed, tail_hash=sealed.tail_hash
    )
    return order


@pytest.fixture
def clocked() -> Callable[..., None]:
    """Set columns of a shipping order in minutes from now: `clocked(order, ship_by_at=-60)`."""

    def make(order: ShippingOrder, **minutes: int) -> None:
        now = timezone.now()
        values = {name: now + dt.timedelta(minutes=count) for name, count in minutes.items()}
        with transaction.atomic(), signed("core.seed", by=SYSTEM):
            ShippingOrder.objects.filter(pk=order.pk).update(**values)

    return make


@pytest.fixture
def somebody(person: Callable[..., User], qinghe: Store) -> Callable[..., User]:
    """A user who works for Qinghe and its warehouse: `somebody("planner")`; for another: `somebody(…, fengdu)`.

    A role that is none, such as "nothing", has no right.
    """

    def make(role: str, store: Store = qinghe) -> User:
        user = person(f"a_{role}", role if role in ROLES else "", stores=(store,))
        WarehouseGrant.objects.create(user=user, warehouse=store.warehouse)
        return user

    return make
