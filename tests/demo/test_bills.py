"""The demo company's bills explain its receipts, and leave a few lines to somebody."""

from collections.abc import Callable

from django.db.models import F

from apps.audit.queries import timeline_of
from apps.core.invariants import broken
from apps.desk.demo.load import Loaded
from apps.finance.models import Bill, BillLine, Receipt
from apps.orders.models import OrderMoney

LARGE = {"days": 60, "orders": 1_200}


def test_the_older_month_is_reconciled_and_the_younger_one_has_open_lines(load: Callable[..., Loaded]) -> None:
    load(**LARGE)

    states = dict(Bill.objects.values_list("period", "state"))
    open_lines = BillLine.objects.filter(state="unmatched")

    assert {(period.lower.isoformat(), state) for period, state in states.items()} == {
        ("2026-09-01", "reconciled"), ("2026-10-01", "imported"),
    }  # fmt: skip
    assert not Bill.objects.filter(store__code="QH-TB", period__startswith="2026-10-01").exists()
    assert set(open_lines.values_list("line_class", flat=True)) == {"sale", "refund", "unclassified"}
    assert 3 <= open_lines.count() < BillLine.objects.filter(state="matched").count() / 5
    assert [found for found in broken() if found.invariant.id.startswith("finance.")] == []


def test_balances_continue_from_line_to_line_and_from_month_to_month(load: Callable[..., Loaded]) -> None:
    load(**LARGE)

    for bill in Bill.objects.all():
        balance = bill.opening_balance
        for line in bill.lines.order_by("position"):
            balance += line.amount
            assert line.balance == balance
        assert balance == bill.closing_balance
    assert (
        Bill.objects.exclude(closing_balance=F("opening_balance") + F("income_amount") + F("outgo_amount")).count() == 0
    )


def test_settled_orders_have_what_the_platform_paid_out(load: Callable[..., Loaded]) -> None:
    load(**LARGE)

    settled = OrderMoney.objects.filter(state="settled")

    assert settled.count() == Receipt.objects.filter(kind="sale").count() > 20
    assert not Receipt.objects.filter(kind="sale").exclude(amount=F("order__received_amount")).exists()


def test_a_bills_history_says_who_imported_it(load: Callable[..., Loaded]) -> None:
    load(**LARGE)

    moves = [change.verb for change in timeline_of(Bill.objects.filter(state="reconciled")[0])]

    assert sorted(moves) == [f"finance.bill.{verb}" for verb in ("begin", "finish", "pass_check", "reconcile")]


def test_a_company_younger_than_a_month_has_no_bill(company: Loaded) -> None:
    assert Bill.objects.count() == 0
