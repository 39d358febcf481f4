"""Records of stores, warehouses and bins."""

from collections.abc import Callable

import pytest
from django.test import Client as Browser

from apps.org.models import Store, User
from apps.warehouse.models import Bin, Carrier, StockMove
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


@pytest.mark.parametrize(("pieces", "saved"), [(0, True), (2, False)])
def test_the_records_say_that_goods_lie_in_a_bin_before_they_let_it_go(
    *,
    browse: Callable[[User], Browser],
    vera: User,
    a_bin: Callable[..., Bin],
    in_stock: Callable[..., StockMove],
    pieces: int,
    saved: bool,
) -> None:
    place = a_bin("A-1")
    if pieces:
        in_stock("QH-000", pieces, bin=place)

    answer = browse(vera).post(page("warehouse_bin_change", place.pk), {"code": "A-1", "zone": "A", "walk_order": "1"})

    place.refresh_from_db()
    assert (answer.status_code == 302, place.is_active) == (saved, not saved)
    assert ("库位里还有 2 件货" in answer.content.decode()) is not saved


def test_a_carrier_that_goes_by_anothers_word_is_refused_with_the_others_name(
    browse: Callable[[User], Browser], vera: User
) -> None:
    Carrier.objects.create(code="TZTO", name="测试中通", aliases=["测中"])
    tt = Carrier.objects.create(code="TTT", name="测试天天")
    form = {"name": "测试天天", "aliases": "测 中", "platform_names": "{}", "platform_codes": "{}", "is_active": "on"}

    answer = browse(vera).post(page("warehouse_carrier_change", tt.pk), form)

    assert "“测 中”已是快递公司 测试中通 的名称。" in answer.content.decode()
    tt.refresh_from_db()
    assert tt.aliases == []


def test_a_bin_that_differs_in_case_alone_is_refused_in_its_record(
    browse: Callable[[User], Browser], vera: User, a_bin: Callable[..., Bin]
) -> None:
    place = a_bin("Z-01-01")
    form = {"warehouse": place.warehouse_id, "zone": "Z", "walk_order": "1", "kind": "pick", "is_active": "on"}

    refused = browse(vera).post(page("warehouse_bin_add"), {**form, "code": "z-01-01"})
    added = browse(vera).post(page("warehouse_bin_add"), {**form, "code": "z-01-02"})

    assert "已有库位 Z-01-01" in refused.content.decode()
    assert added.status_code == 302
    assert set(Bin.objects.values_list("code", flat=True)) == {"Z-01-01", "z-01-02"}
