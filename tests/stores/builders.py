"""Listings, and the people around a change: wei plans, dora directs, gu manages."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction

from apps.approvals.models import ApprovalRequest
from apps.approvals.queries import open_request_of
from apps.approvals.rules.steps import Answer, Verdict
from apps.audit.context import signed
from apps.core.calendar import today
from apps.org.actors import SYSTEM, Actor
from apps.org.models import Store, User
from apps.parameters.actions import set_value
from apps.stores.actions.decide import decide_change
from apps.stores.actions.propose import propose_listing_change, propose_price_change
from apps.stores.models import Listing, ListingChange, PriceChange
from apps.warehouse.models import Bin, StockMove


@pytest.fixture
def wei(person: Callable[..., User]) -> User:
    """Planner: proposes."""
    return person("wei", "planner")


@pytest.fixture
def dora(person: Callable[..., User]) -> User:
    """Director: decides."""
    return person("dora", "director", stores=())


@pytest.fixture
def gu(person: Callable[..., User]) -> User:
    """Store manager: decides on taking down."""
    return person("gu", "manager")


@pytest.fixture
def own_store(qinghe: Store) -> Store:
    """Qinghe as the company's own store: no client is asked."""
    qinghe.client = None
    qinghe.save()
    return qinghe


@pytest.fixture
def a_listing(qinghe: Store, a_sku: Callable[..., Any]) -> Callable[..., Listing]:
    """Put something on sale for 100.00: `a_listing("QH-1", cost="60.00")`."""
    running = iter(range(1, 1000))

    def make(code: str = "QH-1", *, price: str | None = "100.00", state: str = "on_sale", store: Store | None = None,
             cost: str | None = None, guide: str | None = None) -> Listing:  # fmt: skip
        sku = a_sku(code)
        sku.cost_amount = Decimal(cost) if cost else None
        sku.guide_price_amount = Decimal(guide) if guide else None
        sku.save()
        with transaction.atomic(), signed("core.seed", by=SYSTEM):
            return Listing.objects.create(
                store=store or qinghe, platform_item_id=f"70{next(running)}", title="保温杯 500 ml", sku=sku, state=state,
                list_price_amount=Decimal(price) if price else None,
            )  # fmt: skip

    return make


@pytest.fixture
def sold_out() -> Callable[..., None]:
    """Let the warehouse have kept and sold every piece of a listing's SKU: a balance with nothing in it."""

    def make(listing: Listing, *, left: int = 0) -> None:
        warehouse = listing.store.warehouse
        place, _ = Bin.objects.get_or_create(warehouse=warehouse, code="A-01", defaults={"zone": "A", "walk_order": 1})
        with transaction.atomic(), signed("warehouse.stock.test", by=SYSTEM):
            for quantity in (5, left - 5):
                StockMove.objects.create(
                    warehouse=warehouse, bin=place, sku=listing.sku, quantity=quantity, kind="adjustment",
                    subject_type="warehouse.stockdocument", subject_id=1,
                )  # fmt: skip

    return make


@pytest.fixture
def price_to(wei: User) -> Callable[..., PriceChange]:
    """Propose a price as wei: `price_to(listing, "89.00")`."""

    def make(
        listing: Listing, price: str, *, by: User | None = None, on: dt.date | None = None, **more: Any
    ) -> PriceChange:
        return propose_price_change(
            listing.pk, new_price=Decimal(price), applies_on=on or today(), reason=more.pop("reason", "Season's end"),
            by=Actor.of(by or wei), **more,
        )  # fmt: skip

    return make


@pytest.fixture
def listing_to(wei: User) -> Callable[..., ListingChange]:
    """Propose another title or place as wei: `listing_to(listing, "delist")`."""

    def make(listing: Listing, kind: str, **more: Any) -> ListingChange:
        return propose_listing_change(
            listing.pk, kind=kind, applies_on=more.pop("on", today()), reason=more.pop("reason", "Broken batch"),
            by=Actor.of(more.pop("by", wei)), **more,
        )  # fmt: skip

    return make


@pytest.fixture
def request_of() -> Callable[..., ApprovalRequest]:
    """The open request of a change."""

    def find(change: Any) -> ApprovalRequest:
        request = open_request_of(change)
        assert request is not None
        return request

    return find


@pytest.fixture
def votes(request_of: Callable[..., ApprovalRequest]) -> Callable[..., Answer]:
    """One person's word on a change: `votes(dora, change)`."""

    def make(user: User, change: Any, verdict: str = Verdict.APPROVE, **more: Any) -> Answer:
        request = request_of(change)
        return decide_change(
            request.pk, verdict=verdict, by=Actor.of(user), version=more.pop("version", request.version), **more
        )

    return make


@pytest.fixture
def parameter() -> Callable[..., None]:
    """Set a parameter from today on: `parameter("stores.price_band", "5")`."""

    def make(key: str, value: str) -> None:
        set_value(key, value, effective_from=today(), reason="Agreed", by=SYSTEM)

    return make
