"""What was ordered: each platform order of the last weeks, before anything happened to it."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import accumulate
from random import Random

from apps.desk.demo.buyers import Buyer, Buyers
from apps.desk.demo.company import DemoPerson, DemoStore
from apps.desk.demo.numbers import order_number, tails_of
from apps.desk.demo.products import Offer
from apps.desk.demo.rhythm import moments_of, orders_by_day
from apps.desk.demo.source import dice, read

BUYERS_PER_ORDER = 70
MESSAGES = 40
MEMOS = 45
BULK = 2
FREE_POSTAGE, POSTAGE = 39_00, 6_00
DISCOUNTS = ((300_00, 30_00), (150_00, 10_00))
# Of a hundred orders with one line, two, three, four; of a hundred lines with one piece, two, three, four; counted up.
ONE_TO_FOUR = (1, 2, 3, 4)
LINES_UP_TO, PIECES_UP_TO = (68, 89, 97, 100), (80, 94, 98, 100)
JUST_NOW = dt.timedelta(seconds=30)


class Fate(StrEnum):
    """How an order ends. CALLED_OFF: refunded before shipping; RETURNED: after; PARTLY_BACK: part of it."""

    NORMAL = "normal"
    UNPAID = "unpaid"
    CALLED_OFF = "called_off"
    RETURNED = "returned"
    PARTLY_BACK = "partly_back"
    HELD = "held"
    UNKNOWN = "unknown"


# Of a thousand orders, counted up.
FATES = (Fate.NORMAL, Fate.UNPAID, Fate.CALLED_OFF, Fate.RETURNED, Fate.PARTLY_BACK)
FATES_UP_TO = (880, 942, 962, 988, 1000)


@dataclass(slots=True)
class Line:
    """One line of an order. code, sku_id: what the platform's merchant code says, and our SKU if there is one."""

    offer: Offer
    quantity: int
    code: str
    sku_id: int | None
    refund: str = ""

    @property
    def amount(self) -> int:
        """List price times quantity, in fen."""
        return self.offer.price * self.quantity


@dataclass(frozen=True, slots=True)
class Bill:
    """An order's money in fen: all lines at list price, what the store takes off, what the parcel costs."""

    listed: int
    discount: int
    postage: int

    @property
    def paid(self) -> int:
        """What the buyer pays in the end."""
        return self.listed - self.discount + self.postage


@dataclass(slots=True)
class Plan:
    """One order and everything that will be written about it. The moments are filled in by `course`."""

    store: DemoStore
    number: str
    placed_at: dt.datetime
    paid_at: dt.datetime | None
    fate: Fate
    buyer: Buyer
    lines: list[Line]
    message: str = ""
    memo: str = ""
    flag: str = ""
    has_address: bool = True
    note: str = ""
    part_back: int = 0
    # Taken in: when the order was first seen, and when it was taken in as paid.
    seen_at: dt.datetime | None = None
    accepted_at: dt.datetime | None = None
    # The shipping order.
    clerk: DemoPerson | None = None
    packer: DemoPerson | None = None
    contacted_at: dt.datetime | None = None
    confirmed_at: dt.datetime | None = None
    reserved_at: dt.datetime | None = None
    picking_at: dt.datetime | None = None
    packed_at: dt.datetime | None = None
    shipped_at: dt.datetime | None = None
    cancelled_at: dt.datetime | None = None
    waybill: str = ""
    # The platform's side: what happened there, and when opsdesk heard of it.
    ended_at: dt.datetime | None = None
    shipped_seen_at: dt.datetime | None = None
    signed_seen_at: dt.datetime | None = None
    ended_seen_at: dt.datetime | None = None
    # The rows that it became.
    order_id: int = 0
    line_ids: list[int] = field(default_factory=list)
    shipping_id: int = 0
    batch_id: int | None = None

    @property
    def bill(self) -> Bill:
        """What the lines come to."""
        listed = sum(line.amount for line in self.lines)
        discount = next((off for least, off in DISCOUNTS if listed >= least), 0)
        return Bill(listed, discount, 0 if listed >= FREE_POSTAGE else POSTAGE)

    @property
    def is_shipped_by_us(self) -> bool:
        """Whether it was paid and taken in, so that there is a shipping order."""
        return self.accepted_at is not None and self.fate not in (Fate.HELD, Fate.UNKNOWN)


