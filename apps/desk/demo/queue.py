"""Today's desk: which orders still wait, for whose hand, and what stands in the way of some of them."""

import datetime as dt
from collections.abc import Callable, Iterable
from random import Random

from apps.core.calendar import ONE_DAY, SHANGHAI
from apps.desk.demo.course import minutes
from apps.desk.demo.plans import Fate, Plan, bulk_line, line_of
from apps.desk.demo.products import Offer
from apps.desk.demo.source import read

MINUTE = dt.timedelta(minutes=1)
# How many of each at the full size; a smaller company has fewer, but some of each.
RUNNING, LATE, CONTACTED, STOPPED, HELD, IN_HAND, SHORT, OLD, TROUBLED = 12, 10, 42, 20, 5, 90, 8, 6, 2
FULL_SIZE, FEWEST, FEWEST_IN_HAND = 6_000, 3, 10
OLD_HOURS = (50, 100)
LARGE = 5_000_00
WAREHOUSE_WORKS = (dt.time(9, 30), dt.time(18, 0))


class Queue:
    """Rearranges the newest orders (and a few forgotten ones) so that the desk has something of everything to do."""

    def __init__(self, plans: list[Plan], offers: dict[str, list[Offer]], now: dt.datetime, roll: Random) -> None:
        self._offers, self._now, self._roll = offers, now, roll
        self._size = len(plans)
        sound = (Fate.NORMAL, Fate.RETURNED, Fate.PARTLY_BACK)
        # Newest first.
        self._open = [plan for plan in reversed(plans) if plan.accepted_at and plan.fate in sound]
        self.held: list[Plan] = []

    def arrange(self) -> None:
        """Choose and rearrange. Afterwards `held` has the orders that somebody put aside by hand."""
        running = self._taken(self._scaled(RUNNING))
        for plan in running:
            self._just_in(plan)
        for plan in self._taken(self._scaled(LATE), older_than=13 * MINUTE):
            self._forget_to_contact(plan)
        stopped, held = self._scaled(STOPPED), self._scaled(HELD)
        waiting = self._taken(self._scaled(CONTACTED) + stopped + held, older_than=15 * MINUTE)
        for plan in waiting:
            self._wait(plan)
        self._roll.shuffle(waiting)
        self._stop(waiting[:stopped])
        self.held = waiting[stopped : stopped + held]
        self._pair(running)
        self._in_hand()
        self._forgotten()
        for plan, fate in zip(self._taken(2 * TROUBLED), (Fate.HELD, Fate.UNKNOWN) * TROUBLED, strict=False):
            plan.fate = fate

    def _scaled(self, count: int, *, fewest: int = FEWEST) -> int:
        return max(min(count, fewest), min(count, count * self._size // FULL_SIZE))

    def _taken(self, count: int, *, older_than: dt.timedelta | None = None) -> list[Plan]:
        """The newest orders that are still free, paid long enough ago."""
        until = self._now - (older_than or MINUTE)
        taken = [plan for plan in self._open if plan.paid_at and plan.paid_at < until][:count]
        self._keep_without(taken)
        return taken

    def _keep_without(self, taken: Iterable[Plan]) -> None:
        gone = {plan.number for plan in taken}
        self._open = [plan for plan in self._open if plan.number not in gone]

    def _just_in(self, plan: Plan) -> None:
        """The ten minutes are running (ORD-02)."""
        _taken_in(plan, self._now - minutes(self._roll, 0, 6), self._now)
        _not_confirmed(plan)
        plan.contacted_at = None

    def _forget_to_contact(self, plan: Plan) -> None:
        """The ten minutes are over, and nobody has called."""
        _taken_in(plan, self._now - minutes(self._roll, 11, 50), self._now)
        _not_confirmed(plan)
        plan.contacted_at = None

    def _wait(self, plan: Plan) -> None:
        """Contacted, waiting to be confirmed."""
        before = plan.accepted_at
        accepted = _taken_in(plan, self._now - minutes(self._roll, 12, 90), self._now)
        _not_confirmed(plan)
        if accepted != before or plan.contacted_at is None or plan.contacted_at > self._now:
            plan.contacted_at = min(accepted + minutes(self._roll, 1, 9), self._now - MINUTE)

    def _stop(self, plans: list[Plan]) -> None:
        """Give each something that a rule of the house objects to, in turn."""
        for nth, plan in enumerate(plans):
            OBSTACLES[nth % len(OBSTACLES)](plan, self._offers[plan.store.code], self._roll)

    def _pair(self, running: list[Plan]) -> None:
        """Two buyers have ordered twice: candidates for merging."""
        by_store: dict[str, list[Plan]] = {}
        for plan in running:
            by_store.setdefault(plan.store.code, []).append(plan)
        for first, second, *_rest in [plans for plans in by_store.values() if len(plans) > 1][:2]:
            second.buyer = first.buyer

    def _in_hand(self) -> None:
        """The warehouse has some on the trolley, some at the bench, some waiting for a wave; at night as it left them."""
        at_work = self._last_at_work()
        ready = [plan for plan in self._open if plan.reserved_at and plan.reserved_at < at_work - 75 * MINUTE]
        for nth, plan in enumerate(ready[: self._scaled(IN_HAND, fewest=FEWEST_IN_HAND)]):
            reserved, waybill = plan.reserved_at, plan.waybill
            _not_in_warehouse(plan)
            plan.reserved_at = reserved
            if nth % 5:
                plan.picking_at = at_work - minutes(self._roll, 25, 60)
            if plan.picking_at and nth % 5 == 4:
                plan.packed_at, plan.waybill = plan.picking_at + minutes(self._roll, 8, 20), waybill

    def _last_at_work(self) -> dt.datetime:
        """Now while the warehouse works, otherwise when it last closed."""
        opens, closes = WAREHOUSE_WORKS
        if opens <= self._now.time() < closes:
            return self._now
        day = self._now.date() if self._now.time() >= closes else self._now.date() - ONE_DAY
        return dt.datetime.combine(day, closes, SHANGHAI)

    def _forgotten(self) -> None:
        """Some days old: short of stock since they were confirmed, or stopped and left lying; past their ship-by."""
        least, most = (self._now - dt.timedelta(hours=hours) for hours in OLD_HOURS)
        old = [plan for plan in self._open if plan.accepted_at and most < plan.accepted_at < least]
        chosen = self._roll.sample(old, min(len(old), self._scaled(SHORT) + self._scaled(OLD)))
        self._keep_without(chosen)
        short, stopped = chosen[: self._scaled(SHORT)], chosen[self._scaled(SHORT) :]
        for plan in short:
            _not_in_warehouse(plan)
        for plan in stopped:
            _not_confirmed(plan)
        self._stop(stopped)


def _taken_in(plan: Plan, latest: dt.datetime, now: dt.datetime) -> dt.datetime:
    """Accept it at that instant at the latest, but never before it was paid; orders of the last minutes just then."""
    paid, accepted = plan.paid_at or latest, plan.accepted_at or latest
    came_paid = plan.seen_at is None or plan.seen_at >= paid
    is_fresh = now - latest < 10 * MINUTE
    plan.accepted_at = max(paid + dt.timedelta(seconds=10), latest if is_fresh else min(accepted, latest))
    plan.seen_at = plan.accepted_at if came_paid else plan.seen_at
    return plan.accepted_at


def _not_confirmed(plan: Plan) -> None:
    plan.confirmed_at = None
    _not_in_warehouse(plan)


def _not_in_warehouse(plan: Plan) -> None:
    plan.reserved_at = plan.picking_at = plan.packed_at = plan.shipped_at = None
    plan.shipped_seen_at = plan.signed_seen_at = plan.ended_seen_at = None
    plan.waybill = ""


def _message(plan: Plan, _offers: list[Offer], roll: Random) -> None:
    plan.message = plan.message or roll.choice(read("texts")["messages"])


def _urgent(plan: Plan, _offers: list[Offer], _roll: Random) -> None:
    plan.memo, plan.flag = read("texts")["urgent_memo"].values()


def _invoice(plan: Plan, _offers: list[Offer], _roll: Random) -> None:
    plan.memo, plan.flag = read("texts")["invoice_memo"].values()


def _no_address(plan: Plan, _offers: list[Offer], _roll: Random) -> None:
    plan.has_address = False


def _unmapped(plan: Plan, _offers: list[Offer], _roll: Random) -> None:
    """The listing carries a code that nobody keeps as a SKU."""
    plan.lines[0].code, plan.lines[0].sku_id = f"{plan.lines[0].code}-OLD", None


def _large(plan: Plan, offers: list[Offer], _roll: Random) -> None:
    dear = max(offers, key=lambda offer: (offer.price, offer.code))
    plan.lines = [line_of(dear, LARGE // dear.price + 2)]


def _bulk(plan: Plan, offers: list[Offer], roll: Random) -> None:
    plan.lines = [bulk_line(offers, roll)]


def _refund(plan: Plan, _offers: list[Offer], _roll: Random) -> None:
    for line in plan.lines:
        line.refund = "wait_seller"


OBSTACLES: tuple[Callable[[Plan, list[Offer], Random], None], ...] = (
    _message, _urgent, _unmapped, _large, _invoice, _no_address, _bulk, _message, _refund, _message,
)  # fmt: skip
