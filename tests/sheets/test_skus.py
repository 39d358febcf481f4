"""SKUs from a sheet: what is new, changed, the same or refused, and that nothing else happens."""

from collections.abc import Callable
from decimal import Decimal

import pytest

from apps.org.actors import Actor
from apps.org.models import Client, Store, User
from apps.sheets.models import Sheet, SheetRow
from apps.stores.models import Product, Sku
from tests.sheets.conftest import a_file, findings, verdicts

pytestmark = pytest.mark.django_db
Make = Callable[..., Sheet]
HEADER = ["商家编码", "商品编码", "商品名称", "规格属性", "条码", "重量(克)", "成本价", "启用"]


def everything() -> list[tuple[object, ...]]:
    """All SKUs and products as they are."""
    return [*Sku.objects.values_list(), *Product.objects.values_list()]


def test_new_skus_and_their_product_are_made(checked: Make, run_apply: Make) -> None:
    file = a_file(
        HEADER,
        ["QH-1-BK", "QH-1", "真空保温杯", "黑色", "6901234567892", "420", "38.5", "是"],
        ["QH-1-WH", "QH-1", "", "白色", "", "", "", ""],
    )

    sheet = run_apply(checked("skus", file))

    black, white = Sku.objects.order_by("code")
    assert (black.product.code, black.product.name, black.product.client) == ("QH-1", "真空保温杯", None)
    assert (black.properties, black.barcode, black.weight_grams, black.cost_amount, black.is_active) == (
        "黑色", "6901234567892", 420, Decimal("38.50"), True,
    )  # fmt: skip
    assert (white.product_id, white.barcode, white.weight_grams, white.cost_amount, white.is_active) == (
        black.product_id, "", None, None, True,
    )  # fmt: skip
    assert (sheet.state, sheet.counts) == ("applied", {"new": 2, "changed": 0, "same": 0, "refused": 0, "applied": 2})
    assert list(SheetRow.objects.values_list("target_id", "is_applied")) == [(black.pk, True), (white.pk, True)]


def test_a_check_changes_nothing_and_says_what_would_change(checked: Make, a_sku: Callable[..., Sku]) -> None:
    known = a_sku("QH-1", cost_amount=Decimal("38.50"), weight_grams=420)
    a_sku("QH-2", cost_amount=Decimal("10.00"))
    before = everything()

    sheet = checked(
        "skus", a_file(["SKU code", "Cost", "Weight (g)"], ["QH-1", "39", ""], ["QH-2", "10", ""]),
    )  # fmt: skip

    first, second = SheetRow.objects.filter(sheet=sheet)
    assert everything() == before
    assert (first.verdict, first.target_id, first.before, first.values) == (
        "changed", known.pk, {"cost": "38.50"}, {"code": "QH-1", "cost": "39.00"},
    )  # fmt: skip
    assert (second.verdict, second.before) == ("same", {})


def test_an_empty_cell_leaves_what_is_known_and_a_dash_empties_it(
    checked: Make, run_apply: Make, a_sku: Callable[..., Sku]
) -> None:
    a_sku("QH-1", cost_amount=Decimal("38.50"), weight_grams=420, barcode="690", properties="黑色")

    run_apply(
        checked("skus", a_file(["商家编码", "成本价", "条码", "重量(克)", "规格属性"], ["QH-1", "-", "", "—", ""]))
    )

    sku = Sku.objects.get()
    assert (sku.cost_amount, sku.weight_grams, sku.barcode, sku.properties) == (None, None, "690", "黑色")


def test_a_changed_sku_keeps_what_it_was_with_the_signature(
    checked: Make, run_apply: Make, a_sku: Callable[..., Sku], wei: User
) -> None:
    sku = a_sku("QH-1", cost_amount=Decimal("38.50"))

    run_apply(checked("skus", a_file(["商家编码", "成本价"], ["QH-1", "39.00"])))

    event = sku.events.get(pgh_label="update")
    assert (event.cost_amount, event.pgh_context["verb"], event.pgh_context["actor_id"]) == (
        Decimal("38.50"), "sheets.sheet.apply", wei.pk,
    )  # fmt: skip


REFUSED = [
    (["QH-9", "", "", "", "", "", "", ""], "product_code", "product_missing", "Write the product code here: a new SKU or a name needs it."),
    (["QH-9", "P9", "", "", "", "", "", ""], "product_code", "unknown_product", "There is no product P9 yet. Write its name beside it, and it will be made."),
    (["QH-9", "QH", "", "", "6900000000001", "", "", ""], "barcode", "barcode_taken", "The SKU QH-1 has this barcode already."),
    (["QH-9", "QH", "", "", "6.9E+12", "", "", ""], "barcode", "digits_lost", None),
    (["QH-9", "QH", "", "", "", "heavy", "", ""], "weight", "not_a_weight", "This is not a weight: write whole grams, without a unit, at most 1,000,000."),
    (["QH-9", "QH", "", "", "", "", "-3.00", ""], "cost", "negative_amount", "This amount is below zero."),
    (["QH-9", "QH", "", "", "", "", "", "perhaps"], "is_active", "not_yes_or_no", "Write yes or no here."),
    (["", "QH", "", "", "", "", "1.00", ""], "code", "cell_missing", "This cell must not be empty."),
]  # fmt: skip