def plan_orders(
    stores: list[DemoStore], offers: dict[str, list[Offer]], *, now: dt.datetime, days: int, total: int
) -> list[Plan]:
    """Every order placed until `now`, oldest first. A day's orders are the same at whatever hour they are asked for."""
    planner = _Planner(stores, offers, total)
    plans: list[Plan] = []
    for date, count in orders_by_day(now.date(), days, total).items():
        plans += [plan for plan in planner.day(date, count) if plan.placed_at < now - JUST_NOW]
    return plans


class _Planner:
    def __init__(self, stores: list[DemoStore], offers: dict[str, list[Offer]], total: int) -> None:
        self._stores, self._offers = stores, offers
        self._shares = list(accumulate(store.share for store in stores))
        self._buyers = {s.code: Buyers(s.code, total * s.share * BUYERS_PER_ORDER // 10_000) for s in stores}
        # The nth best seller sells half as often as the one in place n/2.
        self._popular = {code: list(accumulate(10_000 // (n + 5) for n in range(len(o)))) for code, o in offers.items()}
        self._memos = read("texts")["memos"]

    def day(self, date: dt.date, count: int) -> Iterator[Plan]:
        """The orders of one day in the order of the clock."""
        roll = dice("day", date)
        tails = tails_of(count, roll)
        for placed_at, tail in zip(moments_of(date, count, roll), tails, strict=True):
            store = roll.choices(self._stores, cum_weights=self._shares)[0]
            number = order_number(store.platform, date, tail, roll)
            yield self._plan(store, number, placed_at, roll)

    def _plan(self, store: DemoStore, number: str, placed_at: dt.datetime, roll: Random) -> Plan:
        fate = roll.choices(FATES, cum_weights=FATES_UP_TO)[0]
        paid_at = None if fate == Fate.UNPAID else placed_at + _pause_before_paying(roll)
        plan = Plan(
            store, number, placed_at, paid_at, fate, self._buyers[store.code].one(roll), self._lines(store, roll)
        )
        if roll.randrange(1000) < MESSAGES:
            plan.message = roll.choice(read("texts")["messages"])
        if roll.randrange(1000) < MEMOS:
            memo = roll.choices(self._memos, [m["weight"] for m in self._memos])[0]
            plan.memo, plan.flag = memo["text"], memo["flag"]
        if fate == Fate.PARTLY_BACK:
            plan.part_back = min(roll.randrange(5, 31) * 100, plan.bill.paid // 2)
        return plan

    def _lines(self, store: DemoStore, roll: Random) -> list[Line]:
        if roll.randrange(1000) < BULK:
            return [bulk_line(self._offers[store.code], roll)]
        wanted = roll.choices(ONE_TO_FOUR, cum_weights=LINES_UP_TO)[0]
        offers = roll.choices(self._offers[store.code], cum_weights=self._popular[store.code], k=wanted)
        return [
            line_of(offer, roll.choices(ONE_TO_FOUR, cum_weights=PIECES_UP_TO)[0]) for offer in dict.fromkeys(offers)
        ]


def _pause_before_paying(roll: Random) -> dt.timedelta:
    kind = roll.randrange(100)
    if kind < 86:
        return dt.timedelta(seconds=roll.randrange(5, 90))
    return dt.timedelta(seconds=roll.randrange(120, 1_800) if kind < 97 else roll.randrange(3_600, 36_000))


def line_of(offer: Offer, quantity: int) -> Line:
    """A line whose SKU is known."""
    return Line(offer, quantity, offer.code, offer.sku_id)


def bulk_line(offers: list[Offer], roll: Random) -> Line:
    """A line of a bulk customer: fifty pieces or more of something cheap (ORD-21)."""
    cheap = sorted(offers, key=lambda offer: (offer.price, offer.code))[:12]
    return line_of(roll.choice(cheap), roll.randrange(5, 13) * 10)
