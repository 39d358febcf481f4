"""The demo company's contracts: every step of a statement is there to be seen, and what they promise holds."""

from collections.abc import Callable

from apps.contracts.models import Contract, SettlementStatement
from apps.core.invariants import broken
from apps.desk.demo.load import Loaded
from tests.demo.conftest import NOW


def test_three_contracts_stand_on_different_steps(load: Callable[..., Loaded]) -> None:
    load(days=60, orders=400)

    last, before = (NOW.date().replace(month=month, day=1) for month in (10, 9))
    states = dict(SettlementStatement.objects.filter(month=last).values_list("contract__number", "state"))
    assert states == {"DY-2025-018": "submitted", "DY-2025-021": "sent", "DY-2026-007": "draft"}
    assert set(SettlementStatement.objects.filter(month=before).values_list("state", flat=True)) == {"paid"}
    assert Contract.objects.filter(state="active").count() == 3
    assert [each.invariant.id for each in broken() if each.invariant.id.startswith("contracts.")] == []
