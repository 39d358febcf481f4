"""What verbs over many orders cost: the same for ten as for two hundred, for one thousand as for two."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from apps.core.calendar import today
from apps.jobs.actions import run_job
from apps.orders.actions import confirm_shipping_orders, receive_files
from apps.orders.actions.run_import import CHUNK, chunk_of, import_chunk
from apps.orders.models import ImportBatch, ShippingOrder, StagedOrder
from apps.orders.parameters import AUTO_CONFIRM
from apps.org.actors import Actor
from apps.org.models import Store
from apps.parameters.models import ParameterValue
from apps.stores.models import Product, Sku
from tests.benchmarks.invented import SKUS, STORE, sku_code, write_files
from tests.performance.counting import statements_of

Make = Callable[..., ShippingOrder]
FEW = 50
MOST_OF_A_CHUNK, MOST_OF_A_CHUNK_CONFIRMED, MOST_OF_CONFIRMING = 11, 15, 7


@pytest.mark.rule("ORD-08")
def test_confirming_two_hundred_orders_costs_what_ten_cost(an_order: Make, as_lin: Actor) -> None:
    few, many = [[an_order().pk for _ in range(count)] for count in (10, 200)]
    confirm_shipping_orders([an_order().pk], by=as_lin)

    costs = [statements_of(lambda pks=pks: confirm_shipping_orders(pks, by=as_lin)) for pks in (few, many)]

    assert ShippingOrder.objects.filter(state="confirmed").count() == 211
    assert len(costs[0]) == len(costs[1]) <= MOST_OF_CONFIRMING


@pytest.fixture
def checked_batch(qinghe: Store, as_lin: Actor, tmp_path: Path) -> Callable[[int], ImportBatch]:
    """A checked batch of so many new orders of Qinghe."""
    Store.objects.filter(pk=qinghe.pk).update(export_name=STORE)
    product = Product.objects.create(code="QH", name="虚构陶瓷杯")
    Sku.objects.bulk_create(Sku(code=sku_code(nth), product=product) for nth in range(SKUS))

    def make(count: int) -> ImportBatch:
        files = write_files(tmp_path, count)
        uploads = [
            SimpleUploadedFile(f"{path.stem.split('-')[0]}202611211000.csv", path.read_bytes())
            for path in (files.orders, files.items)
        ]
        batch = receive_files(qinghe.pk, uploads, by=as_lin)
        run_job(batch.check_job_id or 0)
        return ImportBatch.objects.select_related("store").get(pk=batch.pk)

    return make


@pytest.mark.rule("ORD-01")
@pytest.mark.parametrize(("confirms", "most"), [(False, MOST_OF_A_CHUNK), (True, MOST_OF_A_CHUNK_CONFIRMED)])
def test_a_chunk_of_two_thousand_orders_costs_what_one_of_fifty_costs(
    checked_batch: Callable[[int], ImportBatch], as_lin: Actor, *, confirms: bool, most: int
) -> None:
    ParameterValue.objects.create(key=AUTO_CONFIRM.key, value=str(confirms).lower(), effective_from=today())
    batch = checked_batch(FEW + CHUNK)
    first = StagedOrder.objects.filter(batch=batch).earliest("pk").pk
    chunks = [chunk_of(batch, first, first + FEW - 1), chunk_of(batch, first + FEW, first + FEW + CHUNK - 1)]

    costs = [statements_of(lambda chunk=chunk: import_chunk(chunk, by=as_lin)) for chunk in chunks]

    assert ShippingOrder.objects.filter(state="confirmed" if confirms else "imported").count() == FEW + CHUNK
    assert len(costs[0]) == len(costs[1]) <= most
