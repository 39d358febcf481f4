"""Two at once at the books: one bill, one decision about a line, one receipt. On real PostgreSQL."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from apps.core.invariants import broken
from apps.finance.actions import decide
from apps.finance.actions.bill import import_bill
from apps.finance.actions.decide import explain_lines, match_line, undo_lines
from apps.finance.actions.match import match_store
from apps.finance.actions.receive import receive_bills
from apps.finance.models import Bill, BillLine, Receipt
from apps.jobs.actions import run_job
from apps.jobs.models import Job
from apps.orders.models import OrderMoney
from apps.org.actors import SYSTEM, Actor
from apps.org.models import Store, User
from apps.workflow import move as moving
from tests.concurrency.hands import abreast, told_at_once
from tests.finance.conftest import as_otto, checked, imported, line_of, order_of, received, refund_of
from tests.finance.files import bill, fee, sale

__all__ = ["as_otto", "checked", "imported", "line_of", "order_of", "received", "refund_of"]
pytestmark = pytest.mark.django_db(transaction=True)
Make = Callable[..., Any]
A, B = "4001260901000010015", "4001260901000020026"


@pytest.fixture
def second(person: Callable[..., User]) -> Actor:
    """Another accountant."""
    return Actor.of(person("oda", "finance", stores=()))


def test_the_same_bill_uploaded_twice_at_once_is_one_bill(qinghe: Store, as_otto: Actor, second: Actor) -> None:
    content = bill(sale("45.00", A))

    results = told_at_once(*[
        lambda by=by: receive_bills(qinghe.pk, [SimpleUploadedFile("a.csv", content)], by=by)
        for by in (as_otto, second)
    ])  # fmt: skip

    assert sorted(results) == ["done", "same_file"]
    assert Bill.objects.count() == 1
    assert Job.objects.filter(kind="finance.check").count() == 1


def test_of_two_overlapping_bills_imported_at_once_one_goes_into_the_books(
    checked: Make, as_otto: Actor, second: Actor
) -> None:
    month, again = checked(sale("45.00", A)), checked(sale("45.00", A), fee("-1.00"))

    results = told_at_once(lambda: import_bill(month.pk, by=as_otto), lambda: import_bill(again.pk, by=second))

    assert sorted(results) == ["done", "overlapping_bill"]
    assert sorted(Bill.objects.values_list("state", flat=True)) == ["checked", "importing"]
    assert Job.objects.filter(kind="finance.import").count() == 1


def test_two_accountants_match_one_line_and_one_of_them_is_told(
    imported: Make, order_of: Make, line_of: Make, as_otto: Actor, second: Actor
) -> None:
    first, other = order_of("4001260901000090001", "45.00"), order_of("4001260901000090002", "45.00")
    line = line_of(imported(sale("45.00", A)))

    results = told_at_once(
        lambda: match_line(line.pk, order_pk=first.pk, by=as_otto),
        lambda: match_line(line.pk, order_pk=other.pk, by=second),
    )

    assert sorted(results) == ["done", "illegal_move"]
    assert Receipt.objects.count() == 1
    assert OrderMoney.objects.filter(state="settled").count() == 1
    assert broken() == []


@pytest.fixture
def careless(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for a store's turn or locks a line, and two look at a line's state before either moves it."""
    look, paused = moving._sorted_out, abreast(moving._sorted_out)
    monkeypatch.setattr(decide, "hold_lines", lambda _store: None)
    monkeypatch.setattr(moving, "_locked", lambda _spec, rows: rows)
    monkeypatch.setattr(
        moving, "_sorted_out", lambda spec, rows: (paused if spec.model is BillLine else look)(spec, rows)
    )


@pytest.mark.usefixtures("careless")
def test_control_without_turn_and_lock_one_line_pays_two_orders_and_the_checker_finds_it(
    imported: Make, order_of: Make, line_of: Make, as_otto: Actor, second: Actor
) -> None:
    first, other = order_of("4001260901000090001", "45.00"), order_of("4001260901000090002", "45.00")
    line = line_of(imported(sale("45.00", A)))

    results = told_at_once(
        lambda: match_line(line.pk, order_pk=first.pk, by=as_otto),
        lambda: match_line(line.pk, order_pk=other.pk, by=second),
    )

    assert results == ["done", "done"]
    assert list(Receipt.objects.values_list("line", "amount")) == [(line.pk, line.amount)] * 2
    assert OrderMoney.objects.filter(state="settled").count() == 2
    assert [each.invariant.id for each in broken()] == ["finance.receipts_are_the_booked_lines"]


def test_one_explains_while_another_matches_and_the_line_has_one_receipt(
    imported: Make, order_of: Make, line_of: Make, as_otto: Actor, second: Actor
) -> None:
    order = order_of("4001260901000090001", "45.00")
    line = line_of(imported(sale("45.00", A)))

    results = told_at_once(
        lambda: match_line(line.pk, order_pk=order.pk, by=as_otto),
        lambda: explain_lines([line.pk], cause="outside", remark="", by=second),
    )

    assert sorted(results) in (["done", "illegal_move"], ["done", "refused"])
    assert Receipt.objects.count() == 1
    assert broken() == []


def test_a_match_run_and_an_accountant_do_not_both_book_a_line(
    imported: Make, order_of: Make, line_of: Make, as_otto: Actor, qinghe: Store
) -> None:
    row = imported(sale("45.00", A), sale("45.00", B))
    orders = [order_of(A, "45.00"), order_of(B, "45.00")]

    @transaction.atomic
    def run() -> None:
        match_store(qinghe.pk, by=SYSTEM)

    told_at_once(run, run, lambda: match_line(line_of(row).pk, order_pk=orders[0].pk, by=as_otto))

    assert Receipt.objects.count() == 2
    assert set(BillLine.objects.values_list("state", flat=True)) == {"matched"}
    assert broken() == []


def test_a_decision_taken_back_by_two_is_reversed_once(
    imported: Make, order_of: Make, line_of: Make, as_otto: Actor, second: Actor
) -> None:
    order_of(A, "45.00")
    line = line_of(imported(sale("45.00", A)))

    results = told_at_once(
        lambda: undo_lines([line.pk], reason="认错", by=as_otto),
        lambda: undo_lines([line.pk], reason="认错", by=second),
    )

    assert sorted(results) == ["done", "refused"]
    assert [receipt.amount for receipt in Receipt.objects.order_by("pk")][1:] == [-line.amount]
    assert broken() == []


def test_one_import_job_run_by_two_workers_takes_effect_once(
    checked: Make, order_of: Make, as_otto: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("apps.finance.actions.run_import.CHUNK", 3)
    numbers = [f"40012609010000{n:05d}" for n in range(12)]
    for number in numbers:
        order_of(number, "8.00")
    row = import_bill(checked(*[sale("8.00", number) for number in numbers]).pk, by=as_otto)

    told_at_once(*[lambda: run_job(row.import_job_id or 0)] * 3)
    run_job(row.import_job_id or 0)

    row.refresh_from_db()
    assert row.state == "reconciled"
    assert (BillLine.objects.count(), Receipt.objects.count()) == (12, 12)
    assert broken() == []
