"""The attendance item: ten points, less for what happened, never below none."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from apps.core.money import rounded

POINTS = Decimal(10)
LATE, LEAVE, ABSENT, UNANSWERED = "late", "leave", "absent", "unanswered"


@dataclass(frozen=True, slots=True)
class AttendanceRule:
    """What each event of a month costs. by_day: leave counts by the day and is known from absences, else by the time."""

    costs: Mapping[str, Decimal]
    by_day: bool


RULES: dict[str, AttendanceRule] = {
    "service": AttendanceRule({LATE: Decimal(2), LEAVE: Decimal(1)}, by_day=True),
    "shipping": AttendanceRule({UNANSWERED: Decimal(1), ABSENT: Decimal(2), LEAVE: Decimal(1)}, by_day=True),
    "meetings": AttendanceRule({LATE: Decimal(2), LEAVE: Decimal(1)}, by_day=False),
}


def points_left(counts: Mapping[str, int], rule: AttendanceRule) -> Decimal:
    """Points of ten that are left; events that the rule does not name cost nothing.

    counts: event → how often, or for leave by the day how many days. Rules: STF-67 to STF-70, AMB-30, AMB-31;
    examples EX-47 to EX-50.
    """
    lost = sum((cost * counts.get(event, 0) for event, cost in rule.costs.items()), Decimal(0))
    return max(POINTS - lost, Decimal(0))


def attendance_score(counts: Mapping[str, int], rule: AttendanceRule) -> Decimal:
    """The same on the scale of every item, 0 to 100 with two places. Rules: as above."""
    return rounded(points_left(counts, rule) * 100 / POINTS)
