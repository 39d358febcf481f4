"""The ledger keeps the balances, whoever writes it; nobody writes the balances."""

import io
from collections.abc import Callable

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import F

from apps.audit.context import signed
from apps.org.actors import SYSTEM
from apps.org.models import Store
from apps.stores.models import Sku
from apps.warehouse.models import Bin, BinBalance, StockBalance, StockMove

pytestmark = pytest.mark.django_db
InStock = Callable[..., StockMove]
Balance = Callable[..., tuple[int, int, int]]


def _content(bin_code: str, sku_code: str) -> int:
    return BinBalance.objects.values_list("quantity", flat=True).get(bin__code=bin_code, sku__code=sku_code)


def test_goods_that_come_and_go_are_in_both_balances(
    in_stock: InStock, a_bin: Callable[..., Bin], balance: Balance
) -> None:
    in_stock("QH-000", 10)
    in_stock("QH-000", 5, bin=a_bin("A-01-02"))
    in_stock("QH-000", -3)

    assert balance("QH-000") == (12, 0, 0)
    assert (_content("A-01-01", "QH-000"), _content("A-01-02", "QH-000")) == (7, 5)


def test_what_lies_in_a_bin_for_defects_is_not_on_hand(
    in_stock: InStock, a_bin: Callable[..., Bin], balance: Balance
) -> None:
    defects = a_bin("D-01-01", kind="defects")

    in_stock("QH-000", 10)
    in_stock("QH-000", 4, bin=defects)

    assert balance("QH-000") == (10, 0, 4)
    assert _content("D-01-01", "QH-000") == 4


def test_lines_that_come_by_copy_are_counted(
    a_bin: Callable[..., Bin], a_sku: Callable[..., Sku], balance: Balance
) -> None:
    place, sku = a_bin(), a_sku("QH-000")
    columns = "warehouse_id, bin_id, sku_id, quantity, kind, subject_type, subject_id"
    rows = "".join(f"{place.warehouse_id}\t{place.pk}\t{sku.pk}\t{n}\treceipt\ttest\t1\n" for n in (7, -2, 4))

    with transaction.atomic(), signed("warehouse.test.copy", by=SYSTEM), connection.cursor() as cursor:
        cursor.copy_expert(f"COPY warehouse_stockmove ({columns}) FROM STDIN", io.StringIO(rows))

    assert balance("QH-000") == (9, 0, 0)
    assert _content("A-01-01", "QH-000") == 9


def test_the_click_of_a_line_is_the_signature_under_which_it_was_written(in_stock: InStock) -> None:
    with transaction.atomic(), signed("warehouse.test.outer", by=SYSTEM) as click:
        move = in_stock("QH-000", 1)

    move.refresh_from_db()
    assert move.click == click


def test_an_unsigned_line_is_refused(a_bin: Callable[..., Bin], a_sku: Callable[..., Sku]) -> None:
    place, sku = a_bin(), a_sku("QH-000")

    with pytest.raises(IntegrityError), transaction.atomic():
        StockMove.objects.create(
            warehouse_id=place.warehouse_id,
            bin=place,
            sku=sku,
            quantity=1,
            kind="receipt",
            subject_type="t",
            subject_id=1,
        )

    assert not StockBalance.objects.exists()


def test_a_line_for_a_bin_of_another_warehouse_is_refused(
    a_bin: Callable[..., Bin], a_sku: Callable[..., Sku], fengdu: Store
) -> None:
    place, sku = a_bin(), a_sku("QH-000")

    with pytest.raises(IntegrityError, match="bin of another warehouse"), transaction.atomic(), signed("t", by=SYSTEM):
        StockMove.objects.create(
            warehouse=fengdu.warehouse, bin=place, sku=sku, quantity=1, kind="receipt", subject_type="t", subject_id=1
        )

    assert not StockMove.objects.exists()


@pytest.mark.parametrize(
    "statement", ["UPDATE warehouse_stockmove SET quantity = 99", "DELETE FROM warehouse_stockmove"]
)
def test_the_ledger_is_neither_changed_nor_shortened(in_stock: InStock, balance: Balance, statement: str) -> None:
    in_stock("QH-000", 10)

    with pytest.raises(IntegrityError, match="appended to"), transaction.atomic(), signed("warehouse.x", by=SYSTEM):
        connection.cursor().execute(statement)

    assert balance("QH-000") == (10, 0, 0)
    assert StockMove.objects.get().quantity == 10


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE warehouse_stockbalance SET on_hand = 99",
        "UPDATE warehouse_stockbalance SET reserved = 1",
        "DELETE FROM warehouse_stockbalance",
        "UPDATE warehouse_binbalance SET quantity = 99",
        "DELETE FROM warehouse_binbalance",
        "INSERT INTO warehouse_stockbalance (warehouse_id, sku_id, on_hand, reserved, defective) "
        "SELECT warehouse_id, sku_id, 1, 0, 0 FROM warehouse_stockbalance",
    ],
)
def test_nobody_but_the_ledger_writes_a_balance(in_stock: InStock, balance: Balance, statement: str) -> None:
    in_stock("QH-000", 10)

    with (
        pytest.raises(IntegrityError, match="by the stock ledger alone"),
        transaction.atomic(),
        signed("warehouse.x", by=SYSTEM),
    ):
        connection.cursor().execute(statement)

    assert balance("QH-000") == (10, 0, 0)
    assert _content("A-01-01", "QH-000") == 10


def test_what_is_on_pick_lists_changes_only_under_a_signature_of_the_warehouse(in_stock: InStock) -> None:
    in_stock("QH-000", 10)

    with pytest.raises(IntegrityError), transaction.atomic():
        BinBalance.objects.update(allocated=F("allocated") + 2)
    with transaction.atomic(), signed("warehouse.wave.plan", by=SYSTEM):
        BinBalance.objects.update(allocated=F("allocated") + 2)

    assert BinBalance.objects.get().allocated == 2


def test_more_than_lies_in_a_bin_cannot_leave_it(
    in_stock: InStock, a_bin: Callable[..., Bin], balance: Balance
) -> None:
    in_stock("QH-000", 3)
    in_stock("QH-000", 5, bin=a_bin("A-01-02"))

    with pytest.raises(IntegrityError, match="bin_quantity"), transaction.atomic():
        in_stock("QH-000", -4)

    assert balance("QH-000") == (8, 0, 0)


def test_a_bin_keeps_its_warehouse_and_its_kind(in_stock: InStock, fengdu: Store) -> None:
    in_stock("QH-000", 3)

    with pytest.raises(IntegrityError, match="frozen"), transaction.atomic():
        Bin.objects.update(kind="defects")
    with pytest.raises(IntegrityError, match="frozen"), transaction.atomic():
        Bin.objects.update(warehouse=fengdu.warehouse)

    assert Bin.objects.get().kind == "pick"
