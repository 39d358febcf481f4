"""What is sold: products and SKUs of the clients, and their listings in each store."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from apps.core.money import rounded
from apps.desk.demo.company import DemoCompany, DemoStore
from apps.desk.demo.numbers import barcode
from apps.desk.demo.source import dice, fen, read
from apps.stores.models import Listing, Product, Sku
from apps.stores.workflows.listing import ListingState

COST_SHARE = Decimal("0.42")
# Every third SKU has a guide price, given by its client.
GUIDED = 3
# The first products of each client are what it is known for; of the others a store lists so many in hundred.
ALWAYS_LISTED = 4
LISTED = 85


@dataclass(frozen=True, slots=True)
class Offer:
    """A SKU as one store offers it. price: in fen."""

    sku_id: int
    code: str
    title: str
    properties: str
    item_id: str
    platform_sku_id: str
    price: int


def build_products(company: DemoCompany) -> dict[str, list[Offer]]:
    """Write products, SKUs and listings. Returns each store's offers, the ones that sell best first."""
    skus = {row.code: row.pk for row in _write_skus(company)}
    offers = {store.code: list(_offers(store, skus)) for store in company.stores}
    Listing.objects.bulk_create(
        [_listing(store, offer) for store in company.stores for offer in offers[store.code]], batch_size=1_000
    )
    for code, found in offers.items():
        dice("popular", code).shuffle(found)
    return offers


def _write_skus(company: DemoCompany) -> list[Sku]:
    facts = [(client, product) for client, products in read("products").items() for product in products]
    rows = Product.objects.bulk_create(
        [
            Product(code=product["code"], name=product["name"], client_id=company.client_ids[client])
            for client, product in facts
        ]
    )
    owned = [(row, sku) for row, (_client, product) in zip(rows, facts, strict=True) for sku in product["skus"]]
    return Sku.objects.bulk_create([_sku(nth, product, sku) for nth, (product, sku) in enumerate(owned)])


def _sku(nth: int, product: Product, facts: dict[str, Any]) -> Sku:
    return Sku(
        code=facts["code"], product=product, properties=facts["properties"], barcode=barcode(nth + 1),
        weight_grams=facts["weight_grams"], cost_amount=rounded(Decimal(facts["price"]) * COST_SHARE),
        guide_price_amount=None if nth % GUIDED else Decimal(facts["price"]),
    )  # fmt: skip


def _offers(store: DemoStore, skus: dict[str, int]) -> Iterator[Offer]:
    chosen = dice("listed", store.code)
    for nth, product in enumerate(read("products")[store.client]):
        if nth >= ALWAYS_LISTED and chosen.randrange(100) >= LISTED:
            continue
        item_id = f"{store.item_prefix}{chosen.randrange(10**10):010d}"
        for place, sku in enumerate(product["skus"], start=1):
            yield Offer(
                skus[sku["code"]], sku["code"], product["title"], sku["properties"], item_id, f"{item_id}{place:02d}",
                fen(sku["price"]),
            )  # fmt: skip


def _listing(store: DemoStore, offer: Offer) -> Listing:
    return Listing(
        store_id=store.pk, platform_item_id=offer.item_id, platform_sku_id=offer.platform_sku_id,
        outer_code=offer.code, title=offer.title, list_price_amount=Decimal(offer.price) / 100, sku_id=offer.sku_id,
        state=ListingState.ON_SALE,
    )  # fmt: skip
