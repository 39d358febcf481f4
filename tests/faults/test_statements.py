"""A worker killed while it works a month out: the next one ends the job, and every receipt is settled once."""

from collections.abc import Callable
from typing import Any

import pytest

from apps.contracts.actions.daily import start_drafting
from apps.contracts.models import SettlementStatement, StatementRow
from apps.core.invariants import broken
from apps.jobs.models import Step
from apps.org.actors import SYSTEM
from apps.org.models import Client, Store
from tests.faults.deaths import act

pytest_plugins = ["tests.contracts.builders"]
pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]
Make = Callable[..., Any]


def _work(point: str, job: int) -> int:
    """Let a worker take the job in a process of its own. Returns how it ended; -9 is killed."""
    ended = act("statement_acts", point, job)
    # The lease of whoever died ends by itself; nobody waits for that here.
    Step.objects.filter(done_at__isnull=True).update(leased_until=None, lease_token=None)
    return ended


@pytest.mark.parametrize("point", ["draft.after_statements", "draft.after_rows", "draft.after_claims"])
def test_a_killed_run_is_taken_up_and_settles_each_receipt_once(
    point: str, a_contract: Make, receive: Make, fengdu: Store
) -> None:
    from tests.contracts.builders import LUMP_SUM, day

    fengdu.client = Client.objects.create(name="枫渡服饰")
    fengdu.save()
    a_contract(lump_sum=LUMP_SUM)
    a_contract(stores=(fengdu,), lump_sum=LUMP_SUM)
    receive("2026-01-05", "3000000")
    receive("2026-01-06", "3500000", store=fengdu)
    job = start_drafting(day("2026-01"), by=SYSTEM)

    killed = _work(point, job.pk)
    half = SettlementStatement.objects.count(), StatementRow.objects.count()
    ended = _work("nowhere", job.pk)

    job.refresh_from_db()
    sums = SettlementStatement.objects.order_by("contract_id").values_list("commission_amount", flat=True)
    assert (killed, half, ended) == (-9, (1, 1), 0)
    assert (job.state, list(sums), StatementRow.objects.count()) == ("succeeded", [300_000, 350_000], 2)
    assert [each.invariant.id for each in broken() if each.invariant.id.startswith("contracts.")] == []
