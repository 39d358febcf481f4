"""A worker killed while it works a month out: the next one ends the job, and every receipt is settled once."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from apps.contracts.actions.daily import start_drafting
from apps.contracts.models import SettlementStatement, StatementRow
from apps.core.invariants import broken
from apps.jobs.models import Step
from apps.org.actors import SYSTEM
from apps.org.models import Client, Store
from tests.faults.house import until

pytest_plugins = ["tests.contracts.builders"]
pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]
ROOT = Path(__file__).parents[2]
Make = Callable[..., Any]


def _work(point: str, job: int) -> int:
    """Let a worker take the job in a process of its own. Returns how it ended; -9 is killed."""
    base, _mark, query = os.environ["DATABASE_URL"].partition("?")
    address = f"{base.rpartition('/')[0]}/{connection.settings_dict['NAME']}?{query}"
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.statement_acts", point, str(job)],
        cwd=ROOT, env={**os.environ, "DATABASE_URL": address}, capture_output=True, timeout=240, check=False,
    )  # fmt: skip
    assert done.returncode in (0, -9), done.stderr[-2000:]
    until(_nobody_else_is_at_work, what="the server to notice")
    # The lease of whoever died ends by itself; nobody waits for that here.
    Step.objects.filter(done_at__isnull=True).update(leased_until=None, lease_token=None)
    return done.returncode


def _nobody_else_is_at_work() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        return bool(cursor.fetchone()[0] == 0)


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
