"""What came back: which orders, why, and how far goods and money are."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import IntEnum
from itertools import cycle
from random import Random

from apps.desk.demo.company import DemoPerson
from apps.desk.demo.numbers import waybill_number
from apps.desk.demo.plans import Fate, Plan
from apps.desk.demo.rhythm import at_the_desk
from apps.desk.demo.source import read

HOUR = dt.timedelta(hours=1)
# After a day at the earliest somebody has opened the parcel and does not like what is in it.
HOME_AFTER = 24 * HOUR
# Of a hundred returns why, counted up.
WHY = ("changed_mind", "not_as_described", "quality", "wrong_item", "damaged")
WHY_UP_TO = (46, 68, 86, 92, 100)
SPOILED = {"quality", "damaged"}


class Stage(IntEnum):
    """How far it has come. Without goods that come back, only the stages of the money are there."""

    ANNOUNCED = 1
    RECEIVED = 2
    INSPECTED = 3
    REQUESTED = 4
    APPROVED = 5
    PAID = 6
    CLOSED = 7


# Where the time between shipping and the end of it each stage lies, in per cent.
PARTS = {
    Stage.ANNOUNCED: 45, Stage.RECEIVED: 78, Stage.INSPECTED: 82, Stage.REQUESTED: 84, Stage.APPROVED: 90,
    Stage.PAID: 97, Stage.CLOSED: 99,
}  # fmt: skip
# What is still on its way stands at one of these, in turn.
RETURN_STAGES = (
    Stage.ANNOUNCED, Stage.RECEIVED, Stage.REQUESTED, Stage.INSPECTED, Stage.APPROVED, Stage.ANNOUNCED, Stage.PAID,
    Stage.RECEIVED,
)  # fmt: skip
MONEY_STAGES = (Stage.REQUESTED, Stage.APPROVED)


@dataclass(slots=True)
class Comeback:
    """One order that comes back, or of which some money does. amount: in fen. at: when each stage was reached."""

    plan: Plan
    clerk: DemoPerson
    has_goods: bool
    amount: int
    why: str
    at: dict[Stage, dt.datetime]
    is_good: bool = True
    waybill: str = ""
    return_key: int = 0
    return_number: str = ""
    refund_key: int = 0
    refund_number: str = ""
    lines: list[tuple[int, int, int | None]] = field(default_factory=list)


def comebacks_of(plans: Iterable[Plan], now: dt.datetime, roll: Random) -> list[Comeback]:
    """Everything that came back or is on its way: settled where the platform has ended the order, otherwise midway."""
    found, returns, money = [], cycle(RETURN_STAGES), cycle(MONEY_STAGES)
    for plan in sorted(plans, key=lambda one: one.number):
        if plan.fate not in (Fate.RETURNED, Fate.PARTLY_BACK) or plan.shipped_at is None or plan.clerk is None:
            continue
        is_over = plan.ended_seen_at is not None
        until = plan.ended_at if is_over and plan.ended_at else now
        if until - plan.shipped_at < HOME_AFTER:
            continue
        has_goods = plan.fate == Fate.RETURNED
        stage = Stage.CLOSED if is_over else next(returns if has_goods else money)
        found.append(_comeback(plan, plan.clerk, stage, _times(plan.shipped_at, until, stage, roll), roll))
    return found


def _comeback(plan: Plan, clerk: DemoPerson, stage: Stage, at: dict[Stage, dt.datetime], roll: Random) -> Comeback:
    why = roll.choices(WHY, cum_weights=WHY_UP_TO)[0]
    has_goods = plan.fate == Fate.RETURNED
    waybill = waybill_number(plan.store.platform, roll)
    one = Comeback(
        plan, clerk, has_goods, plan.bill.paid if has_goods else plan.part_back, why, at,
        is_good=why not in SPOILED or roll.randrange(3) == 0,
    )  # fmt: skip
    # Some buyers have not said yet under which number the parcel comes.
    one.waybill = waybill if stage > Stage.ANNOUNCED or roll.randrange(2) else ""
    return one


def _times(shipped: dt.datetime, until: dt.datetime, stage: Stage, roll: Random) -> dict[Stage, dt.datetime]:
    """When each stage up to this one was reached: in working hours where they fit, one after the other, in the end."""
    latest, times = shipped, {}
    for each in Stage:
        if each <= stage:
            wished = at_the_desk(shipped + (until - shipped) * PARTS[each] / 100, roll)
            end = until - (Stage.CLOSED - each + 1) * dt.timedelta(seconds=50)
            latest = times[each] = max(latest + dt.timedelta(seconds=40), min(wished, end))
    return times


def refund_reason(one: Comeback) -> str:
    """What the clerk wrote."""
    return str(read("texts")["refunds"]["returned" if one.has_goods else "kept"])


def ownerless(warehouses: Iterable[int], now: dt.datetime, roll: Random) -> Iterator[tuple[int, str, dt.datetime]]:
    """Parcels that nobody knows, two in each warehouse: where, under which number, since when."""
    for warehouse in warehouses:
        for hours in (3, 27):
            yield warehouse, waybill_number("tmall", roll), now - hours * HOUR
