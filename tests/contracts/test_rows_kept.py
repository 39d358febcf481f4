"""What a statement's rows point to is there, whoever writes them."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from apps.contracts.models import SettlementStatement, StatementRow
from apps.core.invariants import broken
from apps.org.actors import SYSTEM
from apps.workflow.move import move

Make = Callable[..., Any]
pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("field", ["statement_id", "receipt_id", "refers_to_id"])
def test_a_row_that_points_to_nothing_is_refused(field: str, a_contract: Make, receive: Make, drafted: Make) -> None:
    receive("2026-01-05", "4000000")
    row: SettlementStatement = drafted(a_contract(), "2026-01")
    another = receive("2026-01-06", "1")
    columns = {"statement_id": row.pk, "receipt_id": another.pk, "refers_to_id": None, field: 999_999_999}

    with pytest.raises(IntegrityError, match="points to nothing"), transaction.atomic():
        StatementRow.objects.create(
            position=2, slice=1, rate=0, amount=0, is_catch_up=False, commission_amount=0, **columns
        )

    assert StatementRow.objects.count() == 1
    assert [each.invariant.id for each in broken() if each.invariant.id.startswith("contracts.")] == []


def test_a_row_that_comes_after_the_draft_is_refused(a_contract: Make, receive: Make, drafted: Make) -> None:
    receive("2026-01-05", "4000000")
    row: SettlementStatement = drafted(a_contract(), "2026-01")
    another = receive("2026-01-06", "1")
    with transaction.atomic():
        move(row.submit, by=SYSTEM)

    with pytest.raises(IntegrityError, match="only while it is a draft"), transaction.atomic():
        StatementRow.objects.create(
            statement=row, receipt=another, position=2, slice=1, rate=0, amount=0, is_catch_up=False,
            commission_amount=0,
        )  # fmt: skip

    assert StatementRow.objects.count() == 1
