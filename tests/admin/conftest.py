"""People who keep records, a browser without a browser for each, and another store full of marked rows."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from django.test import Client as Browser
from django.urls import reverse
from django.utils.http import urlencode

from apps.audit.context import signed
from apps.audit.models import Reveal
from apps.orders.models import AuditRule, ImportBatch, ShippingOrder
from apps.org.actors import SYSTEM
from apps.org.models import Client, Store, User
from apps.stores.models import Listing, Product, Sku

MARK = "KESTREL"


@pytest.fixture
def iris(person: Callable[..., User]) -> User:
    """The system administrator: keeps users and places, sees every store."""
    return person("iris", "it", stores=())


@pytest.fixture
def wei(person: Callable[..., User]) -> User:
    """A planner: keeps products and listings of Qinghe."""
    return person("wei", "planner")


@pytest.fixture
def root(db: None) -> User:
    """Break-glass."""
    return User.objects.create_superuser("root", password="Tide-pool-77", name="Root")


@pytest.fixture
def browse() -> Callable[[User], Browser]:
    """Log somebody in: `browse(lin).get(…)`."""

    def make(user: User) -> Browser:
        browser = Browser()
        browser.force_login(user, backend="apps.org.backend.StandingBackend")
        return browser

    return make


@pytest.fixture
def kestrel(fengdu: Store, foreigner: User, an_order: Callable[..., ShippingOrder]) -> dict[str, Any]:
    """One row of each kind that belongs to the other store, each with the mark in what it shows."""
    client = Client.objects.create(name=f"{MARK} brand")
    Store.objects.filter(pk=fengdu.pk).update(name=f"{MARK} shop", client=client)
    fengdu.refresh_from_db()
    shipping = an_order(store=fengdu, number=f"99{MARK}", buyer_masked=MARK)
    ShippingOrder.objects.filter(pk=shipping.pk).update(note=MARK)
    product = Product.objects.create(code=f"{MARK}-P", name=MARK, client=client)
    sku = Sku.objects.create(code=f"{MARK}-S", product=product)
    with transaction.atomic(), signed("core.seed", by=SYSTEM):
        return {
            "orders_order": shipping.lead_order,
            "orders_shippingorder": shipping,
            "orders_importbatch": ImportBatch.objects.create(store=fengdu),
            "orders_auditrule": AuditRule.objects.create(
                code=MARK, name=MARK, store=fengdu, conditions=[{"field": "unmapped_sku", "op": "is", "value": True}]
            ),
            "stores_product": product,
            "stores_sku": sku,
            "stores_listing": Listing.objects.create(store=fengdu, platform_item_id=MARK, title=MARK, sku=sku),
            "audit_reveal": Reveal.objects.create(
                user=foreigner, user_name=MARK, store=fengdu, subject=MARK, purpose="contact"
            ),
        }


def page(name: str, *args: object, **query: Any) -> str:
    """The address of a record page: `page("orders_order_changelist", state__exact="done")`."""
    address = reverse(f"admin:{name}", args=args)
    return f"{address}?{urlencode(query)}" if query else address


def told(response: Any) -> list[str]:
    """The sentences that the answer, or the page that it leads to, tells the person."""
    return [str(message) for message in response.context["messages"]]