@pytest.mark.parametrize("refused", REFUSED, ids=lambda refused: refused[2])
def test_a_row_that_cannot_be_taken_is_refused_and_the_others_go_in(
    checked: Make, run_apply: Make, a_sku: Callable[..., Sku], refused: tuple[list[str], str, str, str | None]
) -> None:
    row, column, code, sentence = refused
    a_sku("QH-1", barcode="6900000000001")
    before = everything()

    sheet = checked("skus", a_file(HEADER, row, ["QH-1", "", "", "红色", "", "", "", ""]))
    ((number, found_column, found_code, text),) = findings(sheet)
    dry = everything()
    run_apply(sheet)

    assert (number, found_column, found_code) == (2, column, code)
    assert sentence is None or text == sentence
    assert verdicts(sheet) == [(2, "refused"), (3, "changed")]
    assert dry == before
    assert list(Sku.objects.values_list("code", "properties")) == [("QH-1", "红色")]


def test_a_row_with_several_bad_cells_says_all_of_them(checked: Make) -> None:
    sheet = checked("skus", a_file(HEADER, ["QH-9", "QH", "杯", "", "", "heavy", "-1", "perhaps"]))

    assert [(column, code) for _row, column, code, _text in findings(sheet)] == [
        ("weight", "not_a_weight"), ("cost", "negative_amount"), ("is_active", "not_yes_or_no"),
    ]  # fmt: skip
    assert SheetRow.objects.get(sheet=sheet).values["weight"] == "heavy"


def test_rows_that_speak_against_each_other_are_refused_with_the_other_rows_number(checked: Make) -> None:
    sheet = checked(
        "skus",
        a_file(
            HEADER,
            ["QH-1", "P", "杯", "", "6900000000001", "", "", ""],
            ["QH-1", "P", "", "", "", "", "", ""],
            ["QH-2", "P", "", "", "6900000000001", "", "", ""],
            ["QH-3", "P", "碗", "", "", "", "", ""],
        ),
    )

    assert verdicts(sheet) == [(2, "new"), (3, "refused"), (4, "refused"), (5, "refused")]
    assert findings(sheet) == [
        (3, "code", "repeated", "Row 2 of this file is about the same; one of the two must go."),
        (4, "barcode", "taken_in_file", "Row 2 of this file says the same here; it can be true of one row only."),
        (5, "product_name", "contradicted", "Row 2 of this file says something else here; both must say the same."),
    ]
    assert Sku.objects.count() == 0


def test_another_clients_range_stays_closed(checked: Make, run_apply: Make, fengdu: Store) -> None:
    stranger = Client.objects.create(name="枫渡服饰")
    Store.objects.filter(pk=fengdu.pk).update(client=stranger)
    product = Product.objects.create(code="FD-1", name="外套", client=stranger)
    Sku.objects.create(code="FD-1-S", product=product, barcode="6911111111111", cost_amount=Decimal("99.00"))
    before = everything()

    sheet = checked(
        "skus",
        a_file(
            [*HEADER, "所属客户"],
            ["FD-1-S", "", "", "", "", "", "1.00", "", ""],
            ["QH-9", "FD-1", "", "", "", "", "", "", ""],
            ["QH-8", "QH", "杯", "", "6911111111111", "", "", "", ""],
            ["QH-7", "QH", "", "", "", "", "", "", "枫渡服饰"],
        ),
    )

    assert [code for _row, _column, code, _text in findings(sheet)] == [
        "foreign_sku", "foreign_product", "barcode_foreign", "unknown_client",
    ]  # fmt: skip
    assert "99.00" not in str(list(SheetRow.objects.values_list("before", "findings")))
    assert everything() == before


def test_a_new_product_belongs_to_the_client_that_is_written_beside_it(
    checked: Make, run_apply: Make, qinghe: Store
) -> None:
    run_apply(checked("skus", a_file([*HEADER, "所属客户"], ["QH-1", "QH", "杯", "", "", "", "", "", "青禾家居"])))

    assert Product.objects.get().client == qinghe.client


def test_a_product_is_renamed_by_its_sheet_and_keeps_its_owner(
    checked: Make, run_apply: Make, a_sku: Callable[..., Sku], qinghe: Store
) -> None:
    a_sku("QH-1")
    Product.objects.update(client=qinghe.client)

    renamed = run_apply(checked("skus", a_file(["商家编码", "商品编码", "商品名称"], ["QH-1", "QH", "真空杯"])))
    refused = checked("skus", a_file(["商家编码", "商品编码", "所属客户"], ["QH-1", "QH", "-"]))

    assert renamed.counts["changed"] == 1
    assert [code for _row, _column, code, _text in findings(refused)] == ["other_client"]
    assert Product.objects.values_list("name", "client__name").get() == ("真空杯", "青禾家居")


def test_whoever_sees_every_store_knows_every_range(
    checked: Make, run_apply: Make, person: Callable[..., User], fengdu: Store
) -> None:
    boss = person("bao", "planner", stores=())
    boss.is_superuser = True
    boss.save()
    product = Product.objects.create(code="FD-1", name="外套", client=Client.objects.create(name="枫渡服饰"))
    Sku.objects.create(code="FD-1-S", product=product)

    sheet = checked("skus", a_file(["SKU code", "Cost"], ["FD-1-S", "5"]), by=Actor.of(boss))

    assert verdicts(sheet) == [(2, "changed")]
