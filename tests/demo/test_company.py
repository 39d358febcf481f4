"""Who and what the demo company consists of."""

import csv
import io
import re
from collections import Counter
from pathlib import Path

import pytest
from django.contrib.auth.password_validation import validate_password

from apps.desk.demo.accounts import PASSWORD, log_ins
from apps.desk.demo.load import Loaded
from apps.orders.imports.buyers import place_of
from apps.orders.models import BuyerContact, Order, OrderLine, ShippingOrder
from apps.org.models import Absence, Client, Employee, Platform, Store, User, Warehouse
from apps.org.permissions import ROLES
from apps.stores.models import Listing, Sku

ITEM_FILE = Path(__file__).parents[2] / "fixtures/csv/taobao/ExportOrderDetailList202609111042.csv"
SHAPES = {
    "taobao": r"\d{19}", "tmall": r"\d{19}", "douyin": r"\d{19}", "jd": r"\d{12}",
}  # fmt: skip


def test_the_company_has_its_clients_eight_stores_on_four_platforms_warehouses_staff_and_products(
    company: Loaded,
) -> None:
    counts = [model.objects.count() for model in (Client, Store, Warehouse, Employee, Sku)]

    assert counts == [3, 8, 2, 25, 300]
    assert Counter(Store.objects.values_list("platform", flat=True)) == {
        Platform.TMALL: 3, Platform.TAOBAO: 1, Platform.JD: 1, Platform.DOUYIN: 3,
    }  # fmt: skip
    assert set(Listing.objects.values_list("store__code", flat=True)) == set(
        Store.objects.values_list("code", flat=True)
    )


def test_every_role_has_a_log_in_that_opens(company: Loaded) -> None:
    shown = log_ins()

    users = {user.username: user for user in User.objects.prefetch_related("groups")}
    groups = [users[one.username].groups.get().name for one in shown]
    assert groups == list(ROLES)
    assert {one.password for one in shown} == {PASSWORD}


def test_the_demo_password_satisfies_the_house(company: Loaded) -> None:
    for user in User.objects.all():
        # Asked for somebody new of the same name: the house refuses a password that its owner has already.
        validate_password(PASSWORD, User(username=user.username, name=user.name))


def test_whoever_is_away_has_a_stand_in_of_the_same_house(company: Loaded) -> None:
    away = Absence.objects.select_related("employee", "stand_in")

    assert len(away) == 7
    assert all(absence.stand_in is not None and absence.stand_in != absence.employee for absence in away)


def test_the_sample_files_codes_are_skus_of_the_store_that_they_name(company: Loaded) -> None:
    rows = list(csv.DictReader(io.StringIO(ITEM_FILE.read_text("gb18030"))))
    codes = {row["商家编码"] for row in rows} - {"", "null"}

    skus = Sku.objects.filter(code__in=codes, product__client__name="青禾家居")
    assert len(codes) == 6
    assert set(skus.values_list("code", flat=True)) == codes
    assert Store.objects.get(platform="taobao").name == "青禾小铺(示例)"


def test_order_numbers_have_the_shape_of_their_platform(company: Loaded) -> None:
    wrong = [
        (platform, number)
        for platform, number in Order.objects.values_list("platform", "number")
        if not re.fullmatch(SHAPES[platform], number)
    ]

    assert wrong == []


def test_every_order_has_lines_that_share_out_what_was_paid(company: Loaded) -> None:
    paid: dict[int, list[object]] = {}
    for order_id, amount in OrderLine.objects.values_list("order_id", "paid_amount"):
        paid.setdefault(order_id, []).append(amount)

    orders = Order.objects.exclude(state__in=["wait_pay", "closed_unpaid"])
    assert len(paid) == company.orders
    assert all(sum(paid[order.pk]) == order.paid_amount for order in orders)


def test_buyers_lie_sealed_in_the_vault_and_have_numbers_that_nobody_has(company: Loaded) -> None:
    contacts = BuyerContact.objects.select_related("order")

    assert len(contacts) == company.orders
    assert all(contact.place == place_of(contact.order.store_id, contact.order.number) for contact in contacts)
    assert all(order.phone_masked.startswith("199****") for order in Order.objects.all())


def test_only_paid_orders_have_a_shipping_order(company: Loaded) -> None:
    led = set(ShippingOrder.objects.values_list("lead_order_id", flat=True))
    without = set(Order.objects.exclude(pk__in=led).values_list("state", flat=True))

    assert len(led) == company.shipping_orders == ShippingOrder.objects.count()
    assert without <= {"wait_pay", "closed_unpaid", "hold", "unknown"}


@pytest.mark.rule("STO-02")
def test_clerks_work_for_some_stores_and_packers_in_one_warehouse(company: Loaded) -> None:
    clerks = User.objects.filter(groups__name="customer_service").prefetch_related("store_grants")
    packers = User.objects.filter(groups__name__in=["warehouse", "warehouse_lead"]).prefetch_related("warehouse_grants")

    assert all(0 < len(clerk.store_grants.all()) <= 8 for clerk in clerks)
    assert [len(packer.warehouse_grants.all()) for packer in packers] == [1] * 7
