"""Loads the whole company, or nothing of it."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count, islice
from typing import Any

from django.db import connection, models

from apps.core.calendar import SHANGHAI
from apps.desk.demo import (
    batches,
    benches,
    bills,
    changes,
    contracts,
    desk_side,
    papers,
    parcels,
    platform_side,
    reports,
    returns,
    scores,
    stock,
)
from apps.desk.demo.acts import Acts
from apps.desk.demo.company import DemoCompany, build_company
from apps.desk.demo.course import cut_off, live
from apps.desk.demo.plans import Plan, plan_orders
from apps.desk.demo.products import Offer, build_products
from apps.desk.demo.queue import Queue
from apps.desk.demo.reasons import Found, Reasons
from apps.desk.demo.roster import Roster
from apps.desk.demo.source import dice
from apps.orders.actions.default_rules import install_default_rules
from apps.orders.imports.buyers import place_of
from apps.orders.models import (
    BuyerContact,
    ImportBatch,
    Order,
    OrderLine,
    Reason,
    ShippingOrder,
    ShippingOrderLine,
)
from apps.org.actors import SYSTEM
from apps.org.models import Client, Employee, Store, Team, Warehouse
from apps.stores.models import Product, Sku
from apps.warehouse.actions.default_carriers import install_default_carriers
from apps.warehouse.models import Bin, StockMove
from apps.workflow.seeding import Past, ended, reserved_keys, seeding, write_histories, write_rows

DAYS, ORDERS = 90, 20_000
PART = 4_000
# What counts as work: every table that the demo writes to by name or number.
WORK: list[type[models.Model]] = [
    Order, ShippingOrder, ImportBatch, Store, Client, Warehouse, Product, Sku, Employee, Team, Bin, StockMove,
]  # fmt: skip
READ_OFTEN: list[type[models.Model]] = [Order, OrderLine, BuyerContact, ShippingOrder, ShippingOrderLine, Reason]


@dataclass(frozen=True, slots=True)
class Loaded:
    """What was written."""

    orders: int
    shipping_orders: int
    open_reasons: int
    changes: int


def load_company(*, now: dt.datetime, days: int = DAYS, orders: int = ORDERS) -> Loaded:
    """Write the demo company with the orders of the last `days` days, about `orders` of them, as it stands at `now`.

    One transaction. Raises NotEmpty, with nothing changed, when there is work in the database already.
    """
    now = now.astimezone(SHANGHAI).replace(microsecond=0)
    with seeding(WORK):
        company = build_company(now)
        install_default_rules(by=SYSTEM)
        install_default_carriers(by=SYSTEM)
        return _Load(company, now).run(days, orders)


class _Load:
    def __init__(self, company: DemoCompany, now: dt.datetime) -> None:
        self._company, self._now = company, now
        self._roster = Roster(company.people)
        self._acts = Acts(dice("acts"))
        self._changes = 0

    def run(self, days: int, orders: int) -> Loaded:
        offers = build_products(self._company)
        plans = plan_orders(self._company.stores, offers, now=self._now, days=days, total=orders)
        held = self._let_live(plans, offers)
        plans.sort(key=lambda plan: (plan.seen_at or self._now, plan.number))
        self._changes += batches.write(plans, self._company, self._acts, self._now)
        for plan, key in zip(plans, reserved_keys(Order, len(plans)), strict=True):
            plan.order_id = key
        for part in _parts(plans):
            self._write_orders(part)
        shipped = [plan for plan in plans if plan.is_shipped_by_us]
        shipped.sort(key=lambda plan: (plan.accepted_at or self._now, plan.number))
        for running, part in zip(count(1, PART), _parts(shipped), strict=False):
            self._write_shipping_orders(part, running)
        _analyse(READ_OFTEN)
        open_reasons = self._write_reasons(shipped, held)
        self._write_warehouse(shipped)
        self._changes += bills.write(self._company, self._acts, self._now)
        _analyse(bills.WRITTEN)
        contracts.write(self._company, self._now)
        self._changes += changes.write(self._company, offers, self._acts, self._now)
        self._changes += scores.write(self._company, self._acts, self._now)
        _analyse([*contracts.WRITTEN, *changes.WRITTEN, *scores.WRITTEN])
        return Loaded(len(plans), len(shipped), open_reasons, self._changes)

    def _let_live(self, plans: list[Plan], offers: dict[str, list[Offer]]) -> list[Plan]:
        """What happened to each until now. Returns those that were put aside by hand."""
        roll = dice("course")
        for plan in plans:
            live(plan, self._roster, self._now, roll)
        queue = Queue(plans, offers, self._now, dice("queue"))
        queue.arrange()
        for plan in plans:
            cut_off(plan, self._now)
        return queue.held

    def _write_orders(self, plans: list[Plan]) -> None:
        contacts = [platform_side.contact_of(plan) for plan in plans]
        lives = [
            (platform_side.order_row(plan, contact), platform_side.order_past(plan, self._acts))
            for plan, contact in zip(plans, contacts, strict=True)
        ]
        self._write(Order, lives)
        places = (place_of(plan.store.pk, plan.number) for plan in plans)
        write_rows(BuyerContact, map(platform_side.contact_row, plans, contacts, places))
        keys = iter(reserved_keys(OrderLine, sum(len(plan.lines) for plan in plans)))
        for plan in plans:
            plan.line_ids = list(islice(keys, len(plan.lines)))
        self._write(
            OrderLine,
            [
                (row, platform_side.line_past(plan, nth, self._acts))
                for plan in plans
                for nth, row in enumerate(platform_side.line_rows(plan))
            ],
        )

    def _write_shipping_orders(self, plans: list[Plan], running: int) -> None:
        for plan, key in zip(plans, reserved_keys(ShippingOrder, len(plans)), strict=True):
            plan.shipping_id = key
        lives = [
            (desk_side.shipping_row(plan, nth), desk_side.shipping_past(plan, self._roster, self._acts))
            for nth, plan in enumerate(plans, start=running)
        ]
        self._write(ShippingOrder, lives)
        write_rows(ShippingOrderLine, (row for plan in plans for row in desk_side.shipping_line_rows(plan)))

    def _write(self, model: type[models.Model], lives: list[tuple[dict[str, Any], list[Past]]]) -> None:
        """The rows as they are now, and what they were before."""
        write_rows(model, (ended(row, past) for row, past in lives))
        self._changes += write_histories(model, ((row, past) for row, past in lives if past))

    def _write_warehouse(self, plans: list[Plan]) -> None:
        """Parcels before the ledger, which names them; waves and returns after it: they take from the bins and fill them."""
        packed = parcels.parcels_of(plans, self._roster, self._acts)
        told = reports.tell(packed, self._roster, self._acts, self._now)
        self._changes += parcels.write(packed)
        reports.write(told, self._now)
        _analyse([*parcels.WRITTEN, *reports.WRITTEN])
        self._changes += stock.write(self._roster, self._acts, self._now)
        self._changes += benches.write(self._roster, self._acts, self._now)
        self._changes += returns.write(plans, self._company, self._roster, self._acts, self._now)
        papers.write(self._roster, self._now)
        _analyse([*stock.WRITTEN, *benches.WRITTEN, *returns.WRITTEN])

    def _write_reasons(self, plans: list[Plan], held: list[Plan]) -> int:
        reasons = Reasons(plans, self._now, self._acts, dice("reasons"))
        found = sorted([*reasons.by_rules(), *reasons.by_hand(held)], key=_opened)
        for one, key in zip(found, reserved_keys(Reason, len(found)), strict=True):
            one.row["id"] = key
        self._write(Reason, [(one.row, one.past) for one in found])
        return sum(not one.past for one in found)


def _parts(plans: list[Plan]) -> Iterator[list[Plan]]:
    """Some at a time: their rows and histories need not lie in memory all at once."""
    for start in range(0, len(plans), PART):
        yield plans[start : start + PART]


def _opened(found: Found) -> tuple[dt.datetime, int]:
    return found.row["opened_at"], found.row["shipping_order_id"]


def _analyse(tables: Sequence[type[models.Model]]) -> None:
    """Let the planner know what is there: the rules ask next, and the first page right after."""
    with connection.cursor() as cursor:
        for model in tables:
            cursor.execute(f"ANALYZE {connection.ops.quote_name(model._meta.db_table)}")
