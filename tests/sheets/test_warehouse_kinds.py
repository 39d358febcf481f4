"""Bins, carriers and opening stock from sheets."""

from collections.abc import Callable
from decimal import Decimal

import pytest

from apps.org.actors import Actor
from apps.org.models import User, Warehouse, WarehouseGrant
from apps.sheets.models import Sheet, SheetRow
from apps.stores.models import Sku
from apps.warehouse.actions.stock_documents import post_stock_document
from apps.warehouse.models import Bin, Carrier, StockBalance, StockDocument
from apps.warehouse.sheets import opening
from tests.sheets.conftest import a_file, findings, verdicts

pytestmark = pytest.mark.django_db
Make = Callable[..., Sheet]
BINS = ["库位", "库区", "拣货顺序", "库位类型", "启用"]
OPENING = ["库位", "商家编码", "数量", "单位成本"]


@pytest.fixture
def as_dao(person: Callable[..., User], warehouse: Warehouse) -> Actor:
    """Dao leads the warehouse."""
    user = person("dao", "warehouse_lead", stores=())
    WarehouseGrant.objects.create(user=user, warehouse=warehouse)
    return Actor.of(user)


@pytest.fixture
def shelves(warehouse: Warehouse) -> list[Bin]:
    """Two bins for picking."""
    return [Bin.objects.create(warehouse=warehouse, code=code) for code in ("A-01", "A-02")]


@pytest.fixture
def counted(
    checked: Make, run_apply: Make, warehouse: Warehouse, as_dao: Actor, shelves: list[Bin]
) -> Callable[..., Sheet]:
    """Check a sheet of opening stock, apply it and post its draft, as far as wanted: `counted(rows, upto="applied")`."""

    def make(*rows: list[str], upto: str = "posted") -> Sheet:
        sheet = checked("opening_stock", a_file(OPENING, *rows), by=as_dao, place=warehouse.pk)
        if upto == "checked":
            return sheet
        sheet = run_apply(sheet, by=as_dao)
        if upto == "posted":
            post_stock_document(sheet.made_id or 0, by=as_dao)
        return sheet

    return make


def test_bins_are_made_and_changed(checked: Make, run_apply: Make, warehouse: Warehouse, as_dao: Actor) -> None:
    Bin.objects.create(warehouse=warehouse, code="A-02", zone="B", walk_order=5)
    file = a_file(BINS, ["A-01", "A", "10", "", ""], ["A-02", "A", "", "pick", "否"], ["C-01", "", "", "残次", "是"])

    sheet = run_apply(checked("bins", file, by=as_dao, place=warehouse.pk), by=as_dao)

    columns = ("code", "zone", "walk_order", "kind", "is_active")
    assert list(Bin.objects.order_by("code").values_list(*columns)) == [
        ("A-01", "A", 10, "pick", True), ("A-02", "A", 5, "pick", False), ("C-01", "", 0, "defects", True),
    ]  # fmt: skip
    assert sheet.counts == {"new": 2, "changed": 1, "same": 0, "refused": 0, "applied": 3}


def test_a_bin_keeps_its_kind_and_stays_while_goods_lie_in_it(
    checked: Make, counted: Make, warehouse: Warehouse, as_dao: Actor, a_sku: Callable[..., Sku]
) -> None:
    a_sku("QH-1")
    counted(["A-01", "QH-1", "3", ""])
    file = a_file(
        BINS,
        ["A-01", "", "", "", "no"],
        ["A-02", "", "", "defects", ""],
        ["A-03", "", "many", "", ""],
        ["A-04", "", "", "shelf", ""],
    )

    sheet = checked("bins", file, by=as_dao, place=warehouse.pk)

    assert [(row, column, code) for row, column, code, _text in findings(sheet)] == [
        (2, "is_active", "not_empty"), (3, "kind", "other_kind"), (4, "walk_order", "not_a_whole_number"),
        (5, "kind", "not_a_choice"),
    ]  # fmt: skip
    assert list(Bin.objects.values_list("is_active", "kind")) == [(True, "pick"), (True, "pick")]


def test_a_bin_that_differs_in_case_alone_is_refused(
    checked: Make, as_dao: Actor, warehouse: Warehouse, a_bin: Callable[..., Bin]
) -> None:
    a_bin("Z-01-01")

    sheet = checked("bins", a_file(["库位"], ["z-01-01"], ["Z-01-01"], ["Z-01-02"]), by=as_dao, place=warehouse.pk)

    told = [(row, column, code) for row, column, code, _text in findings(sheet)]
    assert told == [(2, "code", "other_case")]


def test_two_new_bins_of_one_file_do_not_differ_in_case_alone(
    checked: Make, run_apply: Make, as_dao: Actor, warehouse: Warehouse
) -> None:
    file = a_file(["库位"], ["z-01-01"], ["Z-01-02"], ["Z-01-01"], ["Z-01-01"])

    sheet = run_apply(checked("bins", file, by=as_dao, place=warehouse.pk), by=as_dao)

    assert [(row, code) for row, _column, code, _text in findings(sheet)] == [(4, "word_in_file"), (5, "repeated")]
    assert "Row 2 of this file" in str(findings(sheet)[0])
    assert set(Bin.objects.values_list("code", flat=True)) == {"z-01-01", "Z-01-02"}


