"""The cast and the builders: every test says only what matters to it.

lin is an order clerk, mara leads the team, noor picks, otto keeps the books, pia has no rights. All but otto and pia work
for the store Qinghe; the store Fengdu is somebody else's.
"""

import datetime as dt
import shutil
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from django.contrib.auth.models import Group
from django.core.cache import cache
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck

from apps.approvals.parameters import UNDO_SECONDS
from apps.audit.context import signed
from apps.core.calendar import SHANGHAI, today
from apps.orders.models import Order, OrderLine, ShippingOrder, ShippingOrderLine
from apps.org.actors import SYSTEM, Actor
from apps.org.models import Client, Store, StoreGrant, User, Warehouse, WarehouseGrant
from apps.parameters.models import ParameterValue
from apps.stores.models import Product, Sku
from tests.accounts import PASSWORD

# The departments' builders and the browser; a folder's own fixtures of the same name are nearer.
pytest_plugins = ["tests.warehouse.builders", "tests.aftersales.builders", "tests.desk.walking", "tests.browsing"]

# How long an example takes says how busy the machine is, and nothing about opsdesk.
hypothesis.settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis.settings.load_profile("house")


@pytest.fixture(autouse=True)
def _files(tmp_path: Path, settings: Any) -> Iterator[None]:
    settings.FILES_DIR = tmp_path / "files"
    yield
    shutil.rmtree(tmp_path / "files", ignore_errors=True)


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    """Nothing kept from another test: after one that commits the keys of users, stores and houses begin anew."""
    cache.clear()


@pytest.fixture
def warehouse(db: None) -> Warehouse:
    """The warehouse that Qinghe ships from."""
    return Warehouse.objects.create(code="WH1", name="东仓")


@pytest.fixture
def qinghe(warehouse: Warehouse) -> Store:
    """The cast's own store."""
    client = Client.objects.create(name="青禾家居")
    return Store.objects.create(code="QH", name="青禾小铺", platform="taobao", client=client, warehouse=warehouse)


@pytest.fixture
def fengdu(db: None) -> Store:
    """Somebody else's store, in somebody else's warehouse."""
    other = Warehouse.objects.create(code="WH2", name="西仓")
    return Store.objects.create(code="FD", name="枫渡旗舰店", platform="tmall", warehouse=other)


@pytest.fixture
def person(qinghe: Store) -> Callable[..., User]:
    """Make a user with a role for Qinghe: `person("wei", "planner")`."""

    def make(username: str, role: str = "", *, stores: tuple[Store, ...] = (qinghe,)) -> User:
        user = User.objects.create_user(username, password=PASSWORD, name=username.title())
        if role:
            user.groups.add(Group.objects.get(name=role))
        StoreGrant.objects.bulk_create([StoreGrant(user=user, store=store) for store in stores])
        return user

    return make


@pytest.fixture
def lin(person: Callable[..., User]) -> User:
    """Order clerk."""
    return person("lin", "customer_service")


@pytest.fixture
def mara(person: Callable[..., User]) -> User:
    """Team lead."""
    return person("mara", "service_lead")


@pytest.fixture
def noor(person: Callable[..., User], warehouse: Warehouse) -> User:
    """Picker: sees her warehouse, no store."""
    user = person("noor", "warehouse", stores=())
    WarehouseGrant.objects.create(user=user, warehouse=warehouse)
    return user


@pytest.fixture
def otto(person: Callable[..., User]) -> User:
    """Finance: sees every store."""
    return person("otto", "finance", stores=())


@pytest.fixture
def pia(person: Callable[..., User]) -> User:
    """No rights at all."""
    return person("pia", stores=())


@pytest.fixture
def foreigner(person: Callable[..., User], fengdu: Store) -> User:
    """An order clerk of the other store."""
    return person("fen", "customer_service", stores=(fengdu,))


@pytest.fixture
def as_lin(lin: User) -> Actor:
    """Lin as the one who acts."""
    return Actor.of(lin)


@pytest.fixture
def no_undo(db: None) -> None:
    """A house where decisions take effect as they are given: nothing can be taken back."""
    ParameterValue.objects.create(key=UNDO_SECONDS.key, value="0", effective_from=today())


@pytest.fixture
def a_sku(db: None) -> Callable[..., Sku]:
    """Make a SKU: `a_sku("QH-01")`."""

    def make(code: str = "QH-001", **columns: Any) -> Sku:
        product, _made = Product.objects.get_or_create(code=code.split("-", maxsplit=1)[0], defaults={"name": "保温杯"})
        return Sku.objects.get_or_create(code=code, defaults={"product": product, **columns})[0]

    return make


@pytest.fixture
def an_order(qinghe: Store, a_sku: Callable[..., Sku]) -> Callable[..., ShippingOrder]:
    """Make a platform order with its shipping order: `an_order(lines=2, state="confirmed", number="2611…")`."""
    running = iter(range(1, 100_000))

    def make(
        *, lines: int = 1, state: str = "imported", platform_state: str = "wait_ship", mapped: bool = True,
        store: Store | None = None, number: str = "", paid: str = "128.00", **columns: Any,
    ) -> ShippingOrder:  # fmt: skip
        store, nth = store or qinghe, next(running)
        now = timezone.now()
        with transaction.atomic(), signed("core.seed", by=SYSTEM):
            order = Order.objects.create(
                platform=store.platform, store=store, number=number or f"2611210000{nth:09d}", state=platform_state,
                placed_at=now - dt.timedelta(hours=1), paid_at=now, paid_amount=Decimal(paid), digest=b"", **columns,
            )  # fmt: skip
            shipping = ShippingOrder.objects.create(
                number=f"FH-T{nth:06d}", store=store, warehouse=store.warehouse, lead_order=order, state=state,
                placed_at=order.placed_at, accepted_at=now, quantity=lines, paid_amount=order.paid_amount,
            )  # fmt: skip
            for place in range(lines):
                sku = a_sku(f"QH-{place:03d}") if mapped else None
                line = OrderLine.objects.create(
                    order=order, line_key=f"{order.number}-{place}", title=f"保温杯 {place}", quantity=1, sku=sku,
                    unit_price_amount=Decimal("64.00"),
                )  # fmt: skip
                ShippingOrderLine.objects.create(shipping_order=shipping, order_line=line, sku=sku, quantity=1)
        return shipping

    return make


@pytest.fixture
def at() -> Callable[..., dt.datetime]:
    """A Shanghai instant: `at(2026, 11, 21, 14)`."""

    def make(*parts: int) -> dt.datetime:
        return dt.datetime(*parts, tzinfo=SHANGHAI)

    return make
