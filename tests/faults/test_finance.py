"""A worker killed while it checks, imports or matches a bill: the next one ends the job, and everything is booked once."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from apps.core.invariants import broken
from apps.finance.actions.bill import import_bill
from apps.finance.models import BillLine, Receipt, StagedBillLine
from apps.jobs.models import Step
from apps.orders.models import OrderMoney
from apps.org.actors import Actor
from tests.faults.deaths import act
from tests.finance.conftest import as_otto, checked, order_of, received
from tests.finance.files import bill, fee, sale

__all__ = ["as_otto", "checked", "order_of", "received"]
pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]
Make = Callable[..., Any]
IMPORTING = [
    "import.after_lines", "import.before_match", "match.after_moves", "match.after_receipts", "match.after_settling",
    "import.before_commit",
]  # fmt: skip
NUMBERS = [f"40012609010000{n:05d}" for n in range(6)]


def _work(point: str, job: int | None) -> int:
    """Let a worker take the job in a process of its own. Returns how it ended; -9 is killed."""
    ended = act("finance_acts", point, job)
    # The lease of whoever died ends by itself; nobody waits for that here.
    Step.objects.filter(done_at__isnull=True).update(leased_until=None, lease_token=None)
    return ended


@pytest.mark.parametrize("point", IMPORTING)
def test_a_killed_import_is_taken_up_and_books_each_line_once(
    point: str, checked: Make, order_of: Make, as_otto: Actor
) -> None:
    for number in NUMBERS:
        order_of(number, "8.00")
    row = import_bill(checked(*[sale("8.00", number) for number in NUMBERS], fee("-1.00")).pk, by=as_otto)

    assert _work(point, row.import_job_id) == -9
    receipts = Receipt.objects.count()
    assert _work("nowhere", row.import_job_id) == 0

    row.refresh_from_db()
    assert receipts == 0
    assert row.state == "reconciled"
    assert (BillLine.objects.count(), StagedBillLine.objects.count()) == (7, 0)
    assert [receipt.amount for receipt in Receipt.objects.all()] == [Decimal("8.00")] * 6
    assert OrderMoney.objects.filter(state="settled").count() == 6
    assert broken() == []


def test_a_killed_check_leaves_nothing_and_the_next_worker_checks_the_whole(received: Make) -> None:
    row = received(bill(sale("8.00", NUMBERS[0]), fee("-1.00")))

    assert _work("check.after_staging", row.check_job_id) == -9
    staged = StagedBillLine.objects.count()
    assert _work("nowhere", row.check_job_id) == 0

    row.refresh_from_db()
    assert staged == 0
    assert (row.state, row.rows) == ("checked", 2)
