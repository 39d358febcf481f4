"""A file comes in: what is refused as a whole, by whom it may be brought, and that the same file is the same sheet."""

import io
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from apps.core.errors import Invalid, NotAllowed, NotFound
from apps.jobs.actions import run_job
from apps.jobs.models import Job
from apps.org.actors import Actor
from apps.org.models import Store, User
from apps.org.scope import visible
from apps.sheets.actions import discard_sheet, receive_sheet, write_template
from apps.sheets.kinds import kind_named
from apps.sheets.models import Sheet, SheetRow
from apps.sheets.rules import reading
from apps.stores.models import Product, Sku
from tests.sheets.conftest import a_file, refusal, verdicts

pytestmark = pytest.mark.django_db
Make = Callable[..., Sheet]
HEADER = ["商家编码", "商品编码", "商品名称"]


def named(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


WHOLE = [
    (
        named("无编码.csv", "商品编码,成本价\nQH,1\n".encode()),
        "missing_column",
        "无编码.csv: The header in row 1 lacks the column “商家编码 / SKU code”. Nothing was changed.",
    ),
    (
        named("备注.csv", "商家编码,备注\nQH-1,x\n".encode()),
        "unknown_column",
        "备注.csv: Row 1, column B: “备注” is no column of this kind of sheet. Delete it or correct its name. Nothing was changed.",
    ),
    (
        named("只有表头.csv", "商家编码,成本价\n".encode()),
        "no_rows",
        "只有表头.csv: The file has a header but no rows of its own.",
    ),
    (named("别的.csv", b"a,b\n1,2\n"), "header_not_found", None),
    (named("图片.xlsx", b"\x89PNG\r\n\x1a\n" + bytes(64)), "not_a_table", None),
    (named("坏.xlsx", b"PK\x03\x04" + bytes(64)), "damaged_file", None),
]


@pytest.mark.parametrize(("file", "code", "sentence"), WHOLE, ids=[code for _file, code, _sentence in WHOLE])
def test_a_file_that_cannot_be_used_is_refused_in_one_sentence(
    checked: Make, a_sku: Callable[..., Sku], file: SimpleUploadedFile, code: str, sentence: str | None
) -> None:
    a_sku("QH-1")
    before = list(Sku.objects.values_list())
    file.seek(0)

    sheet = checked("skus", file)

    assert (sheet.state, refusal(sheet)["code"]) == ("refused", code)
    assert sentence is None or refusal(sheet)["text"]["en"] == sentence
    assert refusal(sheet)["text"]["en"].startswith(f"{file.name}: ")
    assert SheetRow.objects.count() == 0
    assert list(Sku.objects.values_list()) == before


def test_too_many_rows_are_refused_with_the_row_to_cut_at(checked: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST_ROWS", 2)

    sheet = checked("skus", a_file(HEADER, *[[f"QH-{n}", "QH", "杯"] for n in range(3)]))

    assert refusal(sheet)["text"]["en"] == (
        "sheet.csv: The file has more than 2 rows: cut it before row 4 and upload the parts one by one."
    )
    assert SheetRow.objects.count() == 0


@pytest.mark.parametrize(
    ("file", "code"),
    [(None, "no_file"), (named("leer.csv", b""), "empty_file"), (named("gross.csv", b"x" * 2000), "file_too_large")],
)
def test_a_file_that_need_not_be_opened_is_refused_at_once(
    as_wei: Actor, monkeypatch: pytest.MonkeyPatch, file: SimpleUploadedFile | None, code: str
) -> None:
    monkeypatch.setattr("apps.sheets.actions.receive.LARGEST_BYTES", 1000)

    with pytest.raises(Invalid) as refused:
        receive_sheet("skus", file, by=as_wei)

    assert refused.value.code == code
    assert (Sheet.objects.count(), Job.objects.count()) == (0, 0)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
def test_the_container_and_its_encoding_are_told_by_the_bytes(checked: Make, encoding: str) -> None:
    content = "商家编码\t商品编码\t商品名称\nQH-1\tQH\t保温杯\n".encode(encoding)

    sheet = checked("skus", named("表.xls", content))

    assert verdicts(sheet) == [(2, "new")]
    assert SheetRow.objects.get(sheet=sheet).values == {"code": "QH-1", "product_code": "QH", "product_name": "保温杯"}


def test_a_workbook_is_read_with_notes_above_and_columns_in_any_order(checked: Make) -> None:
    file = a_file(["2026 秋季"], [], ["商品名称", "SKU code", "商品编码"], ["保温杯", "QH-1", "QH"], name="秋.xlsx")

    assert verdicts(checked("skus", file)) == [(4, "new")]


@pytest.mark.parametrize("kind", ["skus", "listings"])
def test_the_template_goes_back_in_and_its_example_is_passed_over(checked: Make, qinghe: Store, kind: str) -> None:
    sink = io.BytesIO()
    name = write_template(kind_named(kind), sink)

    sheet = checked(kind, named(name, sink.getvalue()), place=qinghe.pk)

    assert name.endswith(".xlsx")
    assert refusal(sheet)["code"] == "no_rows"


def test_the_same_file_twice_is_the_same_sheet(as_wei: Actor) -> None:
    first = receive_sheet("skus", a_file(HEADER, ["QH-1", "QH", "杯"]), by=as_wei)
    again = receive_sheet("skus", a_file(HEADER, ["QH-1", "QH", "杯"], name="copy.csv"), by=as_wei)

    assert (first.is_known, again.is_known, again.sheet.pk) == (False, True, first.sheet.pk)
    assert (Sheet.objects.count(), Job.objects.count()) == (1, 1)


def test_a_file_that_was_applied_is_looked_at_anew(checked: Make, run_apply: Make, as_wei: Actor) -> None:
    file = (HEADER, ["QH-1", "QH", "杯"])
    first = run_apply(checked("skus", a_file(*file)))
    Product.objects.filter(code="QH").update(name="改过的杯")

    again = receive_sheet("skus", a_file(*file), by=as_wei)
    third = receive_sheet("skus", a_file(*file), by=as_wei)

    assert (again.is_known, again.before) == (False, first)
    assert (third.is_known, third.sheet) == (True, again.sheet)
    run_job(again.sheet.check_job_id or 0)
    assert [row.verdict for row in SheetRow.objects.filter(sheet=again.sheet)] == ["changed"]


def test_the_same_file_for_another_place_is_another_sheet(
    person: Callable[..., User], qinghe: Store, fengdu: Store
) -> None:
    by = Actor.of(person("ning", "planner", stores=(qinghe, fengdu)))
    header, row = ["平台商品ID", "商品标题"], ["7001", "杯"]

    sheets = [
        receive_sheet("listings", a_file(header, row), by=by, place_id=store.pk).sheet.pk
        for store in (qinghe, fengdu, qinghe)
    ]

    assert sheets[0] != sheets[1]
    assert sheets[2] == sheets[0]


def test_a_sheet_without_a_place_is_its_uploaders_own(as_wei: Actor, person: Callable[..., User], otto: User) -> None:
    colleague = Actor.of(person("ning", "planner"))
    mine = receive_sheet("skus", a_file(HEADER, ["QH-1", "QH", "杯"]), by=as_wei)
    theirs = receive_sheet("skus", a_file(HEADER, ["QH-1", "QH", "杯"]), by=colleague)

    assert theirs.sheet.pk != mine.sheet.pk
    assert list(visible(Sheet.objects.all(), colleague)) == [theirs.sheet]
    assert list(visible(Sheet.objects.all(), Actor.of(otto))) == []


def test_a_sheet_of_a_store_is_seen_by_those_who_may_import_for_it(
    as_wei: Actor, person: Callable[..., User], qinghe: Store, fengdu: Store
) -> None:
    file = a_file(["平台商品ID", "商品标题"], ["7001", "杯"])
    received = receive_sheet("listings", file, by=as_wei, place_id=qinghe.pk)
    people = {
        "manager": person("mo", "manager"),
        "clerk": person("ke", "customer_service"),
        "other": person("ao", "planner", stores=(fengdu,)),
    }

    seen = {name: list(visible(Sheet.objects.all(), Actor.of(user))) for name, user in people.items()}

    assert seen == {"manager": [received.sheet], "clerk": [], "other": []}


def test_a_discarded_or_refused_file_may_come_again(checked: Make, as_wei: Actor) -> None:
    first = checked("skus", a_file(HEADER, ["QH-1", "QH", "杯"]))
    discard_sheet(first.pk, by=as_wei)
    second = checked("skus", a_file(HEADER, ["QH-1", "QH", "杯"]))
    refused = [checked("skus", a_file(["备注", "商家编码"], ["x", "QH-1"])) for _ in range(2)]

    assert (second.pk != first.pk, second.state) == (True, "checked")
    assert refused[0].pk != refused[1].pk


def test_who_lacks_the_right_or_the_place_brings_nothing_in(
    lin: User, as_wei: Actor, fengdu: Store, noor: User
) -> None:
    file = a_file(HEADER, ["QH-1", "QH", "杯"])

    with pytest.raises(NotAllowed):
        receive_sheet("skus", file, by=Actor.of(lin))
    with pytest.raises(NotAllowed):
        receive_sheet("skus", file, by=Actor.of(noor))
    with pytest.raises(NotFound):
        receive_sheet("listings", file, by=as_wei, place_id=fengdu.pk)
    with pytest.raises(NotFound):
        receive_sheet("listings", file, by=as_wei)
    with pytest.raises(NotFound):
        receive_sheet("nothing", file, by=as_wei)
    assert (Sheet.objects.count(), Job.objects.count()) == (0, 0)
