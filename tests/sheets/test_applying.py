"""A checked sheet is applied: once, by what is true at that moment, and whole even when a worker dies."""

import io
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import translation

from apps.core.errors import NotAllowed, NotFound
from apps.core.invariants import broken
from apps.core.tabular import open_table
from apps.jobs.actions import cancel_job, run_job
from apps.jobs.models import Job
from apps.notices.models import Notice
from apps.org.actors import Actor
from apps.org.models import Store, User
from apps.sheets.actions import apply, apply_sheet, discard_sheet, write_refused_rows
from apps.sheets.models import Sheet, SheetRow
from apps.stores.models import Sku
from apps.workflow.move import IllegalMove
from tests.sheets.conftest import a_file, findings, verdicts

pytestmark = pytest.mark.django_db
Make = Callable[..., Sheet]
HEADER = ["商家编码", "商品编码", "商品名称", "成本价"]


def test_a_second_click_is_refused_and_the_sheet_goes_in_once(checked: Make, as_wei: Actor) -> None:
    sheet = checked("skus", a_file(HEADER, ["QH-1", "QH", "杯", "1"]))

    first = apply_sheet(sheet.pk, by=as_wei)
    with pytest.raises(IllegalMove):
        apply_sheet(sheet.pk, by=as_wei)
    run_job(first.apply_job_id or 0)
    with pytest.raises(IllegalMove):
        apply_sheet(sheet.pk, by=as_wei)

    assert Job.objects.filter(kind="sheets.apply").count() == 1
    assert Sku.objects.count() == 1


def test_rows_are_judged_by_what_is_true_when_they_are_applied(
    checked: Make, run_apply: Make, a_sku: Callable[..., Sku]
) -> None:
    file = a_file(
        [*HEADER, "条码"],
        ["QH-1", "QH", "", "5.00", ""],
        ["QH-2", "QH", "", "6.00", ""],
        ["QH-3", "QH", "", "", "690"],
    )
    a_sku("QH-0")
    sheet = checked("skus", file)
    a_sku("QH-1", cost_amount=Decimal("5.00"))
    a_sku("QH-2", cost_amount=Decimal("1.00"))
    a_sku("QH-8", barcode="690")

    after = run_apply(sheet)

    assert verdicts(after) == [(2, "same"), (3, "changed"), (4, "refused")]
    assert findings(after)[0][2:] == ("barcode_taken", "The SKU QH-8 has this barcode already.")
    assert after.counts == {"new": 0, "changed": 1, "same": 1, "refused": 1, "applied": 2}
    assert Sku.objects.get(code="QH-2").cost_amount == Decimal("6.00")
    assert not Sku.objects.filter(code="QH-3").exists()


def test_a_worker_that_dies_between_two_chunks_leaves_the_rest_to_the_next(
    checked: Make, as_wei: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apply, "CHUNK", 2)
    sheet = checked("skus", a_file(HEADER, *[[f"QH-{n}", "QH", "杯", "1"] for n in range(5)]))
    job_id = apply_sheet(sheet.pk, by=as_wei).apply_job_id or 0
    wrote = apply.mark_applied

    def dies(span: object) -> dict[str, int]:
        if Sku.objects.count() > 2:
            raise ConnectionError("the worker is gone")
        return wrote(span)

    monkeypatch.setattr(apply, "mark_applied", dies)
    with pytest.raises(ConnectionError):
        run_job(job_id)
    half = (Sku.objects.count(), SheetRow.objects.filter(is_applied=True).count())
    monkeypatch.setattr(apply, "mark_applied", wrote)
    run_job(job_id)

    sheet.refresh_from_db()
    assert half == (2, 2)
    assert (sheet.state, sheet.counts["applied"], Sku.objects.count()) == ("applied", 5, 5)
    assert [found.invariant.id for found in broken()] == []


def test_a_stopped_sheet_keeps_what_is_in_and_applies_the_rest_later(
    checked: Make, run_apply: Make, as_wei: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apply, "CHUNK", 2)
    sheet = checked("skus", a_file(HEADER, *[[f"QH-{n}", "QH", "杯", "1"] for n in range(4)]))
    job_id = apply_sheet(sheet.pk, by=as_wei).apply_job_id or 0
    wrote = apply.mark_applied

    def cancelled_after(span: object) -> dict[str, int]:
        tally = wrote(span)
        transaction.on_commit(lambda: cancel_job(job_id, by=as_wei))
        return tally

    monkeypatch.setattr(apply, "mark_applied", cancelled_after)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(transaction, "on_commit", lambda act, **_: act())
        run_job(job_id)
    monkeypatch.setattr(apply, "mark_applied", wrote)
    sheet.refresh_from_db()
    stopped = (sheet.state, sheet.counts["applied"], Sku.objects.count())
    with translation.override("en"), pytest.raises(IllegalMove, match="applied already"):
        discard_sheet(sheet.pk, by=as_wei)
    after = run_apply(sheet)

    assert stopped == ("checked", 2, 2)
    assert (after.state, after.counts["applied"], Sku.objects.count()) == ("applied", 4, 4)


