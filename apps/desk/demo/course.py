"""What happened to an order: when the desk took it in, who contacted and confirmed it, when the warehouse sent it off.

Moments in the future are cut off at the end, so that the order stands where it would stand now.
"""

import datetime as dt
from random import Random

from apps.desk.demo.numbers import waybill_number
from apps.desk.demo.plans import Fate, Plan
from apps.desk.demo.rhythm import HANDOVERS, WAVES, at_the_desk, next_of, next_round
from apps.desk.demo.roster import Roster
from apps.desk.demo.source import read

CLOSED_AFTER = dt.timedelta(hours=24)
LATEST_ROUND = (60, 480)
CAMPAIGN = {(11, 11), (11, 12), (12, 12), (6, 18)}
SIGNS_FOR_PARCELS = {"jd", "douyin"}
NOTES = 20
WORK = ("contacted_at", "confirmed_at", "reserved_at", "picking_at", "packed_at", "shipped_at")
HEARD = ("shipped_seen_at", "signed_seen_at", "ended_seen_at")


def minutes(roll: Random, least: int, most: int) -> dt.timedelta:
    """Some minutes and seconds."""
    return dt.timedelta(seconds=roll.randrange(least * 60, most * 60))


def live(plan: Plan, roster: Roster, now: dt.datetime, roll: Random) -> None:
    """Let the order live until it ends, whatever the clock says now."""
    _take_in(plan, now, roll)
    if plan.accepted_at is None:
        if plan.fate == Fate.UNPAID:
            plan.ended_at = plan.placed_at + CLOSED_AFTER
            plan.ended_seen_at = next_round(plan.ended_at)
        return
    _at_desk(plan, plan.accepted_at, roster, roll)
    if plan.fate == Fate.CALLED_OFF:
        _call_off(plan, plan.accepted_at, roll)
        return
    _in_warehouse(plan, roster, roll)
    _with_the_buyer(plan, roll)


def cut_off(plan: Plan, now: dt.datetime) -> None:
    """Forget what would happen after now."""
    for names in (WORK, HEARD, ("cancelled_at",)):
        for name in names:
            at = getattr(plan, name)
            if at is not None and at > now:
                setattr(plan, name, None)
    if plan.packed_at is None:
        plan.waybill = ""


def _take_in(plan: Plan, now: dt.datetime, roll: Random) -> None:
    """Seen in the next round; accepted in the first round after the payment. The last round was some minutes ago."""
    latest = now - dt.timedelta(seconds=roll.randrange(*LATEST_ROUND))
    plan.seen_at = _round(plan.placed_at, now, latest)
    if plan.paid_at is not None and plan.paid_at < now - dt.timedelta(seconds=30):
        came_paid = plan.paid_at <= plan.seen_at
        plan.accepted_at = plan.seen_at if came_paid else _round(plan.paid_at, now, latest)
    else:
        plan.paid_at = None


def _round(at: dt.datetime, now: dt.datetime, latest: dt.datetime) -> dt.datetime:
    found = next_round(at)
    return found if found <= now else max(latest, at + dt.timedelta(seconds=10))


def _at_desk(plan: Plan, accepted: dt.datetime, roster: Roster, roll: Random) -> None:
    plan.clerk = roster.clerk(plan.store.code, accepted, roll)
    kind = roll.randrange(100)
    after = minutes(roll, 1, 9) if kind < 94 else minutes(roll, 11, 45)
    if kind < 99:
        plan.contacted_at = at_the_desk(accepted + after, roll)
    pause = minutes(roll, 1, 25)
    if plan.message or plan.memo or len(plan.lines) > 3:
        pause += minutes(roll, 8, 70)
    plan.confirmed_at = at_the_desk((plan.contacted_at or accepted + after) + pause, roll)
    if roll.randrange(1000) < NOTES:
        plan.note = roll.choice(read("texts")["notes"])


def _in_warehouse(plan: Plan, roster: Roster, roll: Random) -> None:
    if plan.confirmed_at is None:
        return
    plan.reserved_at = plan.confirmed_at + dt.timedelta(seconds=roll.randrange(20, 80))
    picking = next_of(WAVES, plan.reserved_at + _backlog(plan, roll)) + minutes(roll, 0, 9)
    packed = picking + minutes(roll, 12, 65)
    if roll.randrange(100) == 0:
        # Left on the trolley until the next morning.
        packed = next_of(WAVES[:1], packed)
    handover = next_of(HANDOVERS, packed + minutes(roll, 3, 8))
    if roll.randrange(100) < 2:
        handover = next_of(HANDOVERS[:1], handover)
    plan.picking_at, plan.packed_at, plan.shipped_at = picking, packed, handover + minutes(roll, 0, 11)
    plan.packer = roster.packer(plan.store.warehouse_id, picking, roll)
    plan.waybill = waybill_number(plan.store.platform, roll)


def _backlog(plan: Plan, roll: Random) -> dt.timedelta:
    """The warehouse falls behind after a campaign, and now and then otherwise."""
    is_campaign = (plan.placed_at.month, plan.placed_at.day) in CAMPAIGN
    days = roll.choices((0, 1, 2), (45, 40, 15) if is_campaign else (97, 3, 0))[0]
    return dt.timedelta(days=days)


def _call_off(plan: Plan, accepted: dt.datetime, roll: Random) -> None:
    """The buyer gets the money back before the desk confirms: the platform closes the order, opsdesk follows."""
    plan.confirmed_at = None
    plan.ended_at = accepted + minutes(roll, 12, 240)
    plan.ended_seen_at = next_round(plan.ended_at)
    plan.cancelled_at = plan.ended_seen_at + dt.timedelta(seconds=2)


def _with_the_buyer(plan: Plan, roll: Random) -> None:
    if plan.shipped_at is None:
        return
    plan.shipped_seen_at = next_round(plan.shipped_at + minutes(roll, 14, 28))
    arrived = plan.shipped_at + dt.timedelta(hours=roll.randrange(26, 110))
    if plan.store.platform in SIGNS_FOR_PARCELS and roll.randrange(100) < 80:
        plan.signed_seen_at = next_round(arrived)
    days = roll.randrange(1, 9) if plan.fate != Fate.RETURNED else roll.randrange(2, 6)
    plan.ended_at = arrived + dt.timedelta(days=days, seconds=roll.randrange(50_000))
    plan.ended_seen_at = next_round(plan.ended_at)
