"""Bills from upload to the books: checked as a whole, in once, never two for the same days."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation

from apps.core.errors import DomainError, Invalid, NotAllowed, NotFound
from apps.core.invariants import broken
from apps.core.speech import spoken
from apps.finance.actions.bill import discard_bill, import_bill
from apps.finance.actions.receive import receive_bills
from apps.finance.models import Bill, BillLine, PayAccount, Receipt, StagedBillLine
from apps.jobs.actions import run_job
from apps.jobs.models import Job
from apps.orders.actions.receive import SameFile
from apps.org.actors import Actor
from apps.org.models import Store, User
from tests.finance.files import bill, fee, rows_of, sale, written

CSV = Path(__file__).parents[2] / "fixtures" / "csv" / "alipay"
Make = Callable[..., Any]
pytestmark = pytest.mark.django_db
A, B, C = "4001260901000010015", "4001260901000020026", "4001260901000030037"


def refusal_of(job: Job | None) -> str:
    assert job is not None
    assert job.refusal is not None
    with translation.override("en"):
        return spoken(job.refusal["text"])


def test_a_checked_bill_shows_its_sums_and_nothing_is_in_the_books(checked: Make) -> None:
    row = checked(content=(CSV / "20889990000000010156_202609_账务明细_16cols.csv").read_bytes())

    assert row.state == "checked"
    assert (row.rows, row.income_amount, row.outgo_amount) == (15, Decimal("1799.80"), Decimal("-1263.80"))
    assert (row.opening_balance, row.closing_balance) == (Decimal("1000.00"), Decimal("1536.00"))
    assert row.account_number == "20889990000000010156"
    assert StagedBillLine.objects.filter(bill=row).count() == 15
    assert BillLine.objects.count() == 0
    assert PayAccount.objects.count() == 0


@pytest.mark.parametrize(
    "name", ["20889990000000010156_202609.zip", "20889990000000010156_20260912_账务明细_12cols.csv"]
)
def test_the_zip_and_the_shorter_layout_pass_the_check(checked: Make, name: str) -> None:
    assert checked(content=(CSV / name).read_bytes(), name=name).state == "checked"


def test_an_imported_bill_has_every_line_once_with_its_class(imported: Make) -> None:
    row = imported(content=(CSV / "20889990000000010156_202609_账务明细_16cols.csv").read_bytes())

    assert row.state == "imported"
    assert sorted(row.lines.values_list("line_class", flat=True)) == sorted([
        *["sale"] * 5, *["platform_fee"] * 3, "affiliate", "insurance", "payment_fee", "refund", *["transfer"] * 2,
        "compensation",
    ])  # fmt: skip
    assert row.lines.filter(state="apart").count() == 9
    assert StagedBillLine.objects.count() == 0
    assert PayAccount.objects.get().store == row.store
    assert broken() == []


def test_a_refused_bill_names_its_file_its_row_and_its_column_and_leaves_nothing(checked: Make) -> None:
    rows = rows_of([sale("10.00", A), sale("20.00", B), sale("30.00", C)])

    row = checked(content=written([rows[0], rows[2]]), name="九月.csv")

    assert row.state == "refused"
    assert refusal_of(row.check_job) == (
        "九月.csv: Row 7, column 账户余额（元）: the balance is 1,060.00 but should be 1,040.00. A row before it is "
        "missing or was changed."
    )
    assert (StagedBillLine.objects.count(), row.rows, row.account_number) == (0, None, "")


def test_a_refused_file_may_be_uploaded_again_after_a_repair(checked: Make, received: Make) -> None:
    content = written(rows_of([sale("10.00", A)]), footer=[])
    checked(content=content)

    again = received(content)

    assert again.state == "received"
    assert Bill.objects.count() == 2


def test_the_same_file_twice_is_one_bill(checked: Make, received: Make) -> None:
    first = checked(sale("10.00", A))

    with pytest.raises(SameFile) as refusal:
        received(bill(sale("10.00", A)), name="again.csv")

    assert refusal.value.data["bill"] == first.pk
    assert Bill.objects.count() == 1


def test_a_bill_whose_days_are_in_the_books_is_refused(imported: Make, checked: Make) -> None:
    first = imported(sale("10.00", A), name="monat.csv")

    second = checked(
        sale("10.00", A, at="2026-09-12 10:00:00"), first="2026-09-12 00:00:00", last="2026-09-13 00:00:00",
        name="tag.csv",
    )  # fmt: skip

    assert second.state == "refused"
    assert refusal_of(second.check_job) == (
        "tag.csv: The days 2026-09-12 to 2026-09-12 of this account overlap with a bill that is in the books: monat.csv."
    )
    assert list(BillLine.objects.values_list("bill", flat=True)) == [first.pk]


def test_of_two_checked_bills_with_common_days_one_can_be_imported(checked: Make, as_otto: Actor) -> None:
    first = checked(sale("10.00", A))
    second = checked(sale("10.00", A), fee("-1.00"))
    import_bill(first.pk, by=as_otto)

    with pytest.raises(DomainError) as refusal:
        import_bill(second.pk, by=as_otto)

    assert refusal.value.code == "overlapping_bill"
    assert Bill.objects.get(pk=second.pk).state == "checked"
    assert Job.objects.filter(kind="finance.import").count() == 1


def test_the_next_month_of_the_same_account_follows(imported: Make) -> None:
    imported(sale("10.00", A))

    october = imported(
        sale("20.00", B, at="2026-10-02 08:00:00", serial="9" * 24),
        first="2026-10-01 00:00:00", last="2026-11-01 00:00:00",
    )  # fmt: skip

    assert october.state == "imported"


def test_a_bill_of_another_stores_account_is_refused_without_naming_the_store(
    imported: Make, checked: Make, fengdu: Store
) -> None:
    imported(sale("10.00", A))

    foreign = checked(
        sale("20.00", B, at="2026-10-02 08:00:00"), first="2026-10-01 00:00:00", last="2026-11-01 00:00:00",
        store=fengdu,
    )  # fmt: skip

    assert foreign.state == "refused"
    assert "青禾" not in refusal_of(foreign.check_job)
    assert "20889990000000010156" in refusal_of(foreign.check_job)


def test_an_interrupted_import_goes_on_and_no_line_comes_twice(
    checked: Make, as_otto: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("apps.finance.actions.run_import.CHUNK", 2)
    row = import_bill(checked(*[sale("1.00", f"40012609010000{n:05d}") for n in range(5)]).pk, by=as_otto)
    monkeypatch.setattr("apps.finance.actions.run_import.match_store", _broken)

    for _attempt in range(2):
        with pytest.raises(ZeroDivisionError):
            run_job(row.import_job_id or 0)
    half = BillLine.objects.filter(bill=row).count()
    monkeypatch.undo()
    run_job(row.import_job_id or 0)

    row.refresh_from_db()
    assert half == 5
    assert row.state == "imported"
    assert BillLine.objects.filter(bill=row).count() == 5
    assert broken() == []


def test_the_days_of_a_bill_whose_import_stopped_half_way_are_in_the_books(
    checked: Make, half_in: Make, as_otto: Actor
) -> None:
    again = checked(sale("1.00", A), fee("-1.00"))
    half = half_in(sale("1.00", A))

    with pytest.raises(DomainError) as refusal:
        import_bill(again.pk, by=as_otto)

    assert refusal.value.code == "overlapping_bill"
    assert Bill.objects.get(pk=again.pk).state == "checked"
    assert list(BillLine.objects.values_list("bill", flat=True)) == [half.pk]
    assert import_bill(half.pk, by=as_otto).state == "importing"


def _broken(_store: int, **_by: object) -> None:
    raise ZeroDivisionError


def test_a_discarded_bill_leaves_no_staged_line_and_its_file_may_come_again(
    checked: Make, received: Make, as_otto: Actor
) -> None:
    row = checked(sale("10.00", A))

    discard_bill(row.pk, by=as_otto)

    row.refresh_from_db()
    assert row.state == "discarded"
    assert StagedBillLine.objects.count() == 0
    assert received(bill(sale("10.00", A))).state == "received"


def test_an_imported_bill_cannot_be_discarded(imported: Make, as_otto: Actor) -> None:
    row = imported(sale("10.00", A))

    with pytest.raises(DomainError):
        discard_bill(row.pk, by=as_otto)

    row.refresh_from_db()
    assert row.state == "imported"


def test_who_may_not_keep_books_uploads_nothing(qinghe: Store, as_lin: Actor) -> None:
    with pytest.raises(NotAllowed):
        receive_bills(qinghe.pk, [SimpleUploadedFile("a.csv", b"x")], by=as_lin)

    assert Bill.objects.count() == 0


def test_a_store_that_is_not_there_takes_no_bill(as_otto: Actor) -> None:
    with pytest.raises(NotFound):
        receive_bills(0, [SimpleUploadedFile("a.csv", b"x")], by=as_otto)


def test_no_file_an_empty_file_and_too_many_files_are_refused(qinghe: Store, as_otto: Actor) -> None:
    for files in ([], [SimpleUploadedFile("a.csv", b"")], [SimpleUploadedFile("a.csv", b"x")] * 32):
        with pytest.raises(Invalid):
            receive_bills(qinghe.pk, files, by=as_otto)

    assert Bill.objects.count() == 0


def test_what_a_line_says_and_what_a_receipt_says_cannot_be_changed(
    imported: Make, order_of: Make, line_of: Make
) -> None:
    from django.db import IntegrityError, transaction

    order_of(A, "10.00")
    line = line_of(imported(sale("10.00", A)))

    for change in (
        lambda: BillLine.objects.filter(pk=line.pk).update(amount=Decimal(99)),
        lambda: BillLine.objects.filter(pk=line.pk).update(state="disputed"),
        lambda: BillLine.objects.filter(pk=line.pk).delete(),
        lambda: Receipt.objects.update(amount=Decimal(99)),
        lambda: Receipt.objects.all()._raw_delete("default"),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()

    line.refresh_from_db()
    assert (line.amount, line.state) == (Decimal("10.00"), "matched")
    assert Receipt.objects.get().amount == Decimal("10.00")


def test_an_export_right_is_no_import_right(checked: Make, person: Callable[..., User]) -> None:
    row = checked(sale("10.00", A))

    with pytest.raises(NotAllowed):
        import_bill(row.pk, by=Actor.of(person("pat", "manager")))

    row.refresh_from_db()
    assert row.state == "checked"
