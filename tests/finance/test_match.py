"""Lines find their orders and refunds as a set; what finds nothing stays, with its amount, on the worklist."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import Sum
from django.test.utils import CaptureQueriesContext

from apps.core.facts import announce
from apps.core.invariants import broken
from apps.finance.actions.decide import dispute_lines, explain_lines, undo_lines
from apps.finance.actions.match import match_store
from apps.finance.actions.sweep import match_open_lines
from apps.finance.models import Bill, BillLine, ClassRule, Receipt
from apps.finance.queries.receipts import settled_receipts
from apps.finance.workflows.bill_line import LineState
from apps.orders.facts import OrdersImported
from apps.orders.models import OrderMoney
from apps.org.actors import SYSTEM, Actor
from apps.org.models import Store
from apps.parameters.models import ParameterValue
from tests.finance.files import Booking, fee, refund, sale

CSV = Path(__file__).parents[2] / "fixtures" / "csv" / "alipay"
Make = Callable[..., Any]
pytestmark = pytest.mark.django_db
A, B, C = "4001260901000010015", "4001260901000020026", "4001260901000030037"


def states_of(bill: Bill) -> list[str]:
    return list(bill.lines.order_by("position").values_list("state", flat=True))


def states_of_money() -> dict[str, str]:
    return dict(OrderMoney.objects.values_list("order__number", "state"))


@pytest.mark.rule("FIN-21")
def test_a_payment_that_is_what_was_paid_settles_its_order(imported: Make, order_of: Make) -> None:
    order = order_of(A, "128.00")

    bill = imported(sale("128.00", A), fee("-6.40", A))

    receipt = Receipt.objects.get()
    assert states_of(bill) == ["matched", "apart"]
    assert (receipt.order, receipt.kind, receipt.amount) == (order, "sale", Decimal("128.00"))
    assert receipt.received_on == dt.date(2026, 9, 5)
    assert states_of_money() == {A: "settled"}
    assert bill.state == "reconciled"
    assert broken() == []


def test_what_the_platform_paid_out_is_as_good_as_what_was_paid(imported: Make, order_of: Make) -> None:
    order_of(A, "128.00", received_amount=Decimal("100.00"))

    assert states_of(imported(sale("100.00", A))) == ["matched"]


def test_an_amount_that_differs_by_one_fen_stays_open(imported: Make, order_of: Make) -> None:
    order_of(A, "128.00")

    bill = imported(sale("127.99", A))

    assert states_of(bill) == ["unmatched"]
    assert Receipt.objects.count() == 0
    assert states_of_money() == {}
    assert bill.state == "imported"


def test_within_the_tolerance_that_a_manager_set_it_matches(imported: Make, order_of: Make) -> None:
    order_of(A, "128.00")
    ParameterValue.objects.create(key="finance.match_tolerance", value="0.01", effective_from=dt.date(2026, 1, 1))

    assert states_of(imported(sale("127.99", A))) == ["matched"]


def test_several_payments_of_one_order_are_taken_together(imported: Make, order_of: Make) -> None:
    order_of(A, "128.00")

    bill = imported(sale("28.00", A), sale("100.00", A))

    assert states_of(bill) == ["matched", "matched"]
    assert Receipt.objects.aggregate(total=Sum("amount"))["total"] == Decimal("128.00")
    assert states_of_money() == {A: "settled"}


def test_a_deposit_waits_for_the_rest_of_the_next_month(imported: Make, order_of: Make) -> None:
    order_of(A, "128.00")
    september = imported(sale("28.00", A))
    assert states_of(september) == ["unmatched"]

    imported(
        sale("100.00", A, at="2026-10-03 08:00:00", serial="9" * 24),
        first="2026-10-01 00:00:00", last="2026-11-01 00:00:00",
    )  # fmt: skip

    september.refresh_from_db()
    assert states_of(september) == ["matched"]
    assert september.state == "reconciled"
    assert set(Receipt.objects.values_list("received_on", flat=True)) == {dt.date(2026, 9, 5), dt.date(2026, 10, 3)}


def test_the_planted_income_without_an_order_stays_unmatched_with_its_amount(imported: Make, order_of: Make) -> None:
    order_of(A, "128.00")

    bill = imported(sale("128.00", A), sale("45.00", "4001269999999999999"))

    assert states_of(bill) == ["matched", "unmatched"]
    open_sum = bill.lines.filter(state="unmatched").aggregate(total=Sum("amount"))["total"]
    assert open_sum == Decimal("45.00")
    assert bill.state == "imported"


def test_a_bill_may_come_before_its_orders(imported: Make, order_of: Make) -> None:
    bill = imported(sale("128.00", A))
    order_of(A, "128.00")

    counts = match_open_lines()

    bill.refresh_from_db()
    assert counts == {"classed": 0, "matched": 1, "settled": 1}
    assert (states_of(bill), bill.state) == (["matched"], "reconciled")


def test_looking_twice_changes_nothing(imported: Make, order_of: Make, qinghe: Store) -> None:
    order_of(A, "128.00")
    imported(sale("128.00", A), sale("45.00", B))

    with transaction.atomic():
        counts = match_store(qinghe.pk, by=SYSTEM)

    assert counts == {"matched": 0, "settled": 0}
    assert Receipt.objects.count() == 1


def test_a_match_that_a_person_took_back_is_left_to_people(imported: Make, order_of: Make, as_otto: Actor) -> None:
    order_of(A, "128.00")
    bill = imported(sale("128.00", A))
    undo_lines([bill.lines.get().pk], reason="认错订单", by=as_otto)

    counts = match_open_lines()

    line = bill.lines.get()
    assert counts == {"classed": 0, "matched": 0, "settled": 0}
    assert (line.state, line.decided_by_id, Receipt.objects.count()) == ("unmatched", as_otto.id, 2)


def test_an_order_of_another_store_with_the_same_number_is_not_taken(
    imported: Make, order_of: Make, fengdu: Store
) -> None:
    order_of(A, "128.00", store=fengdu)

    assert states_of(imported(sale("128.00", A))) == ["unmatched"]


def test_a_refund_finds_the_refund_that_was_recorded_as_paid(imported: Make, order_of: Make, refund_of: Make) -> None:
    order = order_of(A, "99.00")
    paid = refund_of(order, "15.00")

    bill = imported(sale("99.00", A), refund("-15.00", A))

    line = bill.lines.get(amount=Decimal("-15.00"))
    receipt = Receipt.objects.get(kind="refund")
    assert (line.state, line.refund, line.order) == ("matched", paid, order)
    assert (receipt.refund, receipt.amount) == (paid, Decimal("-15.00"))
    assert broken() == []


@pytest.mark.parametrize("state", ["requested", "approved", "refused", "cancelled"])
def test_a_refund_that_nobody_recorded_as_paid_is_a_difference(
    imported: Make, order_of: Make, refund_of: Make, state: str
) -> None:
    refund_of(order_of(A, "99.00"), "15.00", state)

    assert states_of(imported(sale("99.00", A), refund("-15.00", A))) == ["matched", "unmatched"]


def test_two_equal_refunds_take_two_lines_and_a_third_line_stays_open(
    imported: Make, order_of: Make, refund_of: Make
) -> None:
    order = order_of(A, "99.00")
    refund_of(order, "15.00")
    refund_of(order, "15.00")

    bill = imported(*[refund("-15.00", A, serial=f"{n}" * 24) for n in (1, 2, 3)])

    assert sorted(states_of(bill)) == ["matched", "matched", "unmatched"]
    assert Receipt.objects.filter(kind="refund").values("refund").distinct().count() == 2


def test_an_unknown_fee_is_open_until_a_rule_knows_it(imported: Make) -> None:
    bill = imported(Booking("-3.30", "", "0999001|新服务-新服务费", "收费", "新服务费"))
    assert states_of(bill) == ["unmatched"]
    ClassRule.objects.create(position=5, name="新服务费", code="0999001", line_class="platform_fee")

    counts = match_open_lines()

    line = BillLine.objects.get(bill=bill)
    assert counts["classed"] == 1
    assert (line.line_class, line.state, line.rule.name) == ("platform_fee", "apart", "新服务费")
    bill.refresh_from_db()
    assert bill.state == "reconciled"


@pytest.mark.rule("FIN-21")
def test_every_yuan_is_in_exactly_one_of_matched_unmatched_disputed_explained_and_apart(
    imported: Make, order_of: Make, line_of: Make, as_otto: Actor
) -> None:
    order_of(A, "128.00")
    places = [sale("128.00", A), sale("45.00", B), sale("30.00", C), sale("2.00", ""), fee("-6.40", A), fee("-1.10", B)]
    bill = imported(*places)
    dispute_lines([line_of(bill, 2).pk, line_of(bill, 5).pk], reason="平台多打一笔", by=as_otto)
    explain_lines([line_of(bill, 3).pk], cause="test", remark="", by=as_otto)

    sums = dict(bill.lines.order_by().values_list("state").annotate(Sum("amount")))
    booked = Receipt.objects.aggregate(total=Sum("amount"))["total"]
    assert sums == {
        "matched": Decimal("128.00"), "unmatched": Decimal("45.00"), "disputed": Decimal("28.90"),
        "explained": Decimal("2.00"), "apart": Decimal("-6.40"),
    }  # fmt: skip
    assert set(sums) == set(LineState.values)
    assert sum(sums.values()) == bill.income_amount + bill.outgo_amount == Decimal("197.50")
    assert booked == sums["matched"] + sums["explained"]
    assert broken() == []


def test_the_receipts_of_a_month_are_net_of_its_refunds(
    imported: Make, order_of: Make, refund_of: Make, qinghe: Store, fengdu: Store
) -> None:
    order = order_of(A, "99.00")
    refund_of(order, "15.00")
    imported(sale("99.00", A), refund("-15.00", A), sale("45.00", B), fee("-1.00"))

    month = settled_receipts([qinghe.pk], dt.date(2026, 9, 17))

    assert [(r.order_id, r.amount) for r in month] == [(order.pk, Decimal("99.00")), (order.pk, Decimal("-15.00"))]
    assert settled_receipts([qinghe.pk], dt.date(2026, 8, 1)).count() == 0
    assert settled_receipts([fengdu.pk], dt.date(2026, 9, 1)).count() == 0


def test_the_sample_month_is_explained_but_for_the_planted_income(
    imported: Make, order_of: Make, refund_of: Make
) -> None:
    paid = {"20026": "247.80", "10015": "128.00", "130137": "1280.00", "90093": "99.00"}
    numbers = {"20026": B, "10015": A, "130137": "4001260910000130137", "90093": "4001260906000090093"}
    orders = {key: order_of(number, paid[key]) for key, number in numbers.items()}
    refund_of(orders["90093"], "15.00")

    bill = imported(content=(CSV / "20889990000000010156_202609_账务明细_16cols.csv").read_bytes())

    sums = dict(bill.lines.values_list("state").annotate(Sum("amount")))
    assert sums == {"matched": Decimal("1739.80"), "unmatched": Decimal("45.00"), "apart": Decimal("-1248.80")}
    assert bill.lines.get(state="unmatched").order_number == "4001269999999999999"
    assert states_of_money() == dict.fromkeys(numbers.values(), "settled")
    assert broken() == []


def test_when_orders_came_finance_looks_again(
    db: None, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Make
) -> None:
    rung: list[str] = []
    monkeypatch.setattr("apps.finance.subscribers.current_app.send_task", lambda name, **_: rung.append(name))

    with django_capture_on_commit_callbacks(execute=True):
        announce(OrdersImported())

    assert rung == ["finance.match"]


@pytest.mark.parametrize("size", [3, 30])
def test_a_run_takes_the_same_few_statements_whatever_the_number_of_lines(
    imported: Make, order_of: Make, refund_of: Make, qinghe: Store, *, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("apps.finance.actions.match.MANY", 10)
    numbers = [f"40012609{n:011d}" for n in range(size)]
    imported(*[sale("99.00", n) for n in numbers], *[refund("-15.00", n) for n in numbers])
    for number in numbers:
        refund_of(order_of(number, "99.00"), "15.00")

    with (
        transaction.atomic(),
        CaptureQueriesContext(
            connection,
        ) as captured,
    ):
        counts = match_store(qinghe.pk, by=SYSTEM)

    assert counts == {"matched": 2 * size, "settled": size}
    assert len(captured) == 10
