"""A process killed while a month is opened, closed or paid: nothing half is left, and the next one does it once."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from apps.core.invariants import broken
from apps.notices.models import Notice
from apps.org.actors import SYSTEM
from apps.org.models import User
from apps.staff.actions import close_month, finish_sheet
from apps.staff.models import ItemScore, PayLine, ScoreSheet
from tests.faults.deaths import act
from tests.staff.builders import MONTH

pytest_plugins = ["tests.staff.builders"]
pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]
Make = Callable[..., Any]


@pytest.fixture
def scored(noor: User, lin: User, a_sheet: Make, fully: Make) -> list[ScoreSheet]:
    """Two sheets with every score, in two tiers, the second below the limit of low months."""
    sheets = [fully(a_sheet(noor), "96", "96"), fully(a_sheet(lin, "客服专员", "service"), "50", "50")]
    return [finish_sheet(sheet.pk, by=SYSTEM) for sheet in sheets]


@pytest.mark.parametrize("point", ["open.after_sheets", "open.after_events"])
def test_a_killed_opening_leaves_no_sheet_and_the_next_one_opens_each_once(
    point: str, noor: User, lin: User, on_staff: Make, printed: Make
) -> None:
    on_staff(noor, "发货专员")
    on_staff(lin, "发货专员")
    printed("发货专员", "shipping")

    killed = act("staff_acts", point, "open", MONTH)
    half = ScoreSheet.objects.count(), ItemScore.objects.count()
    ended = [act("staff_acts", "nowhere", "open", MONTH) for _ in range(2)]

    assert (killed, half, ended) == (-9, (0, 0), [0, 0])
    assert sorted(ScoreSheet.objects.values_list("employee__user__username", flat=True)) == ["lin", "noor"]
    assert [each.invariant.id for each in broken()] == []


@pytest.mark.parametrize("point", ["close.after_moves", "close.before_commit"])
def test_a_killed_closing_leaves_every_sheet_scored_and_the_next_one_closes_each_once(
    point: str, scored: list[ScoreSheet]
) -> None:
    killed = act("staff_acts", point, "close", MONTH)
    half = set(ScoreSheet.objects.values_list("state", "coefficient"))
    bells = Notice.objects.count()
    ended = [act("staff_acts", "nowhere", "close", MONTH) for _ in range(2)]

    assert (killed, half, bells, ended) == (-9, {("scored", None)}, 0, [0, 0])
    closed = ScoreSheet.objects.filter(state="closed").order_by("coefficient")
    assert list(closed.values_list("coefficient", flat=True)) == [Decimal("0.50"), Decimal("1.50")]
    assert len(scored) == closed.count()
    assert [each.invariant.id for each in broken()] == []


@pytest.mark.parametrize("point", ["pay.before_lines", "pay.after_lines"])
def test_a_killed_pay_run_leaves_no_line_and_the_next_one_writes_each_once(
    point: str, scored: list[ScoreSheet], terms: Make, minimum: Make
) -> None:
    for position in ("发货专员", "客服专员"):
        terms(position, performance="2000.00")
    minimum("900.00")
    close_month(MONTH, by=SYSTEM)

    killed = act("staff_acts", point, "pay", MONTH)
    half = PayLine.objects.count()
    ended = [act("staff_acts", "nowhere", "pay", MONTH) for _ in range(2)]

    assert (killed, half, ended) == (-9, 0, [0, 0])
    lines = PayLine.objects.order_by("total")
    assert [(line.sheet_id, line.total, line.supersedes) for line in lines] == [
        (scored[1].pk, Decimal("1000.00"), None), (scored[0].pk, Decimal("3000.00"), None),
    ]  # fmt: skip
    assert [each.invariant.id for each in broken()] == []