def test_a_sheet_that_would_change_nothing_is_not_applied(
    checked: Make, as_wei: Actor, a_sku: Callable[..., Sku]
) -> None:
    a_sku("QH-1")
    sheet = checked("skus", a_file(["商家编码"], ["QH-1"], ["QH-404"]))

    with translation.override("en"), pytest.raises(IllegalMove, match="would change anything"):
        apply_sheet(sheet.pk, by=as_wei)

    assert verdicts(sheet) == [(2, "same"), (3, "refused")]
    assert not Job.objects.filter(kind="sheets.apply").exists()


def test_the_bell_rings_for_who_applied(checked: Make, run_apply: Make, wei: User) -> None:
    sheet = run_apply(checked("skus", a_file(HEADER, ["QH-1", "QH", "杯", "1"])))

    notice = Notice.objects.get(user=wei)
    assert (notice.text["en"], notice.url) == ("Your sheet is applied.", f"/desk/sheets/{sheet.pk}/")


def test_nobody_applies_or_discards_what_is_not_theirs(
    checked: Make, qinghe: Store, fengdu: Store, person: Callable[..., User]
) -> None:
    sheet = checked("listings", a_file(["平台商品ID", "商品标题"], ["7001", "杯"]), place=qinghe.pk)
    stranger = Actor.of(person("ao", "planner", stores=(fengdu,)))
    clerk = Actor.of(person("ke", "customer_service"))

    for act in (apply_sheet, discard_sheet):
        for by in (stranger, clerk):
            with pytest.raises(NotFound):
                act(sheet.pk, by=by)
    with pytest.raises(NotAllowed):
        write_refused_rows(sheet, io.BytesIO(), by=clerk)

    sheet.refresh_from_db()
    assert sheet.state == "checked"


def test_refused_rows_are_handed_back_corrected_and_go_in(
    checked: Make, run_apply: Make, as_wei: Actor, a_sku: Callable[..., Sku]
) -> None:
    a_sku("QH-1", barcode="6900000000001")
    header = [*HEADER, "条码", "规格属性", "启用"]
    sheet = run_apply(
        checked(
            "skus",
            a_file(
                header,
                ["QH-2", "QH", "", "2.00", "6900000000001", "-", "否"],
                ["QH-3", "QH", "", "3.00", "6900000000003", "红色", "是"],
            ),
        )
    )
    sink = io.BytesIO()

    with translation.override("en"):
        name = write_refused_rows(sheet, sink, by=as_wei)
    with open_table(io.BytesIO(sink.getvalue())) as table:
        headings, (row,) = table.header, [row.cells for row in table.rows()]
    corrected = [cell if heading != "Barcode" else "6900000000002" for heading, cell in zip(headings, row, strict=True)]
    again = run_apply(checked("skus", a_file(headings, corrected, name="corrected.xlsx")))

    assert name == "sheet-refused rows.xlsx"
    assert headings[:2] == ["Reason", "SKU code"]
    assert row[0] == "Barcode: The SKU QH-1 has this barcode already."
    assert again.counts == {"new": 1, "changed": 0, "same": 0, "refused": 0, "applied": 1}
    assert Sku.objects.values_list("barcode", "properties", "cost_amount", "is_active").get(code="QH-2") == (
        "6900000000002", "", Decimal("2.00"), False,
    )  # fmt: skip


def test_refused_rows_that_nobody_corrects_are_refused_again(
    checked: Make, as_wei: Actor, a_sku: Callable[..., Sku]
) -> None:
    a_sku("QH-1")
    sheet = checked("skus", a_file(HEADER, ["QH-1", "", "", "=1+1"], ["QH-1", "", "", "-2"]))
    sink = io.BytesIO()

    write_refused_rows(sheet, sink, by=as_wei)
    again = checked("skus", SimpleUploadedFile("again.xlsx", sink.getvalue()))

    assert [code for _row, _column, code, _text in findings(sheet)] == ["not_an_amount", "negative_amount", "repeated"]
    assert [code for _row, _column, code, _text in findings(again)] == ["not_an_amount", "negative_amount", "repeated"]
