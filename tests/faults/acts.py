"""What a fault test asks of its house, as processes of their own with the house's settings.

`python -m tests.faults.acts` reads lines of JSON, `[VERB, ARGUMENT…]`, and prints a line of JSON for each. Every act is a
child that ends with its answer: what reads the lines has Django loaded, and holds no connection to a server that a test kills.
"""

import json
import os
import sys
import traceback
from pathlib import Path
from typing import Any

import django

django.setup()

from django.contrib.auth.models import Group
from django.core.files import File
from django.core.management import call_command
from django.db import connection, transaction

from apps.core.invariants import broken
from apps.orders.actions import import_batch, receive_files
from apps.orders.models import ImportBatch, Order, OrderLine, ShippingOrder
from apps.org.actors import Actor
from apps.org.models import Store, StoreGrant, User, Warehouse
from apps.stores.models import Product, Sku
from tests.benchmarks.invented import SKUS, STORE, sku_code, write_files
from tests.faults.house import PASSWORD


def migrate() -> dict[str, Any]:
    """The tables."""
    call_command("migrate", verbosity=0)
    return {}


def found() -> dict[str, Any]:
    """A warehouse, a store, its SKUs, and the clerk lin."""
    with transaction.atomic():
        warehouse = Warehouse.objects.create(code="WH1", name="东仓")
        store = Store.objects.create(code="QH", name=STORE, platform="taobao", warehouse=warehouse)
        product = Product.objects.create(code="QH", name="杯")
        Sku.objects.bulk_create([Sku(code=sku_code(n), product=product) for n in range(SKUS)])
        lin = User.objects.create_user("lin", password=PASSWORD, name="Lin")
        lin.groups.add(Group.objects.get(name="customer_service"))
        StoreGrant.objects.create(user=lin, store=store)
    return {"store": store.pk}


def _lin() -> Actor:
    return Actor.of(User.objects.get(username="lin"))


def upload(folder: str, count: str) -> dict[str, Any]:
    """Upload the two files of so many orders."""
    files = write_files(Path(folder), int(count))
    with files.orders.open("rb") as orders, files.items.open("rb") as items:
        uploads = [File(orders, name="ExportOrderList.csv"), File(items, name="ExportOrderDetailList.csv")]
        batch = receive_files(Store.objects.get().pk, uploads, by=_lin())
    return {"batch": batch.pk}


def begin(batch: str) -> dict[str, Any]:
    """Press "Import"."""
    return {"batch": import_batch(int(batch), by=_lin()).pk}


def look(batch: str) -> dict[str, Any]:
    """How everything stands."""
    row = ImportBatch.objects.select_related("import_job", "check_job").get(pk=int(batch))
    return {
        "batch": row.state,
        "orders": Order.objects.count(),
        "lines": OrderLine.objects.count(),
        "shipping_orders": ShippingOrder.objects.count(),
        "confirmed": ShippingOrder.objects.filter(state="confirmed").count(),
        "broken": [item.invariant.id for item in broken()],
    }


VERBS = {"migrate": migrate, "found": found, "upload": upload, "begin": begin, "look": look}


def _act(verb: str, *words: str) -> None:
    """Do it, answer, and end; who fails says why and answers nothing."""
    answer = None
    try:
        answer = VERBS[verb](*words)
    except Exception:  # noqa: BLE001 - the test that asked fails for want of an answer
        traceback.print_exc()
    connection.close()
    print(json.dumps(answer), flush=True)
    os._exit(0)


if __name__ == "__main__":
    for line in sys.stdin:
        if not (child := os.fork()):
            _act(*json.loads(line))
        os.waitpid(child, 0)