def test_carriers_are_made_changed_and_refused(checked: Make, run_apply: Make, as_dao: Actor) -> None:
    Carrier.objects.all().delete()
    Carrier.objects.create(code="ZTO", name="中通快递", aliases=["中通"])
    file = a_file(
        ["快递编码", "快递公司", "别名"],
        ["zto", "", "中通、中通速递"],
        ["YD", "韵达快递", "韵达;韵达速递;韵达"],
        ["XX", "", ""],
        ["YY", "中通快递", ""],
    )

    sheet = run_apply(checked("carriers", file, by=as_dao), by=as_dao)

    assert list(Carrier.objects.order_by("code").values_list("code", "name", "aliases")) == [
        ("YD", "韵达快递", ["韵达", "韵达速递"]), ("ZTO", "中通快递", ["中通", "中通速递"]),
    ]  # fmt: skip
    assert [(row, code) for row, _column, code, _text in findings(sheet)] == [(4, "name_missing"), (5, "name_taken")]


def test_a_carrier_does_not_take_a_word_of_another(checked: Make, as_dao: Actor) -> None:
    Carrier.objects.all().delete()
    Carrier.objects.create(code="ZTO", name="中通快递", aliases=["中通"], platform_names={"jd": "中通物流"})
    others = [["ZT", "中 通", ""], ["TT", "天天快递", "ｚto"], ["WL", "物流", "中通物流"]]
    file = a_file(["快递编码", "快递公司", "别名"], *others, ["ZTO", "中通快递", "中通"])

    sheet = checked("carriers", file, by=as_dao)

    told = [(row, column, code) for row, column, code, _text in findings(sheet)]
    assert told == [(nth, "aliases", "word_taken") for nth in (2, 3, 4)]
    assert "中通物流 (中通快递)" in str([text for *_rest, text in findings(sheet)])
    assert Carrier.objects.get().aliases == ["中通"]


def test_two_carriers_of_one_file_do_not_share_a_word(checked: Make, run_apply: Make, as_dao: Actor) -> None:
    Carrier.objects.all().delete()
    rows = [["AA", "甲快递", "极快,AA"], ["BB", "乙快递", "极 快"], ["CC", "ａａ", ""], ["DD", "丁快递", "丁,甲快运"]]
    file = a_file(["快递编码", "快递公司", "别名"], *rows)

    sheet = run_apply(checked("carriers", file, by=as_dao), by=as_dao)

    told = [(row, column, code) for row, column, code, _text in findings(sheet)]
    assert told == [(3, "aliases", "word_in_file"), (4, "aliases", "word_in_file")]
    assert set(Carrier.objects.values_list("code", flat=True)) == {"AA", "DD"}


def test_opening_stock_becomes_one_draft_that_somebody_posts(
    counted: Make, as_dao: Actor, a_sku: Callable[..., Sku], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("apps.sheets.actions.apply.CHUNK", 1)
    first, second = a_sku("QH-1"), a_sku("QH-2")

    sheet = counted(
        ["A-01", "QH-1", "24", "38.5"], ["A-02", "QH-1", "6", ""], ["A-02", "QH-2", "1", "2"], upto="applied"
    )

    document = StockDocument.objects.get()
    lines = list(document.lines.values_list("bin__code", "sku_id", "quantity", "unit_cost_amount"))
    assert (document.pk, document.state, document.kind, document.reason, document.drafted_by_id) == (
        sheet.made_id, "draft", "opening", "sheet.csv", as_dao.id,
    )  # fmt: skip
    assert lines == [
        ("A-01", first.pk, 24, Decimal("38.50")), ("A-02", first.pk, 6, None), ("A-02", second.pk, 1, Decimal("2.00")),
    ]  # fmt: skip
    assert StockBalance.objects.filter(on_hand__gt=0).count() == 0
    assert str(opening.told(document.pk)).count(document.number) == 1
    post_stock_document(document.pk, by=as_dao)
    assert dict(StockBalance.objects.values_list("sku_id", "on_hand")) == {first.pk: 30, second.pk: 1}


def test_opening_stock_that_cannot_be_true_is_refused_by_name(counted: Make, a_sku: Callable[..., Sku]) -> None:
    for code in ("QH-1", "QH-2", "QH-3"):
        a_sku(code)
    counted(["A-01", "QH-1", "3", ""])
    counted(["A-01", "QH-2", "3", ""], upto="applied")

    sheet = counted(
        ["Z-99", "QH-3", "1", ""],
        ["A-01", "QH-404", "1", ""],
        ["A-01", "QH-1", "1", ""],
        ["A-01", "QH-2", "1", ""],
        ["A-02", "QH-3", "0", ""],
        ["A-01", "QH-3", "1", "-1"],
        ["A-02", "QH-3", "2", ""],
        upto="checked",
    )

    assert [(row, column, code) for row, column, code, _text in findings(sheet)] == [
        (2, "bin", "unknown_bin"), (3, "sku", "unknown_sku"), (4, "sku", "has_moved"), (5, "sku", "in_draft"),
        (6, "quantity", "not_a_whole_number"), (7, "unit_cost", "negative_amount"), (8, "bin", "repeated"),
    ]  # fmt: skip
    assert StockDocument.objects.count() == 2
    assert {verdict for _row, verdict in verdicts(sheet)} == {"refused"}
    assert SheetRow.objects.filter(sheet=sheet, is_applied=True).count() == 0
