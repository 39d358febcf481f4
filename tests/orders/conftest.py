"""Builders for the order floor: uploads of the sample files, and batches run to their end."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from apps.jobs.actions import run_job
from apps.orders.actions import import_batch, receive_files
from apps.orders.models import ImportBatch
from apps.org.actors import Actor
from apps.org.models import Store, StoreGrant, User, Warehouse

CSV = Path(__file__).parents[2] / "fixtures" / "csv"
ORDERS_2017 = "taobao/ExportOrderList202609111042.csv"
ITEMS_2017 = "taobao/ExportOrderDetailList202609111042.csv"
ORDERS_2022 = "taobao/ExportOrderList_2022_70cols_gb18030.csv"
ITEMS_2022 = "taobao/ExportOrderDetailList_2022_18cols.csv"
ORDERS_2026 = "taobao/qianniu_orders_2026_bad_dimension.xlsx"
ITEMS_2026 = "taobao/qianniu_item_orders_2026.xlsx"


@pytest.fixture
def upload() -> Callable[..., SimpleUploadedFile]:
    """A sample file as a browser sends it, or given bytes under a name."""

    def make(name: str, content: bytes | None = None) -> SimpleUploadedFile:
        return SimpleUploadedFile(Path(name).name, (CSV / name).read_bytes() if content is None else content)

    return make


@pytest.fixture
def checked(qinghe: Store, as_lin: Actor, upload: Callable[..., SimpleUploadedFile]) -> Callable[..., ImportBatch]:
    """Receive files for Qinghe and run their check: `checked(ORDERS_2017, ITEMS_2017)`."""
    Store.objects.filter(pk=qinghe.pk).update(export_name="青禾小铺(示例)")

    def make(*names: str, files: list[SimpleUploadedFile] | None = None, store: Store = qinghe) -> ImportBatch:
        batch = receive_files(store.pk, files or [upload(name) for name in names], by=as_lin)
        run_job(batch.check_job_id or 0)
        return ImportBatch.objects.select_related("check_job", "import_job").get(pk=batch.pk)

    return make


@pytest.fixture
def imported(checked: Callable[..., ImportBatch], as_lin: Actor) -> Callable[..., ImportBatch]:
    """Receive, check and import."""

    def make(*names: str, files: list[SimpleUploadedFile] | None = None, **store: Store) -> ImportBatch:
        batch = import_batch(checked(*names, files=files, **store).pk, by=as_lin)
        run_job(batch.import_job_id or 0)
        return ImportBatch.objects.select_related("check_job", "import_job").get(pk=batch.pk)

    return make


@pytest.fixture
def store_on(warehouse: Warehouse, lin: User) -> Callable[[str], Store]:
    """Make a store on a platform that Lin works for: `store_on("jd")`."""

    def make(platform: str) -> Store:
        store = Store.objects.create(
            code=platform.upper(), name=f"示例{platform}店", platform=platform, warehouse=warehouse
        )
        StoreGrant.objects.create(user=lin, store=store)
        return store

    return make
