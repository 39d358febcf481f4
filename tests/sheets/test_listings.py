"""Listings of a store and the SKU behind each, from a sheet."""

from collections.abc import Callable
from decimal import Decimal

import pytest

from apps.org.models import Client, Store
from apps.sheets.models import Sheet
from apps.stores.models import Listing, Product, Sku
from tests.sheets.conftest import a_file, findings, verdicts

pytestmark = pytest.mark.django_db
Make = Callable[..., Sheet]
HEADER = ["店铺", "平台商品ID", "平台SKU ID", "商家编码", "商品标题", "标价", "SKU编码"]


def test_listings_are_made_and_mapped(checked: Make, run_apply: Make, qinghe: Store, a_sku: Callable[..., Sku]) -> None:
    sku = a_sku("QH-1")
    file = a_file(
        HEADER,
        ["青禾小铺", "704118240391", "5014287730112", "QH-1", "保温杯 黑", "129", "QH-1"],
        ["", "704118240391", "", "", "保温杯", "", ""],
    )

    sheet = run_apply(checked("listings", file, place=qinghe.pk))

    columns = ("platform_item_id", "platform_sku_id", "outer_code", "title", "list_price_amount", "sku_id")
    assert list(Listing.objects.filter(store=qinghe).order_by("pk").values_list(*columns)) == [
        ("704118240391", "5014287730112", "QH-1", "保温杯 黑", Decimal("129.00"), sku.pk),
        ("704118240391", "", "", "保温杯", None, None),
    ]
    assert sheet.counts == {"new": 2, "changed": 0, "same": 0, "refused": 0, "applied": 2}


def test_a_listing_gets_another_sku_and_loses_it_by_a_dash(
    checked: Make, run_apply: Make, qinghe: Store, a_sku: Callable[..., Sku]
) -> None:
    first, second = a_sku("QH-1"), a_sku("QH-2")
    for item in ("7001", "7002", "7003"):
        Listing.objects.create(store=qinghe, platform_item_id=item, title="杯", sku=first)

    sheet = run_apply(
        checked(
            "listings",
            a_file(["平台商品ID", "SKU编码"], ["7001", "QH-2"], ["7002", "-"], ["7003", ""]),
            place=qinghe.pk,
        )
    )

    assert verdicts(sheet) == [(2, "changed"), (3, "changed"), (4, "same")]
    assert list(Listing.objects.order_by("pk").values_list("sku_id", flat=True)) == [second.pk, None, first.pk]


def test_rows_that_cannot_be_taken_are_refused_by_name(
    checked: Make, qinghe: Store, fengdu: Store, a_sku: Callable[..., Sku]
) -> None:
    stranger = Product.objects.create(code="FD", name="外套", client=Client.objects.create(name="枫渡服饰"))
    Sku.objects.create(code="FD-1", product=stranger)
    Listing.objects.create(store=fengdu, platform_item_id="7009", title="外套")

    sheet = checked(
        "listings",
        a_file(
            HEADER,
            ["枫渡旗舰店", "7001", "", "", "杯", "", ""],
            ["", "7002", "", "", "杯", "", "QH-404"],
            ["", "7003", "", "", "杯", "", "FD-1"],
            ["", "7004", "", "", "", "", ""],
            ["", "7005", "", "", "杯", "-1", ""],
            ["", "7.0E+11", "", "", "杯", "", ""],
            ["", "7006", "1", "", "杯", "", ""],
            ["", "7006", "1", "", "杯", "", ""],
            ["", "7009", "", "", "", "", ""],
        ),
        place=qinghe.pk,
    )

    assert [(row, column, code) for row, column, code, _text in findings(sheet)] == [
        (2, "store", "other_store"),
        (3, "sku", "unknown_sku"),
        (4, "sku", "unknown_sku"),
        (5, "title", "title_missing"),
        (6, "list_price", "negative_amount"),
        (7, "item", "digits_lost"),
        (9, "item", "repeated"),
        (10, "title", "title_missing"),
    ]
    assert findings(sheet)[0][3] == "This row is of another store than “青禾小铺”, which was chosen."
    assert findings(sheet)[1][3] == "There is no SKU QH-404. Import the SKUs first, or correct the code."
    assert Listing.objects.filter(store=qinghe).count() == 0


@pytest.mark.rule("LST-10")
def test_title_and_price_of_a_known_listing_are_not_changed_by_a_sheet(checked: Make, qinghe: Store) -> None:
    for item in ("7001", "7002", "7003", "7004"):
        Listing.objects.create(store=qinghe, platform_item_id=item, title="杯", list_price_amount=Decimal("99.00"))

    sheet = checked(
        "listings",
        a_file(
            ["平台商品ID", "商品标题", "标价"],
            ["7001", "杯", "99"],
            ["7002", "大杯", ""],
            ["7003", "", "89"],
            ["7004", "", "-"],
        ),
        place=qinghe.pk,
    )

    assert verdicts(sheet) == [(2, "same"), (3, "refused"), (4, "refused"), (5, "refused")]
    assert [(row, column, code) for row, column, code, _text in findings(sheet)] == [
        (3, "title", "title_by_change"), (4, "list_price", "price_by_change"), (5, "list_price", "price_by_change"),
    ]  # fmt: skip
    assert findings(sheet)[1][3] == (
        "The price is changed by a price change that is approved. Here it must stay 99.00, or be left out."
    )
