"""Records of stores and warehouses."""

from collections.abc import Callable

from django.test import Client as Browser

from apps.org.models import Store, User
from tests.admin.conftest import page


def test_the_name_that_a_platform_writes_into_its_files_is_kept_with_the_store(
    browse: Callable[[User], Browser], iris: User, qinghe: Store
) -> None:
    form = {
        "name": qinghe.name, "export_name": "青禾小铺(示例)", "kind": qinghe.kind, "brand": "", "client": qinghe.client_id or "",
        "warehouse": qinghe.warehouse_id, "is_active": "on",
    }  # fmt: skip

    saved = browse(iris).post(page("org_store_change", qinghe.pk), form)

    assert saved.status_code == 302
    qinghe.refresh_from_db()
    assert qinghe.export_name == "青禾小铺(示例)"
